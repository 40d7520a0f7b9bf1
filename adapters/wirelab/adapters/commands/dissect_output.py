"""The formats of `wirelab dissect`: lines, trees, JSON, and fields as tshark prints them."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TextIO

from wirelab.codecs.capture import CapturedFrame, JournalEntry
from wirelab.codecs.dissect import DisplayField, Dissection
from wirelab.codecs.dissect.hex_text import hexdump
from wirelab.codecs.dissect.layers.frame import LARGEST_LENGTH
from wirelab.codecs.dissect.summary import FIELDS as SUMMARY_FIELDS
from wirelab.codecs.dissect.summary import Summary, summarize
from wirelab.codecs.dissect.tree import json_layers, layers, value_text

Record = CapturedFrame | JournalEntry
Values = Mapping[str, Sequence[Any]]

COLORS = {
    "ARP": "33", "ICMP": "35", "UDP": "34", "TCP": "36", "IPv4": "94", "journal": "2",
}  # fmt: skip
"""SGR codes by protocol; ours, near to the colours of the HTML report."""
PROBLEM_COLOR = "31"


class Printer(Protocol):
    """A format.

    Attributes:
        needs_values: whether `show` looks at `values`; sorting them by name takes its time.
    """

    needs_values: bool

    @property
    def wanted(self) -> frozenset[str] | None:
        """Names of the fields that are printed; None: all."""

    def begin(self) -> None:
        """Print what stands before the packets."""

    def show(self, frame: Record, dissection: Dissection, values: Values) -> None:
        """Print a packet."""

    def end(self) -> None:
        """Print what stands behind the packets."""


class FieldOptions(NamedTuple):
    """-E of tshark."""

    header: bool = False
    separator: str = "\t"
    occurrence: str = "a"
    aggregator: str = ","
    quote: str = ""
    bom: bool = False


_CHARACTERS = {"/t": "\t", "/s": " "}
_QUOTES = {"d": '"', "s": "'", "n": ""}


def read_field_options(words: Sequence[str]) -> FieldOptions:
    """Read `-E name=value` arguments.

    Raises:
        ValueError: an unknown name or value.
    """
    found: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        read = _OPTIONS.get(name)
        if read is None or not equals:
            raise ValueError(f"-E {word}: write {', '.join(f'{known}=' for known in _OPTIONS)}")
        try:
            found[name] = read(value)
        except (KeyError, ValueError):
            raise ValueError(f"-E {word}: {value!r} is no value of {name}") from None
    return FieldOptions(**found)


def _character(value: str) -> str:
    text = _CHARACTERS.get(value, value)
    if len(text) != 1:
        raise ValueError(value)
    return text


def _yes(value: str) -> bool:
    return {"y": True, "n": False}[value.lower()]


def _occurrence(value: str) -> str:
    if value not in ("f", "l", "a"):
        raise ValueError(value)
    return value


_OPTIONS: dict[str, Callable[[str], Any]] = {
    "header": _yes,
    "separator": _character,
    "occurrence": _occurrence,
    "aggregator": _character,
    "quote": lambda value: _QUOTES[value],
    "bom": _yes,
}

_ESCAPES = str.maketrans(
    {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
)


class FieldsPrinter:
    """A line a packet with the fields asked for, byte for byte as tshark 4.0 prints them."""

    needs_values = True

    def __init__(
        self, stream: TextIO, fields: Sequence[DisplayField], options: FieldOptions
    ) -> None:
        self._write = stream.write
        self._fields = fields
        self._options = options
        self.wanted: frozenset[str] | None = frozenset(field.name for field in fields)
        self._columns = [(field.name, _remembering(field.text)) for field in fields]

    def begin(self) -> None:
        """Print byte-order mark and header, if asked for."""
        if self._options.bom:
            self._write("\ufeff")
        if self._options.header:
            names = [field.name for field in self._fields]
            self._write(self._options.separator.join(names) + "\n")

    def show(self, frame: Record, dissection: Dissection, values: Values) -> None:
        """Print a packet's line."""
        options = self._options
        cells = []
        for name, text in self._columns:
            found = values.get(name)
            if not found:
                cells.append("")
                continue
            if options.occurrence != "a":
                found = found[:1] if options.occurrence == "f" else found[-1:]
            cell = options.aggregator.join([text(value) for value in found])
            if not cell.isprintable():
                cell = cell.translate(_ESCAPES)
            cells.append(f"{options.quote}{cell}{options.quote}")
        self._write(options.separator.join(cells) + "\n")

    def end(self) -> None:
        """Nothing stands behind the lines."""


def _remembering(text: Callable[[Any], str]) -> Callable[[Any], str]:
    """Addresses and ports repeat: their texts are kept, up to a bound."""
    kept: dict[Any, str] = {}

    def remembered(value: Any) -> str:
        found = kept.get(value)
        if found is None:
            if len(kept) > 4096:
                kept.clear()
            found = kept[value] = text(value)
        return found

    return remembered


