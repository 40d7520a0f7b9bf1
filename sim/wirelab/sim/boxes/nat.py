"""A NAT: many inner hosts behind one outer IPv4 address.

Source: RFC 4787 (UDP), RFC 5382 (TCP), RFC 5508 (ICMP), RFC 7857 (updates of the three).

    inside                              the NAT                        outside
    10.0.0.5:4000 > 192.0.2.9:53   --leaving-->   203.0.113.1:4000 > 192.0.2.9:53
    10.0.0.5:4000 < 192.0.2.9:53   <--received--  203.0.113.1:4000 < 192.0.2.9:53
    10.0.0.6:7 > 203.0.113.1:4000  --received-->  203.0.113.1:7 > 10.0.0.5:4000      (hairpin)

Rule 1: what comes from outside to a mapped port goes inside if the mapping admits its sender; what
comes to any other port of our address is for this host itself.
Rule 2: this host's own packets have mappings, too, so that its ports and the inner hosts' never
meet outside. Theirs change nothing, unless the port is taken.
Rule 3: an ICMP error speaks of a packet as its receiver sent it: the quote is translated, and no
error ends or prolongs a mapping (RFC 4787 REQ-12, RFC 5382 REQ-10, RFC 7857 section 6).
Rule 4: what cannot be translated does not leave: no inner address is ever seen outside.
"""

from typing import Final

from wirelab.codecs.addresses import ipv4_text
from wirelab.codecs.checksum import verify
from wirelab.sim.boxes.nat_config import NatConfig
from wirelab.sim.boxes.nat_table import Endpoint, Mapping, NatTable, Session
from wirelab.sim.boxes.reading import (
    ICMP_HEADER,
    TCP,
    UDP,
    UDP_LITE,
    Kind,
    Reading,
    read,
)
from wirelab.sim.boxes.rewriting import requoted, rewritten
from wirelab.sim.boxes.tcp_progress import RST, TcpProgress
from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface
from wirelab.sim.reasons import Reason

PROTOCOLS: Final = {"tcp": TCP, "udp": UDP, "udplite": UDP_LITE}
"""Whose ports can be forwarded, by name."""


