"""`wirelab dissect`: read a capture file or a hexadecimal string, packet by packet.

Four ways to print: a line a packet, all fields (-V), one JSON array (--json), or chosen fields as
`tshark -n -T fields` prints them (-T fields -e ...). -x adds the bytes to the first two. --columns
writes a file instead, through NumPy.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from typing import TYPE_CHECKING

from wirelab.adapters.commands.dissect_limits import Limits
from wirelab.adapters.commands.dissect_output import (
    FieldsPrinter,
    JsonPrinter,
    LinePrinter,
    Printer,
    TreePrinter,
    read_field_options,
)
from wirelab.adapters.commands.dissect_progress import Interruptible, Progress
from wirelab.adapters.exits import CommandError, Exit
from wirelab.codecs.capture import (
    CapturedFrame,
    CaptureError,
    CaptureReader,
    JournalEntry,
    open_capture,
)
from wirelab.codecs.capture.records import (
    LINK_TYPE_ETHERNET,
    LINK_TYPE_IPV4,
    LINK_TYPE_IPV6,
    LINK_TYPE_LINUX_SLL,
    LINK_TYPE_LINUX_SLL2,
    LINK_TYPE_LOOP,
    LINK_TYPE_NULL,
    LINK_TYPE_RAW,
)
from wirelab.codecs.display_filters.runtime import collect
from wirelab.codecs.dissect import Dissector, UnknownFieldError, lookup
from wirelab.codecs.dissect.fields import Kind, usual_names
from wirelab.codecs.dissect.hex_text import HexError, parse_packets
from wirelab.codecs.dissect.lines import Lines

if TYPE_CHECKING:
    from wirelab.codecs.display_filters import DisplayFilter

LINK_TYPES = {
    "ethernet": LINK_TYPE_ETHERNET,
    "ipv4": LINK_TYPE_IPV4,
    "ipv6": LINK_TYPE_IPV6,
    "raw": LINK_TYPE_RAW,
    "null": LINK_TYPE_NULL,
    "loop": LINK_TYPE_LOOP,
    "linux-sll": LINK_TYPE_LINUX_SLL,
    "linux-sll2": LINK_TYPE_LINUX_SLL2,
}
"""Those that have a codec; named like LINKTYPE_... (tcpdump.org/linktypes.html)."""
CAPTURE_MAGICS = (
    b"\xa1\xb2",
    b"\xd4\xc3",
    b"\x4d\x3c",
    b"\x34\xcd",
    b"\x0a\x0d\x0d\x0a",
    b"\x1f\x8b",
)

EPILOG = """\
fields: Wireshark's names, such as ip.src; `wirelab protocols NAME` lists those
of a protocol. -T fields prints what `tshark -n -T fields` (4.0) prints, with
these limits:
  - protocols without a codec here (MPLS, PPPoE, ...) are not looked into; a
    note on stderr says how many packets that concerned
  - nor is what TCP carries: frame.protocols and data.* end there, where tshark
    may name http; a note says so when it matters
  - IPv6 fragments are not put together; IPv4 fragments are
  - frame.time after the year 9999 is "Not representable"; times before 1970
    print as they are
  - checksums (IP, ICMP, ICMPv6, UDP, TCP) are judged in -V and --json;
    *.checksum.status is tshark's "unverified"
  - streams count as new after 262144 others have begun since their last packet