class JsonPrinter:
    """One JSON array, a packet a line."""

    needs_values = False
    wanted: frozenset[str] | None = None

    def __init__(self, stream: TextIO) -> None:
        self._write = stream.write
        self._separator = ""
        # One encoder for all packets; what we give it holds no circles.
        self._encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode

    def begin(self) -> None:
        """Open the array."""
        self._write("[\n")

    def show(self, frame: Record, dissection: Dissection, values: Values) -> None:
        """Print a packet as an object."""
        error = dissection.problem
        packet: dict[str, Any] = {
            "number": frame.number,
            "timestamp_ns": frame.timestamp_ns if frame.has_timestamp else None,
            "protocols": dissection.protocols,
            "layers": json_layers(dissection),
            "error": None
            if error is None
            else {
                "layer": error.layer,
                "field": error.field,
                "offset": error.offset,
                "expected": error.expected,
                "got": error.got,
                "source": error.source,
            },
        }
        self._write(self._separator + self._encode(packet))
        self._separator = ",\n"

    def end(self) -> None:
        """Close the array."""
        self._write("\n]\n" if self._separator else "]\n")


class LinePrinter:
    """A line a packet: number, seconds since the first, addresses, protocol, length, and so on."""

    needs_values = True

    def __init__(self, stream: TextIO, with_bytes: bool, color: str) -> None:
        self._write = stream.write
        self._with_bytes = with_bytes
        self._color = _wants_color(stream, color)
        self._first_ns: int | None = None
        self.arrow = "→" if _can_print(stream, "→") else "->"
        self.wanted: frozenset[str] | None = SUMMARY_FIELDS | {"frame.time_relative"}

    def begin(self) -> None:
        """Nothing stands before the lines."""

    def show(self, frame: Record, dissection: Dissection, values: Values) -> None:
        """Print a packet's line."""
        self._print(frame, self.dissected_line(frame, dissection, values))

    def show_summary(self, frame: Record, summary: Summary, problem: Exception | None) -> None:
        """Print the line of a packet that is described already; each packet comes here."""
        if self._first_ns is None:
            self._first_ns = frame.timestamp_ns
        relative_ns = frame.timestamp_ns - self._first_ns if frame.has_timestamp else None
        line = self._line(frame, summary, problem, relative_ns)
        if self._with_bytes:
            self._print(frame, line)
        else:
            self._write(line + "\n")

    def dissected_line(self, frame: Record, dissection: Dissection, values: Values) -> str:
        """The line of a packet that was dissected."""
        summary = summarize(values, dissection.protocols, dissection.problem, frame)
        relative = values.get("frame.time_relative")
        return self._line(frame, summary, dissection.problem, relative[0] if relative else None)

    def _print(self, frame: Record, line: str) -> None:
        self._write(line + "\n")
        if self._with_bytes:
            self._write(f"{hexdump(frame.data)}\n\n")

    def _line(
        self, frame: Record, summary: Summary, problem: Exception | None, relative_ns: int | None
    ) -> str:
        """The line, coloured if that is wanted."""
        source, destination, protocol, information = summary
        length = len(frame.data)
        if isinstance(frame, JournalEntry):
            information = frame.fields.get("MESSAGE", "")
        else:
            length = min(frame.wire_length, LARGEST_LENGTH)
        seconds = "" if relative_ns is None else f"{relative_ns / 1e9:.6f}"
        if self.arrow != "→":
            information = information.replace("→", self.arrow)
        text = (
            f"{frame.number:>5} {seconds:>11} {source:>17} {self.arrow} {destination:<17} "
            f"{protocol:<8} {length:>5}  {information}"
        )
        if not information or information[-1] == " ":
            text = text.rstrip()
        if not self._color:
            return text
        code = PROBLEM_COLOR if problem else COLORS.get(protocol)
        return f"\x1b[{code}m{text}\x1b[0m" if code else text

    def end(self) -> None:
        """Nothing stands behind the lines."""


class TreePrinter:
    """All fields of each packet."""

    needs_values = True
    wanted: frozenset[str] | None = None

    def __init__(self, stream: TextIO, with_bytes: bool, color: str) -> None:
        self._stream = stream
        self._with_bytes = with_bytes
        self._lines = LinePrinter(stream, False, color)
        self._bold = ("\x1b[1m", "\x1b[0m") if _wants_color(stream, color) else ("", "")

    def begin(self) -> None:
        """Nothing stands before the trees."""

    def show(self, frame: Record, dissection: Dissection, values: Values) -> None:
        """Print a packet: its line, its layers, why it ends early, its bytes."""
        on, off = self._bold
        out = [self._lines.dissected_line(frame, dissection, values)]
        for layer in layers(dissection):
            heading = layer.heading().replace("→", self._lines.arrow)
            out.append(f"  {on}{heading}{off}")
            width = max((len(field.title) for field, _ in layer.fields), default=0)
            for field, value in layer.fields:
                if field.name.endswith(".checksum.status"):
                    continue  # Wireshark's; ours stands beside the checksum
                text = value_text(field, value)
                if field.name == f"{layer.protocol.name}.checksum" and layer.checksum:
                    text += f" [{layer.checksum}]"
                out.append(f"    {field.title:<{width}}  {text}  [{field.name}]")
        if isinstance(frame, JournalEntry):
            out += [f"    {name}: {value}" for name, value in frame.fields.items()]
        if dissection.problem is not None:
            out.append(f"  stopped: {dissection.problem}")
        if self._with_bytes:
            out += ["", hexdump(frame.data)]
        self._stream.write("\n".join(out) + "\n\n")

    def end(self) -> None:
        """Nothing stands behind the trees."""


def _wants_color(stream: TextIO, color: str) -> bool:
    """`--color`, then NO_COLOR (no-color.org), then whether a person is looking."""
    if color != "auto":
        return color == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _can_print(stream: TextIO, text: str) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
