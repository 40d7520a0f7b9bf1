"""Whether a live segment is the one that a script expects.

Source: packetdrill's own rules. Ports, flags, sequence number, ACK, window (where it is given),
urgent pointer and options with their order are exact; IP information counts where it is given.

Rule 1: a live packet is first put into the numbers of the script, then compared field by field, and
the first field that differs is the message.
Rule 2: segments in a row are one as long as less text has come than is expected, if each but the
last has as much as the first and their headers agree (a script may expect what a kernel would have
handed to segmentation offload). `strict_segments` switches that off.
Rule 3: what is not of the connection at hand is no mismatch: nobody expected anything of it.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from wirelab.codecs import TCP, UDP, ICMPv4, ICMPv6, IPv4
from wirelab.sim.packetdrill.conversation import Conversation
from wirelab.sim.packetdrill.icmp_names import (
    message_names,
    message_numbers,
)
from wirelab.sim.packetdrill.packets import ACK, SYN, Live
from wirelab.sim.packetdrill.printer import flags_text, options_text, sequence_text
from wirelab.sim.packetdrill.syntax import (
    IcmpHeader,
    Packet,
    Sequence,
    SequenceKind,
    TcpHeader,
    TcpOption,
    Timestamps,
    Tos,
    UdpHeader,
)
from wirelab.sim.packetdrill.wire_options import options_of

PSH: Final = 8
FIN: Final = 1
_CWR: Final = 128
_ECT: Final = (1, 2)  # RFC 3168 section 5
_MASK: Final = 0xFFFF_FFFF


class MismatchError(Exception):
    """A live packet is not the expected one.

    Attributes:
        field: what differs (`ack`, `options`, ...).
        expected: as the script says it.
        got: the same of the live packet.
    """

    def __init__(self, field: str, expected: object, got: object) -> None:
        super().__init__(field, expected, got)
        self.field = field
        self.expected = str(expected)
        self.got = str(got)

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}, got {self.got}"


class Verdict(Enum):
    """What a live packet means to an expectation."""

    MATCHED = "matched"
    MORE = "more"
    """It fits, and more segments must follow before the expected text is complete."""
    FOREIGN = "foreign"
    """It is of another connection."""


@dataclass(frozen=True, slots=True)
class Strictness:
    """How exact an expectation is.

    Attributes:
        strict_segments: never take several live segments for one.
        ignore_psh: leave PSH unchecked, which follows the sender's buffer boundaries.
        timestamp_tolerance: ticks that a live TSval may be off the script's; None: not checked.
        timestamp_echo: check TSecr.
    """

    strict_segments: bool = False
    ignore_psh: bool = False
    timestamp_tolerance: int | None = None
    timestamp_echo: bool = True


DEFAULT_STRICTNESS: Final = Strictness()


def differ(field: str, expected: object, got: object) -> None:
    """Compare one field.

    Raises:
        MismatchError: they are not equal.
    """
    if expected != got:
        raise MismatchError(field, expected, got)


def match_ip(packet: Packet, live: Live) -> None:
    """Compare what the script says about the IP header.

    Raises:
        MismatchError: a field differs.
    """
    if live.damage:
        raise MismatchError("checksum", "a right one", f"a wrong one of {live.damage}")
    tos = packet.ip.tos
    if tos is not None:
        _match_tos(tos, live.tos)
    if packet.ip.ttl is not None:
        differ("ttl", packet.ip.ttl, live.hops)
    if isinstance(live.ip, IPv4):
        differ("IP header length", 20, live.ip.header_length)
    elif packet.ip.flow_label is not None:
        differ("flowlabel", hex(packet.ip.flow_label), hex(live.ip.flow_label))


def _match_tos(tos: Tos, live: int) -> None:
    if live & tos.mask != tos.value:
        field, shift = ("ecn", 0) if tos.mask == 3 else ("tos", 0)
        raise MismatchError(field, hex(tos.value >> shift), hex(live & tos.mask))
    if tos.any_ect and live & 3 not in _ECT:
        raise MismatchError("ecn", "ect0 or ect1", hex(live & 3))


class SegmentMatcher:
    """One expected TCP segment, and the live ones that come for it.

    Args:
        packet: of the script, outbound and TCP.
        conversation: whose numbers apply.
        strictness: see `Strictness`.
    """

    def __init__(self, packet: Packet, conversation: Conversation, strictness: Strictness) -> None:
        if not isinstance(packet.transport, TcpHeader):
            raise TypeError(f"expected a TCP segment, got {type(packet.transport).__name__}")
        self._packet = packet
        self._expected = packet.transport
        self._conversation = conversation
        self._strictness = strictness
        self._whole: TcpHeader | None = None
        self._last: TcpHeader | None = None

    def offer(self, live: Live, header: TCP) -> Verdict:
        """Take the next live segment of the connection.

        Raises:
            MismatchError: it is not the one.
        """
        expected = self._expected
        if self._whole is None and header.flags & SYN and expected.flags & SYN:
            self._conversation.outbound_syn(expected.sequence.start, header.sequence_number)
        match_ip(self._packet, live)
        self._check_text(header, live.payload)
        segment = in_script_numbers(header, len(live.payload), self._conversation)
        self._whole = segment if self._whole is None else self._joined(self._whole, segment)
        self._last = segment
        missing = expected.sequence.length - self._whole.sequence.length
        if missing > 0 and live.payload and not self._strictness.strict_segments:
            # Its other fields are compared as soon as they are known, so that the message comes
            # with the segment that it is about.
            self._match(partial=True)
            return Verdict.MORE
        self._match(partial=False)
        return Verdict.MATCHED

    def _check_text(self, header: TCP, text: bytes) -> None:
        changed = self._conversation.remember_text(
            header.sequence_number + bool(header.flags & SYN) & _MASK, text
        )
        if changed is not None:
            at = changed - self._conversation.local_offset(syn=False) & _MASK
            raise MismatchError(
                "text", f"the same byte at {at} as when it was sent first", "another one"
            )

    def _joined(self, whole: TcpHeader, segment: TcpHeader) -> TcpHeader:
        """The segments so far as one.

        Raises:
            MismatchError: the new one does not go on where the last one ended, or in another way.
        """
        last = self._last or whole
        length = segment.sequence.length
        differ("sequence number of the next segment", whole.sequence.end, segment.sequence.start)
        for name in ("acknowledgment", "window", "urgent_pointer"):
            differ(f"{name} of the next segment", getattr(last, name), getattr(segment, name))
        ignored = PSH | FIN | _CWR
        differ(
            "flags of the next segment",
            flags_text(last.flags & ~ignored),
            flags_text(segment.flags & ~ignored),
        )
        missing = self._expected.sequence.length - whole.sequence.length
        if length < missing:
            differ("length of the next segment", last.sequence.length, length)
        joined = whole.sequence.length + length
        if joined > self._expected.sequence.length:
            raise MismatchError("length", self._expected.sequence.length, joined)
        return replace(
            whole,
            flags=whole.flags & ~(PSH | FIN) | segment.flags & (PSH | FIN),
            sequence=whole.sequence._replace(length=joined),
            options=segment.options,  # each segment's are compared with the expected ones
        )

    def _match(self, partial: bool) -> None:
        """Compare the segments so far with the expectation.

        Raises:
            MismatchError: a field differs.
        """
        expected, got = self._expected, self._whole
        if got is None:
            return
        ignored = PSH if self._strictness.ignore_psh else 0
        if partial:
            ignored |= PSH | FIN
        _match_flags(expected, got, ignored)
        self._match_sequence(expected.sequence, got.sequence, partial)
        differ("ack", expected.acknowledgment or 0, got.acknowledgment)
        if expected.window is not None:
            differ("win", expected.window, got.window)
        differ("urg", expected.urgent_pointer, got.urgent_pointer)
        if expected.options is not None:
            self._match_options(expected.options, got.options or ())

    def _match_sequence(self, expected: Sequence, got: Sequence, partial: bool) -> None:
        if expected.kind is SequenceKind.ABSOLUTE:
            start = got.start + self._conversation.local_offset(bool(self._expected.flags & SYN))
            got = got._replace(start=start & _MASK)
        same_start = expected.kind is SequenceKind.IGNORED or expected.start == got.start
        if not same_start or not (partial or expected.length == got.length):
            raise MismatchError("sequence", sequence_text(expected), sequence_text(got))

    def _match_options(self, expected: tuple[TcpOption, ...], got: tuple[TcpOption, ...]) -> None:
        shown = self._in_script_time(expected, got)
        equal = len(expected) == len(shown) and all(map(self._same, expected, shown))
        if not equal:
            raise MismatchError(
                "options", f"<{options_text(expected)}>", f"<{options_text(shown)}>"
            )

    def _in_script_time(
        self, expected: tuple[TcpOption, ...], got: tuple[TcpOption, ...]
    ) -> tuple[TcpOption, ...]:
        """Live options with the TSval of the script's clock, which pairs it with the expected."""
        conversation = self._conversation
        wanted = next((one.value for one in expected if isinstance(one, Timestamps)), None)
        found: list[TcpOption] = []
        for option in got:
            if isinstance(option, Timestamps) and option.value is not None:
                if wanted is not None:
                    conversation.pair_timestamps(wanted, option.value)
                in_script = conversation.script_timestamp(option.value)
                found.append(replace(option, value=in_script))
            else:
                found.append(option)
        return tuple(found)

    def _same(self, expected: TcpOption, got: TcpOption) -> bool:
        if not isinstance(expected, Timestamps) or not isinstance(got, Timestamps):
            return expected == got
        # RFC 7323 section 3.2: TSecr means nothing without the ACK bit; kernels leave old ones.
        echoes = self._strictness.timestamp_echo and self._expected.flags & ACK
        if echoes and expected.echo != got.echo:
            return False
        tolerance = self._strictness.timestamp_tolerance
        if tolerance is None or expected.value is None or got.value is None:
            return True
        off = expected.value - got.value & _MASK
        return min(off, _MASK + 1 - off) <= tolerance


