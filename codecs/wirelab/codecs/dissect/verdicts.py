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
ABSENT = Verdict(NOT_CHECKED, reason="the sender computed none")

PLACES = {"ip": 10, "icmp": 2, "udp": 6, "tcp": 16}
"""Offset of the checksum in the header, in bytes."""
PROTOCOLS = {"udp": 17, "tcp": 6}


class Verifier:
    """Checks the layers of one frame, outermost first."""

    def __init__(self) -> None:
        self._ip: LayerBytes | None = None
        self._in_error = False

    def verdict(self, name: str, data: LayerBytes) -> Verdict | None:
        """What is to be said of this layer's checksum; None: it has none."""
        place = PLACES.get(name)
        if place is None:
            return None
        if name == "ip":
            self._ip = data
            return _compare(data[: data.own], place) if 20 <= data.own <= len(data) else CUT
        if self._in_error:
            return QUOTED
        if name == "icmp":
            self._in_error = len(data) > 0 and data[0] in (3, 4, 5, 11, 12)
        return self._transport(name, data, place)

    def _transport(self, name: str, data: LayerBytes, place: int) -> Verdict:
        ip = self._ip
        if ip is None or len(data) < place + 2:
            return CUT
        total = int.from_bytes(ip[2:4], "big")
        is_fragment = int.from_bytes(ip[6:8], "big") & 0x3FFF
        if is_fragment and len(data) <= total - ip.own:
            return FRAGMENT
        if not is_fragment and total and len(data) < total - ip.own:
            return CUT
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
            destination = route_end(bytes(ip[20 : ip.own])) or ip[16:20]
            pseudo = ip[12:16] + destination + bytes((0, PROTOCOLS[name])) + size
        verdict = _compare(covered, place, pseudo)
        return verdict._replace(expected=0xFFFF) if verdict.expected == 0 else verdict


def _compare(covered: bytes, place: int, pseudo: bytes = b"") -> Verdict:
    """Compute the checksum anew and compare."""
    got = int.from_bytes(covered[place : place + 2], "big")
    zeroed = covered[:place] + b"\0\0" + covered[place + 2 :]
    expected = internet_checksum(pseudo + zeroed)
    # 0 and 0xFFFF are the same number in one's complement arithmetic; UDP sends the latter.
    if got == expected or {got, expected} == {0, 0xFFFF}:
        return Verdict(CORRECT)
    return Verdict(WRONG, expected)
