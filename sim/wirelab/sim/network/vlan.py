"""VLANs on the ports of a switch: who belongs to which, and the tag that says so on a trunk.

Source: IEEE 802.1Q clause 9.6 (the tag), 6.9 (which VLAN a frame is in), 8.6 (who may have it).

    access port: frames without a tag, of one VLAN         host --- | 10
    trunk:       tagged frames of many VLANs, and perhaps  switch - | 10, 20, native 1
                 one, the native, without a tag
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from wirelab.sim.network.errors import SimulationError

TAG_TYPE: Final = b"\x81\x00"  # IEEE 802.1Q table 9-1
TAG_LENGTH: Final = 4  # bytes, clause 9.3
DEFAULT_VLAN: Final = 1  # IEEE 802.1Q table 9-2: the port VLAN identifier of every port
PRIORITY_ONLY: Final = 0  # table 9-2: the tag says no VLAN
VLANS: Final = range(1, 4095)  # table 9-2: 4095 is reserved
_VLAN_BITS: Final = 0x0FFF
_PRIORITY_BITS: Final = 0xF000


@dataclass(frozen=True, slots=True)
class PortVlans:
    """What one port may carry.

    Attributes:
        untagged: the VLAN of frames without a tag, in both directions; None: there are none.
        tagged: the VLANs that may come with a tag; those leave with one, but for `untagged`.
    """

    untagged: int | None = DEFAULT_VLAN
    tagged: frozenset[int] = frozenset()

    def __str__(self) -> str:
        plain = "no VLAN" if self.untagged is None else f"VLAN {self.untagged}"
        if not self.tagged:
            return f"{plain} without a tag"
        few = ", ".join(map(str, sorted(self.tagged))) if len(self.tagged) <= 8 else "many"
        return f"{plain} without a tag, {few} with one"

    def carries(self, vlan: int) -> bool:
        """Whether frames of this VLAN leave here."""
        return vlan == self.untagged or vlan in self.tagged

    def classify(self, frame: bytes) -> tuple[int | None, int, bytes]:
        """Which VLAN a frame that came in here is in.

        Returns:
            The VLAN, or None: it must not come in here; the tag's priority bits, in their place;
            the frame without its tag.
        """
        if frame[12:14] != TAG_TYPE or len(frame) < 16:
            return self.untagged, 0, frame
        tag = int.from_bytes(frame[14:16], "big")
        plain = frame[:12] + frame[16:]
        vlan = tag & _VLAN_BITS
        if vlan == PRIORITY_ONLY:
            return self.untagged, tag & _PRIORITY_BITS, plain
        return vlan if vlan in self.tagged else None, tag & _PRIORITY_BITS, plain

    def dress(self, plain: bytes, vlan: int, priority: int) -> bytes:
        """A frame of this VLAN as it leaves here."""
        if vlan == self.untagged:
            return plain
        return plain[:12] + TAG_TYPE + (priority | vlan).to_bytes(2, "big") + plain[12:]


def access(vlan: int) -> PortVlans:
    """A port for hosts of one VLAN.

    Raises:
        SimulationError: no VLAN has this number.
    """
    return PortVlans(_checked(vlan))


def trunk(vlans: Iterable[int] | None, native: int | None) -> PortVlans:
    """A port between switches.

    Args:
        vlans: those that it carries; None for all.
        native: the one whose frames go without a tag, or None.

    Raises:
        SimulationError: no VLAN has one of these numbers.
    """
    tagged = frozenset(VLANS if vlans is None else map(_checked, vlans))
    return PortVlans(native, tagged if native is None else tagged | {_checked(native)})


def _checked(vlan: int) -> int:
    if not isinstance(vlan, int) or vlan not in VLANS:
        raise SimulationError(f"VLAN {vlan!r}: use 1 to 4094 (IEEE 802.1Q table 9-2)")
    return vlan
