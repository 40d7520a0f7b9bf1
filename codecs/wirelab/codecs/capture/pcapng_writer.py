"""Writing pcapng.

Source: draft-ietf-opsawg-pcapng; which block carries what is decided in our "Views".
"""

import struct
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self

from wirelab.codecs.addresses import ipv4_bytes
from wirelab.codecs.block import Block
from wirelab.codecs.block_options import AnyOption
from wirelab.codecs.capture.block_walk import LARGEST_BLOCK
from wirelab.codecs.capture.journal import build_entry
from wirelab.codecs.capture.output import Destination, Output
from wirelab.codecs.capture.records import DIRECTION_IN, DIRECTION_OUT, LINK_TYPE_ETHERNET
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.protocols import pcapng
from wirelab.codecs.protocols.pcapng import BIG, LITTLE
from wirelab.codecs.protocols.pcapng_blocks import (
    CustomBlock,
    DecryptionSecretsBlock,
    EnhancedPacketBlock,
    InterfaceDescriptionBlock,
    InterfaceStatisticsBlock,
    JournalBlock,
    NameResolutionBlock,
    SectionHeaderBlock,
)

_SOURCE = "draft-ietf-opsawg-pcapng section 4.3"
_DIRECTIONS = {"in": DIRECTION_IN, "out": DIRECTION_OUT}
_PACKET_OPTIONS: dict[str, AnyOption[Any]] = {
    name: getattr(EnhancedPacketBlock, name) for name in EnhancedPacketBlock.OPTIONS
}
_NAME_KINDS = {4: pcapng.NAME_IPV4, 16: pcapng.NAME_IPV6}
_NANOSECONDS = 1_000_000_000


class _Declared(NamedTuple):
    """What the writer has to know of an interface of the section."""

    units_per_second: int
    offset_ns: int
    snapshot_length: int

    @classmethod
    def of(cls, block: InterfaceDescriptionBlock) -> "Self":
        """The interface that a block declares."""
        offset_ns = (block.time_offset_s or 0) * _NANOSECONDS
        return cls(block.units_per_second, offset_ns, block.snapshot_length)

    def ticks(self, timestamp_ns: int) -> int:
        """The time in the interface's unit, rounded down (section 4.2)."""
        ticks = (timestamp_ns - self.offset_ns) * self.units_per_second // _NANOSECONDS
        if not 0 <= ticks < 1 << 64:
            expected = f"nanoseconds from {self.offset_ns} that fit 64 bits in the interface's unit"
            raise EncodeError("pcapng", "timestamp", timestamp_ns, expected, _SOURCE)
        return ticks


