"""Ethernet and VLAN tags as Wireshark shows them, with padding, trailer and FCS.

Sources: RFC 894; IEEE 802.3 section 3.2; IEEE 802.1Q section 9. What follows the payload is told
apart as Wireshark's `packet-eth.c` does with its default preferences: zeros that fill the frame up
to 60 bytes are padding, the last 4 bytes of 64 or more may be an FCS, the rest is a trailer.
"""

from typing import Any, ClassVar

from wirelab.codecs.addresses import mac_text
from wirelab.codecs.capture.records import LINK_TYPE_ETHERNET
from wirelab.codecs.dissect.fields import Item, Kind, declare, derived, schema_items
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.layers.data import DataLayer
from wirelab.codecs.dissect.visit import Buffer, Visit, cut
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.protocols import Dot1Q, Ethernet

HEADER = 14
"""Bytes."""
LARGEST_LENGTH = 1500
"""Type fields up to this are an IEEE 802.3 length."""
SMALLEST_TYPE = 0x0600
"""0 is taken for a type, too, not for an empty 802.3 frame."""
SMALLEST_FRAME = 60
"""Bytes without FCS (IEEE 802.3 section 4.4.2)."""
FCS = 4
"""Bytes."""
SERVICE_TAG = 0x88A8
RAW_IPX = b"\xff\xff"
"""IPX's checksum, where LLC cannot begin: Novell's frames without LLC."""

PROTOCOL = declare("eth", Kind.PROTOCOL, "Ethernet")
VLAN = declare("vlan", Kind.PROTOCOL, "802.1Q Virtual LAN")
LENGTH = declare("eth.len", Kind.NUMBER, "Length")
INVALID = declare("eth.invalid_lentype", Kind.HEX, "Invalid length/type", 4)
PADDING = declare("eth.padding", Kind.BYTES, "Padding")
TRAILER = declare("eth.trailer", Kind.BYTES, "Trailer")
VLAN_TRAILER = declare("vlan.trailer", Kind.BYTES, "Trailer")
FRAME_CHECK = declare("eth.fcs", Kind.HEX, "Frame check sequence", 8)
FRAME_CHECK_STATUS = declare("eth.fcs.status", Kind.NUMBER, "FCS status")


def _address(which: str, title: str, needs: int, attribute: str) -> tuple[Any, ...]:
    """What Wireshark derives from one address."""

    def bits(mask: int) -> Any:
        return lambda header: bool(getattr(header, attribute)[0] & mask)

    def oui(header: Any) -> int:
        return int.from_bytes(getattr(header, attribute)[:3], "big")

    def text(header: Any) -> str:
        return mac_text(getattr(header, attribute))

    name = f"eth.{which}"
    return (
        derived(
            f"{name}_resolved",
            Kind.STRING,
            f"{title} (resolved)",
            needs,
            text,
            "eth.addr_resolved",
        ),
        derived(f"{name}.oui", Kind.NUMBER, f"{title} OUI", needs, oui, "eth.addr.oui"),
        derived(f"{name}.lg", Kind.BOOLEAN, "Locally administered", needs, bits(2), "eth.lg"),
        derived(f"{name}.ig", Kind.BOOLEAN, "Group address", needs, bits(1), "eth.ig"),
    )


_ETHERNET = schema_items(Ethernet)
_DOT1Q = schema_items(Dot1Q)
_ADDRESSES = (
    _ETHERNET["eth.dst"],
    *_address("dst", "Destination", HEADER, "destination"),
    _ETHERNET["eth.src"],
    *_address("src", "Source", HEADER, "source"),
)