Ctrl-C keeps what has been printed, whole: --json stays one array.
exit codes: 0 done, 2 usage, 4 the input is missing, empty, cut or of another
kind, 130 Ctrl-C
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "input",
        nargs="*",
        metavar="FILE|HEX|-",
        help="capture file, bytes in hexadecimal, or stdin",
    )
    parser.add_argument("-r", dest="read", metavar="FILE", help="the same as FILE")
    parser.add_argument("-Y", dest="filter", default="", metavar="FILTER", help="display filter")
    parser.add_argument("-c", dest="count", type=_count, metavar="N", help="read N packets at most")
    parser.add_argument("-V", dest="tree", action="store_true", help="all fields of each packet")
    parser.add_argument("-x", dest="hexdump", action="store_true", help="the bytes, too")
    parser.add_argument("--json", action="store_true", help="one JSON array, a packet a line")
    parser.add_argument("-T", dest="format", choices=("fields", "json", "text"), help="format")
    parser.add_argument(
        "-e", dest="fields", action="append", default=[], metavar="FIELD", help="field to print"
    )
    parser.add_argument(
        "-E", dest="options", action="append", default=[], metavar="NAME=VALUE",
        help="header=y|n separator=/t|/s|CHAR occurrence=f|l|a aggregator=,|/s|CHAR "
        "quote=d|s|n bom=y|n",
    )  # fmt: skip
    parser.add_argument("-n", action="store_true", help="numeric (always so; for habit)")
    parser.add_argument(
        "--link-type",
        choices=tuple(LINK_TYPES),
        metavar="TYPE",
        default="ethernet",
        help=f"first layer of a hexadecimal string: {', '.join(LINK_TYPES)}",
    )
    parser.add_argument(
        "--columns",
        metavar="OUT",
        help="write columns to OUT.parquet, .arrow, .feather or .csv, many times faster (-e chooses"
        " them; needs NumPy and pyarrow)",
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.set_defaults(parser=parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Print the packets; what could be read first, then the error, if any.

    Raises:
        CommandError: wrong usage (exit code 2), or a bad input (4).
    """
    if arguments.columns is not None:
        from wirelab.adapters.commands.dissect_columns import write_columns

        return write_columns(arguments, _file(arguments))
    printer = _printer(arguments)
    display_filter = _filter(arguments.filter) if arguments.filter.strip() else None
    try:
        with ExitStack() as stack:
            capture, frames = _open(arguments, stack)
            code = _print_all(arguments, printer, display_filter, capture, frames)
            sys.stdout.flush()
    except CaptureError as error:
        sys.stdout.flush()
        raise CommandError(str(error), Exit.BAD_INPUT) from None
    except BrokenPipeError:
        raise  # the command line's matter: the reader left
    except OSError as error:
        # Keep the interpreter's last flush quiet: what is left cannot be written either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise CommandError(f"cannot write: {error.strerror}", Exit.IMPOSSIBLE) from None
    return code


def _count(text: str) -> int:
    """A number of packets, for argparse."""
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{count} packets; give 1 or more")
    return count


def _print_all(
    arguments: argparse.Namespace,
    printer: Printer,
    display_filter: "DisplayFilter | None",
    capture: CaptureReader | None,
    frames: Iterator[CapturedFrame | JournalEntry],
) -> Exit:
    """Print the packets, with what belongs before and behind them; also after Ctrl-C."""
    progress = Progress(sys.stderr, sys.stdout)
    tested = display_filter.fields if display_filter else frozenset()
    limits = Limits({*arguments.fields, *tested})
    if arguments.count is not None:
        frames = islice(frames, arguments.count)
    interfaces = capture.interfaces if capture else None
    is_pcapng = capture is not None and capture.file_format == "pcapng"
    printer.begin()
    try:
        with Interruptible() as interruptible:
            records = progress.count(interruptible.each(frames))
            if isinstance(printer, LinePrinter) and not tested:
                _print_lines(printer, Lines(interfaces, is_pcapng), records)
            else:
                wanted = printer.wanted
                if wanted is not None:
                    wanted = wanted | tested
                dissector = Dissector(wanted, interfaces, is_pcapng)
                _print_dissected(printer, dissector, display_filter, limits, records)
    except KeyboardInterrupt:
        progress.clear()
        done = progress.done
        print(f"wirelab: interrupted after {done} packet{'s' * (done != 1)}", file=sys.stderr)
        return Exit.INTERRUPTED
    finally:
        progress.clear()
        printer.end()
        for note in limits.notes():
            print(f"wirelab: {note}", file=sys.stderr)
    return Exit.OK


def _print_lines(
    printer: LinePrinter, lines: Lines, records: Iterator[CapturedFrame | JournalEntry]
) -> None:
    """A line a packet, for which most packets need no dissection."""
    summary, show = lines.summary, printer.show_summary
    for frame in records:
        show(frame, *summary(frame))


def _print_dissected(
    printer: Printer,
    dissector: Dissector,
    display_filter: "DisplayFilter | None",
    limits: Limits,
    records: Iterator[CapturedFrame | JournalEntry],
) -> None:
    """Wireshark's order: dissect all, print what the filter passes."""
    test = display_filter.matches if display_filter else None
    layered = display_filter.layered if display_filter else frozenset()
    dissect, displayed, show = dissector.dissect, dissector.displayed, printer.show
    for frame in records:
        dissection = dissect(frame)
        if dissection.opaque:
            limits.see(frame.number, dissection)
        values = collect(dissection.items, layered) if test or printer.needs_values else {}
        if test is None or test(values):
            displayed(frame)
            show(frame, dissection, values)


def _printer(arguments: argparse.Namespace) -> Printer:
    if arguments.format == "fields" or arguments.fields:
        return _fields_printer(arguments)
    if arguments.options:
        raise CommandError("-E belongs to -T fields", Exit.USAGE)
    if arguments.json or arguments.format == "json":
        return JsonPrinter(sys.stdout)
    if arguments.tree:
        return TreePrinter(sys.stdout, arguments.hexdump, arguments.color)
    return LinePrinter(sys.stdout, arguments.hexdump, arguments.color)


def _fields_printer(arguments: argparse.Namespace) -> Printer:
    if arguments.format != "fields":
        raise CommandError("-e belongs to -T fields", Exit.USAGE)
    if not arguments.fields:
        raise CommandError("-T fields needs at least one -e FIELD, such as -e ip.src", Exit.USAGE)
    fields = []
    for name in arguments.fields:
        try:
            field = lookup(name)
        except UnknownFieldError as error:
            raise CommandError(str(error), Exit.USAGE) from None
        if field.kind is Kind.PROTOCOL:
            text = f"{name!r} is a protocol, not a field, such as {', '.join(usual_names(name))}"
            raise CommandError(text, Exit.USAGE)
        fields.append(field)
    try:
        options = read_field_options(arguments.options)
    except ValueError as error:
        raise CommandError(str(error), Exit.USAGE) from None
    return FieldsPrinter(sys.stdout, fields, options)


def _filter(text: str) -> "DisplayFilter":
    # Imported here: the language is needed by those who filter.
    from wirelab.codecs.display_filters import DisplayFilterError, compile_filter

    try:
        return compile_filter(text)
    except DisplayFilterError as error:
        raise CommandError(f"-Y: {error}", Exit.USAGE) from None


def _file(arguments: argparse.Namespace) -> object:
    """The one capture file that columns are read from: its name, or standard input."""
    words = [*arguments.input, *([arguments.read] if arguments.read is not None else [])]
    if len(words) != 1:
        raise CommandError("--columns: give one capture FILE, or - for stdin", Exit.USAGE)
    return sys.stdin.buffer if words[0] == "-" and arguments.read is None else words[0]


def _open(
    arguments: argparse.Namespace, stack: ExitStack
) -> tuple[CaptureReader | None, Iterator[CapturedFrame | JournalEntry]]:
    """The input's packets, and the capture file if it is one."""
    words = list(arguments.input)
    if arguments.read is not None:
        if words:
            raise CommandError("give the file once: as FILE or with -r", Exit.USAGE)
        words = [arguments.read]
    if not words:
        raise CommandError("give a FILE, bytes in hexadecimal, or - for stdin", Exit.USAGE)
    text = " ".join(words)
    if not any(words):
        message = "the input's name is empty; give a FILE, bytes in hexadecimal, or - for stdin"
        raise CommandError(message, Exit.BAD_INPUT)
    if text == "-":
        return _standard_input(arguments, stack)
    missing = None if arguments.read is not None else _why_missing(text)
    if len(words) == 1 and missing is None:
        capture = stack.enter_context(open_capture(text))
        return capture, capture.records()
    if _looks_like_hex(text):
        instead = "neither a capture nor bytes in hexadecimal"
    elif len(words) > 1:
        raise CommandError(f"{len(words)} inputs; give one FILE at a time", Exit.USAGE)
    else:
        instead = f"{text}: cannot open: {missing}; nor is it bytes in hexadecimal"
    return None, _hexadecimal(text, LINK_TYPES[arguments.link_type], instead)


def _standard_input(
    arguments: argparse.Namespace, stack: ExitStack
) -> tuple[CaptureReader | None, Iterator[CapturedFrame | JournalEntry]]:
    """A capture, told by its first bytes, or hexadecimal text."""
    stream = sys.stdin.buffer
    start = stream.peek(4)[:4] if isinstance(stream, io.BufferedReader) else b""
    if start and not start.startswith(CAPTURE_MAGICS):
        text = stream.read().decode("utf-8", "replace")
        instead = "neither a capture nor bytes in hexadecimal"
        return None, _hexadecimal(text, LINK_TYPES[arguments.link_type], instead)
    capture = stack.enter_context(open_capture(stream))
    return capture, capture.records()


def _why_missing(name: str) -> str | None:
    """Why no file has this name; None if one has, or may have but cannot be looked at."""
    try:
        os.stat(name)
    except PermissionError:
        return None
    except OSError as error:  # not there, or longer than a name may be
        return error.strerror
    except ValueError as error:  # with a NUL in it
        return str(error)
    return None


def _looks_like_hex(text: str) -> bool:
    """Whether an argument that names no file was meant as bytes."""
    digits = re.sub(r"0[xX]|\\x|[\s:,.-]", "", text)
    if re.fullmatch(r"[0-9a-fA-F]{4,}", digits):
        return True
    # Bytes with a slip in between: the error about it says more than "no such file".
    return bool(re.fullmatch(r"(?:[0-9a-fA-F]{2}[\s:]){3,}.*", text, re.DOTALL))


def _hexadecimal(text: str, link_type: int, instead: str) -> Iterator[CapturedFrame]:
    """The packets of a hexadecimal text.

    Raises:
        CaptureError: it is none; `instead` says what it is then.
    """
    try:
        packets = parse_packets(text)
    except HexError as error:
        raise CaptureError(f"{instead}: {error}") from None
    return (
        CapturedFrame(number, 0, data, len(data), link_type, has_timestamp=False)
        for number, data in enumerate(packets, 1)
    )
