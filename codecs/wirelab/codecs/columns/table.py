"""`Table`: the frames of a capture (or of a block of one) as columns, each made when asked for."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from wirelab.codecs.columns import names as known
from wirelab.codecs.columns.arrays import Array, Flags
from wirelab.codecs.columns.headers_found import Occurrences, Piece, find_headers
from wirelab.codecs.columns.names import UnknownColumnError
from wirelab.codecs.columns.records import Records
from wirelab.codecs.columns.values import column_of, scatter, whole_column
from wirelab.codecs.columns.verdicts import payload_sums, verdicts_of
from wirelab.codecs.errors import DecodeError

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


class Table:
    """Frames as columns. Columns are made when first asked for, and kept.

    `table["ip.src"]` is an array with one row a frame; where the frame has no such field the row is
    0, and `table.valid("ip.src")` is False. A frame's *outermost* header of a class counts, as in
    `packet[IPv4]`; `mask` sees the inner ones, too.

    Types of columns:
        numbers: the smallest unsigned integers that hold them; flags: booleans.
        IPv4 addresses: uint32; MAC and IPv6 addresses: rows of 6 and 16 uint8 (`text` prints them).
        frame.time_epoch, frame.time_relative: int64, nanoseconds.
        tcp.checksum.status and its like: uint8, one of GOOD, BAD, ABSENT, UNVERIFIABLE.

    Attributes:
        records: what the capture file says of the frames.
        error: why the rows end early, if the capture is damaged and was read with `strict=False`.
    """

    def __init__(self, records: Records, first_timestamp_ns: int | None = None) -> None:
        self.records = records
        self.error: DecodeError | None = None
        self._first_timestamp_ns = first_timestamp_ns
        self._columns: dict[str, tuple[Array, Flags]] = {}
        self._presences: dict[tuple[str, int], Flags] = {}

    def __len__(self) -> int:
        return self.records.rows

    def __repr__(self) -> str:
        return f"<columns.Table of {len(self)} frames>"

    def __getitem__(self, name: str) -> Array:
        """A column by display name (`tcp.srcport`) or attribute path (`TCP.source_port`).

        Raises:
            UnknownColumnError: no such column; names the nearest ones.
        """
        return self._column(name)[0]

    def head(self, count: int) -> "Table":
        """The first rows, as a table of their own."""
        return Table(self.records.part(0, count), self._first_timestamp_ns)

    def __contains__(self, name: object) -> bool:
        return name in known.all_names()

    def valid(self, name: str) -> Flags:
        """Which frames have a protocol (`tcp`, `IPv4`) or a field (`icmp.seq`, `tcp.port`).

        Raises:
            UnknownColumnError: there is no such protocol or field.
        """
        if known.several(name):
            several: Flags = np.logical_or.reduce([self.valid(one) for one in known.several(name)])
            return several
        if name in known.protocols():
            return self._has(known.protocols()[name])
        return self._column(name)[1]

    def checksum(self, protocol: str) -> Array:
        """Verdicts of a protocol's checksums: GOOD, BAD, ABSENT or UNVERIFIABLE.

        Args:
            protocol: `ip`, `icmp`, `icmpv6`, `tcp`, `udp` and the like.

        Raises:
            UnknownColumnError: there is no such protocol, or it has no checksum.
        """
        name = f"{protocol}{known.STATUS}"
        if name not in known.status_columns():
            having = ", ".join(one.removesuffix(known.STATUS) for one in known.status_columns())
            raise UnknownColumnError(name, f"{protocol!r} has no checksum; {having} have one")
        return self[name]

    def mask(self, display_filter: str) -> Flags:
        """Which frames a display filter passes, such as `tcp.port == 80 && ip.ttl < 5`.

        Where a field occurs several times in a frame (`tcp.port`, addresses inside a tunnel), the
        meaning is Wireshark's: `==` asks for any occurrence, `!=` for all of them. Headers count as
        the row codec reads them: whole ones, not those inside of an ICMP error, and both kinds of
        VLAN tag as `vlan`; checksums are verified.

        Raises:
            DisplayFilterError: it cannot be understood, or asks for what is no column; then the
                message says what to use instead.
        """
        from wirelab.codecs.columns.mask import mask_of

        return mask_of(self, display_filter)

    def text(self, name: str) -> Array:
        """A column of addresses in words; `None` where a frame has none."""
        from wirelab.codecs.columns.address_text import texts

        return texts(self, name)

    @property
    def names(self) -> tuple[str, ...]:
        """The display names of which at least one frame has a value."""
        here = {name for name, occurrences in self.found.items() if occurrences[0]}
        fields = [
            name
            for name, sources in known.display_columns().items()
            if any(source.kind.LAYER in here for source in sources) and self.valid(name).any()
        ]
        status = [name for name, kind in known.status_columns().items() if kind in here]
        return (*known.FRAME_NAMES, *fields, *status)

    @cached_property
    def found(self) -> Occurrences:
        """All headers of all frames, by class."""
        return find_headers(self.records)

    # Other libraries.

    def to_arrow(self, names: Iterable[str] | None = None) -> "pyarrow.Table":
        """A pyarrow table of some columns (None: `names`), sharing memory wherever Arrow can."""
        from wirelab.codecs.columns.export import to_arrow

        return to_arrow(self, self._chosen(names))

    def to_pandas(self, names: Iterable[str] | None = None) -> "pandas.DataFrame":
        """A DataFrame of nullable columns that share memory with the table."""
        from wirelab.codecs.columns.export import to_pandas

        return to_pandas(self, self._chosen(names))

    def to_polars(self, names: Iterable[str] | None = None) -> "polars.DataFrame":
        """A Polars DataFrame that shares memory with the table (by way of Arrow)."""
        from wirelab.codecs.columns.export import to_polars

        return to_polars(self, self._chosen(names))

    def _chosen(self, names: Iterable[str] | None) -> Iterable[str]:
        if isinstance(names, str):  # its letters would be taken for names
            raise TypeError(f"names: expected a list, like [{names!r}], got the text {names!r}")
        return self.names if names is None else names

    # How columns are made.

    def _has(self, layers: Iterable[str]) -> Flags:
        """Which frames have a header of one of these classes."""
        valid = np.zeros(len(self), np.bool_)
        for layer in layers:
            valid |= self._presence(layer, 0)
        return valid

    def _presence(self, layer: str, occurrence: int) -> Flags:
        """Which frames have a class so often; shared by the columns of its fields."""
        flags = self._presences.get((layer, occurrence))
        if flags is None:
            flags = np.zeros(len(self), np.bool_)
            for piece in self.pieces(layer, occurrence):
                scatter(flags, piece.rows, True)
            flags.flags.writeable = False
            self._presences[layer, occurrence] = flags
        return flags

    def pieces(self, layer: str, occurrence: int = 0) -> list[Piece]:
        """The headers of a class: the outermost ones, or those that occur again inside."""
        occurrences = self.found.get(layer, [])
        return occurrences[occurrence] if occurrence < len(occurrences) else []

    @cached_property
    def _payload_sums(self) -> dict[int, Array]:
        kinds = known.status_columns().values()
        return payload_sums(self.records, [one for kind in kinds for one in self.pieces(kind)])

    def _tunnels(self) -> list[Piece]:
        """All headers of tunnels, at any depth."""
        return [
            piece
            for occurrences in self.found.values()
            for pieces in occurrences
            for piece in pieces
            if piece.located.kind.IS_TUNNEL
        ]

    def _column(self, name: str) -> tuple[Array, Flags]:
        if name not in self._columns:
            self._columns[name] = self.column_of_occurrence(name, 0)
        return self._columns[name]

    def column_of_occurrence(self, name: str, occurrence: int) -> tuple[Array, Flags]:
        """A column and its validity, for the outermost headers (0), the next inside (1), ..."""
        if name in known.FRAME_NAMES:
            return self._frame_column(name), np.ones(len(self), np.bool_)
        kind = known.status_columns().get(name)
        if kind is not None:
            pieces = self.pieces(kind, occurrence)
            sums = self._payload_sums if known.sums_payload(kind) else {}
            return verdicts_of(self.records, pieces, self._tunnels(), sums)
        sources = known.sources_of(name)
        parts = [(source, self.pieces(source.kind.LAYER, occurrence)) for source in sources]
        if len(sources) == 1 and sources[0].is_always_there:
            column = whole_column(len(self), *parts[0])
            return column, self._presence(sources[0].kind.LAYER, occurrence)
        return column_of(self.records.buffer, len(self), parts)

    def occurrences(self, name: str) -> int:
        """How often a column's headers occur in one frame, at most."""
        kind = known.status_columns().get(name)
        if kind is not None or name in known.FRAME_NAMES:
            return 1
        return max(len(self.found.get(one.kind.LAYER, ())) for one in known.sources_of(name))

    def _frame_column(self, name: str) -> Array:
        records = self.records
        if name == "frame.time_relative":
            first = self._first_timestamp_ns
            if first is None:
                first = int(records.timestamp_ns[0]) if records.rows else 0
            return records.timestamp_ns - first
        columns: dict[str, Array] = {
            "frame.number": records.number,
            "frame.time_epoch": records.timestamp_ns,
            "frame.len": records.wire,
            "frame.cap_len": records.captured.astype(np.uint32),
            "frame.link_type": records.link_type,
            "frame.interface_id": records.interface,
        }
        return columns[name]