class TypedPayload:
    """What follows an Ethernet type, and the bytes behind it."""

    def __init__(self, context: Context) -> None:
        self._layers = context.table("ethertype")
        self._other = context.layer(DataLayer)
        self._context = context
        names = (
            "eth.padding",
            "eth.trailer",
            "vlan.trailer",
            "sll.trailer",
            "eth.fcs",
            "eth.fcs.status",
        )
        self._wanted = frozenset(name for name in names if context.wants(name))

    def dissect(
        self,
        visit: Visit,
        buffer: Buffer,
        kind: int,
        offset: int,
        end: int,
        limit: int,
        trailer: str,
    ) -> None:
        """Dissect the payload by its type; an error in it ends here, as in Wireshark."""
        layer = self._layers[kind]
        if layer is None and trailer == "vlan.trailer" and offset >= end:
            return  # behind a tag, not even the type is looked at then
        visit.protocols.append("ethertype")
        layer = layer or self._other
        try:
            used = layer.dissect(visit, buffer, offset, end, limit)
        except DecodeError as error:
            visit.problem = error
            used = limit
        if used < limit and self._wanted:
            self.trailer(visit, buffer, used, end, limit, trailer)

    def llc(
        self,
        visit: Visit,
        buffer: Buffer,
        length: int,
        offset: int,
        end: int,
        limit: int,
        trailer: str,
    ) -> None:
        """Dissect what follows a length: LLC, or Novell's IPX without it."""
        stop = min(offset + length, limit)
        is_ipx = bytes(buffer[offset : min(offset + 2, end)]) == RAW_IPX
        # Loaded when a length is met for the first time: few networks have any.
        from wirelab.codecs.protocols import IPX, LLC

        layer = self._context.layer_of(IPX if is_ipx else LLC)
        try:
            layer.dissect(visit, buffer, offset, min(end, stop), stop)
        except DecodeError as error:
            visit.problem = error
        if stop < limit and self._wanted:
            self.trailer(visit, buffer, stop, end, limit, trailer)

    def trailer(
        self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int, name: str
    ) -> None:
        """Tell padding, trailer and FCS apart in `buffer[offset:limit]`."""
        if offset >= end:
            return
        if limit >= SMALLEST_FRAME:
            fill = max(min(SMALLEST_FRAME, limit) - offset, 0)
            padding = buffer[offset : min(offset + fill, end)]
            if padding and not any(padding):
                if len(padding) < fill:
                    return  # cut by the snapshot length: nobody knows how it goes on
                self._add(visit, "eth.padding", padding)
                offset += fill
        stop, check = end, b""
        # Wireshark looks for an FCS behind Ethernet only, not behind a VLAN tag.
        if name == "eth.trailer" and limit >= SMALLEST_FRAME + FCS and limit - offset >= FCS:
            stop = min(end, limit - FCS)
            check = buffer[stop : stop + FCS] if end == limit else b""
        if stop > offset:
            self._add(visit, name, buffer[offset:stop])
        if len(check) == FCS:
            self._add(visit, "eth.fcs", int.from_bytes(check, "big"))
            self._add(visit, "eth.fcs.status", 2)

    def _add(self, visit: Visit, name: str, value: bytes | int) -> None:
        if name in self._wanted:
            visit.items.append((name, value))


class EthernetLayer(Layer):
    """Ethernet II and IEEE 802.3."""

    HEADERS = (Ethernet,)
    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {"link_type": (LINK_TYPE_ETHERNET,)}

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._payload = TypedPayload(context)
        self._shown = context.wants("eth")
        self._addresses = context.plan(_ADDRESSES)
        self._type = context.plan((_ETHERNET["eth.type"],))
        self._length = context.wants("eth.len")
        self._invalid = context.wants("eth.invalid_lentype")

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the header's fields and dissect by type."""
        visit.protocols.append("eth")
        if self._shown:
            visit.begin("eth", buffer, offset, end, HEADER)
        if end - offset < HEADER:
            raise cut("Ethernet", offset, HEADER, end - offset, "RFC 894")
        header = Ethernet.parse(buffer, offset, end, False)
        visit.emit_all(self._addresses, header)
        start = offset + HEADER
        if header.type >= SMALLEST_TYPE or not header.type:
            visit.emit_all(self._type, header)
            self._payload.dissect(visit, buffer, header.type, start, end, limit, "eth.trailer")
        elif header.type > LARGEST_LENGTH:
            if self._invalid:
                visit.items.append(("eth.invalid_lentype", header.type))
        else:
            self._dissect_length(visit, buffer, header.type, start, end, limit)
        return limit

    def _dissect_length(
        self, visit: Visit, buffer: Buffer, length: int, start: int, end: int, limit: int
    ) -> None:
        """An IEEE 802.3 frame: a length, then LLC."""
        if self._length:
            visit.items.append(("eth.len", length))
        self._payload.llc(visit, buffer, length, start, end, limit, "eth.trailer")


