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
from wirelab.sim.packetdrill.outcome import Outcome, ScriptFailed, ScriptUnsupported, Verdict
from wirelab.sim.packetdrill.report import report_rows
from wirelab.sim.packetdrill.run import run_script
from wirelab.sim.packetdrill.settings import ELSEWHERE, SWITCHES, VALUED, Settings
from wirelab.sim.packetdrill.syntax import ScriptOption
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
    _configure_packetdrills(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--ascii", action="store_true", help="no box characters")
    parser.add_argument("--lang", choices=("en", "ja"), help="default: by the locale")


def _configure_packetdrills(parser: argparse.ArgumentParser) -> None:
    """Those of packetdrill, so that the command lines that people have work here, too."""
    parser.usage = "%(prog)s [options] [packetdrill's own options] PATH ..."
    group = parser.add_argument_group(
        "packetdrill's own options", "They go over those that stand in a script."
    )
    for name in VALUED:
        group.add_argument(f"--{name}", metavar="VALUE", default=argparse.SUPPRESS)
    for name in SWITCHES:
        group.add_argument(f"--{name}", action="store_true", default=argparse.SUPPRESS)
    for name in ELSEWHERE:
        group.add_argument(
            f"--{name}", nargs="?", default=argparse.SUPPRESS, help=argparse.SUPPRESS
        )


def _options(arguments: argparse.Namespace) -> list[tuple[str, str | None]]:
    """Packetdrill's options as given.

    Raises:
        CommandError: a value that makes no sense, or an option for what is not here.
    """
    options: list[tuple[str, str | None]] = []
    for name in (*VALUED, *SWITCHES, *ELSEWHERE):
        if hasattr(arguments, name):
            value = getattr(arguments, name)
            option = ScriptOption(name, value if isinstance(value, str) else None)
            try:
                Settings().with_option(option)
            except (ScriptFailed, ScriptUnsupported) as error:
                raise CommandError(error.what, Exit.USAGE) from None
            options.append((name, option.value))
    return options


def run(arguments: argparse.Namespace) -> int:
    """Run the scripts.

    Raises:
        CommandError: a path that is not there, a folder without scripts, or a malformed option.
    """
    options = _options(arguments)
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
            outcome = _run_one(script, arguments, defines, options)
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


def _run_one(
    script: Path,
    arguments: argparse.Namespace,
    defines: dict[str, str],
    options: list[tuple[str, str | None]],
) -> Outcome:
    try:
        return run_script(
            script,
            profile=arguments.profile,
            ignore_psh=arguments.ignore_psh,
            defines=defines,
            options=options,
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
        found = sorted(one for one in path.rglob(f"*{SUFFIX}") if not one.is_dir())
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
