"""What may leave through a real link: ours alone, and not too much of it.

The host stack keeps to these rules by itself; the policy is the second lock, so that a bug or a
hand-built frame does no harm to a network that other people use.

Source: RFC 5227 section 1.1 and RFC 1122 section 2.3.2.1 (ARP at most once a second and target),
RFC 1812 section 4.3.2.8 (limit ICMP errors); the numbers are ours.

Rule: refusing costs the frame, never the run. `refusal` answers with a text to count and to show.
"""

from collections.abc import Sequence

from wirelab.adapters.links.link import HEADER_BYTES, TAG_BYTES, TAG_TYPE
from wirelab.adapters.system import InterfaceAddress
from wirelab.codecs.addresses import (
    ANY_IPV4,
    ANY_IPV6,
    BROADCAST_IPV4,
    ip_text,
    ipv4_text,
    ipv6_text,
    mac_text,
)
from wirelab.sim.host.ipv6.scopes import is_link_local, is_multicast6

SECOND = 1_000_000_000
BROADCASTS_PER_S, BROADCAST_BURST = 50, 100
ICMP_ERRORS_PER_S = 100
ARP_INTERVAL_NS = SECOND
ARP_TARGETS = 1024
"""Ours: questions remembered; beyond, the oldest half is forgotten."""
ICMP_ERROR_TYPES = frozenset({3, 4, 5, 11, 12})
"""RFC 792: unreachable, source quench, redirect, time exceeded, parameter problem."""
ARP, IPV4, IPV6 = b"\x08\x06", b"\x08\x00", b"\x86\xdd"
ICMPV6, FIRST_INFORMATIONAL6 = 58, 128  # RFC 4443 section 2.1
ARP_REQUEST = 1
MULTICAST_FIRST = 224


class TokenBucket:
    """At most `per_second` on average, and `burst` at once."""

    def __init__(self, per_second: int, burst: int) -> None:
        self._interval = SECOND // per_second
        self._capacity = burst * self._interval
        self._level = self._capacity
        self._last = 0

    def take(self, now: int) -> bool:
        """Whether one more may pass at `now` (ns)."""
        self._level = min(self._capacity, self._level + max(0, now - self._last))
        self._last = now
        if self._level < self._interval:
            return False
        self._level -= self._interval
        return True


