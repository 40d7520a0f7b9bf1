"""`wirelab packetdrill PATH...`: scripts that prove our TCP from outside, in virtual time.

A line a script, `PASS|FAIL|UNSUPPORTED path reason`, and last how many of each. No privilege, no
network and no real time; the same script and seed give the same run.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from wirelab.adapters.exits import CommandError, Exit
from wirelab.sim.host.profiles import PROFILES
from wirelab.sim.packetdrill.outcome import Outcome, Verdict
from wirelab.sim.packetdrill.report import report_rows
from wirelab.sim.packetdrill.run import run_script
from wirelab.sim.views.terminal import Look, choose_look

SUFFIX = ".pkt"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help=f"a script, or a folder searched for *{SUFFIX}"
    )
    parser.add_argument(
        "--profile",
        choices=tuple(PROFILES),
        help="whose TCP the host imitates. Default: what the script's own line --profile=P says; "
        "else linux or freebsd if it sets that system's sysctl variables; else rfc",
    )
    parser.add_argument(
        "--ignore-psh", action="store_true", help="do not compare PSH of what the host sends"
    )
    parser.add_argument(
        "-D",
        "--define",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a word of the scripts and what it stands for",
    )
    parser.add_argument("--seed", type=int, default=1, help="of everything random (default 1)")
    parser.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="line, expected, got and the ladder of each script that does not pass "
        "(of a single script in any case)",
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--ascii", action="store_true", help="no box characters")
    parser.add_argument("--lang", choices=("en", "ja"), help="default: by the locale")


def run(arguments: argparse.Namespace) -> int:
    """Run the scripts.

    Raises:
        CommandError: a path that is not there, a folder without scripts, or a malformed -D.
    """
    defines = dict(_definition(text) for text in arguments.define)
    scripts = [script for path in arguments.paths for script in _scripts(Path(path))]
    look = choose_look(
        sys.stdout,
        os.environ,
        color=arguments.color,
        ascii_only=arguments.ascii,
        language=arguments.lang,
    )
    counts: Counter[Verdict] = Counter()
    try:
        for script in scripts:
            outcome = _run_one(script, arguments, defines)
            counts[outcome.verdict] += 1
            print(outcome, flush=True)
            if arguments.verbose and (outcome.verdict is not Verdict.PASS or len(scripts) == 1):
                _show(outcome, look)
    except KeyboardInterrupt:
        print(_summary(counts), flush=True)
        left = len(scripts) - counts.total()
        print(f"wirelab: interrupted; {left} scripts were not run to their end", file=sys.stderr)
        return Exit.INTERRUPTED
    print(_summary(counts))
    return Exit.NO if counts[Verdict.FAIL] else Exit.OK


def _run_one(script: Path, arguments: argparse.Namespace, defines: dict[str, str]) -> Outcome:
    try:
        return run_script(
            script,
            profile=arguments.profile,
            ignore_psh=arguments.ignore_psh,
            defines=defines,
            seed=arguments.seed,
        )
    except OSError as error:
        return Outcome(str(script), Verdict.FAIL, f"cannot be read: {error.strerror}")


def _summary(counts: Counter[Verdict]) -> str:
    passed, failed = counts[Verdict.PASS], counts[Verdict.FAIL]
    return f"{passed} passed, {failed} failed, {counts[Verdict.UNSUPPORTED]} unsupported"


def _show(outcome: Outcome, look: Look) -> None:
    rows = report_rows(outcome, width=look.width, glyphs=look.glyphs, language=look.language)
    look.show(rows, sys.stdout)
    print()


def _scripts(path: Path) -> Iterator[Path]:
    """The scripts of a path, folders in alphabetical order."""
    if path.is_dir():
        found = sorted(path.rglob(f"*{SUFFIX}"))
        if not found:
            message = f"{path}: no *{SUFFIX} in there; name a script or another folder"
            raise CommandError(message, Exit.BAD_INPUT)
        yield from found
    elif path.exists():
        yield path
    else:
        raise CommandError(f"{path}: no such file or folder", Exit.BAD_INPUT)


def _definition(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise CommandError(f"-D {text}: write it as -D NAME=VALUE", Exit.USAGE)
    return name, value
