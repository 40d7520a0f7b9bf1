"""What is shown when a verb has ended: the ladder if asked for, and why it failed if it did."""

import argparse
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from wirelab.adapters.exits import CommandError, Exit
from wirelab.sim.host.errors import HostError
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import Trace
from wirelab.sim.trace.tap import write_tap
from wirelab.sim.views.messages import explanation
from wirelab.sim.views.terminal import Look, choose_look, failure_rows, ladder_rows


@contextmanager
def explained(
    arguments: argparse.Namespace, trace: Trace, host: str, title: str = ""
) -> Iterator[None]:
    """Run a verb inside; show its ladder (-v) and, when the network said no, where and why.

    Args:
        arguments: with the options of `options.add_output`.
        trace: what happened.
        host: our name in it.
        title: for the ladder's first line, beside the command.

    Raises:
        CommandError: in place of a `HostError` that nobody caught.
    """
    look = choose_look(
        sys.stderr,
        os.environ,
        color=arguments.color,
        ascii_only=arguments.ascii,
        language=arguments.lang,
    )
    reason: Reason | None = None
    try:
        yield
    except HostError as error:
        reason = error.reason
        what = explanation(reason, look.language)
        detail = f" ({error.detail})" if error.detail else ""
        raise CommandError(f"{what}{detail}", Exit.NO, reason) from error
    except CommandError as error:
        reason = error.reason
        raise
    finally:
        _show(arguments, trace, host, title, look, reason)


def _show(
    arguments: argparse.Namespace,
    trace: Trace,
    host: str,
    title: str,
    look: Look,
    reason: Reason | None,
) -> None:
    if arguments.verbose and trace.events:
        words = [f"wirelab {arguments.command}", *([title] if title else [])]
        look.show(ladder_rows(trace, look, words), sys.stderr)
        print(file=sys.stderr)
    if reason is not None and not arguments.quiet:
        look.show(failure_rows(trace, look, reason, host), sys.stderr)


@contextmanager
def captured(trace: Trace, host: str, name: str | None, comment: str) -> Iterator[None]:
    """Run a verb inside, and write what `host` saw as a pcapng at the end.

    Args:
        trace: what happens.
        host: whose tap.
        name: of the file, which is opened before anything runs; `-` is standard output, None: none.
        comment: for the section header.

    Raises:
        CommandError: it cannot be written.
    """
    if name is None:
        yield
        return
    with opened_for_writing(name) as file:
        try:
            yield
        finally:
            content = io.BytesIO()
            write_tap(trace, content, host, comment=comment)
            file.write(content.getvalue())


@contextmanager
def opened_for_writing(name: str) -> Iterator[BinaryIO]:
    """A file to write bytes to; `-` is standard output, which stays open.

    Raises:
        CommandError: it cannot be opened.
    """
    if name == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        file = Path(name).open("wb")  # noqa: SIM115 (closed below; its failure to open is ours)
    except OSError as error:
        raise CommandError(
            f"cannot write {name}: {error.strerror}; choose another file", Exit.IMPOSSIBLE
        ) from error
    with file:
        yield file
