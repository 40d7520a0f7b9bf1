"""Whether the checksums of a frame are right, for people.

`ip.checksum.status` and its like are Wireshark's, which does not verify by default; this does,
wherever the whole of what a checksum covers was captured (RFC 1071).
"""

from typing import NamedTuple

from wirelab.codecs.checksum import internet_checksum
from wirelab.codecs.dissect.visit import LayerBytes
from wirelab.codecs.source_routes import route_end

CORRECT, WRONG, NOT_CHECKED = "correct", "wrong", "not checked"


class Verdict(NamedTuple):
    """What became of checking."""

    status: str
    expected: int | None = None
    """What a wrong checksum should be."""
    reason: str = ""
    """Why it was not checked."""

    def __str__(self) -> str:
        if self.expected is not None:
            return f"{self.status}, should be 0x{self.expected:04x}"
        return f"{self.status}: {self.reason}" if self.reason else self.status


CUT = Verdict(NOT_CHECKED, reason="not all of it was captured")
FRAGMENT = Verdict(NOT_CHECKED, reason="a fragment")
QUOTED = Verdict(NOT_CHECKED, reason="quoted in an ICMP error")
ROUTED = Verdict(NOT_CHECKED, reason="a routing header names another destination")
ABSENT = Verdict(NOT_CHECKED, reason="the sender computed none")

PLACES = {"ip": 10, "icmp": 2, "icmpv6": 2, "udp": 6, "tcp": 16}
"""Offset of the checksum in the header, in bytes."""
PROTOCOLS = {"udp": 17, "tcp": 6, "icmpv6": 58}
HOP_BY_HOP, ROUTING, FRAGMENTED, AUTHENTICATION, DESTINATION = 0, 43, 44, 51, 60
"""IPv6 extension headers, behind which a transport may stand."""


class Verifier:
    """Checks the layers of one frame, outermost first."""

    def __init__(self) -> None:
        self._below: LayerBytes | None = None
        """The innermost IP packet so far."""
        self._in_error = False

    def verdict(self, name: str, data: LayerBytes) -> Verdict | None:
        """What is to be said of this layer's checksum; None: it has none."""
        if name in ("ip", "ipv6"):
            self._below = data
        place = PLACES.get(name)
        if place is None:
            return None
        if name == "ip":
            return _compare(data[: data.own], place) if 20 <= data.own <= len(data) else CUT
        if self._in_error:
            return QUOTED
        if len(data) > 0:
            self._in_error = (name == "icmp" and data[0] in (3, 4, 5, 11, 12)) or (
                name == "icmpv6" and data[0] < 128
            )
        return self._transport(name, data, place)

    def _transport(self, name: str, data: LayerBytes, place: int) -> Verdict:
        ip = self._below
        if ip is None or len(data) < place + 2:
            return CUT
        unchecked = _unchecked_above_ipv6(ip) if ip[0] >> 4 == 6 else _unchecked(ip, data)
        if unchecked is not None:
            return unchecked
        covered = bytes(data)
        if name == "udp":
            if covered[place : place + 2] == b"\0\0":
                return ABSENT
            length = int.from_bytes(covered[4:6], "big")
            if not 8 <= length <= len(covered):
                return CUT
            covered = covered[:length]
        pseudo = b""
        if name in PROTOCOLS:
            size = len(covered).to_bytes(2, "big")
            pseudo = _addresses(ip) + bytes((0, PROTOCOLS[name])) + size
        verdict = _compare(covered, place, pseudo)
        return verdict._replace(expected=0xFFFF) if verdict.expected == 0 else verdict


def _addresses(ip: LayerBytes) -> bytes:
    """Source and final destination, for the pseudo-header."""
    if ip[0] >> 4 == 6:
        return ip[8:40]
    return ip[12:16] + (route_end(bytes(ip[20 : ip.own])) or ip[16:20])


def _unchecked(ip: LayerBytes, data: LayerBytes) -> Verdict | None:
    """Why a transport above IPv4 cannot be checked; None: it can."""
    total = int.from_bytes(ip[2:4], "big")
    is_fragment = int.from_bytes(ip[6:8], "big") & 0x3FFF
    if is_fragment and len(data) <= total - ip.own:
        return FRAGMENT
    return CUT if not is_fragment and total and len(data) < total - ip.own else None


def _unchecked_above_ipv6(ip: LayerBytes) -> Verdict | None:
    """Why a transport above IPv6 cannot be checked; None: it can (RFC 8200 sections 4 and 8.1)."""
    if len(ip) < 40 + int.from_bytes(ip[4:6], "big"):
        return CUT
    number, offset = ip[6], 40
    while number in (HOP_BY_HOP, ROUTING, FRAGMENTED, AUTHENTICATION, DESTINATION):
        head = ip[offset : offset + 8]
        if len(head) < 8:
            return CUT
        if number == FRAGMENTED and int.from_bytes(head[2:4], "big") & 0xFFF9:
            return FRAGMENT
        if number == ROUTING and head[3]:
            return ROUTED
        if number == FRAGMENTED:
            offset += 8
        else:
            offset += (head[1] + 2) * 4 if number == AUTHENTICATION else (head[1] + 1) * 8
        number = head[0]
    return None


def _compare(covered: bytes, place: int, pseudo: bytes = b"") -> Verdict:
    """Compute the checksum anew and compare."""
    got = int.from_bytes(covered[place : place + 2], "big")
    zeroed = covered[:place] + b"\0\0" + covered[place + 2 :]
    expected = internet_checksum(pseudo + zeroed)
    # 0 and 0xFFFF are the same number in one's complement arithmetic; UDP sends the latter.
    if got == expected or {got, expected} == {0, 0xFFFF}:
        return Verdict(CORRECT)
    return Verdict(WRONG, expected)
