"""Telling the user, once, where the answer is less than Wireshark's would be.

tshark looks into MPLS, PPPoE and other layers that have no codec here, and into what TCP and UDP
carry. A field that is left empty for that reason would look like one that is not there.
"""

from collections.abc import Collection

from wirelab.codecs.dissect import Dissection
from wirelab.codecs.dissect.visit import ABOVE_TRANSPORT

CARRIERS = frozenset(("mpls", "pppoes", "l2tp", "macsec"))
"""Layers inside which Wireshark finds those that we dissect elsewhere."""
_OUTSIDE = ("frame", "eth", "vlan")
"""Protocols whose fields stand before all of that."""


class Limits:
    """Counts frames that were not dissected as far as `tshark` would.

    Args:
        fields: names that are printed or filtered by.
    """

    def __init__(self, fields: Collection[str]) -> None:
        self._inner = any(name.partition(".")[0] not in _OUTSIDE for name in fields)
        self._payload = any(
            name == "frame.protocols" or name.partition(".")[0] == "data" for name in fields
        )
        self._found: dict[str, list[int]] = {}
        """What it is -> first frame and count."""

    def see(self, number: int, dissection: Dissection) -> None:
        """Note a frame whose `opaque` is not empty."""
        opaque = dissection.opaque
        if opaque == ABOVE_TRANSPORT:
            matters = self._payload
        else:
            carrier = opaque in CARRIERS or opaque.startswith("link type")
            matters = carrier and (self._inner or self._payload)
        if matters:
            self._found.setdefault(opaque, [number, 0])[1] += 1

    def notes(self) -> list[str]:
        """A line for each kind."""
        lines = []
        for opaque, (first, count) in self._found.items():
            frames = f"{count} packet{'s' * (count > 1)} (the first is {first})"
            if opaque == ABOVE_TRANSPORT:
                lines.append(
                    f"note: {frames} at ports of protocols that Wireshark dissects and wirelab "
                    "does not: frame.protocols and data.* may differ from tshark's"
                )
            else:
                lines.append(
                    f"note: {frames} with {opaque}, which wirelab does not dissect: "
                    "fields inside are left out, match no filter and begin no stream"
                )
        return lines
