r"""Readers of a few fields, for loops over many frames.

    >>> from wirelab.codecs import TCP, Ethernet, IPv4, fields
    >>> network = IPv4(source="10.0.0.1", destination="10.0.0.2")
    >>> read = fields("ip.src", "tcp.dstport", "TCP.flags")
    >>> read(bytes(Ethernet() / network / TCP(49152, 80, flags=2)))
    (b'\n\x00\x00\x01', 80, 2)

A reader is compiled once: one `struct` call takes the fields that were asked for, and what tells
that they are where they usually are, and skips all other bytes. Whatever is unusual (options in a
lower header, fragments, tunnels, extension headers, lengths that lie) goes through `parse`. So a
reader gives what `parse(frame, strict=False)` gives, always; it is only several times faster.

Rule 1: a name that could mean several fields is refused, with their names; nothing is guessed.
Rule 2: a value is what the header's attribute gives: addresses are bytes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from os import PathLike
from struct import Struct, error
from typing import Any, NamedTuple, Protocol, TypeAlias

from wirelab.codecs.errors import DecodeError
from wirelab.codecs.header import Buffer, Field, Header
from wirelab.codecs.packet import Packet, parse
from wirelab.codecs.protocols import HEADERS
from wirelab.codecs.protocols.ethernet import Ethernet
from wirelab.codecs.protocols.layouts import LAYOUTS

Values: TypeAlias = tuple[Any, ...]

ETHERNET = 1
"""LINKTYPE_ETHERNET (tcpdump.org/linktypes.html)."""


class FieldNameError(ValueError):
    """No field has this name, or several have.

    Attributes:
        name: what was asked for.
        nearest: names that would be right, the likeliest first.
    """

    def __init__(self, name: str, problem: str, nearest: Sequence[str]) -> None:
        super().__init__(f"{name!r} {problem}")
        self.name = name
        self.nearest = tuple(nearest)


class FieldReader(Protocol):
    """What `fields` gives: a function, with these attributes.

    Attributes:
        names: the names that were asked for.
        source: the Python source that was compiled.
    """

    names: tuple[str, ...]
    source: str

    def __call__(self, frame: Buffer) -> Values | None:
        """The values, in the order of the names; None if a header is missing."""

    @staticmethod
    def iterate(capture: Any) -> Iterator[Values]:
        """The values of each frame of a capture that has all the headers, in its order.

        Args:
            capture: a path, a binary file, or an iterable of frames (bytes), of `CapturedFrame`,
                or of what `read_frames` yields: time stamp and bytes.

        Raises:
            CaptureError: of a file, as of `open_capture`.
        """


class _Column(NamedTuple):
    """One value of the tuple: of the outermost of these headers."""

    choices: dict[type[Header], Field]

    def among(self, headers: Sequence[type[Header]]) -> tuple[type[Header], Field] | None:
        """The outermost of `headers` that has the value, and its field."""
        for header in headers:
            if header in self.choices:
                return header, self.choices[header]
        return None


def fields(*names: str, first: type[Header] = Ethernet) -> FieldReader:
    """Compile a reader of some fields.

    Args:
        names: Wireshark's display names (`"ip.src"`) or attributes (`"IPv4.source"`);
            `"tcp.srcport | udp.srcport"` gives the value of the outermost header of several.
        first: class of the outermost header, as for `parse`.

    Returns:
        A function: frame -> tuple of values, or None if a header is missing. Also for frames
        that cannot be parsed at all, nothing is raised.

    Raises:
        FieldNameError: a name that is none, or an ambiguous one (`tcp.port`).
    """
    if not names:
        raise FieldNameError("", "names no field; ask for one: fields('ip.src')", ["ip.src"])
    if not all([isinstance(name, str) for name in names]):
        raise TypeError(
            f"names are arguments of their own: fields('ip.src', 'ip.dst'), not {names}"
        )
    columns = [_column(name) for name in names]
    slowly = _slow_reader(columns, first)
    plans = _plans(columns) if first is Ethernet else []
    source, namespace = _compose(plans)
    namespace |= {"slowly": slowly, "error": error}
    exec(compile(source, "<wirelab.codecs.fields>", "exec"), namespace)
    read: Any = namespace["read"]
    read.names = names
    read.source = source
    read.iterate = lambda capture: _iterate(read, capture, columns)
    found: FieldReader = read
    return found


def _plans(columns: Sequence[_Column]) -> list[tuple[str, list[str]]]:
    """What to unpack, and the lines that do it, for each layout that has all columns."""
    plans: list[tuple[str, list[str]]] = []
    for layout in LAYOUTS:
        chosen = [column.among(layout.headers) for column in columns]
        # A layout with more than is needed would refuse frames for what nobody asked for.
        if all(one is None or one[0] is not layout.headers[-1] for one in chosen):
            continue
        found = [layout.expression(*one) if one else None for one in chosen]
        expressions = [one for one in found if one is not None]
        if len(expressions) == len(columns):
            plans.append(layout.reader(expressions, f"_unpack{len(plans)}"))
    return plans


def _compose(plans: Sequence[tuple[str, list[str]]]) -> tuple[str, dict[str, Any]]:
    """The source of the function, and the unpackers that it calls."""
    lines = ["def read(frame):", "    end = len(frame)"]
    namespace: dict[str, Any] = {}
    for number, (format_, body) in enumerate(plans):
        namespace[f"_unpack{number}"] = Struct(format_).unpack_from
        lines += [f"    {line}" for line in body]
    return "\n".join([*lines, "    return slowly(frame)"]), namespace


def _slow_reader(
    columns: Sequence[_Column], first: type[Header]
) -> Callable[[Buffer], Values | None]:
    def slowly(frame: Buffer) -> Values | None:
        try:
            return _values(parse(frame, first, strict=False), columns)
        except DecodeError:
            return None

    return slowly


def _values(packet: Packet, columns: Sequence[_Column]) -> Values | None:
    values = []
    kinds = [type(header) for header in packet.layers]
    for column in columns:
        found = column.among(kinds)
        if found is None:
            return None
        values.append(getattr(packet.layers[kinds.index(found[0])], found[1].name))
    return tuple(values)


def _iterate(read: FieldReader, capture: Any, columns: Sequence[_Column]) -> Iterator[Values]:
    if isinstance(capture, (str, PathLike)) or hasattr(capture, "read"):
        from wirelab.codecs.capture.reading import open_capture

        with open_capture(capture) as reader:
            if reader.file_format == "pcap" and reader.interfaces[0].link_type == ETHERNET:
                yield from _rows(read, reader.data())
            else:
                yield from _captured_rows(read, reader, columns)
        return
    frames: Iterator[Any] = iter(capture)
    for first in frames:
        # What the first one is, all are: nothing to find out for each of millions.
        everything = chain([first], frames)
        if hasattr(first, "link_type"):
            yield from _captured_rows(read, everything, columns)
        elif isinstance(first, tuple):
            yield from _rows(read, map(itemgetter(1), everything))
        else:
            yield from _rows(read, everything)


def _rows(read: FieldReader, frames: Iterable[Buffer]) -> Iterator[Values]:
    """The loop itself, without a line of Python."""
    return filter(None, map(read, frames))


def _captured_rows(
    read: FieldReader, frames: Iterable[Any], columns: Sequence[_Column]
) -> Iterator[Values]:
    """Of frames that say what they begin with."""
    for frame in frames:
        if frame.link_type == ETHERNET:
            values = read(frame.data)
        else:
            try:
                packet = parse(frame.data, strict=False, link_type=frame.link_type)
            except DecodeError:
                continue
            values = _values(packet, columns)
        if values is not None:
            yield values


def _column(name: str) -> _Column:
    """The fields that one argument of `fields` names."""
    choices: dict[type[Header], Field] = {}
    for part in name.split("|"):
        header, field = _find(part.strip())
        if header in choices:
            problem = f"names {header.__name__} twice; alternatives are of different headers"
            raise FieldNameError(name, problem, [part.strip()])
        choices[header] = field
    return _Column(choices)


def _find(name: str) -> tuple[type[Header], Field]:
    """The field of that name."""
    everything = [(header, field) for header in HEADERS for field in header.FIELDS]
    for header, field in everything:
        if name == f"{header.__name__}.{field.name}":
            return header, field
    found = [one for one in everything if one[1].display == name != ""]
    # UDP-Lite's fields are called as UDP's, and RARP's as ARP's: the latter are meant.
    protocol = name.partition(".")[0]
    namesakes = [one for one in found if protocol == one[0].DISPLAY]
    eponyms = [one for one in namesakes if one[0].LAYER.lower() == protocol]
    found = eponyms or namesakes or found
    if len(found) == 1:
        return found[0]
    meant = found or [one for one in everything if name in one[1].aliases]
    if meant:
        others = [
            field.display if not found and field.display else f"{header.__name__}.{field.name}"
            for header, field in meant
        ]
        problem = f"means each of {', '.join(others)}; ask for those that you want"
        raise FieldNameError(name, problem, others)
    from difflib import get_close_matches

    known = [field.display for _, field in everything if field.display]
    known += [f"{header.__name__}.{field.name}" for header, field in everything]
    near = list(dict.fromkeys(get_close_matches(name, known, n=3, cutoff=0.6)))
    hint = f"did you mean {', '.join(near)}?" if near else "names look like 'ip.src', 'IPv4.source'"
    raise FieldNameError(name, f"names no field; {hint}", near)
