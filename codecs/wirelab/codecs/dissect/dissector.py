"""Dissecting frames: the layers tied together, and their state over a capture."""

from collections.abc import Collection
from typing import Any, NamedTuple

from wirelab.codecs.capture.records import (
    LINK_TYPE_ETHERNET,
    LINK_TYPE_IPV4,
    LINK_TYPE_IPV6,
    LINK_TYPE_LINUX_SLL,
    LINK_TYPE_LINUX_SLL2,
    LINK_TYPE_LOOP,
    LINK_TYPE_NULL,
    LINK_TYPE_RAW,
    CapturedFrame,
    Interface,
    JournalEntry,
)
from wirelab.codecs.dissect.arp import ArpLayer
from wirelab.codecs.dissect.data import DataLayer, ForeignLayer
from wirelab.codecs.dissect.ethernet import (
    SERVICE_TAG,
    EthernetLayer,
    Layer,
    TypedPayload,
    VlanLayer,
)
from wirelab.codecs.dissect.frame import LARGEST_LENGTH, FrameLayer
from wirelab.codecs.dissect.icmpv4 import IcmpLayer
from wirelab.codecs.dissect.ipv4 import Ipv4Layer
from wirelab.codecs.dissect.link_layers import (
    OLD_RAW_LINK_TYPES,
    SLL2_HEADER,
    SLL_HEADER,
    CookedLayer,
    JournalLayer,
    NullLayer,
    RawLayer,
)
from wirelab.codecs.dissect.tcp import TcpLayer
from wirelab.codecs.dissect.udp import UdpLayer
from wirelab.codecs.dissect.visit import Visit
from wirelab.codecs.errors import DecodeError

LINK_TYPE_JOURNAL = -1
"""Ours: no link type of a file; stands for journal entries, which are no frames."""


class Dissection(NamedTuple):
    """What is in one frame."""

    items: list[tuple[str, Any]]
    """Display names and values, in tshark's order; a protocol's name begins a layer."""
    protocols: list[str]
    problem: DecodeError | None
    """Why dissection stopped early."""
    opaque: str = ""
    """What Wireshark dissects further and we do not, such as `ipv6`."""

    def values(self, name: str) -> list[Any]:
        """All values of a field."""
        return [value for each, value in self.items if each == name]


class Dissector:
    """Dissects the frames of one capture, in order: streams and times need the frames before.

    Args:
        wanted: names of the fields that will be looked at; None: all. Fewer is faster.
        interfaces: of the capture file (`CaptureReader.interfaces`, which may grow).
        is_pcapng: whether the file has interfaces with names.
    """

    def __init__(
        self,
        wanted: Collection[str] | None = None,
        interfaces: list[Interface] | None = None,
        is_pcapng: bool = False,
    ) -> None:
        names = None if wanted is None else frozenset(wanted)
        self._interfaces = [] if interfaces is None else interfaces
        self._is_pcapng = is_pcapng
        self._protocols = names is None or "frame.protocols" in names
        self._frame = FrameLayer(names)
        self._data = data = DataLayer(names)
        above_ip: dict[int, Layer] = {}
        above_ethernet: dict[int, Layer] = {}
        ipv4 = Ipv4Layer(names, above_ip, data)
        icmp = IcmpLayer(names, data)
        icmp.quoted = ipv4
        above_ip.update({1: icmp, 4: ipv4, 6: TcpLayer(names, data), 17: UdpLayer(names, data)})
        payload = TypedPayload(names, above_ethernet, data)
        vlan = VlanLayer(names, payload)
        above_ethernet.update({0x0800: ipv4, 0x0806: ArpLayer(names), 0x8100: vlan})
        above_ethernet[0x9100] = vlan
        above_ethernet[SERVICE_TAG] = VlanLayer(names, payload, "ieee8021ad")
        self._links: dict[int, Layer] = {
            LINK_TYPE_ETHERNET: EthernetLayer(names, payload),
            LINK_TYPE_IPV4: ipv4,
            LINK_TYPE_IPV6: ForeignLayer("ipv6"),
            LINK_TYPE_JOURNAL: JournalLayer(),
            LINK_TYPE_NULL: NullLayer(ipv4),
            LINK_TYPE_LOOP: NullLayer(ipv4),
            LINK_TYPE_LINUX_SLL: CookedLayer("sll", payload, SLL_HEADER, 14),
            LINK_TYPE_LINUX_SLL2: CookedLayer("sll", payload, SLL2_HEADER, 0),
        }
        self._links |= dict.fromkeys((LINK_TYPE_RAW, *OLD_RAW_LINK_TYPES), RawLayer(ipv4))

    def dissect(self, record: CapturedFrame | JournalEntry) -> Dissection:
        """Read a frame as far as it goes; never raises for what is in it."""
        frame = _as_frame(record) if isinstance(record, JournalEntry) else record
        visit = Visit(frame.number, frame.timestamp_ns)
        index = frame.interface
        interface = self._interfaces[index] if 0 <= index < len(self._interfaces) else None
        self._frame.dissect(visit, frame, interface, self._is_pcapng)
        data = frame.data
        end, limit = len(data), max(min(frame.wire_length, LARGEST_LENGTH), len(data))
        layer = self._links.get(frame.link_type)
        if layer is None:
            layer, visit.opaque = self._data, f"link type {frame.link_type}"
        try:
            layer.dissect(visit, data, 0, end, limit)
        except DecodeError as error:
            visit.problem = error
        if self._protocols:
            visit.items.append(("frame.protocols", ":".join(visit.protocols)))
        return Dissection(visit.items, visit.protocols, visit.problem, visit.opaque)

    def displayed(self, frame: CapturedFrame | JournalEntry) -> None:
        """Note that a frame passed the display filter, for `frame.time_delta_displayed`."""
        self._frame.displayed(frame.timestamp_ns)


def _as_frame(entry: JournalEntry) -> CapturedFrame:
    return CapturedFrame(
        entry.number,
        entry.timestamp_ns,
        entry.data,
        len(entry.data),
        LINK_TYPE_JOURNAL,
        interface=-1,
        has_timestamp=entry.has_timestamp,
    )