class PcapngWriter:
    """Writes one section: interfaces, frames, journal entries, names, statistics, secrets.

    The bytes depend on the arguments only, so the same calls give the same file. `write_block`
    takes any block, also one that was read from another file.

    Args:
        destination: a path, or a binary file object (left open).
        comment: of the section, such as the seed and the command that repeats the run.
        application: the program that writes.
        hardware: the machine, if it is to be said.
        operating_system: of the machine, if it is to be said.
        byte_order: `little` or `big`.

    Raises:
        EncodeError: an argument that does not fit; nothing has been opened then.
        OSError: the path cannot be opened.
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
        self._byte_order = byte_order
        self._order = LITTLE if byte_order == "little" else BIG
        self._interfaces: list[_Declared] = []
        header = SectionHeaderBlock(
            byte_order=byte_order,
            comments=() if comment is None else (comment,),
            hardware=hardware,
            operating_system=operating_system,
            application=application,
        )
        self._output = Output(destination)
        self._output.write(header.raw)

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
        **options: Any,
    ) -> int:
        """Declare an interface; its time stamps count nanoseconds unless an option says else.

        Args:
            name: such as `eth0`.
            link_type: of its frames.
            description: of the interface.
            comment: for people to read.
            snapshot_length: bytes kept of a frame; longer frames are cut. 0: all are kept.
            speed_bits_s: bits a second.
            mac: its address.
            options: others of `InterfaceDescriptionBlock`, such as `ipv4_addresses`, `filter` or
                `time_resolution`; `write` takes nanoseconds all the same.

        Returns:
            Its number, for `write`.

        Raises:
            EncodeError: an option that there is not, or a value that does not fit.
        """
        block = InterfaceDescriptionBlock(
            byte_order=self._byte_order,
            link_type=link_type,
            snapshot_length=snapshot_length,
            comments=() if comment is None else (comment,),
            name=name,
            description=description,
            mac_address=mac,
            speed_bits_s=speed_bits_s,
            **{"time_resolution": 9} | options,
        )
        self._put(block.raw)
        self._interfaces.append(_Declared.of(block))
        return len(self._interfaces) - 1

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
        **options: Any,
    ) -> None:
        """Write a frame.

        Args:
            data: the bytes captured; cut at the interface's snapshot length.
            timestamp_ns: nanoseconds since 1970-01-01 UTC, or virtual time from 0.
            interface: what `add_interface` returned.
            wire_length: bytes on the wire, if more than `data`.
            comment: one comment or several, shown by Wireshark with the frame.
            direction: seen from the interface.
            flags: the other bits of `epb_flags` (section 4.3.1).
            packet_id: the same wherever the same frame was captured.
            drop_count: frames lost by the capture itself since the last one.
            options: others of `EnhancedPacketBlock`, such as `queue`, `hashes` or `verdicts`.

        Raises:
            EncodeError: the interface was not declared, or a value does not fit.
        """
        declared = self._declared(interface)
        ticks = declared.ticks(timestamp_ns)
        if direction is not None:
            if direction not in _DIRECTIONS:
                raise EncodeError("pcapng", "direction", direction, "in or out", _SOURCE)
            flags |= _DIRECTIONS[direction]
        wire = len(data) if wire_length is None else wire_length
        kept = bytes(data[: declared.snapshot_length or None])
        ended: tuple[tuple[int, bytes], ...] = ()
        if flags or options or (comment, drop_count, packet_id) != (None, None, None):
            numbers = {"packet_flags": flags or None, "drop_count": drop_count}
            ended = self._options(
                {"comments": comment, **numbers, "packet_id": packet_id} | options
            )
        body = pcapng.EnhancedPacket(interface, ticks >> 32, ticks & 0xFFFFFFFF, wire, kept, ended)
        try:
            built = body.build(self._order)
        except struct.error:
            expected = "bytes on the wire, in 32 bits"
            raise EncodeError("pcapng", "wire_length", wire, expected, _SOURCE) from None
        self._block(pcapng.BLOCK_ENHANCED_PACKET, built)

    def write_journal(self, fields: Mapping[str, str], timestamp_ns: int) -> None:
        """Write an event as a systemd journal entry: a row in Wireshark, skipped by others.

        Args:
            fields: such as `MESSAGE` and `SYSLOG_IDENTIFIER`, which Wireshark shows.
            timestamp_ns: as in `write`; kept in microseconds.

        Raises:
            EncodeError: a name or value that the journal's format cannot hold.
        """
        entry = build_entry(fields, timestamp_ns)
        self._put(JournalBlock(byte_order=self._byte_order, padded_entry=entry).raw)

    def write_names(self, names: Mapping[str | bytes, str | Sequence[str]], **options: Any) -> None:
        """Write names of IPv4 and IPv6 addresses, which Wireshark then shows (`-N n`).

        Args:
            names: address, as text or bytes -> its name or names.
            options: of `NameResolutionBlock`, such as `server_name`.

        Raises:
            EncodeError: no IP address, or a name that the block cannot hold.
        """
        records: list[tuple[int, bytes]] = []
        for address, given in names.items():
            texts = (given,) if isinstance(given, str) else given
            raw = _address_bytes(address) if isinstance(address, str) else bytes(address)
            kind = _NAME_KINDS.get(len(raw))
            if kind is None:
                raise EncodeError("pcapng", "records", address, "an IPv4 or IPv6 address", _SOURCE)
            for text in texts:
                if "\0" in text:
                    raise EncodeError("pcapng", "names", text, "no zero byte", _SOURCE)
                raw += _utf8("names", text) + b"\0"
            records.append((kind, raw))
        block = NameResolutionBlock(byte_order=self._byte_order, records=records, **options)
        self._put(block.raw)

    def write_statistics(
        self,
        timestamp_ns: int,
        *,
        interface: int = 0,
        received: int | None = None,
        dropped: int | None = None,
        **options: Any,
    ) -> None:
        """Write the counters of an interface, at the end of a capture.

        Args:
            timestamp_ns: when they were read.
            interface: what `add_interface` returned.
            received: packets.
            dropped: packets that the interface lost.
            options: others of `InterfaceStatisticsBlock`, such as `accepted`.

        Raises:
            EncodeError: the interface was not declared, or a value does not fit.
        """
        ticks = self._declared(interface).ticks(timestamp_ns)
        block = InterfaceStatisticsBlock(
            byte_order=self._byte_order,
            interface_id=interface,
            timestamp=ticks,
            received=received,
            dropped=dropped,
            **options,
        )
        self._put(block.raw)

    def write_key_log(
        self, secrets: str | bytes, secrets_type: int = pcapng.SECRETS_TLS_KEY_LOG
    ) -> None:
        """Write keys, such as a TLS key log, before the packets that they open (section 4.7)."""
        data = _utf8("secrets", secrets) if isinstance(secrets, str) else bytes(secrets)
        block = DecryptionSecretsBlock(
            byte_order=self._byte_order, secrets_type=secrets_type, data=data
        )
        self._put(block.raw)

    def write_custom(
        self, enterprise_number: int, contents: bytes, *, is_copied: bool = True
    ) -> None:
        """Write a block of one's own (section 4.8).

        Args:
            enterprise_number: whose; IANA's list of private enterprise numbers.
            contents: padded with zeros to a multiple of 4 bytes.
            is_copied: programs that do not know the block may copy it.
        """
        kind = pcapng.BLOCK_CUSTOM if is_copied else pcapng.BLOCK_CUSTOM_UNCOPIED
        block = CustomBlock(
            byte_order=self._byte_order,
            type=kind,
            enterprise_number=enterprise_number,
            contents=contents,
        )
        self._put(block.raw)

    def write_block(self, block: Block) -> None:
        """Write any block, as it stands; a section header begins a section of its byte order.

        Raises:
            EncodeError: the block has another byte order than the section.
        """
        if isinstance(block, SectionHeaderBlock):
            self._byte_order, self._interfaces = block.byte_order, []
            self._order = LITTLE if block.byte_order == "little" else BIG
        elif block.byte_order != self._byte_order:
            expected = f"{self._byte_order}, as of the section"
            raise EncodeError("pcapng", "byte_order", block.byte_order, expected, _SOURCE)
        elif isinstance(block, InterfaceDescriptionBlock):
            self._interfaces.append(_Declared.of(block))
        self._put(block.raw)

    def flush(self) -> None:
        """Hand everything written so far to the file."""
        self._output.flush()

    def close(self) -> None:
        """Flush, and close a file that was given as a path."""
        self._output.close()

    def _block(self, kind: int, body: bytes) -> None:
        length = self._integer(len(body) + 12, 4)
        self._put(self._integer(kind, 4) + length + body + length)

    def _put(self, raw: bytes) -> None:
        if len(raw) > LARGEST_BLOCK:
            expected = f"at most {LARGEST_BLOCK} bytes in all, as readers do"
            raise EncodeError("pcapng", "block", len(raw), expected, _SOURCE)
        self._output.write(raw)

    def _declared(self, interface: int) -> _Declared:
        if not 0 <= interface < len(self._interfaces):
            expected = f"one of the {len(self._interfaces)} interfaces declared with add_interface"
            raise EncodeError("pcapng", "interface_id", interface, expected, _SOURCE)
        return self._interfaces[interface]

    def _options(self, values: Mapping[str, Any]) -> tuple[tuple[int, bytes], ...]:
        """A packet's options on the wire, with the mark that ends them."""
        pairs: list[tuple[int, bytes]] = []
        for name, value in values.items():
            if value is None:
                continue
            option = _PACKET_OPTIONS.get(name)
            if option is None:
                expected = f"an option: {', '.join(_PACKET_OPTIONS)}"
                raise EncodeError("pcapng", name, value, expected, _SOURCE)
            pairs += option.pairs("pcapng", value, self._byte_order)
        return (*pairs, (pcapng.OPTION_END, b"")) if pairs else ()

    def _integer(self, value: int, size: int) -> bytes:
        return value.to_bytes(size, self._byte_order)


def _utf8(field: str, text: str) -> bytes:
    """The bytes of a text."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        expected = f"text that UTF-8 holds ({error.reason})"
        raise EncodeError("pcapng", field, text, expected, _SOURCE) from None


def _address_bytes(text: str) -> bytes:
    """An IPv4 or IPv6 address of its text."""
    if ":" not in text:
        return ipv4_bytes(text)
    from ipaddress import AddressValueError, IPv6Address  # its import takes milliseconds

    try:
        return IPv6Address(text).packed
    except AddressValueError as error:
        raise EncodeError("pcapng", "records", text, f"an address ({error})", _SOURCE) from None
