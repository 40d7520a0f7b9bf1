"""The `wirelab` command. Results go to stdout, diagnostics to stderr.

Each command is a module of `wirelab.adapters.commands` and is imported only when it is asked for,
so that `wirelab dissect` does not pay for the simulator.
"""

import argparse
import errno
import io
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from wirelab.adapters.exits import CommandError, Exit

COMMANDS = {
    "demo": "two simulated hosts talk; the ladder shows every frame and its fate",
    "packetdrill": "run packetdrill scripts against our TCP, in virtual time",
    "dissect": "read a capture file or a hex string, packet by packet",
    "protocols": "which protocols the codecs know, and what is in their headers",
    "topology": "check a network declared in TOML, and draw it",
    "interfaces": "list this machine's network interfaces",
    "arp": "ask who has an IPv4 address",
    "ping": "ICMP echo",
    "traceroute": "which routers are on the way",
    "udp": "send or receive datagrams",
    "tcp": "connect or listen; stdin goes out, what arrives goes to stdout",
    "dhcp": "get an address from a DHCP server, and show how",
    "dns": "ask a name server, or be one",
    "http": "fetch a URL over our own TCP",
    "serve": "serve a directory over HTTP on our own TCP",
}

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""A file or standard output has no room left."""

MODULES = {"http": "http_get"}
"""Where a module is not called as its command: `http` would shadow the standard library's."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (`wirelab.adapters.exits.Exit`)."""
    words = list(sys.argv[1:] if argv is None else argv)
    chosen = next((word for word in words if not word.startswith("-")), None)
    _prepare_streams()
    try:
        parser = _parser(chosen)
        arguments = parser.parse_args(words)
        module: ModuleType = arguments.module
        return int(module.run(arguments))
    except CommandError as error:
        print(f"wirelab: {error}", file=sys.stderr)
        if error.reason is not None:
            print(f"reason={error.reason}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # the reader (`| head`) left: that is its right
        _give_up_stdout()
        return Exit.OK
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            print(f"wirelab: cannot write: {error.strerror}; make room", file=sys.stderr)
            _give_up_stdout()
            return Exit.IMPOSSIBLE
        traceback.print_exc()
        print(
            f"wirelab {_version()}: this is a bug of ours; please report it with the "
            "lines above and the command.",
            file=sys.stderr,
        )
        return Exit.BUG


def _prepare_streams() -> None:
    """Standard streams that always take what we write.

    One that the caller closed (`>&-`) becomes /dev/null, lest a link or a file is opened under its
    number. A character that standard output cannot show is escaped, as standard error does it.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(descriptor)
    sys.stdin = sys.stdin or open(0)  # noqa: SIM115 (for the life of the process)
    sys.stdout = sys.stdout or open(1, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w")  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _give_up_stdout() -> None:
    """Keep the interpreter's last flush quiet: what is left in the buffer cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version() -> str:
    # Imported here: it takes as long as the command line itself.
    from importlib.metadata import version

    return version("wirelab")


class _Version(argparse.Action):
    """`--version`, which looks for it only when asked."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        print(f"wirelab {_version()}")
        parser.exit()


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    """The parser, with the chosen command's own arguments and the names of all others."""
    parser = argparse.ArgumentParser(
        prog="wirelab",
        description="TCP/IP codecs, a deterministic simulated network, and a link to a real one.",
        epilog="exit codes: 0 done, 1 the network said no, 2 usage, 3 impossible here, "
        "4 bad input, 70 our bug, 130 Ctrl-C",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary, description=summary)
        if name == chosen:
            module = import_module(f"wirelab.adapters.commands.{MODULES.get(name, name)}")
            module.configure(subparser)
            subparser.set_defaults(module=module, command=name)
    return parser


if __name__ == "__main__":
    sys.exit(main())