class TransmitPolicy:
    """Decides on each frame before it is sent.

    Args:
        mac: our MAC.
        addresses: ours, with their networks.
        spoof: let other source MACs and addresses out; no command does.
        allow_global: let packets out whose destination is not on our networks (`--allow-global`).
    """

    def __init__(
        self,
        mac: bytes,
        addresses: Sequence[InterfaceAddress],
        *,
        spoof: bool = False,
        allow_global: bool = False,
    ) -> None:
        self._mac = mac
        self._networks = tuple(addresses)
        self._addresses = frozenset(held.address for held in addresses)
        self._spoof = spoof
        self._allow_global = allow_global
        self._broadcasts = TokenBucket(BROADCASTS_PER_S, BROADCAST_BURST)
        self._icmp_errors = TokenBucket(ICMP_ERRORS_PER_S, ICMP_ERRORS_PER_S)
        self._asked: dict[bytes, int] = {}
        self.refused = 0

    def own(self, held: InterfaceAddress) -> None:
        """One more address is ours from now on: leased, not given."""
        self._networks = (*self._networks, held)
        self._addresses |= {held.address}

    def refusal(self, frame: bytes, now: int) -> str | None:
        """Why this frame must not leave at `now` (ns); None: it may."""
        text = self._source(frame) or self._content(frame, now)
        if text is None and frame[0] & 0x01 and not self._broadcasts.take(now):
            text = f"more than {BROADCASTS_PER_S} broadcasts a second"
        if text is not None:
            self.refused += 1
        return text

    def _source(self, frame: bytes) -> str | None:
        if self._spoof or frame[6:12] == self._mac:
            return None
        return f"source MAC {mac_text(frame[6:12])} is not ours (spoof=True allows it)"

    def _content(self, frame: bytes, now: int) -> str | None:
        while frame[12:14] == TAG_TYPE and len(frame) >= HEADER_BYTES + TAG_BYTES:
            frame = frame[:12] + frame[12 + TAG_BYTES :]
        kind = frame[12:14]
        if kind == IPV4 and len(frame) >= 34:
            return self._ipv4(frame, now)
        if kind == ARP and len(frame) >= 42:
            return self._arp(frame, now)
        if kind == IPV6 and len(frame) >= 54:
            return self._ipv6(frame, now)
        return None

    def _ipv6(self, frame: bytes, now: int) -> str | None:
        source, destination = frame[22:38], frame[38:54]
        ours = source in self._addresses or is_link_local(source) or source == ANY_IPV6
        if not self._spoof and not ours:
            return f"source address {ipv6_text(source)} is not ours (spoof=True allows it)"
        near = is_multicast6(destination) or is_link_local(destination)
        if not self._allow_global and not near and not self._is_near(destination):
            return off_link_text(destination, self._networks)
        is_error = frame[20] == ICMPV6 and len(frame) > 54 and frame[54] < FIRST_INFORMATIONAL6
        if is_error and not self._icmp_errors.take(now):
            return f"more than {ICMP_ERRORS_PER_S} ICMP errors a second"
        return None

    def _ipv4(self, frame: bytes, now: int) -> str | None:
        source, destination = frame[26:30], frame[30:34]
        if not self._spoof and source not in self._addresses and source != ANY_IPV4:
            return f"source address {ipv4_text(source)} is not ours (spoof=True allows it)"
        if not self._allow_global and not self._is_near(destination):
            return off_link_text(destination, self._networks)
        header_length = (frame[14] & 0x0F) * 4
        is_icmp = frame[23] == 1 and len(frame) > 14 + header_length
        is_error = is_icmp and frame[14 + header_length] in ICMP_ERROR_TYPES
        if is_error and not self._icmp_errors.take(now):
            return f"more than {ICMP_ERRORS_PER_S} ICMP errors a second"
        return None

    def _is_near(self, destination: bytes) -> bool:
        is_ipv4 = len(destination) == len(ANY_IPV4)
        if is_ipv4 and (destination == BROADCAST_IPV4 or MULTICAST_FIRST <= destination[0] < 240):
            return True
        return any(held.holds(destination) for held in self._networks)

    def _arp(self, frame: bytes, now: int) -> str | None:
        sender_mac, sender, target = frame[22:28], frame[28:32], frame[38:42]
        if not self._spoof:
            whose = "which is not ours (spoof=True allows it)"
            if sender not in self._addresses and sender != ANY_IPV4:
                return f"ARP in the name of {ipv4_text(sender)}, {whose}"
            if sender_mac != self._mac:
                return f"ARP in the name of {mac_text(sender_mac)}, {whose}"
        if int.from_bytes(frame[20:22]) != ARP_REQUEST:
            return None
        # Sender and target: a probe of our address (sender 0) and the announcement that may follow
        # at once ask for the same target, and are two questions (RFC 5227 sections 2.1.1 and 2.3).
        question = sender + target
        last = self._asked.get(question)
        if last is not None and now - last < ARP_INTERVAL_NS:
            return f"ARP asked for {ipv4_text(target)} less than a second ago"
        if len(self._asked) >= ARP_TARGETS:
            for oldest in sorted(self._asked, key=self._asked.__getitem__)[: ARP_TARGETS // 2]:
                del self._asked[oldest]
        self._asked[question] = now
        return None


def off_link_text(destination: bytes, networks: Sequence[InterfaceAddress]) -> str:
    """The text for a destination beyond the gateway."""
    ours = ", ".join(str(held) for held in networks)
    return (
        f"{ip_text(destination)} is not on our network ({ours}); --allow-global sends to it "
        "through the gateway."
    )