_TAG = (
    *(_DOT1Q[name]._replace(needs=2) for name in ("vlan.priority", "vlan.dei", "vlan.id")),
    _DOT1Q["vlan.etype"]._replace(
        get=lambda header: header.type if header.type > LARGEST_LENGTH else None
    ),
    derived(
        "vlan.len",
        Kind.NUMBER,
        "Length",
        4,
        lambda header: header.type if header.type <= LARGEST_LENGTH else None,
    ),
)


class VlanLayer(Layer):
    """A VLAN tag."""

    HEADERS = (Dot1Q,)
    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {"ethertype": (0x9100,)}

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._payload = TypedPayload(context)
        self._shown = context.wants("vlan")
        self._tag = context.plan(_TAG)

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the tag's fields and dissect by type."""
        visit.protocols.append("vlan")
        visit.deepen("Dot1Q", offset)
        available = end - offset
        if self._shown:
            visit.begin("vlan", buffer, offset, end, 4)
        if available < 4:
            padded = buffer[offset:end] + bytes(4)
            visit.emit(self._tag, Dot1Q.parse(padded), available)
            raise cut("Dot1Q", offset, 4, available, "IEEE 802.1Q section 9")
        header = Dot1Q.parse(buffer, offset, end, False)
        visit.emit_all(self._tag, header)
        visit.vlan = header.vlan_id
        if header.type > LARGEST_LENGTH:
            name = "vlan.trailer"
            self._payload.dissect(visit, buffer, header.type, offset + 4, end, limit, name)
        else:
            self._payload.llc(visit, buffer, header.type, offset + 4, end, limit, "vlan.trailer")
        return limit


def _service_items(number: str) -> tuple[Item, ...]:
    """What Wireshark shows of a service tag; of two in a row, each has a name for its number."""
    return tuple(
        derived(f"ieee8021ad.{name}", Kind.NUMBER, title, 2, get)
        for name, title, get in (
            ("priority", "Priority", lambda header: header.priority),
            ("dei", "DEI", lambda header: int(header.drop_eligible)),
            (number, "ID", lambda header: header.vlan_id),
        )
    )


_SERVICE, _CUSTOMER, _ONLY = (_service_items(name) for name in ("svid", "cvid", "id"))
declare("ieee8021ad", Kind.PROTOCOL, "IEEE 802.1ad")


class ServiceTagLayer(Layer):
    """The service tag of 802.1ad, which Wireshark shows under another protocol name.

    Two of them in a row are one header to it. A length in the place of the type is none.
    """

    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {"ethertype": (SERVICE_TAG,)}

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._payload = TypedPayload(context)
        self._shown = context.wants("ieee8021ad")
        self._only = context.plan(_ONLY)
        self._service = context.plan(_SERVICE)
        self._customer = context.plan(_CUSTOMER)

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the fields of one tag or of two, and dissect by type."""
        visit.protocols.append("ieee8021ad")
        visit.deepen("Dot1Q", offset)
        if end - offset < 4:
            raise cut("Dot1Q", offset, 4, end - offset, "IEEE 802.1Q section 9")
        if self._shown:
            visit.begin("ieee8021ad", buffer, offset, end, 4)
        tag = Dot1Q.parse(buffer, offset, end, strict=False)
        if tag.type == SERVICE_TAG:
            inner = Dot1Q.parse(buffer[offset + 4 : end] + bytes(4), strict=False)
            if end - offset >= 6:
                visit.emit_all(self._service, tag)
                visit.emit_all(self._customer, inner)
            offset, tag = offset + 4, inner
            if end - offset < 4:
                raise cut("Dot1Q", offset, 4, end - offset, "IEEE 802.1Q section 9")
        else:
            visit.emit_all(self._only, tag)
        visit.vlan = tag.vlan_id
        name = "ieee8021ad.trailer"
        self._payload.dissect(visit, buffer, tag.type, offset + 4, end, limit, name)
        return limit