def _match_flags(expected: TcpHeader, got: TcpHeader, ignored: int) -> None:
    if expected.flags & ~ignored != got.flags & ~ignored:
        raise MismatchError(
            "flags",
            flags_text(expected.flags, expected.ace),
            flags_text(got.flags, None if expected.ace is None else got.flags >> 6 & 7),
        )


def in_script_numbers(header: TCP, length: int, conversation: Conversation) -> TcpHeader:
    """A live segment as a script would write it; timestamps stay live.

    Args:
        header: of the live segment.
        length: bytes of text after it.
        conversation: whose numbers apply.
    """
    flags = int(header.flags)
    syn = bool(flags & SYN)
    acknowledgment = header.acknowledgment_number
    if flags & ACK:
        acknowledgment = acknowledgment - conversation.remote_offset(syn) & _MASK
    start = header.sequence_number - conversation.local_offset(syn) & _MASK
    return TcpHeader(
        flags,
        Sequence(start, length),
        acknowledgment,
        header.window,
        header.urgent_pointer,
        conversation.outbound_options(options_of(header.options), syn),
    )


def match_datagram(packet: Packet, expected: UdpHeader, live: Live, header: UDP) -> None:
    """Compare a UDP datagram.

    Raises:
        MismatchError: its length differs, or its IP header.
    """
    match_ip(packet, live)
    differ("length", expected.length, len(live.payload))
    if expected.ports is not None:
        differ("ports", tuple(expected.ports), (header.source_port, header.destination_port))


def match_message(
    packet: Packet, expected: IcmpHeader, live: Live, header: ICMPv4 | ICMPv6
) -> None:
    """Compare an ICMP message: type, code, and what the script says more.

    Raises:
        MismatchError: a field differs.
    """
    match_ip(packet, live)
    ipv6 = isinstance(header, ICMPv6)
    numbers = message_numbers(expected.type, expected.code, ipv6)
    kind, code = message_names(header.type, header.code, ipv6)
    if numbers is None or numbers[0] != header.type:
        raise MismatchError("icmp type", expected.type, kind)
    if numbers[1] != header.code:
        raise MismatchError("icmp code", expected.code, code)
    if expected.mtu is not None:
        differ("icmp mtu", expected.mtu, live.icmp_word & (0xFFFF_FFFF if ipv6 else 0xFFFF))
    if expected.id is not None:
        differ("icmp id", expected.id, live.icmp_word >> 16)