class Nat:
    """A hook that translates between the networks behind a host and one of its interfaces.

    IPv6 passes it untouched, and so does what merely goes from one inner network to another.

    Args:
        outside: the interface whose address all share.
        random: chooses ports where the inner one is taken; a seeded `random.Random`.
        config: behaviour and times.
    """

    wants_whole = True
    """Later fragments have no ports; so datagrams are put together (RFC 4787 REQ-14)."""

    def __init__(
        self, outside: Interface, random: RandomSource, config: NatConfig | None = None
    ) -> None:
        self.outside = outside
        self.config = config = config or NatConfig()
        self._table = NatTable(config.mapping, config.preserve_ports, config.capacity, random)

    def __repr__(self) -> str:
        address = ipv4_text(self.outside.address)
        return f"<Nat outside {self.outside.name} {address}: {len(self._table)} mappings>"

    def mappings(self, now: int) -> list[Mapping]:
        """What is translated at the time: forwarded ports, then the others, oldest first."""
        return self._table.mappings(now)

    def forward(self, protocol: str, port: int, inner: bytes, inner_port: int = 0) -> Mapping:
        """Let everybody outside reach a server inside by a port of the outer address, for good.

        Args:
            protocol: `tcp`, `udp` or `udplite`.
            port: the outer one.
            inner: the server's address, 4 bytes.
            inner_port: its port; 0 for the same.

        Raises:
            ValueError: no such protocol or port, or the port is forwarded already.
        """
        if protocol not in PROTOCOLS or not 0 < port < 65_536 or not 0 <= inner_port < 65_536:
            raise ValueError(
                f"forward {protocol} port {port} to {inner_port}: "
                f"use one of {', '.join(PROTOCOLS)} and ports from 1 to 65535"
            )
        return self._table.forward(PROTOCOLS[protocol], port, (inner, inner_port or port))

    # --- the hook ----------------------------------------------------------------------------

    def received(self, packet: bytes, interface: Interface, now: int) -> bytes | Drop:
        """See `PacketHook`: from outside to a mapping, or from inside to our outer address."""
        if packet[0] >> 4 != 4 or not self._is_ours(packet[16:20]):
            return packet
        reading = read(packet)
        if reading is None or self._is_ours(reading.source):
            return packet  # which the host refuses: nobody else has its address
        if interface is self.outside:
            if reading.kind is Kind.ERROR:
                return self._error_inward(packet, reading, now)
            return self._inward(packet, reading, now)
        if reading.kind is Kind.ERROR:
            return self._error_turned(packet, reading, now)
        return self._turned(packet, reading, now)

    def leaving(
        self, packet: bytes, arrived: Interface | None, interface: Interface, now: int
    ) -> bytes | Drop:
        """See `PacketHook`: from inside, or from this host itself, to outside."""
        if interface is not self.outside or arrived is self.outside or packet[0] >> 4 != 4:
            return packet
        reading = read(packet)
        if reading is None:
            return Drop(Reason.NAT_NO_PORTS, f"{len(packet)} bytes")
        if reading.kind is Kind.ERROR:
            return self._error_outward(packet, reading, arrived is None, now)
        if arrived is None and not (self._is_ours(reading.source) and reading.source_port):
            return packet
        if not reading.source_port or reading.kind not in (Kind.PORTS, Kind.QUERY):
            return Drop(Reason.NAT_NO_PORTS, f"protocol {reading.protocol}")
        return self._outward(packet, reading, now)

    def restored(self, packet: bytes, now: int) -> bytes:
        """See `PacketHook`: back to the inner endpoint."""
        reading = read(packet) if packet[0] >> 4 == 4 else None
        if reading is None or not reading.source_port or not self._is_ours(reading.source):
            return packet
        outer = (reading.source, reading.source_port)
        mapping = self._table.at_outer(reading.protocol, outer, now)
        if mapping is None or mapping.is_own:
            return packet
        return rewritten(packet, reading, source=mapping.inner)

    def _is_ours(self, address: bytes) -> bool:
        return address == self.outside.address or self.outside.find(address) is not None

    # --- datagrams, segments, queries --------------------------------------------------------

    def _outward(self, packet: bytes, reading: Reading, now: int) -> bytes | Drop:
        mapping = self._used(reading, now)
        if isinstance(mapping, Drop):
            return mapping
        if mapping.outer == mapping.inner:
            return packet
        return rewritten(packet, reading, source=mapping.outer)

    def _inward(self, packet: bytes, reading: Reading, now: int) -> bytes | Drop:
        mapping = self._mapped(reading, now)
        if mapping is None:
            return packet  # for this host
        refusal = self._admit(mapping, reading, (reading.source, reading.source_port), now)
        if refusal is not None:
            return refusal
        if mapping.inner == mapping.outer:
            return packet
        return rewritten(packet, reading, destination=mapping.inner)

    def _turned(self, packet: bytes, reading: Reading, now: int) -> bytes | Drop:
        """From inside to inside by our outer address: hairpinning (RFC 4787 REQ-9).

        The receiver sees the sender's outer address and port.
        """
        target = self._mapped(reading, now)
        if target is None or target.is_own:
            return packet
        sender = self._used(reading, now)
        if isinstance(sender, Drop):
            return sender
        refusal = self._admit(target, reading, sender.outer, now)
        if refusal is not None:
            return refusal
        return rewritten(packet, reading, source=sender.outer, destination=target.inner)

    def _mapped(self, reading: Reading, now: int) -> Mapping | None:
        """The mapping of the outer port that a packet is sent to."""
        if not reading.destination_port:
            return None
        outer = (reading.destination, reading.destination_port)
        return self._table.at_outer(reading.protocol, outer, now)

    def _used(self, reading: Reading, now: int) -> Mapping | Drop:
        """The mapping for a packet from inside, made or prolonged by it (RFC 4787 REQ-6)."""
        inner = (reading.source, reading.source_port)
        remote = (reading.destination, reading.destination_port)
        is_own = self._is_ours(reading.source)
        is_reset = reading.protocol == TCP and bool(reading.code & RST)
        if is_reset and self._table.at_inner(TCP, inner, remote, now) is None:
            return Drop(Reason.NAT_NO_MAPPING, f"a RST from port {reading.source_port}")
        address = reading.source if is_own else self.outside.address
        mapping = self._table.open(reading.protocol, inner, address, remote, now)
        if mapping is None:
            return Drop(Reason.NAT_TABLE_FULL, f"no port of {ipv4_text(address)} is free")
        session = mapping.session(remote, now)
        if session is None:
            session = Session(TcpProgress() if reading.protocol == TCP else None, outward=True)
            if not self._table.begin(mapping, remote, session, now):
                return Drop(Reason.NAT_TABLE_FULL, f"{self._table.sessions:,} sessions")
        self._prolong(mapping, session, reading, session.outward, now)
        return mapping

    def _admit(self, mapping: Mapping, reading: Reading, remote: Endpoint, now: int) -> Drop | None:
        """Whether `remote` may send to a mapping (RFC 4787 section 5), and what follows from it."""
        if not mapping.admits(remote, self.config.filtering, now):
            detail = f"{ipv4_text(remote[0])}:{remote[1]} to port {mapping.outer[1]}"
            return Drop(Reason.NAT_FILTERED, detail)
        session = mapping.session(remote, now)
        if reading.protocol != TCP:
            if session is not None and self.config.inbound_refresh:
                self._prolong(mapping, session, reading, not session.outward, now)
            return None
        if session is None:
            session = Session(TcpProgress(), outward=False)
            if not self._table.begin(mapping, remote, session, now):
                return Drop(Reason.NAT_TABLE_FULL, f"{self._table.sessions:,} sessions")
        self._prolong(mapping, session, reading, not session.outward, now)
        return None

    def _prolong(
        self, mapping: Mapping, session: Session, reading: Reading, forward: bool, now: int
    ) -> None:
        if session.tcp is not None:
            session.tcp.see(reading.code, forward=forward)
        lifetime = self.config.lifetimes.of(reading.protocol, session.tcp)
        mapping.prolong(session, now + lifetime)

    # --- ICMP errors -------------------------------------------------------------------------

    def _error_inward(self, packet: bytes, reading: Reading, now: int) -> bytes | Drop:
        """An error from outside about a packet that left here (RFC 5508 REQ-4)."""
        quote = packet[reading.offset + ICMP_HEADER :]
        about = read(quote)
        mapping = None
        if about is not None and about.source_port:
            outer = (about.source, about.source_port)
            mapping = self._table.at_outer(about.protocol, outer, now)
        if about is None or mapping is None or mapping.is_own:
            return packet  # about a packet of this host, or it will find that it is not
        if not verify(packet[reading.offset :]):
            return Drop(Reason.ICMP_BAD_CHECKSUM, f"type {reading.code}")
        packet = requoted(packet, reading, rewritten(quote, about, source=mapping.inner))
        return rewritten(packet, reading, destination=(mapping.inner[0], 0))

    def _error_outward(
        self, packet: bytes, reading: Reading, is_own: bool, now: int
    ) -> bytes | Drop:
        """An error from inside about a packet that came in here (RFC 5508 REQ-5)."""
        quote = packet[reading.offset + ICMP_HEADER :]
        about = read(quote)
        mapping = None
        if about is not None and about.destination_port:
            inner = (about.destination, about.destination_port)
            remote = (about.source, about.source_port)
            mapping = self._table.at_inner(about.protocol, inner, remote, now)
        if about is None or mapping is None:
            if is_own:
                return packet  # about a packet to this host
            return Drop(Reason.NAT_NO_MAPPING, f"ICMP type {reading.code}, of no known packet")
        if not is_own and not verify(packet[reading.offset :]):
            return Drop(Reason.ICMP_BAD_CHECKSUM, f"type {reading.code}")
        packet = requoted(packet, reading, rewritten(quote, about, destination=mapping.outer))
        if is_own and self._is_ours(reading.source):
            return packet
        return rewritten(packet, reading, source=(self.outside.address, 0))

    def _error_turned(self, packet: bytes, reading: Reading, now: int) -> bytes | Drop:
        """An error from inside about a packet that was turned inside (RFC 5508 REQ-7)."""
        quote = packet[reading.offset + ICMP_HEADER :]
        about = read(quote)
        if about is None or not about.source_port or not about.destination_port:
            return packet
        outer = (about.source, about.source_port)
        inner = (about.destination, about.destination_port)
        sender = self._table.at_outer(about.protocol, outer, now)
        target = self._table.at_inner(about.protocol, inner, outer, now)
        if sender is None or target is None or sender.is_own:
            return packet
        if not verify(packet[reading.offset :]):
            return Drop(Reason.ICMP_BAD_CHECKSUM, f"type {reading.code}")
        quote = rewritten(quote, about, source=sender.inner, destination=target.outer)
        packet = requoted(packet, reading, quote)
        return rewritten(
            packet,
            reading,
            source=(self.outside.address, 0),
            destination=(sender.inner[0], 0),
        )
