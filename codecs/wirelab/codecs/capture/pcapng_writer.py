"""Writing pcapng.

Source: draft-ietf-opsawg-pcapng; which block carries what is decided in our "Views".
"""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Literal, Self

from wirelab.codecs.addresses import ipv4_bytes
from wirelab.codecs.capture.journal import build_entry
from wirelab.codecs.capture.output import Destination, Output
from wirelab.codecs.capture.records import DIRECTION_IN, DIRECTION_OUT, LINK_TYPE_ETHERNET
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.protocols import pcapng
from wirelab.codecs.protocols.pcapng import BIG, LITTLE, Options

_SOURCE = "draft-ietf-opsawg-pcapng section 4.3"
_DIRECTIONS = {"in": DIRECTION_IN, "out": DIRECTION_OUT}


class PcapngWriter:
    """Writes one section: interfaces, frames, journal entries, names, statistics.

    The bytes depend on the arguments only, so the same calls give the same file.

    Args:
        destination: a path, or a binary file object (left open).
        comment: of the section, such as the seed and the command that repeats the run.
        application: the program that writes.
        hardware: the machine, if it is to be said.
        operating_system: of the machine, if it is to be said.
        byte_order: `little` or `big`.
    """

    def __init__(
        self,
        destination: Destination,
        *,
        comment: str | None = None,
        application: str = "wirelab",
        hardware: str | None = None,
        operating_system: str | None = None,
        byte_order: Literal["little", "big"] = "little",
    ) -> None:
        self._output = Output(destination)
        self._byte_order = byte_order
        self._order = LITTLE if byte_order == "little" else BIG
        self._interfaces = 0
        options = _text_options(
            (pcapng.OPTION_COMMENT, comment),
            (pcapng.SECTION_HARDWARE, hardware),
            (pcapng.SECTION_OS, operating_system),
            (pcapng.SECTION_APPLICATION, application),
        )
        header = pcapng.SectionHeader(1, 0, -1, _ended(options))
        self._block(pcapng.BLOCK_SECTION_HEADER, header.build(self._order))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def add_interface(
        self,
        name: str | None = None,
        *,
        link_type: int = LINK_TYPE_ETHERNET,
        description: str | None = None,
        comment: str | None = None,
        snapshot_length: int = 0,
        speed_bits_s: int | None = None,
        mac: bytes | None = None,
    ) -> int:
        """Declare an interface, with nanosecond time stamps.

        Returns:
            Its number, for `write`.
        """
        options = _text_options(
            (pcapng.OPTION_COMMENT, comment),
            (pcapng.INTERFACE_NAME, name),
            (pcapng.INTERFACE_DESCRIPTION, description),
        )
        if mac is not None:
            options.append((pcapng.INTERFACE_MAC_ADDRESS, bytes(mac)))
        if speed_bits_s is not None:
            options.append((pcapng.INTERFACE_SPEED, self._integer(speed_bits_s, 8)))
        options.append((pcapng.INTERFACE_TIME_RESOLUTION, b"\x09"))
        block = pcapng.InterfaceDescription(link_type, 0, snapshot_length, _ended(options))
        self._block(pcapng.BLOCK_INTERFACE, block.build(self._order))
        self._interfaces += 1
        return self._interfaces - 1

    def write(
        self,
        data: bytes,
        timestamp_ns: int,
        *,
        interface: int = 0,
        wire_length: int | None = None,
        comment: str | Sequence[str] | None = None,
        direction: Literal["in", "out"] | None = None,
        flags: int = 0,
        packet_id: int | None = None,
        drop_count: int | None = None,
    ) -> None:
        """Write a frame.

        Args:
            data: the bytes captured.
            timestamp_ns: nanoseconds since 1970-01-01 UTC, or virtual time from 0.
            interface: what `add_interface` returned.
            wire_length: bytes on the wire, if more than `data`.
            comment: one comment or several, shown by Wireshark with the frame.
            direction: seen from the interface.
            flags: the other bits of `epb_flags` (section 4.3.1).
            packet_id: the same wherever the same frame was captured.
            drop_count: frames lost by the capture itself since the last one.

        Raises:
            EncodeError: the interface was not declared, or the time does not fit 64 bits.
        """
        if not 0 <= interface < self._interfaces:
            expected = f"one of the {self._interfaces} interfaces declared with add_interface"
            raise EncodeError("pcapng", "interface_id", interface, expected, _SOURCE)
        if not 0 <= timestamp_ns < 1 << 64:
            expected = "nanoseconds that fit 64 bits"
            raise EncodeError("pcapng", "timestamp", timestamp_ns, expected, _SOURCE)
        flags |= _DIRECTIONS.get(direction or "", 0)
        options: list[tuple[int, bytes]] = []
        if comment is not None:
            comments = (comment,) if isinstance(comment, str) else comment
            options += _text_options(*((pcapng.OPTION_COMMENT, text) for text in comments))
        if flags:
            options.append((pcapng.PACKET_FLAGS, self._integer(flags, 4)))
        if drop_count is not None:
            options.append((pcapng.PACKET_DROP_COUNT, self._integer(drop_count, 8)))
        if packet_id is not None:
            options.append((pcapng.PACKET_ID, self._integer(packet_id, 8)))
        block = pcapng.EnhancedPacket(
            interface,
            timestamp_ns >> 32,
            timestamp_ns & 0xFFFFFFFF,
            len(data) if wire_length is None else wire_length,
            bytes(data),
            _ended(options) if options else (),
        )
        self._block(pcapng.BLOCK_ENHANCED_PACKET, block.build(self._order))

    def write_journal(self, fields: Mapping[str, str], timestamp_ns: int) -> None:
        """Write an event as a systemd journal entry: a row in Wireshark, skipped by others.

        Args:
            fields: such as `MESSAGE` and `SYSLOG_IDENTIFIER`, which Wireshark shows.
            timestamp_ns: as in `write`; kept in microseconds.
        """
        entry = build_entry(fields, timestamp_ns)
        self._block(pcapng.BLOCK_JOURNAL, entry + bytes(-len(entry) % 4))

    def write_names(self, names: Mapping[str | bytes, str | Sequence[str]]) -> None:
        """Write names of IPv4 addresses, which Wireshark then shows (`-N n`)."""
        records: list[tuple[int, bytes]] = []
        for address, given in names.items():
            texts = (given,) if isinstance(given, str) else given
            raw = ipv4_bytes(address) if isinstance(address, str) else address
            value = raw + b"".join(text.encode() + b"\0" for text in texts)
            records.append((pcapng.NAME_IPV4, value))
        block = pcapng.NameResolution(_ended(records, pcapng.NAME_END))
        self._block(pcapng.BLOCK_NAME_RESOLUTION, block.build(self._order))

    def write_statistics(
        self,
        timestamp_ns: int,
        *,
        interface: int = 0,
        received: int | None = None,
        dropped: int | None = None,
    ) -> None:
        """Write the counters of an interface, at the end of a capture."""
        options = [
            (code, self._integer(count, 8))
            for code, count in (
                (pcapng.STATISTICS_RECEIVED, received),
                (pcapng.STATISTICS_DROPPED, dropped),
            )
            if count is not None
        ]
        block = pcapng.InterfaceStatistics(
            interface, timestamp_ns >> 32, timestamp_ns & 0xFFFFFFFF, _ended(options)
        )
        self._block(pcapng.BLOCK_INTERFACE_STATISTICS, block.build(self._order))

    def flush(self) -> None:
        """Hand everything written so far to the file."""
        self._output.flush()

    def close(self) -> None:
        """Flush, and close a file that was given as a path."""
        self._output.close()

    def _block(self, kind: int, body: bytes) -> None:
        length = self._integer(len(body) + 12, 4)
        self._output.write(self._integer(kind, 4) + length + body + length)

    def _integer(self, value: int, size: int) -> bytes:
        return value.to_bytes(size, self._byte_order)


def _text_options(*pairs: tuple[int, str | None]) -> list[tuple[int, bytes]]:
    """The texts that are there, as options."""
    return [(code, text.encode()) for code, text in pairs if text is not None]


def _ended(options: list[tuple[int, bytes]], end: int = pcapng.OPTION_END) -> Options:
    """The options with the end-of-options mark that section 3.5 asks for."""
    return (*options, (end, b""))
