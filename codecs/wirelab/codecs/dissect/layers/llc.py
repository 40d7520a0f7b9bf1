"""LLC and SNAP as Wireshark shows them (IEEE 802.2 section 3; RFC 1042)."""

from typing import Any

from wirelab.codecs.dissect.fields import (
    REGISTRY,
    DisplayField,
    Item,
    Kind,
    declare,
    derived,
    schema_items,
)
from wirelab.codecs.dissect.header_layer import HeaderLayer, show_part
from wirelab.codecs.dissect.layer import Context
from wirelab.codecs.dissect.visit import Buffer, Visit, cut
from wirelab.codecs.protocols import LLC, SNAP

SNAP_SAP = 0xAA
SNAP_HEADER = 5
"""Bytes."""
INFORMATION, SUPERVISORY, UNNUMBERED = 0, 1, 3
"""The lowest bits of the control field; of information frames, only the lowest one counts."""
UNNUMBERED_INFORMATION = 0x03
ETHERNET_OUIS = frozenset((0x000000, 0x0000F8, 0x080007))
"""Under these, the protocol is an Ethernet type (RFC 1042, IEEE 802.1H, AppleTalk)."""


PROTOCOL = declare("llc", Kind.PROTOCOL, "Logical-Link Control")


def _frame_type(header: LLC) -> int:
    return header.control & 3 if header.control & 1 else INFORMATION


def _is(header: LLC, *kinds: int) -> bool:
    return _frame_type(header) in kinds


def _control(header: LLC) -> int:
    """The control field as one number: two octets are little-endian."""
    return header.control | (header.control_extension or 0) << 8


def _poll_final(response: bool) -> Any:
    """A getter of the P/F bit, shown where it is set: F of responses, P of all others."""

    def get(header: LLC) -> bool | None:
        is_set = _control(header) & (0x10 if _is(header, UNNUMBERED) else 0x100)
        is_response = bool(header.ssap & 1) and not _is(header, INFORMATION)
        return True if is_set and is_response is response else None

    return get


def _modifier(response: bool) -> Any:
    """A getter of the kind of an unnumbered frame."""

    def get(header: LLC) -> int | None:
        if not _is(header, UNNUMBERED) or bool(header.ssap & 1) is not response:
            return None
        return (header.control & 0xEC) >> 2

    return get


class _FrameTypeField(DisplayField):
    """Unnumbered frames have a control field of one octet, others of two."""

    def text(self, value: Any) -> str:
        """Hexadecimal, with the digits of the control field."""
        return f"0x{value:02x}" if value == UNNUMBERED else f"0x{value:04x}"


def _type_item() -> Item:
    item = derived("llc.control.ftype", Kind.HEX, "Frame type", 3, _frame_type, digits=4)
    REGISTRY["llc.control.ftype"] = _FrameTypeField(*item.fields[0])
    return item


def is_information(header: LLC) -> bool:
    """Whether a payload of another protocol follows."""
    return _is(header, INFORMATION) or header.control == UNNUMBERED_INFORMATION


class LlcLayer(HeaderLayer):
    """LLC, and what its service access points name."""

    HEADERS = (LLC,)
    EXTRA = (
        derived("llc.dsap.sap", Kind.NUMBER, "SAP", 1, lambda header: header.dsap >> 1),
        derived("llc.dsap.ig", Kind.BOOLEAN, "IG Bit", 1, lambda header: bool(header.dsap & 1)),
        derived("llc.ssap.sap", Kind.NUMBER, "SAP", 2, lambda header: header.ssap >> 1),
        derived("llc.ssap.cr", Kind.BOOLEAN, "CR Bit", 2, lambda header: bool(header.ssap & 1)),
        derived("llc.control", Kind.HEX, "Control", 3, _control, digits=4),
        derived(
            "llc.control.n_r",
            Kind.NUMBER,
            "N(R)",
            4,
            lambda header: None if _is(header, UNNUMBERED) else _control(header) >> 9,
        ),
        derived(
            "llc.control.n_s",
            Kind.NUMBER,
            "N(S)",
            4,
            lambda header: header.control >> 1 if _is(header, INFORMATION) else None,
        ),
        derived("llc.control.p", Kind.BOOLEAN, "Poll", 3, _poll_final(response=False)),
        derived("llc.control.f", Kind.BOOLEAN, "Final", 3, _poll_final(response=True)),
        derived(
            "llc.control.s_ftype",
            Kind.HEX,
            "Supervisory frame type",
            4,
            lambda header: header.control >> 2 & 3 if _is(header, SUPERVISORY) else None,
            digits=4,
        ),
        derived("llc.control.u_modifier_cmd", Kind.HEX, "Command", 3, _modifier(False), digits=2),
        derived("llc.control.u_modifier_resp", Kind.HEX, "Response", 3, _modifier(True), digits=2),
        _type_item(),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        # SNAP's Ethernet types may be lengths, and so seem to lead here as to a body of SNAP.
        self._is_own = True
        self._shown = context.wants("llc")
        self._snap = SnapLayer(context)

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Go on with SNAP, or with what the destination names."""
        if header.dsap == header.ssap == SNAP_SAP:
            self._snap.follow(visit, is_information(header), buffer, start, end, limit)
        elif start < end:
            saps = self.context.table("llc_sap")
            is_named = is_information(header) and header.dsap & 0xFE != SNAP_SAP
            layer = saps[header.dsap] if is_named else None
            (layer or self.data).dissect(visit, buffer, start, end, limit)

    def _cut(self, visit: Visit, buffer: Buffer, offset: int, end: int) -> None:
        """The access points; of a control field of two octets one is nothing."""
        show_part(self, visit, buffer, offset, min(end, offset + 2))


_TYPE = schema_items(SNAP)["llc.type"]


class SnapLayer(HeaderLayer):
    """SNAP, which Wireshark shows as part of LLC."""

    HEADERS = (SNAP,)
    HIDDEN = frozenset(("llc.type",))
    EXTRA = (
        derived("llc.oui", Kind.NUMBER, "Organization Code", 3, lambda header: header.oui),
        derived(
            "llc.pid",
            Kind.HEX,
            "Protocol ID",
            5,
            lambda header: None if header.oui in ETHERNET_OUIS else header.protocol_id,
            digits=4,
        ),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._types = context.table("ethertype")
        self._type = context.plan((_TYPE,))

    def follow(
        self, visit: Visit, is_information: bool, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Show all of it or nothing; the Ethernet type only if there is information."""
        if end - start < SNAP_HEADER:
            raise cut("SNAP", start, SNAP_HEADER, end - start, "RFC 1042")
        header = SNAP.parse(buffer, start, end, False)
        visit.emit_all(self._plan, header)
        layer = None
        if is_information and header.oui in ETHERNET_OUIS:
            visit.emit_all(self._type, header)
            layer = self._types[header.protocol_id]
        start += SNAP_HEADER
        if layer is not None or start < end:
            (layer or self.data).dissect(visit, buffer, start, end, limit)
