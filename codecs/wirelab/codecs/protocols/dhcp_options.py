"""Options of DHCP: RFC 2132 and those that later RFCs defined, with their sub-options.

Generated from schemas/dhcp_options.py by `make generate`; do not edit.
"""

# ruff: noqa: A002, C901

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv4_address
from wirelab.codecs.arguments import address_argument, text_argument
from wirelab.codecs.field import Field
from wirelab.codecs.options import (
    ListEnd,
    MalformedOption,
    MalformedRecord,
    Option,
    Padding,
    Record,
    UnknownOption,
    encode_list,
    items_argument,
    list_argument,
)
from wirelab.codecs.registries.dhcp import MESSAGE_TYPES, OPTION_CODES, OVERLOADS
from wirelab.codecs.shown_bytes import names_argument, names_in, prefix_argument
from wirelab.codecs.tlv import TlvStyle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from wirelab.codecs.addresses import AddressLike

new = object.__new__

_DHCP_ADDRESS_AND_MASK = struct.Struct("!4s4s")


class DHCPAddressAndMask(Record):
    """Destinations that source routes may have (RFC 2132 section 4.3)."""

    __slots__ = (
        "address",
        "mask",
    )
    __match_args__ = (
        "address",
        "mask",
    )
    FIELDS = (
        Field(
            "address",
            display="dhcp.option.policy_filter.ip",
            bit_offset=0,
            bits=32,
            format="ipv4",
            source="RFC 2132 section 4.3",
        ),
        Field(
            "mask",
            display="dhcp.option.policy_filter.subnet_mask",
            bit_offset=32,
            bits=32,
            format="ipv4",
            source="RFC 2132 section 4.3",
        ),
    )

    def __init__(self, address: AddressLike, mask: AddressLike) -> None:
        self.address = address_argument(DHCPAddressAndMask, "address", address, ipv4_address)
        self.mask = address_argument(DHCPAddressAndMask, "mask", mask, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4 or len(self.mask) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _DHCP_ADDRESS_AND_MASK.pack(self.address, self.mask)


def _read_dhcp_address_and_mask(
    data: bytes, offset: int, stop: int
) -> tuple[DHCPAddressAndMask, int] | None:
    """The record at `offset`, and where it ends, or None if it does not fit in."""
    dhcp_address_and_mask = new(DHCPAddressAndMask)
    if stop - offset < 8:
        return None
    (
        dhcp_address_and_mask.address,
        dhcp_address_and_mask.mask,
    ) = _DHCP_ADDRESS_AND_MASK.unpack_from(data, offset)
    offset += 8
    return dhcp_address_and_mask, offset


DHCPPolicyFilterEntry: TypeAlias = DHCPAddressAndMask | MalformedRecord


def decode_dhcp_policy_filter_entries(data: bytes) -> tuple[DHCPPolicyFilterEntry, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[DHCPPolicyFilterEntry] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_dhcp_address_and_mask(data, offset, end)
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
    return tuple(found)


_DHCP_DESTINATION_AND_ROUTER = struct.Struct("!4s4s")


class DHCPDestinationAndRouter(Record):
    """Routes by class of address; see RFC 3442 for others (RFC 2132 section 5.8)."""

    __slots__ = (
        "destination",
        "router",
    )
    __match_args__ = (
        "destination",
        "router",
    )
    FIELDS = (
        Field(
            "destination",
            display="dhcp.option.static_route.ip",
            bit_offset=0,
            bits=32,
            format="ipv4",
            source="RFC 2132 section 5.8",
        ),
        Field(
            "router",
            display="dhcp.option.static_route.router",
            bit_offset=32,
            bits=32,
            format="ipv4",
            source="RFC 2132 section 5.8",
        ),
    )

    def __init__(self, destination: AddressLike, router: AddressLike) -> None:
        self.destination = address_argument(
            DHCPDestinationAndRouter, "destination", destination, ipv4_address
        )
        self.router = address_argument(DHCPDestinationAndRouter, "router", router, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.destination) != 4 or len(self.router) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _DHCP_DESTINATION_AND_ROUTER.pack(self.destination, self.router)


def _read_dhcp_destination_and_router(
    data: bytes, offset: int, stop: int
) -> tuple[DHCPDestinationAndRouter, int] | None:
    """The record at `offset`, and where it ends, or None if it does not fit in."""
    dhcp_destination_and_router = new(DHCPDestinationAndRouter)
    if stop - offset < 8:
        return None
    (
        dhcp_destination_and_router.destination,
        dhcp_destination_and_router.router,
    ) = _DHCP_DESTINATION_AND_ROUTER.unpack_from(data, offset)
    offset += 8
    return dhcp_destination_and_router, offset


DHCPStaticRouteEntry: TypeAlias = DHCPDestinationAndRouter | MalformedRecord


def decode_dhcp_static_route_entries(data: bytes) -> tuple[DHCPStaticRouteEntry, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[DHCPStaticRouteEntry] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_dhcp_destination_and_router(data, offset, end)
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
    return tuple(found)


class NetWareIPDoesNotExist(Option):
    """The server has no NetWare/IP parameters (RFC 2242 section 3.1)."""

    __slots__ = ()
    __match_args__ = ()
    KIND = 1


_NET_WARE_IP_DOES_NOT_EXIST_ = NetWareIPDoesNotExist()


class NetWareIPExistsInOptionsArea(Option):
    """They stand in the options behind this one (RFC 2242 section 3.2)."""

    __slots__ = ()
    __match_args__ = ()
    KIND = 2


_NET_WARE_IP_EXISTS_IN_OPTIONS_AREA_ = NetWareIPExistsInOptionsArea()


class NetWareIPExistsInServerNameAndFile(Option):
    """They stand in the fields sname and file (RFC 2242 section 3.3)."""

    __slots__ = ()
    __match_args__ = ()
    KIND = 3


_NET_WARE_IP_EXISTS_IN_SERVER_NAME_AND_FILE_ = NetWareIPExistsInServerNameAndFile()


class NetWareIPExistsButTooBig(Option):
    """They do not fit into the message (RFC 2242 section 3.4)."""

    __slots__ = ()
    __match_args__ = ()
    KIND = 4


_NET_WARE_IP_EXISTS_BUT_TOO_BIG_ = NetWareIPExistsButTooBig()


_NET_WARE_IP_BROADCAST_NSQ = struct.Struct("!B")


class NetWareIPBroadcastNSQ(Option):
    """Look for the nearest server by broadcast (RFC 2242 section 3.5)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 5
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.novell_options.broadcast",
            bit_offset=16,
            bits=8,
            format="bool",
            source="RFC 2242 section 3.5",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _NET_WARE_IP_BROADCAST_NSQ.pack(self.value)


_NET_WARE_IP_PREFERRED_DSS_ADDRESSES = struct.Struct("!4s")


class NetWareIPPreferredDSS(Option):
    """Domain SAP/RIP servers to try first, at most 5 (RFC 2242 section 3.6)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 6
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.novell_options.preferred_dss_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2242 section 3.6",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(NetWareIPPreferredDSS, "addresses", one, ipv4_address)
                for one in items_argument(NetWareIPPreferredDSS, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_NET_WARE_IP_PREFERRED_DSS_ADDRESSES.pack(one) for one in self.addresses])


_NET_WARE_IP_NEAREST_SERVER_ADDRESSES = struct.Struct("!4s")


class NetWareIPNearestServer(Option):
    """Nearest NetWare/IP servers, at most 5 (RFC 2242 section 3.7)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 7
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.novell_options.nearest_nwip_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2242 section 3.7",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(NetWareIPNearestServer, "addresses", one, ipv4_address)
                for one in items_argument(NetWareIPNearestServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_NET_WARE_IP_NEAREST_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_net_ware_ip_nearest_server(
    data: bytes, offset: int, stop: int
) -> NetWareIPNearestServer | None:
    """The option's data, or None if it does not fit in."""
    net_ware_ip_nearest_server = new(NetWareIPNearestServer)
    if (stop - offset) % 4:
        return None
    net_ware_ip_nearest_server.addresses = tuple(
        [item for (item,) in _NET_WARE_IP_NEAREST_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return net_ware_ip_nearest_server


_NET_WARE_IP_AUTO_RETRIES = struct.Struct("!B")


class NetWareIPAutoRetries(Option):
    """Attempts to reach a server at startup (RFC 2242 section 3.8)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 8
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.novell_options.autoretries",
            bit_offset=16,
            bits=8,
            source="RFC 2242 section 3.8",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _NET_WARE_IP_AUTO_RETRIES.pack(self.value)


def _read_net_ware_ip_auto_retries(
    data: bytes, offset: int, stop: int
) -> NetWareIPAutoRetries | None:
    """The option's data, or None if it does not fit in."""
    net_ware_ip_auto_retries = new(NetWareIPAutoRetries)
    if stop - offset < 1:
        return None
    (net_ware_ip_auto_retries.value,) = _NET_WARE_IP_AUTO_RETRIES.unpack_from(data, offset)
    offset += 1
    return net_ware_ip_auto_retries if offset == stop else None


_NET_WARE_IP_AUTO_RETRY_SECONDS = struct.Struct("!B")


class NetWareIPAutoRetrySeconds(Option):
    """Seconds between these attempts (RFC 2242 section 3.9)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 9
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.novell_options.autoretry_delay",
            bit_offset=16,
            bits=8,
            source="RFC 2242 section 3.9",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _NET_WARE_IP_AUTO_RETRY_SECONDS.pack(self.value)


def _read_net_ware_ip_auto_retry_seconds(
    data: bytes, offset: int, stop: int
) -> NetWareIPAutoRetrySeconds | None:
    """The option's data, or None if it does not fit in."""
    net_ware_ip_auto_retry_seconds = new(NetWareIPAutoRetrySeconds)
    if stop - offset < 1:
        return None
    (net_ware_ip_auto_retry_seconds.value,) = _NET_WARE_IP_AUTO_RETRY_SECONDS.unpack_from(
        data, offset
    )
    offset += 1
    return net_ware_ip_auto_retry_seconds if offset == stop else None


_NET_WARE_IP_VERSION11 = struct.Struct("!B")


class NetWareIPVersion11(Option):
    """Support servers of NetWare/IP 1.1 (RFC 2242 section 3.10)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 10
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.novell_options.support_netware_v1_1",
            bit_offset=16,
            bits=8,
            format="bool",
            source="RFC 2242 section 3.10",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _NET_WARE_IP_VERSION11.pack(self.value)


def _read_net_ware_ip_version11(data: bytes, offset: int, stop: int) -> NetWareIPVersion11 | None:
    """The option's data, or None if it does not fit in."""
    net_ware_ip_version11 = new(NetWareIPVersion11)
    if stop - offset < 1:
        return None
    (net_ware_ip_version11.value,) = _NET_WARE_IP_VERSION11.unpack_from(data, offset)
    offset += 1
    return net_ware_ip_version11 if offset == stop else None


_NET_WARE_IP_PRIMARY_DSS = struct.Struct("!4s")


class NetWareIPPrimaryDSS(Option):
    """Primary domain SAP/RIP server (RFC 2242 section 3.11)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 11
    FIELDS = (
        Field(
            "address",
            display="dhcp.option.novell_options.primary_dss",
            bit_offset=16,
            bits=32,
            format="ipv4",
            source="RFC 2242 section 3.11",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(NetWareIPPrimaryDSS, "address", address, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _NET_WARE_IP_PRIMARY_DSS.pack(self.address)


def _read_net_ware_ip_primary_dss(
    data: bytes, offset: int, stop: int
) -> NetWareIPPrimaryDSS | None:
    """The option's data, or None if it does not fit in."""
    net_ware_ip_primary_dss = new(NetWareIPPrimaryDSS)
    if stop - offset < 4:
        return None
    (net_ware_ip_primary_dss.address,) = _NET_WARE_IP_PRIMARY_DSS.unpack_from(data, offset)
    offset += 4
    return net_ware_ip_primary_dss if offset == stop else None


NetWareIPSuboption: TypeAlias = (
    NetWareIPDoesNotExist
    | NetWareIPExistsInOptionsArea
    | NetWareIPExistsInServerNameAndFile
    | NetWareIPExistsButTooBig
    | NetWareIPBroadcastNSQ
    | NetWareIPPreferredDSS
    | NetWareIPNearestServer
    | NetWareIPAutoRetries
    | NetWareIPAutoRetrySeconds
    | NetWareIPVersion11
    | NetWareIPPrimaryDSS
    | UnknownOption
    | MalformedOption
)


NET_WARE_IP_SUBOPTION_STYLE = TlvStyle(
    alignment=1,
    before=0,
    counts_head=False,
    end=None,
    kind_bytes=1,
    length_bytes=1,
    length_first=False,
    padding=None,
    unit=1,
)


READ_NET_WARE_IP_SUBOPTION: dict[int, Callable[[bytes, int, int], NetWareIPSuboption | None]] = {
    7: _read_net_ware_ip_nearest_server,
    8: _read_net_ware_ip_auto_retries,
    9: _read_net_ware_ip_auto_retry_seconds,
    10: _read_net_ware_ip_version11,
    11: _read_net_ware_ip_primary_dss,
}


def decode_net_ware_ip_suboptions(data: bytes) -> tuple[NetWareIPSuboption, ...]:
    """Read a whole option list; loses nothing and never fails."""
    found: list[NetWareIPSuboption] = []
    offset, end = 0, len(data)
    while offset < end:
        kind = data[offset]
        body = offset + 2
        if body > end:
            found.append(MalformedOption(data[offset:]))
            break
        stop = body + data[offset + 1]
        if stop > end:
            found.append(MalformedOption(data[offset:]))
            break
        if kind == 1 and stop - body == 0:
            found.append(_NET_WARE_IP_DOES_NOT_EXIST_)
        elif kind == 2 and stop - body == 0:
            found.append(_NET_WARE_IP_EXISTS_IN_OPTIONS_AREA_)
        elif kind == 3 and stop - body == 0:
            found.append(_NET_WARE_IP_EXISTS_IN_SERVER_NAME_AND_FILE_)
        elif kind == 4 and stop - body == 0:
            found.append(_NET_WARE_IP_EXISTS_BUT_TOO_BIG_)
        elif kind == 5 and stop - body == 1:
            net_ware_ip_broadcast_nsq = new(NetWareIPBroadcastNSQ)
            (net_ware_ip_broadcast_nsq.value,) = _NET_WARE_IP_BROADCAST_NSQ.unpack_from(data, body)
            found.append(net_ware_ip_broadcast_nsq)
        elif kind == 6 and (stop - body) % 4 == 0:
            net_ware_ip_preferred_dss = new(NetWareIPPreferredDSS)
            net_ware_ip_preferred_dss.addresses = tuple(
                [
                    item
                    for (item,) in _NET_WARE_IP_PREFERRED_DSS_ADDRESSES.iter_unpack(data[body:stop])
                ]
            )
            found.append(net_ware_ip_preferred_dss)
        else:
            read = READ_NET_WARE_IP_SUBOPTION.get(kind)
            option = read(data, body, stop) if read is not None else None
            if option is None:
                option = UnknownOption(kind, data[body:stop])
            found.append(option)
        offset = stop
    return tuple(found)


class DHCPUserClassInstance(Record):
    """One user class (RFC 3004 section 4)."""

    __slots__ = ("data",)
    __match_args__ = ("data",)
    FIELDS = (Field("data", bit_offset=8, format="bytes", source="RFC 3004 section 4"),)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return len(self.data).to_bytes(1) + self.data


def _read_dhcp_user_class_instance(
    data: bytes, offset: int, stop: int
) -> tuple[DHCPUserClassInstance, int] | None:
    """The record at `offset`, and where it ends, or None if it does not fit in."""
    dhcp_user_class_instance = new(DHCPUserClassInstance)
    if stop - offset < 1:
        return None
    end = offset + 1 + data[offset]
    if not offset + 1 <= end <= stop:
        return None
    dhcp_user_class_instance.data = data[offset + 1 : end]
    offset = end
    return dhcp_user_class_instance, offset


DHCPUserClassClasse: TypeAlias = DHCPUserClassInstance | MalformedRecord


def decode_dhcp_user_class_classes(data: bytes) -> tuple[DHCPUserClassClasse, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[DHCPUserClassClasse] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_dhcp_user_class_instance(data, offset, end)
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
    return tuple(found)


class DHCPRelayCircuitIdentifier(Option):
    """The circuit that the request came in by (RFC 3046 section 3.1)."""

    __slots__ = ("data",)
    __match_args__ = ("data",)
    KIND = 1
    FIELDS = (
        Field(
            "data",
            display="dhcp.option.agent_information_option.agent_circuit_id",
            bit_offset=16,
            format="bytes",
            source="RFC 3046 section 3.1",
        ),
    )

    def __init__(self, data: bytes) -> None:
        self.data = data

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.data


class DHCPRelayRemoteIdentifier(Option):
    """The remote end of the circuit (RFC 3046 section 3.2)."""

    __slots__ = ("data",)
    __match_args__ = ("data",)
    KIND = 2
    FIELDS = (
        Field(
            "data",
            display="dhcp.option.agent_information_option.agent_remote_id",
            bit_offset=16,
            format="bytes",
            source="RFC 3046 section 3.2",
        ),
    )

    def __init__(self, data: bytes) -> None:
        self.data = data

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.data


_DHCP_RELAY_DOCSIS_DEVICE_CLASS = struct.Struct("!I")


class DHCPRelayDOCSISDeviceClass(Option):
    """Class of the cable device (RFC 3256 section 2)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 4
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.agent_information_option.docsis_device_class",
            bit_offset=16,
            bits=32,
            source="RFC 3256 section 2",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_RELAY_DOCSIS_DEVICE_CLASS.pack(self.value)


_DHCP_RELAY_LINK_SELECTION = struct.Struct("!4s")


class DHCPRelayLinkSelection(Option):
    """The subnet that the client is on (RFC 3527 section 3)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 5
    FIELDS = (
        Field(
            "address",
            display="dhcp.option.agent_information_option.link_selection",
            bit_offset=16,
            bits=32,
            format="ipv4",
            source="RFC 3527 section 3",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(DHCPRelayLinkSelection, "address", address, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _DHCP_RELAY_LINK_SELECTION.pack(self.address)


class DHCPRelaySubscriberIdentifier(Option):
    """Who the client belongs to (RFC 3993 section 3)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 6
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.agent_information_option.subscriber_id",
            bit_offset=16,
            format="text",
            source="RFC 3993 section 3",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPRelaySubscriberIdentifier, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


class DHCPRelayRADIUSAttributes(Option):
    """Attributes that a RADIUS server returned (RFC 4014 section 4)."""

    __slots__ = ("data",)
    __match_args__ = ("data",)
    KIND = 7
    FIELDS = (
        Field(
            "data",
            display="dhcp.option.agent_information_option.radius_attributes",
            bit_offset=16,
            format="bytes",
            source="RFC 4014 section 4",
        ),
    )

    def __init__(self, data: bytes) -> None:
        self.data = data

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.data


class DHCPRelayAuthentication(Option):
    """Protects what the relay agent adds (RFC 4030 section 4)."""

    __slots__ = ("data",)
    __match_args__ = ("data",)
    KIND = 8
    FIELDS = (
        Field(
            "data",
            display="dhcp.option.agent_information_option.authentication",
            bit_offset=16,
            format="bytes",
            source="RFC 4030 section 4",
        ),
    )

    def __init__(self, data: bytes) -> None:
        self.data = data

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.data


def _read_dhcp_relay_authentication(
    data: bytes, offset: int, stop: int
) -> DHCPRelayAuthentication | None:
    """The option's data, or None if it does not fit in."""
    dhcp_relay_authentication = new(DHCPRelayAuthentication)
    dhcp_relay_authentication.data = data[offset:stop]
    offset = stop
    return dhcp_relay_authentication


class DHCPRelayVendorSpecific(Option):
    """Information by enterprise number (RFC 4243 section 3)."""

    __slots__ = ("data",)
    __match_args__ = ("data",)
    KIND = 9
    FIELDS = (
        Field(
            "data",
            display="dhcp.option.agent_information_option.vi",
            bit_offset=16,
            format="bytes",
            source="RFC 4243 section 3",
        ),
    )

    def __init__(self, data: bytes) -> None:
        self.data = data

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.data


def _read_dhcp_relay_vendor_specific(
    data: bytes, offset: int, stop: int
) -> DHCPRelayVendorSpecific | None:
    """The option's data, or None if it does not fit in."""
    dhcp_relay_vendor_specific = new(DHCPRelayVendorSpecific)
    dhcp_relay_vendor_specific.data = data[offset:stop]
    offset = stop
    return dhcp_relay_vendor_specific


_DHCP_RELAY_FLAGS = struct.Struct("!B")


class DHCPRelayFlags(Option):
    """Bit 7: the request came by unicast (RFC 5010 section 3)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 10
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.agent_information_option.flags",
            bit_offset=16,
            bits=8,
            source="RFC 5010 section 3",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_RELAY_FLAGS.pack(self.value)


def _read_dhcp_relay_flags(data: bytes, offset: int, stop: int) -> DHCPRelayFlags | None:
    """The option's data, or None if it does not fit in."""
    dhcp_relay_flags = new(DHCPRelayFlags)
    if stop - offset < 1:
        return None
    (dhcp_relay_flags.value,) = _DHCP_RELAY_FLAGS.unpack_from(data, offset)
    offset += 1
    return dhcp_relay_flags if offset == stop else None


_DHCP_RELAY_SERVER_IDENTIFIER_OVERRIDE = struct.Struct("!4s")


class DHCPRelayServerIdentifierOverride(Option):
    """The address to renew at: the relay agent's (RFC 5107 section 4)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 11
    FIELDS = (
        Field(
            "address",
            display="dhcp.option.agent_information_option.server_id_override",
            bit_offset=16,
            bits=32,
            format="ipv4",
            source="RFC 5107 section 4",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(
            DHCPRelayServerIdentifierOverride, "address", address, ipv4_address
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _DHCP_RELAY_SERVER_IDENTIFIER_OVERRIDE.pack(self.address)


def _read_dhcp_relay_server_identifier_override(
    data: bytes, offset: int, stop: int
) -> DHCPRelayServerIdentifierOverride | None:
    """The option's data, or None if it does not fit in."""
    dhcp_relay_server_identifier_override = new(DHCPRelayServerIdentifierOverride)
    if stop - offset < 4:
        return None
    (dhcp_relay_server_identifier_override.address,) = (
        _DHCP_RELAY_SERVER_IDENTIFIER_OVERRIDE.unpack_from(data, offset)
    )
    offset += 4
    return dhcp_relay_server_identifier_override if offset == stop else None


DHCPRelaySuboption: TypeAlias = (
    DHCPRelayCircuitIdentifier
    | DHCPRelayRemoteIdentifier
    | DHCPRelayDOCSISDeviceClass
    | DHCPRelayLinkSelection
    | DHCPRelaySubscriberIdentifier
    | DHCPRelayRADIUSAttributes
    | DHCPRelayAuthentication
    | DHCPRelayVendorSpecific
    | DHCPRelayFlags
    | DHCPRelayServerIdentifierOverride
    | UnknownOption
    | MalformedOption
)


DHCP_RELAY_SUBOPTION_STYLE = TlvStyle(
    alignment=1,
    before=0,
    counts_head=False,
    end=None,
    kind_bytes=1,
    length_bytes=1,
    length_first=False,
    padding=None,
    unit=1,
)


READ_DHCP_RELAY_SUBOPTION: dict[int, Callable[[bytes, int, int], DHCPRelaySuboption | None]] = {
    8: _read_dhcp_relay_authentication,
    9: _read_dhcp_relay_vendor_specific,
    10: _read_dhcp_relay_flags,
    11: _read_dhcp_relay_server_identifier_override,
}


def decode_dhcp_relay_suboptions(data: bytes) -> tuple[DHCPRelaySuboption, ...]:
    """Read a whole option list; loses nothing and never fails."""
    found: list[DHCPRelaySuboption] = []
    offset, end = 0, len(data)
    while offset < end:
        kind = data[offset]
        body = offset + 2
        if body > end:
            found.append(MalformedOption(data[offset:]))
            break
        stop = body + data[offset + 1]
        if stop > end:
            found.append(MalformedOption(data[offset:]))
            break
        if kind == 1 and stop - body >= 0:
            dhcp_relay_circuit_identifier = new(DHCPRelayCircuitIdentifier)
            dhcp_relay_circuit_identifier.data = data[body:stop]
            found.append(dhcp_relay_circuit_identifier)
        elif kind == 2 and stop - body >= 0:
            dhcp_relay_remote_identifier = new(DHCPRelayRemoteIdentifier)
            dhcp_relay_remote_identifier.data = data[body:stop]
            found.append(dhcp_relay_remote_identifier)
        elif kind == 4 and stop - body == 4:
            dhcp_relay_docsis_device_class = new(DHCPRelayDOCSISDeviceClass)
            (dhcp_relay_docsis_device_class.value,) = _DHCP_RELAY_DOCSIS_DEVICE_CLASS.unpack_from(
                data, body
            )
            found.append(dhcp_relay_docsis_device_class)
        elif kind == 5 and stop - body == 4:
            dhcp_relay_link_selection = new(DHCPRelayLinkSelection)
            (dhcp_relay_link_selection.address,) = _DHCP_RELAY_LINK_SELECTION.unpack_from(
                data, body
            )
            found.append(dhcp_relay_link_selection)
        elif kind == 6 and stop - body >= 0:
            dhcp_relay_subscriber_identifier = new(DHCPRelaySubscriberIdentifier)
            dhcp_relay_subscriber_identifier.text = data[body:stop]
            found.append(dhcp_relay_subscriber_identifier)
        elif kind == 7 and stop - body >= 0:
            dhcp_relay_radius_attributes = new(DHCPRelayRADIUSAttributes)
            dhcp_relay_radius_attributes.data = data[body:stop]
            found.append(dhcp_relay_radius_attributes)
        else:
            read = READ_DHCP_RELAY_SUBOPTION.get(kind)
            option = read(data, body, stop) if read is not None else None
            if option is None:
                option = UnknownOption(kind, data[body:stop])
            found.append(option)
        offset = stop
    return tuple(found)


_DHCP_CLASSLESS_ROUTE = struct.Struct("!B")
_DHCP_CLASSLESS_ROUTE_2 = struct.Struct("!4s")


class DHCPClasslessRoute(Record):
    """A route to a subnet of any width (RFC 3442).

    Attributes:
        prefix_length: Width of the subnet mask, bits (RFC 3442).
        destination: The bytes of the subnet's address that the mask covers (RFC 3442).
    """

    __slots__ = (
        "destination",
        "prefix_length",
        "router",
    )
    __match_args__ = (
        "prefix_length",
        "destination",
        "router",
    )
    FIELDS = (
        Field("prefix_length", bit_offset=0, bits=8, source="RFC 3442"),
        Field("destination", bit_offset=8, format="bytes", source="RFC 3442", shown="ipv4 prefix"),
        Field("router", bits=32, format="ipv4", source="RFC 3442"),
    )

    def __init__(self, prefix_length: int, destination: AddressLike, router: AddressLike) -> None:
        self.prefix_length = prefix_length
        self.destination = prefix_argument(
            DHCPClasslessRoute, "destination", destination, 4, (prefix_length + 7) // 8
        )
        self.router = address_argument(DHCPClasslessRoute, "router", router, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.destination) != (self.prefix_length + 7) // 8 or len(self.router) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return (
            _DHCP_CLASSLESS_ROUTE.pack(self.prefix_length)
            + self.destination
            + _DHCP_CLASSLESS_ROUTE_2.pack(self.router)
        )


def _read_dhcp_classless_route(
    data: bytes, offset: int, stop: int
) -> tuple[DHCPClasslessRoute, int] | None:
    """The record at `offset`, and where it ends, or None if it does not fit in."""
    dhcp_classless_route = new(DHCPClasslessRoute)
    if stop - offset < 1:
        return None
    (dhcp_classless_route.prefix_length,) = _DHCP_CLASSLESS_ROUTE.unpack_from(data, offset)
    offset += 1
    end = offset + (dhcp_classless_route.prefix_length + 7) // 8
    if not offset <= end <= stop:
        return None
    dhcp_classless_route.destination = data[offset:end]
    offset = end
    if stop - offset < 4:
        return None
    (dhcp_classless_route.router,) = _DHCP_CLASSLESS_ROUTE_2.unpack_from(data, offset)
    offset += 4
    return dhcp_classless_route, offset


DHCPClasslessStaticRouteRoute: TypeAlias = DHCPClasslessRoute | MalformedRecord


def decode_dhcp_classless_static_route_routes(
    data: bytes,
) -> tuple[DHCPClasslessStaticRouteRoute, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[DHCPClasslessStaticRouteRoute] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_dhcp_classless_route(data, offset, end)
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
    return tuple(found)


_DHCP_VENDOR_CLASS_ENTRY = struct.Struct("!I")


class DHCPVendorClassEntry(Record):
    """The class of one vendor (RFC 3925 section 3).

    Attributes:
        enterprise: IANA enterprise number (RFC 3925 section 3).
    """

    __slots__ = (
        "data",
        "enterprise",
    )
    __match_args__ = (
        "enterprise",
        "data",
    )
    FIELDS = (
        Field("enterprise", bit_offset=0, bits=32, source="RFC 3925 section 3"),
        Field("data", bit_offset=40, format="bytes", source="RFC 3925 section 3"),
    )

    def __init__(self, enterprise: int, data: bytes) -> None:
        self.enterprise = enterprise
        self.data = data

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return (
            _DHCP_VENDOR_CLASS_ENTRY.pack(self.enterprise) + len(self.data).to_bytes(1) + self.data
        )


def _read_dhcp_vendor_class_entry(
    data: bytes, offset: int, stop: int
) -> tuple[DHCPVendorClassEntry, int] | None:
    """The record at `offset`, and where it ends, or None if it does not fit in."""
    dhcp_vendor_class_entry = new(DHCPVendorClassEntry)
    if stop - offset < 4:
        return None
    (dhcp_vendor_class_entry.enterprise,) = _DHCP_VENDOR_CLASS_ENTRY.unpack_from(data, offset)
    offset += 4
    if stop - offset < 1:
        return None
    end = offset + 1 + data[offset]
    if not offset + 1 <= end <= stop:
        return None
    dhcp_vendor_class_entry.data = data[offset + 1 : end]
    offset = end
    return dhcp_vendor_class_entry, offset


DHCPVendorIdentifyingClassEntry: TypeAlias = DHCPVendorClassEntry | MalformedRecord


def decode_dhcp_vendor_identifying_class_entries(
    data: bytes,
) -> tuple[DHCPVendorIdentifyingClassEntry, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[DHCPVendorIdentifyingClassEntry] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_dhcp_vendor_class_entry(data, offset, end)
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
    return tuple(found)


_DHCP_VENDOR_INFORMATION_ENTRY = struct.Struct("!I")


class DHCPVendorInformationEntry(Record):
    """The options of one vendor (RFC 3925 section 3).

    Attributes:
        enterprise: IANA enterprise number (RFC 3925 section 3).
    """

    __slots__ = (
        "data",
        "enterprise",
    )
    __match_args__ = (
        "enterprise",
        "data",
    )
    FIELDS = (
        Field("enterprise", bit_offset=0, bits=32, source="RFC 3925 section 3"),
        Field("data", bit_offset=40, format="bytes", source="RFC 3925 section 3"),
    )

    def __init__(self, enterprise: int, data: bytes) -> None:
        self.enterprise = enterprise
        self.data = data

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return (
            _DHCP_VENDOR_INFORMATION_ENTRY.pack(self.enterprise)
            + len(self.data).to_bytes(1)
            + self.data
        )


def _read_dhcp_vendor_information_entry(
    data: bytes, offset: int, stop: int
) -> tuple[DHCPVendorInformationEntry, int] | None:
    """The record at `offset`, and where it ends, or None if it does not fit in."""
    dhcp_vendor_information_entry = new(DHCPVendorInformationEntry)
    if stop - offset < 4:
        return None
    (dhcp_vendor_information_entry.enterprise,) = _DHCP_VENDOR_INFORMATION_ENTRY.unpack_from(
        data, offset
    )
    offset += 4
    if stop - offset < 1:
        return None
    end = offset + 1 + data[offset]
    if not offset + 1 <= end <= stop:
        return None
    dhcp_vendor_information_entry.data = data[offset + 1 : end]
    offset = end
    return dhcp_vendor_information_entry, offset


DHCPVendorIdentifyingInformationEntry: TypeAlias = DHCPVendorInformationEntry | MalformedRecord


def decode_dhcp_vendor_identifying_information_entries(
    data: bytes,
) -> tuple[DHCPVendorIdentifyingInformationEntry, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[DHCPVendorIdentifyingInformationEntry] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_dhcp_vendor_information_entry(data, offset, end)
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
    return tuple(found)


class DHCPPad(Padding):
    """Kind 0: one byte of padding."""

    __slots__ = ()
    KIND = 0


_DHCP_PAD_ = DHCPPad()


class DHCPEnd(ListEnd):
    """Kind 255: the end of the options, with the bytes after it."""

    __slots__ = ()
    KIND = 255


_DHCP_MESSAGE_TYPE = struct.Struct("!B")


class DHCPMessageType(Option):
    """What kind of message this is (RFC 2132 section 9.6)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 53
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.dhcp",
            bit_offset=16,
            bits=8,
            names=MESSAGE_TYPES,
            source="RFC 2132 section 9.6",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_MESSAGE_TYPE.pack(self.value)


def _read_dhcp_message_type(data: bytes, offset: int, stop: int) -> DHCPMessageType | None:
    """The option's data, or None if it does not fit in."""
    dhcp_message_type = new(DHCPMessageType)
    if stop - offset < 1:
        return None
    (dhcp_message_type.value,) = _DHCP_MESSAGE_TYPE.unpack_from(data, offset)
    offset += 1
    return dhcp_message_type if offset == stop else None


_DHCP_SUBNET_MASK = struct.Struct("!4s")


class DHCPSubnetMask(Option):
    """Mask of the client's subnet (RFC 2132 section 3.3)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 1
    FIELDS = (
        Field(
            "address",
            display="dhcp.option.subnet_mask",
            bit_offset=16,
            bits=32,
            format="ipv4",
            source="RFC 2132 section 3.3",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(DHCPSubnetMask, "address", address, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _DHCP_SUBNET_MASK.pack(self.address)


def _read_dhcp_subnet_mask(data: bytes, offset: int, stop: int) -> DHCPSubnetMask | None:
    """The option's data, or None if it does not fit in."""
    dhcp_subnet_mask = new(DHCPSubnetMask)
    if stop - offset < 4:
        return None
    (dhcp_subnet_mask.address,) = _DHCP_SUBNET_MASK.unpack_from(data, offset)
    offset += 4
    return dhcp_subnet_mask if offset == stop else None


_DHCP_TIME_OFFSET = struct.Struct("!I")


class DHCPTimeOffset(Option):
    """Seconds east of UTC, as two's complement; deprecated (RFC 4833) (RFC 2132 section 3.4)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 2
    FIELDS = (Field("value", bit_offset=16, bits=32, source="RFC 2132 section 3.4"),)

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_TIME_OFFSET.pack(self.value)


def _read_dhcp_time_offset(data: bytes, offset: int, stop: int) -> DHCPTimeOffset | None:
    """The option's data, or None if it does not fit in."""
    dhcp_time_offset = new(DHCPTimeOffset)
    if stop - offset < 4:
        return None
    (dhcp_time_offset.value,) = _DHCP_TIME_OFFSET.unpack_from(data, offset)
    offset += 4
    return dhcp_time_offset if offset == stop else None


_DHCP_ROUTER_ADDRESSES = struct.Struct("!4s")


class DHCPRouter(Option):
    """Routers on the client's subnet (RFC 2132 section 3.5)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 3
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.router",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 3.5",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPRouter, "addresses", one, ipv4_address)
                for one in items_argument(DHCPRouter, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_ROUTER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcp_router(data: bytes, offset: int, stop: int) -> DHCPRouter | None:
    """The option's data, or None if it does not fit in."""
    dhcp_router = new(DHCPRouter)
    if (stop - offset) % 4:
        return None
    dhcp_router.addresses = tuple(
        [item for (item,) in _DHCP_ROUTER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_router


_DHCP_TIME_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPTimeServer(Option):
    """Servers of RFC 868 (RFC 2132 section 3.6)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 4
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.time_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 3.6",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPTimeServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPTimeServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_TIME_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcp_time_server(data: bytes, offset: int, stop: int) -> DHCPTimeServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_time_server = new(DHCPTimeServer)
    if (stop - offset) % 4:
        return None
    dhcp_time_server.addresses = tuple(
        [item for (item,) in _DHCP_TIME_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_time_server


_DHCP_NAME_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPNameServer(Option):
    """Name servers of IEN 116 (RFC 2132 section 3.7)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 5
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.name_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 3.7",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPNameServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPNameServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_NAME_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcp_name_server(data: bytes, offset: int, stop: int) -> DHCPNameServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_name_server = new(DHCPNameServer)
    if (stop - offset) % 4:
        return None
    dhcp_name_server.addresses = tuple(
        [item for (item,) in _DHCP_NAME_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_name_server


_DHCP_DOMAIN_NAME_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPDomainNameServer(Option):
    """Name servers of the DNS (RFC 2132 section 3.8)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 6
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.domain_name_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 3.8",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPDomainNameServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPDomainNameServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_DOMAIN_NAME_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcp_domain_name_server(
    data: bytes, offset: int, stop: int
) -> DHCPDomainNameServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_domain_name_server = new(DHCPDomainNameServer)
    if (stop - offset) % 4:
        return None
    dhcp_domain_name_server.addresses = tuple(
        [item for (item,) in _DHCP_DOMAIN_NAME_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_domain_name_server


_DHCP_LOG_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPLogServer(Option):
    """MIT-LCS UDP log servers (RFC 2132 section 3.9)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 7
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.log_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 3.9",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPLogServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPLogServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_LOG_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcp_log_server(data: bytes, offset: int, stop: int) -> DHCPLogServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_log_server = new(DHCPLogServer)
    if (stop - offset) % 4:
        return None
    dhcp_log_server.addresses = tuple(
        [item for (item,) in _DHCP_LOG_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_log_server


_DHCP_QUOTES_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPQuotesServer(Option):
    """Cookie servers of RFC 865 (RFC 2132 section 3.10)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 8
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.quotes_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 3.10",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPQuotesServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPQuotesServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_QUOTES_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcp_quotes_server(data: bytes, offset: int, stop: int) -> DHCPQuotesServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_quotes_server = new(DHCPQuotesServer)
    if (stop - offset) % 4:
        return None
    dhcp_quotes_server.addresses = tuple(
        [item for (item,) in _DHCP_QUOTES_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_quotes_server


_DHCPLPR_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPLPRServer(Option):
    """Line printer servers of RFC 1179 (RFC 2132 section 3.11)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 9
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.lpr_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 3.11",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPLPRServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPLPRServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCPLPR_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcplpr_server(data: bytes, offset: int, stop: int) -> DHCPLPRServer | None:
    """The option's data, or None if it does not fit in."""
    dhcplpr_server = new(DHCPLPRServer)
    if (stop - offset) % 4:
        return None
    dhcplpr_server.addresses = tuple(
        [item for (item,) in _DHCPLPR_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcplpr_server


_DHCP_IMPRESS_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPImpressServer(Option):
    """Imagen Impress servers (RFC 2132 section 3.12)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 10
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.impress_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 3.12",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPImpressServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPImpressServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_IMPRESS_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcp_impress_server(data: bytes, offset: int, stop: int) -> DHCPImpressServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_impress_server = new(DHCPImpressServer)
    if (stop - offset) % 4:
        return None
    dhcp_impress_server.addresses = tuple(
        [item for (item,) in _DHCP_IMPRESS_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_impress_server


_DHCP_RESOURCE_LOCATION_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPResourceLocationServer(Option):
    """Servers of RFC 887 (RFC 2132 section 3.13)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 11
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.resource_location_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 3.13",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPResourceLocationServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPResourceLocationServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join(
            [_DHCP_RESOURCE_LOCATION_SERVER_ADDRESSES.pack(one) for one in self.addresses]
        )


def _read_dhcp_resource_location_server(
    data: bytes, offset: int, stop: int
) -> DHCPResourceLocationServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_resource_location_server = new(DHCPResourceLocationServer)
    if (stop - offset) % 4:
        return None
    dhcp_resource_location_server.addresses = tuple(
        [
            item
            for (item,) in _DHCP_RESOURCE_LOCATION_SERVER_ADDRESSES.iter_unpack(data[offset:stop])
        ]
    )
    offset = stop
    return dhcp_resource_location_server


class DHCPHostName(Option):
    """The client's name (RFC 2132 section 3.14)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 12
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.hostname",
            bit_offset=16,
            format="text",
            source="RFC 2132 section 3.14",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPHostName, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_host_name(data: bytes, offset: int, stop: int) -> DHCPHostName | None:
    """The option's data, or None if it does not fit in."""
    dhcp_host_name = new(DHCPHostName)
    dhcp_host_name.text = data[offset:stop]
    offset = stop
    return dhcp_host_name


_DHCP_BOOT_FILE_SIZE = struct.Struct("!H")


class DHCPBootFileSize(Option):
    """Blocks of 512 bytes (RFC 2132 section 3.15)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 13
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.boot_file_size",
            bit_offset=16,
            bits=16,
            source="RFC 2132 section 3.15",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_BOOT_FILE_SIZE.pack(self.value)


def _read_dhcp_boot_file_size(data: bytes, offset: int, stop: int) -> DHCPBootFileSize | None:
    """The option's data, or None if it does not fit in."""
    dhcp_boot_file_size = new(DHCPBootFileSize)
    if stop - offset < 2:
        return None
    (dhcp_boot_file_size.value,) = _DHCP_BOOT_FILE_SIZE.unpack_from(data, offset)
    offset += 2
    return dhcp_boot_file_size if offset == stop else None


class DHCPMeritDumpFile(Option):
    """Where to dump the core image (RFC 2132 section 3.16)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 14
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.merit_dump_file",
            bit_offset=16,
            format="text",
            source="RFC 2132 section 3.16",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPMeritDumpFile, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_merit_dump_file(data: bytes, offset: int, stop: int) -> DHCPMeritDumpFile | None:
    """The option's data, or None if it does not fit in."""
    dhcp_merit_dump_file = new(DHCPMeritDumpFile)
    dhcp_merit_dump_file.text = data[offset:stop]
    offset = stop
    return dhcp_merit_dump_file


class DHCPDomainName(Option):
    """Domain for resolving names (RFC 2132 section 3.17)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 15
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.domain_name",
            bit_offset=16,
            format="text",
            source="RFC 2132 section 3.17",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPDomainName, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_domain_name(data: bytes, offset: int, stop: int) -> DHCPDomainName | None:
    """The option's data, or None if it does not fit in."""
    dhcp_domain_name = new(DHCPDomainName)
    dhcp_domain_name.text = data[offset:stop]
    offset = stop
    return dhcp_domain_name


_DHCP_SWAP_SERVER = struct.Struct("!4s")


class DHCPSwapServer(Option):
    """The client's swap server (RFC 2132 section 3.18)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 16
    FIELDS = (
        Field(
            "address",
            display="dhcp.option.swap_server",
            bit_offset=16,
            bits=32,
            format="ipv4",
            source="RFC 2132 section 3.18",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(DHCPSwapServer, "address", address, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _DHCP_SWAP_SERVER.pack(self.address)


def _read_dhcp_swap_server(data: bytes, offset: int, stop: int) -> DHCPSwapServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_swap_server = new(DHCPSwapServer)
    if stop - offset < 4:
        return None
    (dhcp_swap_server.address,) = _DHCP_SWAP_SERVER.unpack_from(data, offset)
    offset += 4
    return dhcp_swap_server if offset == stop else None


class DHCPRootPath(Option):
    """Path of the client's root disk (RFC 2132 section 3.19)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 17
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.root_path",
            bit_offset=16,
            format="text",
            source="RFC 2132 section 3.19",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPRootPath, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_root_path(data: bytes, offset: int, stop: int) -> DHCPRootPath | None:
    """The option's data, or None if it does not fit in."""
    dhcp_root_path = new(DHCPRootPath)
    dhcp_root_path.text = data[offset:stop]
    offset = stop
    return dhcp_root_path


class DHCPExtensionsPath(Option):
    """A file with further options (RFC 2132 section 3.20)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 18
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.extension_path",
            bit_offset=16,
            format="text",
            source="RFC 2132 section 3.20",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPExtensionsPath, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_extensions_path(data: bytes, offset: int, stop: int) -> DHCPExtensionsPath | None:
    """The option's data, or None if it does not fit in."""
    dhcp_extensions_path = new(DHCPExtensionsPath)
    dhcp_extensions_path.text = data[offset:stop]
    offset = stop
    return dhcp_extensions_path


_DHCPIP_FORWARDING = struct.Struct("!B")


class DHCPIPForwarding(Option):
    """Forward packets (RFC 2132 section 4.1)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 19
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.ip_forwarding",
            bit_offset=16,
            bits=8,
            format="bool",
            source="RFC 2132 section 4.1",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCPIP_FORWARDING.pack(self.value)


def _read_dhcpip_forwarding(data: bytes, offset: int, stop: int) -> DHCPIPForwarding | None:
    """The option's data, or None if it does not fit in."""
    dhcpip_forwarding = new(DHCPIPForwarding)
    if stop - offset < 1:
        return None
    (dhcpip_forwarding.value,) = _DHCPIP_FORWARDING.unpack_from(data, offset)
    offset += 1
    return dhcpip_forwarding if offset == stop else None


_DHCP_NON_LOCAL_SOURCE_ROUTING = struct.Struct("!B")


class DHCPNonLocalSourceRouting(Option):
    """Forward packets with non-local source routes (RFC 2132 section 4.2)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 20
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.non_local_source_routing",
            bit_offset=16,
            bits=8,
            format="bool",
            source="RFC 2132 section 4.2",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_NON_LOCAL_SOURCE_ROUTING.pack(self.value)


def _read_dhcp_non_local_source_routing(
    data: bytes, offset: int, stop: int
) -> DHCPNonLocalSourceRouting | None:
    """The option's data, or None if it does not fit in."""
    dhcp_non_local_source_routing = new(DHCPNonLocalSourceRouting)
    if stop - offset < 1:
        return None
    (dhcp_non_local_source_routing.value,) = _DHCP_NON_LOCAL_SOURCE_ROUTING.unpack_from(
        data, offset
    )
    offset += 1
    return dhcp_non_local_source_routing if offset == stop else None


class DHCPPolicyFilter(Option):
    """Destinations that source routes may have (RFC 2132 section 4.3)."""

    __slots__ = ("entries",)
    __match_args__ = ("entries",)
    KIND = 21
    FIELDS = (Field("entries", bit_offset=16, format="options", source="RFC 2132 section 4.3"),)

    def __init__(self, entries: Iterable[DHCPPolicyFilterEntry] | bytes) -> None:
        self.entries = list_argument(
            "DHCPPolicyFilter", "entries", entries, decode_dhcp_policy_filter_entries
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return encode_list("DHCPPolicyFilter", "entries", self.entries)


def _read_dhcp_policy_filter(data: bytes, offset: int, stop: int) -> DHCPPolicyFilter | None:
    """The option's data, or None if it does not fit in."""
    dhcp_policy_filter = new(DHCPPolicyFilter)
    dhcp_policy_filter.entries = decode_dhcp_policy_filter_entries(data[offset:stop])
    offset = stop
    return dhcp_policy_filter


_DHCP_MAXIMUM_DATAGRAM_REASSEMBLY = struct.Struct("!H")


class DHCPMaximumDatagramReassembly(Option):
    """Bytes of a datagram that the client should be able to reassemble, at least 576.

    Source: RFC 2132 section 4.4.
    """

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 22
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.max_datagram_reassembly_size",
            bit_offset=16,
            bits=16,
            source="RFC 2132 section 4.4",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_MAXIMUM_DATAGRAM_REASSEMBLY.pack(self.value)


def _read_dhcp_maximum_datagram_reassembly(
    data: bytes, offset: int, stop: int
) -> DHCPMaximumDatagramReassembly | None:
    """The option's data, or None if it does not fit in."""
    dhcp_maximum_datagram_reassembly = new(DHCPMaximumDatagramReassembly)
    if stop - offset < 2:
        return None
    (dhcp_maximum_datagram_reassembly.value,) = _DHCP_MAXIMUM_DATAGRAM_REASSEMBLY.unpack_from(
        data, offset
    )
    offset += 2
    return dhcp_maximum_datagram_reassembly if offset == stop else None


_DHCP_DEFAULT_TTL = struct.Struct("!B")


class DHCPDefaultTTL(Option):
    """Hops; of packets that are sent (RFC 2132 section 4.5)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 23
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.default_ip_ttl",
            bit_offset=16,
            bits=8,
            source="RFC 2132 section 4.5",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_DEFAULT_TTL.pack(self.value)


def _read_dhcp_default_ttl(data: bytes, offset: int, stop: int) -> DHCPDefaultTTL | None:
    """The option's data, or None if it does not fit in."""
    dhcp_default_ttl = new(DHCPDefaultTTL)
    if stop - offset < 1:
        return None
    (dhcp_default_ttl.value,) = _DHCP_DEFAULT_TTL.unpack_from(data, offset)
    offset += 1
    return dhcp_default_ttl if offset == stop else None


_DHCP_PATH_MTU_AGING_TIMEOUT = struct.Struct("!I")


class DHCPPathMTUAgingTimeout(Option):
    """Seconds (RFC 1191) (RFC 2132 section 4.6)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 24
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.path_mtu_aging_timeout",
            bit_offset=16,
            bits=32,
            source="RFC 2132 section 4.6",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_PATH_MTU_AGING_TIMEOUT.pack(self.value)


def _read_dhcp_path_mtu_aging_timeout(
    data: bytes, offset: int, stop: int
) -> DHCPPathMTUAgingTimeout | None:
    """The option's data, or None if it does not fit in."""
    dhcp_path_mtu_aging_timeout = new(DHCPPathMTUAgingTimeout)
    if stop - offset < 4:
        return None
    (dhcp_path_mtu_aging_timeout.value,) = _DHCP_PATH_MTU_AGING_TIMEOUT.unpack_from(data, offset)
    offset += 4
    return dhcp_path_mtu_aging_timeout if offset == stop else None


_DHCP_PATH_MTU_PLATEAU_TABLE_VALUES = struct.Struct("!H")


class DHCPPathMTUPlateauTable(Option):
    """MTUs to try, ascending, in bytes (RFC 1191) (RFC 2132 section 4.7)."""

    __slots__ = ("values",)
    __match_args__ = ("values",)
    KIND = 25
    FIELDS = (
        Field(
            "values",
            display="dhcp.option.path_mtu_plateau_table_item",
            bit_offset=16,
            source="RFC 2132 section 4.7",
        ),
    )

    def __init__(self, values: Iterable[int]) -> None:
        self.values = items_argument(DHCPPathMTUPlateauTable, "values", values)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_PATH_MTU_PLATEAU_TABLE_VALUES.pack(one) for one in self.values])


def _read_dhcp_path_mtu_plateau_table(
    data: bytes, offset: int, stop: int
) -> DHCPPathMTUPlateauTable | None:
    """The option's data, or None if it does not fit in."""
    dhcp_path_mtu_plateau_table = new(DHCPPathMTUPlateauTable)
    if (stop - offset) % 2:
        return None
    dhcp_path_mtu_plateau_table.values = tuple(
        [item for (item,) in _DHCP_PATH_MTU_PLATEAU_TABLE_VALUES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_path_mtu_plateau_table


_DHCP_INTERFACE_MTU = struct.Struct("!H")


class DHCPInterfaceMTU(Option):
    """Bytes, at least 68 (RFC 2132 section 5.1)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 26
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.interface_mtu",
            bit_offset=16,
            bits=16,
            source="RFC 2132 section 5.1",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_INTERFACE_MTU.pack(self.value)


def _read_dhcp_interface_mtu(data: bytes, offset: int, stop: int) -> DHCPInterfaceMTU | None:
    """The option's data, or None if it does not fit in."""
    dhcp_interface_mtu = new(DHCPInterfaceMTU)
    if stop - offset < 2:
        return None
    (dhcp_interface_mtu.value,) = _DHCP_INTERFACE_MTU.unpack_from(data, offset)
    offset += 2
    return dhcp_interface_mtu if offset == stop else None


_DHCP_ALL_SUBNETS_LOCAL = struct.Struct("!B")


class DHCPAllSubnetsLocal(Option):
    """All subnets have this MTU (RFC 2132 section 5.2)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 27
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.all_subnets_are_local",
            bit_offset=16,
            bits=8,
            format="bool",
            source="RFC 2132 section 5.2",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_ALL_SUBNETS_LOCAL.pack(self.value)


def _read_dhcp_all_subnets_local(data: bytes, offset: int, stop: int) -> DHCPAllSubnetsLocal | None:
    """The option's data, or None if it does not fit in."""
    dhcp_all_subnets_local = new(DHCPAllSubnetsLocal)
    if stop - offset < 1:
        return None
    (dhcp_all_subnets_local.value,) = _DHCP_ALL_SUBNETS_LOCAL.unpack_from(data, offset)
    offset += 1
    return dhcp_all_subnets_local if offset == stop else None


_DHCP_BROADCAST_ADDRESS = struct.Struct("!4s")


class DHCPBroadcastAddress(Option):
    """Broadcast on the subnet (RFC 2132 section 5.3)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 28
    FIELDS = (
        Field(
            "address",
            display="dhcp.option.broadcast_address",
            bit_offset=16,
            bits=32,
            format="ipv4",
            source="RFC 2132 section 5.3",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(DHCPBroadcastAddress, "address", address, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _DHCP_BROADCAST_ADDRESS.pack(self.address)


def _read_dhcp_broadcast_address(
    data: bytes, offset: int, stop: int
) -> DHCPBroadcastAddress | None:
    """The option's data, or None if it does not fit in."""
    dhcp_broadcast_address = new(DHCPBroadcastAddress)
    if stop - offset < 4:
        return None
    (dhcp_broadcast_address.address,) = _DHCP_BROADCAST_ADDRESS.unpack_from(data, offset)
    offset += 4
    return dhcp_broadcast_address if offset == stop else None


_DHCP_PERFORM_MASK_DISCOVERY = struct.Struct("!B")


class DHCPPerformMaskDiscovery(Option):
    """Ask by ICMP (RFC 2132 section 5.4)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 29
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.perform_mask_discovery",
            bit_offset=16,
            bits=8,
            format="bool",
            source="RFC 2132 section 5.4",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_PERFORM_MASK_DISCOVERY.pack(self.value)


def _read_dhcp_perform_mask_discovery(
    data: bytes, offset: int, stop: int
) -> DHCPPerformMaskDiscovery | None:
    """The option's data, or None if it does not fit in."""
    dhcp_perform_mask_discovery = new(DHCPPerformMaskDiscovery)
    if stop - offset < 1:
        return None
    (dhcp_perform_mask_discovery.value,) = _DHCP_PERFORM_MASK_DISCOVERY.unpack_from(data, offset)
    offset += 1
    return dhcp_perform_mask_discovery if offset == stop else None


_DHCP_MASK_SUPPLIER = struct.Struct("!B")


class DHCPMaskSupplier(Option):
    """Answer mask requests of ICMP (RFC 2132 section 5.5)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 30
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.mask_supplier",
            bit_offset=16,
            bits=8,
            format="bool",
            source="RFC 2132 section 5.5",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_MASK_SUPPLIER.pack(self.value)


def _read_dhcp_mask_supplier(data: bytes, offset: int, stop: int) -> DHCPMaskSupplier | None:
    """The option's data, or None if it does not fit in."""
    dhcp_mask_supplier = new(DHCPMaskSupplier)
    if stop - offset < 1:
        return None
    (dhcp_mask_supplier.value,) = _DHCP_MASK_SUPPLIER.unpack_from(data, offset)
    offset += 1
    return dhcp_mask_supplier if offset == stop else None


_DHCP_PERFORM_ROUTER_DISCOVERY = struct.Struct("!B")


class DHCPPerformRouterDiscovery(Option):
    """Solicit routers (RFC 2132 section 5.6)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 31
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.perform_router_discover",
            bit_offset=16,
            bits=8,
            format="bool",
            source="RFC 2132 section 5.6",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_PERFORM_ROUTER_DISCOVERY.pack(self.value)


def _read_dhcp_perform_router_discovery(
    data: bytes, offset: int, stop: int
) -> DHCPPerformRouterDiscovery | None:
    """The option's data, or None if it does not fit in."""
    dhcp_perform_router_discovery = new(DHCPPerformRouterDiscovery)
    if stop - offset < 1:
        return None
    (dhcp_perform_router_discovery.value,) = _DHCP_PERFORM_ROUTER_DISCOVERY.unpack_from(
        data, offset
    )
    offset += 1
    return dhcp_perform_router_discovery if offset == stop else None


_DHCP_ROUTER_SOLICITATION_ADDRESS = struct.Struct("!4s")


class DHCPRouterSolicitationAddress(Option):
    """Where to send router solicitations (RFC 2132 section 5.7)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 32
    FIELDS = (
        Field(
            "address",
            display="dhcp.option.router_solicitation_address",
            bit_offset=16,
            bits=32,
            format="ipv4",
            source="RFC 2132 section 5.7",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(
            DHCPRouterSolicitationAddress, "address", address, ipv4_address
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _DHCP_ROUTER_SOLICITATION_ADDRESS.pack(self.address)


def _read_dhcp_router_solicitation_address(
    data: bytes, offset: int, stop: int
) -> DHCPRouterSolicitationAddress | None:
    """The option's data, or None if it does not fit in."""
    dhcp_router_solicitation_address = new(DHCPRouterSolicitationAddress)
    if stop - offset < 4:
        return None
    (dhcp_router_solicitation_address.address,) = _DHCP_ROUTER_SOLICITATION_ADDRESS.unpack_from(
        data, offset
    )
    offset += 4
    return dhcp_router_solicitation_address if offset == stop else None


class DHCPStaticRoute(Option):
    """Routes by class of address; see RFC 3442 for others (RFC 2132 section 5.8)."""

    __slots__ = ("entries",)
    __match_args__ = ("entries",)
    KIND = 33
    FIELDS = (Field("entries", bit_offset=16, format="options", source="RFC 2132 section 5.8"),)

    def __init__(self, entries: Iterable[DHCPStaticRouteEntry] | bytes) -> None:
        self.entries = list_argument(
            "DHCPStaticRoute", "entries", entries, decode_dhcp_static_route_entries
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return encode_list("DHCPStaticRoute", "entries", self.entries)


def _read_dhcp_static_route(data: bytes, offset: int, stop: int) -> DHCPStaticRoute | None:
    """The option's data, or None if it does not fit in."""
    dhcp_static_route = new(DHCPStaticRoute)
    dhcp_static_route.entries = decode_dhcp_static_route_entries(data[offset:stop])
    offset = stop
    return dhcp_static_route


_DHCP_TRAILER_ENCAPSULATION = struct.Struct("!B")


class DHCPTrailerEncapsulation(Option):
    """Negotiate trailers (RFC 2132 section 6.1)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 34
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.trailer_encapsulation",
            bit_offset=16,
            bits=8,
            format="bool",
            source="RFC 2132 section 6.1",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_TRAILER_ENCAPSULATION.pack(self.value)


def _read_dhcp_trailer_encapsulation(
    data: bytes, offset: int, stop: int
) -> DHCPTrailerEncapsulation | None:
    """The option's data, or None if it does not fit in."""
    dhcp_trailer_encapsulation = new(DHCPTrailerEncapsulation)
    if stop - offset < 1:
        return None
    (dhcp_trailer_encapsulation.value,) = _DHCP_TRAILER_ENCAPSULATION.unpack_from(data, offset)
    offset += 1
    return dhcp_trailer_encapsulation if offset == stop else None


_DHCPARP_CACHE_TIMEOUT = struct.Struct("!I")


class DHCPARPCacheTimeout(Option):
    """Seconds (RFC 2132 section 6.2)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 35
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.arp_cache_timeout",
            bit_offset=16,
            bits=32,
            source="RFC 2132 section 6.2",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCPARP_CACHE_TIMEOUT.pack(self.value)


def _read_dhcparp_cache_timeout(data: bytes, offset: int, stop: int) -> DHCPARPCacheTimeout | None:
    """The option's data, or None if it does not fit in."""
    dhcparp_cache_timeout = new(DHCPARPCacheTimeout)
    if stop - offset < 4:
        return None
    (dhcparp_cache_timeout.value,) = _DHCPARP_CACHE_TIMEOUT.unpack_from(data, offset)
    offset += 4
    return dhcparp_cache_timeout if offset == stop else None


_DHCP_ETHERNET_ENCAPSULATION = struct.Struct("!B")


class DHCPEthernetEncapsulation(Option):
    """1: IEEE 802.3 (RFC 2132 section 6.3)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 36
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.ethernet_encapsulation",
            bit_offset=16,
            bits=8,
            format="bool",
            source="RFC 2132 section 6.3",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_ETHERNET_ENCAPSULATION.pack(self.value)


def _read_dhcp_ethernet_encapsulation(
    data: bytes, offset: int, stop: int
) -> DHCPEthernetEncapsulation | None:
    """The option's data, or None if it does not fit in."""
    dhcp_ethernet_encapsulation = new(DHCPEthernetEncapsulation)
    if stop - offset < 1:
        return None
    (dhcp_ethernet_encapsulation.value,) = _DHCP_ETHERNET_ENCAPSULATION.unpack_from(data, offset)
    offset += 1
    return dhcp_ethernet_encapsulation if offset == stop else None


_DHCPTCP_DEFAULT_TTL = struct.Struct("!B")


class DHCPTCPDefaultTTL(Option):
    """Hops; of TCP segments (RFC 2132 section 7.1)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 37
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.tcp_default_ttl",
            bit_offset=16,
            bits=8,
            source="RFC 2132 section 7.1",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCPTCP_DEFAULT_TTL.pack(self.value)


def _read_dhcptcp_default_ttl(data: bytes, offset: int, stop: int) -> DHCPTCPDefaultTTL | None:
    """The option's data, or None if it does not fit in."""
    dhcptcp_default_ttl = new(DHCPTCPDefaultTTL)
    if stop - offset < 1:
        return None
    (dhcptcp_default_ttl.value,) = _DHCPTCP_DEFAULT_TTL.unpack_from(data, offset)
    offset += 1
    return dhcptcp_default_ttl if offset == stop else None


_DHCPTCP_KEEPALIVE_INTERVAL = struct.Struct("!I")


class DHCPTCPKeepaliveInterval(Option):
    """Seconds; 0: none (RFC 2132 section 7.2)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 38
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.tcp_keepalive_interval",
            bit_offset=16,
            bits=32,
            source="RFC 2132 section 7.2",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCPTCP_KEEPALIVE_INTERVAL.pack(self.value)


def _read_dhcptcp_keepalive_interval(
    data: bytes, offset: int, stop: int
) -> DHCPTCPKeepaliveInterval | None:
    """The option's data, or None if it does not fit in."""
    dhcptcp_keepalive_interval = new(DHCPTCPKeepaliveInterval)
    if stop - offset < 4:
        return None
    (dhcptcp_keepalive_interval.value,) = _DHCPTCP_KEEPALIVE_INTERVAL.unpack_from(data, offset)
    offset += 4
    return dhcptcp_keepalive_interval if offset == stop else None


_DHCPTCP_KEEPALIVE_GARBAGE = struct.Struct("!B")


class DHCPTCPKeepaliveGarbage(Option):
    """Send an octet of garbage (RFC 2132 section 7.3)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 39
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.tcp_keepalive_garbage",
            bit_offset=16,
            bits=8,
            format="bool",
            source="RFC 2132 section 7.3",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCPTCP_KEEPALIVE_GARBAGE.pack(self.value)


def _read_dhcptcp_keepalive_garbage(
    data: bytes, offset: int, stop: int
) -> DHCPTCPKeepaliveGarbage | None:
    """The option's data, or None if it does not fit in."""
    dhcptcp_keepalive_garbage = new(DHCPTCPKeepaliveGarbage)
    if stop - offset < 1:
        return None
    (dhcptcp_keepalive_garbage.value,) = _DHCPTCP_KEEPALIVE_GARBAGE.unpack_from(data, offset)
    offset += 1
    return dhcptcp_keepalive_garbage if offset == stop else None


class DHCPNISDomain(Option):
    """Domain of Network Information Service (RFC 2132 section 8.1)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 40
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.nis_domain",
            bit_offset=16,
            format="text",
            source="RFC 2132 section 8.1",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPNISDomain, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcpnis_domain(data: bytes, offset: int, stop: int) -> DHCPNISDomain | None:
    """The option's data, or None if it does not fit in."""
    dhcpnis_domain = new(DHCPNISDomain)
    dhcpnis_domain.text = data[offset:stop]
    offset = stop
    return dhcpnis_domain


_DHCPNIS_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPNISServer(Option):
    """Servers of that service (RFC 2132 section 8.2)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 41
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.nis_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.2",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPNISServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPNISServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCPNIS_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcpnis_server(data: bytes, offset: int, stop: int) -> DHCPNISServer | None:
    """The option's data, or None if it does not fit in."""
    dhcpnis_server = new(DHCPNISServer)
    if (stop - offset) % 4:
        return None
    dhcpnis_server.addresses = tuple(
        [item for (item,) in _DHCPNIS_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcpnis_server


_DHCPNTP_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPNTPServer(Option):
    """Time servers (RFC 5905) (RFC 2132 section 8.3)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 42
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.ntp_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.3",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPNTPServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPNTPServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCPNTP_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcpntp_server(data: bytes, offset: int, stop: int) -> DHCPNTPServer | None:
    """The option's data, or None if it does not fit in."""
    dhcpntp_server = new(DHCPNTPServer)
    if (stop - offset) % 4:
        return None
    dhcpntp_server.addresses = tuple(
        [item for (item,) in _DHCPNTP_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcpntp_server


class DHCPVendorSpecific(Option):
    """What the vendor class says it is (RFC 2132 section 8.4)."""

    __slots__ = ("data",)
    __match_args__ = ("data",)
    KIND = 43
    FIELDS = (Field("data", bit_offset=16, format="bytes", source="RFC 2132 section 8.4"),)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.data


def _read_dhcp_vendor_specific(data: bytes, offset: int, stop: int) -> DHCPVendorSpecific | None:
    """The option's data, or None if it does not fit in."""
    dhcp_vendor_specific = new(DHCPVendorSpecific)
    dhcp_vendor_specific.data = data[offset:stop]
    offset = stop
    return dhcp_vendor_specific


_DHCP_NET_BIOS_NAME_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPNetBIOSNameServer(Option):
    """NBNS servers (RFC 1001) (RFC 2132 section 8.5)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 44
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.netbios_over_tcpip_name_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.5",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPNetBIOSNameServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPNetBIOSNameServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_NET_BIOS_NAME_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcp_net_bios_name_server(
    data: bytes, offset: int, stop: int
) -> DHCPNetBIOSNameServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_net_bios_name_server = new(DHCPNetBIOSNameServer)
    if (stop - offset) % 4:
        return None
    dhcp_net_bios_name_server.addresses = tuple(
        [item for (item,) in _DHCP_NET_BIOS_NAME_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_net_bios_name_server


_DHCP_NET_BIOS_DATAGRAM_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPNetBIOSDatagramServer(Option):
    """NBDD servers (RFC 1001) (RFC 2132 section 8.6)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 45
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.netbios_over_tcpip_dd_name_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.6",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPNetBIOSDatagramServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPNetBIOSDatagramServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join(
            [_DHCP_NET_BIOS_DATAGRAM_SERVER_ADDRESSES.pack(one) for one in self.addresses]
        )


def _read_dhcp_net_bios_datagram_server(
    data: bytes, offset: int, stop: int
) -> DHCPNetBIOSDatagramServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_net_bios_datagram_server = new(DHCPNetBIOSDatagramServer)
    if (stop - offset) % 4:
        return None
    dhcp_net_bios_datagram_server.addresses = tuple(
        [
            item
            for (item,) in _DHCP_NET_BIOS_DATAGRAM_SERVER_ADDRESSES.iter_unpack(data[offset:stop])
        ]
    )
    offset = stop
    return dhcp_net_bios_datagram_server


_DHCP_NET_BIOS_NODE_TYPE = struct.Struct("!B")


class DHCPNetBIOSNodeType(Option):
    """1 B-node, 2 P-node, 4 M-node, 8 H-node (RFC 2132 section 8.7)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 46
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.netbios_over_tcpip_node_type",
            bit_offset=16,
            bits=8,
            source="RFC 2132 section 8.7",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_NET_BIOS_NODE_TYPE.pack(self.value)


def _read_dhcp_net_bios_node_type(
    data: bytes, offset: int, stop: int
) -> DHCPNetBIOSNodeType | None:
    """The option's data, or None if it does not fit in."""
    dhcp_net_bios_node_type = new(DHCPNetBIOSNodeType)
    if stop - offset < 1:
        return None
    (dhcp_net_bios_node_type.value,) = _DHCP_NET_BIOS_NODE_TYPE.unpack_from(data, offset)
    offset += 1
    return dhcp_net_bios_node_type if offset == stop else None


class DHCPNetBIOSScope(Option):
    """Scope of names (RFC 1001) (RFC 2132 section 8.8)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 47
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.netbios_over_tcpip_scope",
            bit_offset=16,
            format="text",
            source="RFC 2132 section 8.8",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPNetBIOSScope, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_net_bios_scope(data: bytes, offset: int, stop: int) -> DHCPNetBIOSScope | None:
    """The option's data, or None if it does not fit in."""
    dhcp_net_bios_scope = new(DHCPNetBIOSScope)
    dhcp_net_bios_scope.text = data[offset:stop]
    offset = stop
    return dhcp_net_bios_scope


_DHCPX_WINDOW_FONT_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPXWindowFontServer(Option):
    """Font servers (RFC 2132 section 8.9)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 48
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.xwindows_system_font_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.9",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPXWindowFontServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPXWindowFontServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCPX_WINDOW_FONT_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcpx_window_font_server(
    data: bytes, offset: int, stop: int
) -> DHCPXWindowFontServer | None:
    """The option's data, or None if it does not fit in."""
    dhcpx_window_font_server = new(DHCPXWindowFontServer)
    if (stop - offset) % 4:
        return None
    dhcpx_window_font_server.addresses = tuple(
        [item for (item,) in _DHCPX_WINDOW_FONT_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcpx_window_font_server


_DHCPX_WINDOW_DISPLAY_MANAGER_ADDRESSES = struct.Struct("!4s")


class DHCPXWindowDisplayManager(Option):
    """XDM systems (RFC 2132 section 8.10)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 49
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.xwindows_system_display_manager",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.10",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPXWindowDisplayManager, "addresses", one, ipv4_address)
                for one in items_argument(DHCPXWindowDisplayManager, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join(
            [_DHCPX_WINDOW_DISPLAY_MANAGER_ADDRESSES.pack(one) for one in self.addresses]
        )


def _read_dhcpx_window_display_manager(
    data: bytes, offset: int, stop: int
) -> DHCPXWindowDisplayManager | None:
    """The option's data, or None if it does not fit in."""
    dhcpx_window_display_manager = new(DHCPXWindowDisplayManager)
    if (stop - offset) % 4:
        return None
    dhcpx_window_display_manager.addresses = tuple(
        [item for (item,) in _DHCPX_WINDOW_DISPLAY_MANAGER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcpx_window_display_manager


_DHCP_REQUESTED_ADDRESS = struct.Struct("!4s")


class DHCPRequestedAddress(Option):
    """What the client asks for (RFC 2132 section 9.1)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 50
    FIELDS = (
        Field(
            "address",
            display="dhcp.option.requested_ip_address",
            bit_offset=16,
            bits=32,
            format="ipv4",
            source="RFC 2132 section 9.1",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(DHCPRequestedAddress, "address", address, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _DHCP_REQUESTED_ADDRESS.pack(self.address)


def _read_dhcp_requested_address(
    data: bytes, offset: int, stop: int
) -> DHCPRequestedAddress | None:
    """The option's data, or None if it does not fit in."""
    dhcp_requested_address = new(DHCPRequestedAddress)
    if stop - offset < 4:
        return None
    (dhcp_requested_address.address,) = _DHCP_REQUESTED_ADDRESS.unpack_from(data, offset)
    offset += 4
    return dhcp_requested_address if offset == stop else None


_DHCP_LEASE_TIME = struct.Struct("!I")


class DHCPLeaseTime(Option):
    """Seconds; 2**32 - 1: for ever (RFC 2132 section 9.2)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 51
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.ip_address_lease_time",
            bit_offset=16,
            bits=32,
            source="RFC 2132 section 9.2",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_LEASE_TIME.pack(self.value)


def _read_dhcp_lease_time(data: bytes, offset: int, stop: int) -> DHCPLeaseTime | None:
    """The option's data, or None if it does not fit in."""
    dhcp_lease_time = new(DHCPLeaseTime)
    if stop - offset < 4:
        return None
    (dhcp_lease_time.value,) = _DHCP_LEASE_TIME.unpack_from(data, offset)
    offset += 4
    return dhcp_lease_time if offset == stop else None


_DHCP_OPTION_OVERLOAD = struct.Struct("!B")


class DHCPOptionOverload(Option):
    """Which header fields hold options, too (RFC 2132 section 9.3)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 52
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.option_overload",
            bit_offset=16,
            bits=8,
            names=OVERLOADS,
            source="RFC 2132 section 9.3",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_OPTION_OVERLOAD.pack(self.value)


def _read_dhcp_option_overload(data: bytes, offset: int, stop: int) -> DHCPOptionOverload | None:
    """The option's data, or None if it does not fit in."""
    dhcp_option_overload = new(DHCPOptionOverload)
    if stop - offset < 1:
        return None
    (dhcp_option_overload.value,) = _DHCP_OPTION_OVERLOAD.unpack_from(data, offset)
    offset += 1
    return dhcp_option_overload if offset == stop else None


_DHCP_SERVER_IDENTIFIER = struct.Struct("!4s")


class DHCPServerIdentifier(Option):
    """The server that is meant (RFC 2132 section 9.7)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 54
    FIELDS = (
        Field(
            "address",
            display="dhcp.option.dhcp_server_id",
            bit_offset=16,
            bits=32,
            format="ipv4",
            source="RFC 2132 section 9.7",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(DHCPServerIdentifier, "address", address, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _DHCP_SERVER_IDENTIFIER.pack(self.address)


def _read_dhcp_server_identifier(
    data: bytes, offset: int, stop: int
) -> DHCPServerIdentifier | None:
    """The option's data, or None if it does not fit in."""
    dhcp_server_identifier = new(DHCPServerIdentifier)
    if stop - offset < 4:
        return None
    (dhcp_server_identifier.address,) = _DHCP_SERVER_IDENTIFIER.unpack_from(data, offset)
    offset += 4
    return dhcp_server_identifier if offset == stop else None


_DHCP_PARAMETER_REQUEST_LIST_CODES = struct.Struct("!B")


class DHCPParameterRequestList(Option):
    """Options that the client wants (RFC 2132 section 9.8)."""

    __slots__ = ("codes",)
    __match_args__ = ("codes",)
    KIND = 55
    FIELDS = (
        Field(
            "codes",
            display="dhcp.option.request_list_item",
            bit_offset=16,
            names=OPTION_CODES,
            source="RFC 2132 section 9.8",
        ),
    )

    def __init__(self, codes: Iterable[int]) -> None:
        self.codes = items_argument(DHCPParameterRequestList, "codes", codes)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_PARAMETER_REQUEST_LIST_CODES.pack(one) for one in self.codes])


def _read_dhcp_parameter_request_list(
    data: bytes, offset: int, stop: int
) -> DHCPParameterRequestList | None:
    """The option's data, or None if it does not fit in."""
    dhcp_parameter_request_list = new(DHCPParameterRequestList)
    dhcp_parameter_request_list.codes = tuple(
        [item for (item,) in _DHCP_PARAMETER_REQUEST_LIST_CODES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_parameter_request_list


class DHCPMessage(Option):
    """Why a server refused, or a client declined (RFC 2132 section 9.9)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 56
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.message",
            bit_offset=16,
            format="text",
            source="RFC 2132 section 9.9",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPMessage, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_message(data: bytes, offset: int, stop: int) -> DHCPMessage | None:
    """The option's data, or None if it does not fit in."""
    dhcp_message = new(DHCPMessage)
    dhcp_message.text = data[offset:stop]
    offset = stop
    return dhcp_message


_DHCP_MAXIMUM_MESSAGE_SIZE = struct.Struct("!H")


class DHCPMaximumMessageSize(Option):
    """Bytes that the client takes, at least 576 (RFC 2132 section 9.10)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 57
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.dhcp_max_message_size",
            bit_offset=16,
            bits=16,
            source="RFC 2132 section 9.10",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_MAXIMUM_MESSAGE_SIZE.pack(self.value)


def _read_dhcp_maximum_message_size(
    data: bytes, offset: int, stop: int
) -> DHCPMaximumMessageSize | None:
    """The option's data, or None if it does not fit in."""
    dhcp_maximum_message_size = new(DHCPMaximumMessageSize)
    if stop - offset < 2:
        return None
    (dhcp_maximum_message_size.value,) = _DHCP_MAXIMUM_MESSAGE_SIZE.unpack_from(data, offset)
    offset += 2
    return dhcp_maximum_message_size if offset == stop else None


_DHCP_RENEWAL_TIME = struct.Struct("!I")


class DHCPRenewalTime(Option):
    """T1, seconds (RFC 2132 section 9.11)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 58
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.renewal_time_value",
            bit_offset=16,
            bits=32,
            source="RFC 2132 section 9.11",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_RENEWAL_TIME.pack(self.value)


def _read_dhcp_renewal_time(data: bytes, offset: int, stop: int) -> DHCPRenewalTime | None:
    """The option's data, or None if it does not fit in."""
    dhcp_renewal_time = new(DHCPRenewalTime)
    if stop - offset < 4:
        return None
    (dhcp_renewal_time.value,) = _DHCP_RENEWAL_TIME.unpack_from(data, offset)
    offset += 4
    return dhcp_renewal_time if offset == stop else None


_DHCP_REBINDING_TIME = struct.Struct("!I")


class DHCPRebindingTime(Option):
    """T2, seconds (RFC 2132 section 9.12)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 59
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.rebinding_time_value",
            bit_offset=16,
            bits=32,
            source="RFC 2132 section 9.12",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_REBINDING_TIME.pack(self.value)


def _read_dhcp_rebinding_time(data: bytes, offset: int, stop: int) -> DHCPRebindingTime | None:
    """The option's data, or None if it does not fit in."""
    dhcp_rebinding_time = new(DHCPRebindingTime)
    if stop - offset < 4:
        return None
    (dhcp_rebinding_time.value,) = _DHCP_REBINDING_TIME.unpack_from(data, offset)
    offset += 4
    return dhcp_rebinding_time if offset == stop else None


class DHCPVendorClass(Option):
    """Vendor and configuration of the client (RFC 2132 section 9.13)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 60
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.vendor_class_id",
            bit_offset=16,
            format="text",
            source="RFC 2132 section 9.13",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPVendorClass, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_vendor_class(data: bytes, offset: int, stop: int) -> DHCPVendorClass | None:
    """The option's data, or None if it does not fit in."""
    dhcp_vendor_class = new(DHCPVendorClass)
    dhcp_vendor_class.text = data[offset:stop]
    offset = stop
    return dhcp_vendor_class


_DHCP_CLIENT_IDENTIFIER = struct.Struct("!B")


class DHCPClientIdentifier(Option):
    """What the client is known by (RFC 2132 section 9.14).

    Attributes:
        hardware_type: As in ARP; 0: no hardware address; 255: RFC 4361 (RFC 2132 section 9.14).
    """

    __slots__ = (
        "hardware_type",
        "identifier",
    )
    __match_args__ = (
        "hardware_type",
        "identifier",
    )
    KIND = 61
    FIELDS = (
        Field("hardware_type", bit_offset=16, bits=8, source="RFC 2132 section 9.14"),
        Field("identifier", bit_offset=24, format="bytes", source="RFC 2132 section 9.14"),
    )

    def __init__(self, hardware_type: int, identifier: bytes) -> None:
        self.hardware_type = hardware_type
        self.identifier = identifier

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_CLIENT_IDENTIFIER.pack(self.hardware_type) + self.identifier


def _read_dhcp_client_identifier(
    data: bytes, offset: int, stop: int
) -> DHCPClientIdentifier | None:
    """The option's data, or None if it does not fit in."""
    dhcp_client_identifier = new(DHCPClientIdentifier)
    if stop - offset < 1:
        return None
    (dhcp_client_identifier.hardware_type,) = _DHCP_CLIENT_IDENTIFIER.unpack_from(data, offset)
    offset += 1
    dhcp_client_identifier.identifier = data[offset:stop]
    offset = stop
    return dhcp_client_identifier


class DHCPNetWareIPDomain(Option):
    """Domain name (RFC 2242 section 2)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 62
    FIELDS = (Field("text", bit_offset=16, format="text", source="RFC 2242 section 2"),)

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPNetWareIPDomain, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_net_ware_ip_domain(
    data: bytes, offset: int, stop: int
) -> DHCPNetWareIPDomain | None:
    """The option's data, or None if it does not fit in."""
    dhcp_net_ware_ip_domain = new(DHCPNetWareIPDomain)
    dhcp_net_ware_ip_domain.text = data[offset:stop]
    offset = stop
    return dhcp_net_ware_ip_domain


class DHCPNetWareIPInformation(Option):
    """Parameters of NetWare/IP (RFC 2242 section 3)."""

    __slots__ = ("suboptions",)
    __match_args__ = ("suboptions",)
    KIND = 63
    FIELDS = (Field("suboptions", bit_offset=16, format="options", source="RFC 2242 section 3"),)

    def __init__(self, suboptions: Iterable[NetWareIPSuboption] | bytes) -> None:
        self.suboptions = list_argument(
            "DHCPNetWareIPInformation", "suboptions", suboptions, decode_net_ware_ip_suboptions
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return encode_list(
            "DHCPNetWareIPInformation", "suboptions", self.suboptions, NET_WARE_IP_SUBOPTION_STYLE
        )


def _read_dhcp_net_ware_ip_information(
    data: bytes, offset: int, stop: int
) -> DHCPNetWareIPInformation | None:
    """The option's data, or None if it does not fit in."""
    dhcp_net_ware_ip_information = new(DHCPNetWareIPInformation)
    dhcp_net_ware_ip_information.suboptions = decode_net_ware_ip_suboptions(data[offset:stop])
    offset = stop
    return dhcp_net_ware_ip_information


class DHCPNISPlusDomain(Option):
    """Domain of NIS+ (RFC 2132 section 8.11)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 64
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.nis_plus_domain",
            bit_offset=16,
            format="text",
            source="RFC 2132 section 8.11",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPNISPlusDomain, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcpnis_plus_domain(data: bytes, offset: int, stop: int) -> DHCPNISPlusDomain | None:
    """The option's data, or None if it does not fit in."""
    dhcpnis_plus_domain = new(DHCPNISPlusDomain)
    dhcpnis_plus_domain.text = data[offset:stop]
    offset = stop
    return dhcpnis_plus_domain


_DHCPNIS_PLUS_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPNISPlusServer(Option):
    """Servers of NIS+ (RFC 2132 section 8.12)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 65
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.nis_plus_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.12",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPNISPlusServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPNISPlusServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCPNIS_PLUS_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcpnis_plus_server(data: bytes, offset: int, stop: int) -> DHCPNISPlusServer | None:
    """The option's data, or None if it does not fit in."""
    dhcpnis_plus_server = new(DHCPNISPlusServer)
    if (stop - offset) % 4:
        return None
    dhcpnis_plus_server.addresses = tuple(
        [item for (item,) in _DHCPNIS_PLUS_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcpnis_plus_server


class DHCPTFTPServerName(Option):
    """What stands in `sname` otherwise (RFC 2132 section 9.4)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 66
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.tftp_server_name",
            bit_offset=16,
            format="text",
            source="RFC 2132 section 9.4",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPTFTPServerName, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcptftp_server_name(data: bytes, offset: int, stop: int) -> DHCPTFTPServerName | None:
    """The option's data, or None if it does not fit in."""
    dhcptftp_server_name = new(DHCPTFTPServerName)
    dhcptftp_server_name.text = data[offset:stop]
    offset = stop
    return dhcptftp_server_name


class DHCPBootFileName(Option):
    """What stands in `file` otherwise (RFC 2132 section 9.5)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 67
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.bootfile_name",
            bit_offset=16,
            format="text",
            source="RFC 2132 section 9.5",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPBootFileName, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_boot_file_name(data: bytes, offset: int, stop: int) -> DHCPBootFileName | None:
    """The option's data, or None if it does not fit in."""
    dhcp_boot_file_name = new(DHCPBootFileName)
    dhcp_boot_file_name.text = data[offset:stop]
    offset = stop
    return dhcp_boot_file_name


_DHCP_MOBILE_IP_HOME_AGENT_ADDRESSES = struct.Struct("!4s")


class DHCPMobileIPHomeAgent(Option):
    """Home agents (RFC 2132 section 8.13)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 68
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.mobile_ip_home_agent",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.13",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPMobileIPHomeAgent, "addresses", one, ipv4_address)
                for one in items_argument(DHCPMobileIPHomeAgent, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_MOBILE_IP_HOME_AGENT_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcp_mobile_ip_home_agent(
    data: bytes, offset: int, stop: int
) -> DHCPMobileIPHomeAgent | None:
    """The option's data, or None if it does not fit in."""
    dhcp_mobile_ip_home_agent = new(DHCPMobileIPHomeAgent)
    if (stop - offset) % 4:
        return None
    dhcp_mobile_ip_home_agent.addresses = tuple(
        [item for (item,) in _DHCP_MOBILE_IP_HOME_AGENT_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_mobile_ip_home_agent


_DHCPSMTP_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPSMTPServer(Option):
    """Mail servers (RFC 2132 section 8.14)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 69
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.smtp_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.14",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPSMTPServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPSMTPServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCPSMTP_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcpsmtp_server(data: bytes, offset: int, stop: int) -> DHCPSMTPServer | None:
    """The option's data, or None if it does not fit in."""
    dhcpsmtp_server = new(DHCPSMTPServer)
    if (stop - offset) % 4:
        return None
    dhcpsmtp_server.addresses = tuple(
        [item for (item,) in _DHCPSMTP_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcpsmtp_server


_DHCPPOP_3_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPPOP3Server(Option):
    """Mailbox servers (RFC 2132 section 8.15)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 70
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.pop3_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.15",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPPOP3Server, "addresses", one, ipv4_address)
                for one in items_argument(DHCPPOP3Server, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCPPOP_3_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcppop_3_server(data: bytes, offset: int, stop: int) -> DHCPPOP3Server | None:
    """The option's data, or None if it does not fit in."""
    dhcppop_3_server = new(DHCPPOP3Server)
    if (stop - offset) % 4:
        return None
    dhcppop_3_server.addresses = tuple(
        [item for (item,) in _DHCPPOP_3_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcppop_3_server


_DHCPNNTP_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPNNTPServer(Option):
    """News servers (RFC 2132 section 8.16)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 71
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.nntp_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.16",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPNNTPServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPNNTPServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCPNNTP_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcpnntp_server(data: bytes, offset: int, stop: int) -> DHCPNNTPServer | None:
    """The option's data, or None if it does not fit in."""
    dhcpnntp_server = new(DHCPNNTPServer)
    if (stop - offset) % 4:
        return None
    dhcpnntp_server.addresses = tuple(
        [item for (item,) in _DHCPNNTP_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcpnntp_server


_DHCPWWW_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPWWWServer(Option):
    """Web servers (RFC 2132 section 8.17)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 72
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.default_www_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.17",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPWWWServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPWWWServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCPWWW_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcpwww_server(data: bytes, offset: int, stop: int) -> DHCPWWWServer | None:
    """The option's data, or None if it does not fit in."""
    dhcpwww_server = new(DHCPWWWServer)
    if (stop - offset) % 4:
        return None
    dhcpwww_server.addresses = tuple(
        [item for (item,) in _DHCPWWW_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcpwww_server


_DHCP_FINGER_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPFingerServer(Option):
    """Finger servers (RFC 2132 section 8.18)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 73
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.default_finger_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.18",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPFingerServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPFingerServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_FINGER_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcp_finger_server(data: bytes, offset: int, stop: int) -> DHCPFingerServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_finger_server = new(DHCPFingerServer)
    if (stop - offset) % 4:
        return None
    dhcp_finger_server.addresses = tuple(
        [item for (item,) in _DHCP_FINGER_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_finger_server


_DHCPIRC_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPIRCServer(Option):
    """Chat servers (RFC 2132 section 8.19)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 74
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.default_irc_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.19",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPIRCServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPIRCServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCPIRC_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcpirc_server(data: bytes, offset: int, stop: int) -> DHCPIRCServer | None:
    """The option's data, or None if it does not fit in."""
    dhcpirc_server = new(DHCPIRCServer)
    if (stop - offset) % 4:
        return None
    dhcpirc_server.addresses = tuple(
        [item for (item,) in _DHCPIRC_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcpirc_server


_DHCP_STREET_TALK_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPStreetTalkServer(Option):
    """StreetTalk servers (RFC 2132 section 8.20)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 75
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.streettalk_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.20",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPStreetTalkServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPStreetTalkServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_STREET_TALK_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcp_street_talk_server(
    data: bytes, offset: int, stop: int
) -> DHCPStreetTalkServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_street_talk_server = new(DHCPStreetTalkServer)
    if (stop - offset) % 4:
        return None
    dhcp_street_talk_server.addresses = tuple(
        [item for (item,) in _DHCP_STREET_TALK_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_street_talk_server


_DHCP_STREET_TALK_DIRECTORY_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPStreetTalkDirectoryServer(Option):
    """STDA servers (RFC 2132 section 8.21)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 76
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.streettalk_da_server",
            bit_offset=16,
            format="ipv4",
            source="RFC 2132 section 8.21",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPStreetTalkDirectoryServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPStreetTalkDirectoryServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join(
            [_DHCP_STREET_TALK_DIRECTORY_SERVER_ADDRESSES.pack(one) for one in self.addresses]
        )


def _read_dhcp_street_talk_directory_server(
    data: bytes, offset: int, stop: int
) -> DHCPStreetTalkDirectoryServer | None:
    """The option's data, or None if it does not fit in."""
    dhcp_street_talk_directory_server = new(DHCPStreetTalkDirectoryServer)
    if (stop - offset) % 4:
        return None
    dhcp_street_talk_directory_server.addresses = tuple(
        [
            item
            for (item,) in _DHCP_STREET_TALK_DIRECTORY_SERVER_ADDRESSES.iter_unpack(
                data[offset:stop]
            )
        ]
    )
    offset = stop
    return dhcp_street_talk_directory_server


class DHCPUserClass(Option):
    """Classes that the client counts itself among (RFC 3004 section 4)."""

    __slots__ = ("classes",)
    __match_args__ = ("classes",)
    KIND = 77
    FIELDS = (Field("classes", bit_offset=16, format="options", source="RFC 3004 section 4"),)

    def __init__(self, classes: Iterable[DHCPUserClassClasse] | bytes) -> None:
        self.classes = list_argument(
            "DHCPUserClass", "classes", classes, decode_dhcp_user_class_classes
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return encode_list("DHCPUserClass", "classes", self.classes)


def _read_dhcp_user_class(data: bytes, offset: int, stop: int) -> DHCPUserClass | None:
    """The option's data, or None if it does not fit in."""
    dhcp_user_class = new(DHCPUserClass)
    dhcp_user_class.classes = decode_dhcp_user_class_classes(data[offset:stop])
    offset = stop
    return dhcp_user_class


class DHCPRapidCommit(Option):
    """Two messages instead of four (RFC 4039 section 4)."""

    __slots__ = ()
    __match_args__ = ()
    KIND = 80


_DHCP_RAPID_COMMIT_ = DHCPRapidCommit()


def _read_dhcp_rapid_commit(data: bytes, offset: int, stop: int) -> DHCPRapidCommit | None:
    """The option's data, or None if it does not fit in."""
    dhcp_rapid_commit = _DHCP_RAPID_COMMIT_
    return dhcp_rapid_commit if offset == stop else None


_DHCP_CLIENT_FQDN = struct.Struct("!BBB")


class DHCPClientFQDN(Option):
    """The client's full name, and who updates the DNS (RFC 4702 section 2)."""

    __slots__ = (
        "flags",
        "name",
        "rcode1",
        "rcode2",
    )
    __match_args__ = (
        "flags",
        "name",
        "rcode1",
        "rcode2",
    )
    KIND = 81
    FIELDS = (
        Field(
            "flags",
            display="dhcp.fqdn.flags",
            bit_offset=16,
            bits=8,
            format="hex",
            source="RFC 4702 section 2.1",
        ),
        Field(
            "rcode1",
            display="dhcp.fqdn.rcode1",
            bit_offset=24,
            bits=8,
            source="RFC 4702 section 2.2",
        ),
        Field(
            "rcode2",
            display="dhcp.fqdn.rcode2",
            bit_offset=32,
            bits=8,
            source="RFC 4702 section 2.2",
        ),
        Field(
            "name",
            display="dhcp.fqdn.name",
            bit_offset=40,
            format="text",
            source="RFC 4702 section 2.3",
        ),
    )

    def __init__(self, flags: int, name: bytes | str, rcode1: int = 0, rcode2: int = 0) -> None:
        self.flags = flags
        self.name = text_argument(DHCPClientFQDN, "name", name)
        self.rcode1 = rcode1
        self.rcode2 = rcode2

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_CLIENT_FQDN.pack(self.flags, self.rcode1, self.rcode2) + self.name


def _read_dhcp_client_fqdn(data: bytes, offset: int, stop: int) -> DHCPClientFQDN | None:
    """The option's data, or None if it does not fit in."""
    dhcp_client_fqdn = new(DHCPClientFQDN)
    if stop - offset < 3:
        return None
    (
        dhcp_client_fqdn.flags,
        dhcp_client_fqdn.rcode1,
        dhcp_client_fqdn.rcode2,
    ) = _DHCP_CLIENT_FQDN.unpack_from(data, offset)
    offset += 3
    dhcp_client_fqdn.name = data[offset:stop]
    offset = stop
    return dhcp_client_fqdn


class DHCPRelayAgentInformation(Option):
    """What a relay agent knows of the client (RFC 3046 section 2.0)."""

    __slots__ = ("suboptions",)
    __match_args__ = ("suboptions",)
    KIND = 82
    FIELDS = (Field("suboptions", bit_offset=16, format="options", source="RFC 3046 section 2.0"),)

    def __init__(self, suboptions: Iterable[DHCPRelaySuboption] | bytes) -> None:
        self.suboptions = list_argument(
            "DHCPRelayAgentInformation", "suboptions", suboptions, decode_dhcp_relay_suboptions
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return encode_list(
            "DHCPRelayAgentInformation", "suboptions", self.suboptions, DHCP_RELAY_SUBOPTION_STYLE
        )


def _read_dhcp_relay_agent_information(
    data: bytes, offset: int, stop: int
) -> DHCPRelayAgentInformation | None:
    """The option's data, or None if it does not fit in."""
    dhcp_relay_agent_information = new(DHCPRelayAgentInformation)
    dhcp_relay_agent_information.suboptions = decode_dhcp_relay_suboptions(data[offset:stop])
    offset = stop
    return dhcp_relay_agent_information


_DHCPNDS_SERVER_ADDRESSES = struct.Struct("!4s")


class DHCPNDSServer(Option):
    """NDS servers (RFC 2241 section 2)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 85
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.novell_dss.ip",
            bit_offset=16,
            format="ipv4",
            source="RFC 2241 section 2",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPNDSServer, "addresses", one, ipv4_address)
                for one in items_argument(DHCPNDSServer, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCPNDS_SERVER_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcpnds_server(data: bytes, offset: int, stop: int) -> DHCPNDSServer | None:
    """The option's data, or None if it does not fit in."""
    dhcpnds_server = new(DHCPNDSServer)
    if (stop - offset) % 4:
        return None
    dhcpnds_server.addresses = tuple(
        [item for (item,) in _DHCPNDS_SERVER_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcpnds_server


class DHCPNDSTreeName(Option):
    """Name of the NDS tree (RFC 2241 section 3)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 86
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.novell_ds_tree_name",
            bit_offset=16,
            format="text",
            source="RFC 2241 section 3",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPNDSTreeName, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcpnds_tree_name(data: bytes, offset: int, stop: int) -> DHCPNDSTreeName | None:
    """The option's data, or None if it does not fit in."""
    dhcpnds_tree_name = new(DHCPNDSTreeName)
    dhcpnds_tree_name.text = data[offset:stop]
    offset = stop
    return dhcpnds_tree_name


class DHCPNDSContext(Option):
    """Initial NDS context (RFC 2241 section 4)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 87
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.novell_ds_context",
            bit_offset=16,
            format="text",
            source="RFC 2241 section 4",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPNDSContext, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcpnds_context(data: bytes, offset: int, stop: int) -> DHCPNDSContext | None:
    """The option's data, or None if it does not fit in."""
    dhcpnds_context = new(DHCPNDSContext)
    dhcpnds_context.text = data[offset:stop]
    offset = stop
    return dhcpnds_context


_DHCP_AUTHENTICATION = struct.Struct("!BBBQ")


class DHCPAuthentication(Option):
    """Authenticates the message (RFC 3118 section 2)."""

    __slots__ = (
        "algorithm",
        "information",
        "protocol",
        "replay_detection",
        "replay_detection_method",
    )
    __match_args__ = (
        "protocol",
        "algorithm",
        "replay_detection_method",
        "replay_detection",
        "information",
    )
    KIND = 90
    FIELDS = (
        Field("protocol", bit_offset=16, bits=8, source="RFC 3118 section 2"),
        Field("algorithm", bit_offset=24, bits=8, source="RFC 3118 section 2"),
        Field("replay_detection_method", bit_offset=32, bits=8, source="RFC 3118 section 2"),
        Field("replay_detection", bit_offset=40, bits=64, source="RFC 3118 section 2"),
        Field("information", bit_offset=104, format="bytes", source="RFC 3118 section 2"),
    )

    def __init__(
        self,
        protocol: int,
        algorithm: int,
        replay_detection_method: int,
        replay_detection: int,
        information: bytes,
    ) -> None:
        self.protocol = protocol
        self.algorithm = algorithm
        self.replay_detection_method = replay_detection_method
        self.replay_detection = replay_detection
        self.information = information

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return (
            _DHCP_AUTHENTICATION.pack(
                self.protocol, self.algorithm, self.replay_detection_method, self.replay_detection
            )
            + self.information
        )


def _read_dhcp_authentication(data: bytes, offset: int, stop: int) -> DHCPAuthentication | None:
    """The option's data, or None if it does not fit in."""
    dhcp_authentication = new(DHCPAuthentication)
    if stop - offset < 11:
        return None
    (
        dhcp_authentication.protocol,
        dhcp_authentication.algorithm,
        dhcp_authentication.replay_detection_method,
        dhcp_authentication.replay_detection,
    ) = _DHCP_AUTHENTICATION.unpack_from(data, offset)
    offset += 11
    dhcp_authentication.information = data[offset:stop]
    offset = stop
    return dhcp_authentication


_DHCP_CLIENT_LAST_TRANSACTION_TIME = struct.Struct("!I")


class DHCPClientLastTransactionTime(Option):
    """Seconds since the client was heard of (RFC 4388 section 6.1)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 91
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.client_last_transaction_time",
            bit_offset=16,
            bits=32,
            source="RFC 4388 section 6.1",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_CLIENT_LAST_TRANSACTION_TIME.pack(self.value)


def _read_dhcp_client_last_transaction_time(
    data: bytes, offset: int, stop: int
) -> DHCPClientLastTransactionTime | None:
    """The option's data, or None if it does not fit in."""
    dhcp_client_last_transaction_time = new(DHCPClientLastTransactionTime)
    if stop - offset < 4:
        return None
    (dhcp_client_last_transaction_time.value,) = _DHCP_CLIENT_LAST_TRANSACTION_TIME.unpack_from(
        data, offset
    )
    offset += 4
    return dhcp_client_last_transaction_time if offset == stop else None


_DHCP_ASSOCIATED_ADDRESS_ADDRESSES = struct.Struct("!4s")


class DHCPAssociatedAddress(Option):
    """Addresses that a client has been given (RFC 4388 section 6.1)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 92
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.associated_ip_option",
            bit_offset=16,
            format="ipv4",
            source="RFC 4388 section 6.1",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPAssociatedAddress, "addresses", one, ipv4_address)
                for one in items_argument(DHCPAssociatedAddress, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_ASSOCIATED_ADDRESS_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcp_associated_address(
    data: bytes, offset: int, stop: int
) -> DHCPAssociatedAddress | None:
    """The option's data, or None if it does not fit in."""
    dhcp_associated_address = new(DHCPAssociatedAddress)
    if (stop - offset) % 4:
        return None
    dhcp_associated_address.addresses = tuple(
        [item for (item,) in _DHCP_ASSOCIATED_ADDRESS_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_associated_address


_DHCP_CLIENT_ARCHITECTURE_VALUES = struct.Struct("!H")


class DHCPClientArchitecture(Option):
    """Architectures that a boot file may be for (RFC 4578 section 2.1)."""

    __slots__ = ("values",)
    __match_args__ = ("values",)
    KIND = 93
    FIELDS = (
        Field(
            "values",
            display="dhcp.option.client_system_architecture",
            bit_offset=16,
            source="RFC 4578 section 2.1",
        ),
    )

    def __init__(self, values: Iterable[int]) -> None:
        self.values = items_argument(DHCPClientArchitecture, "values", values)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_CLIENT_ARCHITECTURE_VALUES.pack(one) for one in self.values])


def _read_dhcp_client_architecture(
    data: bytes, offset: int, stop: int
) -> DHCPClientArchitecture | None:
    """The option's data, or None if it does not fit in."""
    dhcp_client_architecture = new(DHCPClientArchitecture)
    if (stop - offset) % 2:
        return None
    dhcp_client_architecture.values = tuple(
        [item for (item,) in _DHCP_CLIENT_ARCHITECTURE_VALUES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_client_architecture


_DHCP_CLIENT_NETWORK_INTERFACE = struct.Struct("!BBB")


class DHCPClientNetworkInterface(Option):
    """Network interface that boot code sees (RFC 4578 section 2.2).

    Attributes:
        type: 1: UNDI (RFC 4578 section 2.2).
    """

    __slots__ = (
        "major_version",
        "minor_version",
        "type",
    )
    __match_args__ = (
        "major_version",
        "minor_version",
        "type",
    )
    KIND = 94
    FIELDS = (
        Field("type", bit_offset=16, bits=8, source="RFC 4578 section 2.2"),
        Field("major_version", bit_offset=24, bits=8, source="RFC 4578 section 2.2"),
        Field("minor_version", bit_offset=32, bits=8, source="RFC 4578 section 2.2"),
    )

    def __init__(self, major_version: int, minor_version: int, type: int = 1) -> None:
        self.major_version = major_version
        self.minor_version = minor_version
        self.type = type

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_CLIENT_NETWORK_INTERFACE.pack(
            self.type, self.major_version, self.minor_version
        )


def _read_dhcp_client_network_interface(
    data: bytes, offset: int, stop: int
) -> DHCPClientNetworkInterface | None:
    """The option's data, or None if it does not fit in."""
    dhcp_client_network_interface = new(DHCPClientNetworkInterface)
    if stop - offset < 3:
        return None
    (
        dhcp_client_network_interface.type,
        dhcp_client_network_interface.major_version,
        dhcp_client_network_interface.minor_version,
    ) = _DHCP_CLIENT_NETWORK_INTERFACE.unpack_from(data, offset)
    offset += 3
    return dhcp_client_network_interface if offset == stop else None


_DHCP_CLIENT_MACHINE_IDENTIFIER = struct.Struct("!B")


class DHCPClientMachineIdentifier(Option):
    """What the machine is known by (RFC 4578 section 2.3).

    Attributes:
        type: 0: a UUID (RFC 4578 section 2.3).
    """

    __slots__ = (
        "identifier",
        "type",
    )
    __match_args__ = (
        "identifier",
        "type",
    )
    KIND = 97
    FIELDS = (
        Field("type", bit_offset=16, bits=8, source="RFC 4578 section 2.3"),
        Field("identifier", bit_offset=24, format="bytes", source="RFC 4578 section 2.3"),
    )

    def __init__(self, identifier: bytes, type: int = 0) -> None:
        self.identifier = identifier
        self.type = type

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_CLIENT_MACHINE_IDENTIFIER.pack(self.type) + self.identifier


def _read_dhcp_client_machine_identifier(
    data: bytes, offset: int, stop: int
) -> DHCPClientMachineIdentifier | None:
    """The option's data, or None if it does not fit in."""
    dhcp_client_machine_identifier = new(DHCPClientMachineIdentifier)
    if stop - offset < 1:
        return None
    (dhcp_client_machine_identifier.type,) = _DHCP_CLIENT_MACHINE_IDENTIFIER.unpack_from(
        data, offset
    )
    offset += 1
    dhcp_client_machine_identifier.identifier = data[offset:stop]
    offset = stop
    return dhcp_client_machine_identifier


class DHCPPosixTimezone(Option):
    """A TZ string (RFC 4833 section 2)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 100
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.tz_pcode",
            bit_offset=16,
            format="text",
            source="RFC 4833 section 2",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPPosixTimezone, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_posix_timezone(data: bytes, offset: int, stop: int) -> DHCPPosixTimezone | None:
    """The option's data, or None if it does not fit in."""
    dhcp_posix_timezone = new(DHCPPosixTimezone)
    dhcp_posix_timezone.text = data[offset:stop]
    offset = stop
    return dhcp_posix_timezone


class DHCPTimezoneName(Option):
    """A name of the tz database (RFC 4833 section 2)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 101
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.tz_tcode",
            bit_offset=16,
            format="text",
            source="RFC 4833 section 2",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPTimezoneName, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_timezone_name(data: bytes, offset: int, stop: int) -> DHCPTimezoneName | None:
    """The option's data, or None if it does not fit in."""
    dhcp_timezone_name = new(DHCPTimezoneName)
    dhcp_timezone_name.text = data[offset:stop]
    offset = stop
    return dhcp_timezone_name


_DHCPIPV6_ONLY_PREFERRED = struct.Struct("!I")


class DHCPIPv6OnlyPreferred(Option):
    """Seconds that the client should do without IPv4 (RFC 8925 section 3.1)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 108
    FIELDS = (Field("value", bit_offset=16, bits=32, source="RFC 8925 section 3.1"),)

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCPIPV6_ONLY_PREFERRED.pack(self.value)


def _read_dhcpipv6_only_preferred(
    data: bytes, offset: int, stop: int
) -> DHCPIPv6OnlyPreferred | None:
    """The option's data, or None if it does not fit in."""
    dhcpipv6_only_preferred = new(DHCPIPv6OnlyPreferred)
    if stop - offset < 4:
        return None
    (dhcpipv6_only_preferred.value,) = _DHCPIPV6_ONLY_PREFERRED.unpack_from(data, offset)
    offset += 4
    return dhcpipv6_only_preferred if offset == stop else None


class DHCPCaptivePortal(Option):
    """URI of its API (RFC 8910 section 2.1)."""

    __slots__ = ("text",)
    __match_args__ = ("text",)
    KIND = 114
    FIELDS = (
        Field(
            "text",
            display="dhcp.option.captive_portal",
            bit_offset=16,
            format="text",
            source="RFC 8910 section 2.1",
        ),
    )

    def __init__(self, text: bytes | str) -> None:
        self.text = text_argument(DHCPCaptivePortal, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.text


def _read_dhcp_captive_portal(data: bytes, offset: int, stop: int) -> DHCPCaptivePortal | None:
    """The option's data, or None if it does not fit in."""
    dhcp_captive_portal = new(DHCPCaptivePortal)
    dhcp_captive_portal.text = data[offset:stop]
    offset = stop
    return dhcp_captive_portal


_DHCP_AUTO_CONFIGURE = struct.Struct("!B")


class DHCPAutoConfigure(Option):
    """0: do not make up a link-local address (RFC 2563 section 2)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 116
    FIELDS = (
        Field(
            "value",
            display="dhcp.option.dhcp_auto_configuration",
            bit_offset=16,
            bits=8,
            source="RFC 2563 section 2",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _DHCP_AUTO_CONFIGURE.pack(self.value)


def _read_dhcp_auto_configure(data: bytes, offset: int, stop: int) -> DHCPAutoConfigure | None:
    """The option's data, or None if it does not fit in."""
    dhcp_auto_configure = new(DHCPAutoConfigure)
    if stop - offset < 1:
        return None
    (dhcp_auto_configure.value,) = _DHCP_AUTO_CONFIGURE.unpack_from(data, offset)
    offset += 1
    return dhcp_auto_configure if offset == stop else None


_DHCP_NAME_SERVICE_SEARCH_CODES = struct.Struct("!H")


class DHCPNameServiceSearch(Option):
    """Name services in the order of their use, as option codes (RFC 2937)."""

    __slots__ = ("codes",)
    __match_args__ = ("codes",)
    KIND = 117
    FIELDS = (Field("codes", bit_offset=16, source="RFC 2937"),)

    def __init__(self, codes: Iterable[int]) -> None:
        self.codes = items_argument(DHCPNameServiceSearch, "codes", codes)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCP_NAME_SERVICE_SEARCH_CODES.pack(one) for one in self.codes])


def _read_dhcp_name_service_search(
    data: bytes, offset: int, stop: int
) -> DHCPNameServiceSearch | None:
    """The option's data, or None if it does not fit in."""
    dhcp_name_service_search = new(DHCPNameServiceSearch)
    if (stop - offset) % 2:
        return None
    dhcp_name_service_search.codes = tuple(
        [item for (item,) in _DHCP_NAME_SERVICE_SEARCH_CODES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcp_name_service_search


_DHCP_SUBNET_SELECTION = struct.Struct("!4s")


class DHCPSubnetSelection(Option):
    """The subnet to take an address from (RFC 3011 section 2)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 118
    FIELDS = (
        Field(
            "address",
            display="dhcp.option.subnet_selection_option",
            bit_offset=16,
            bits=32,
            format="ipv4",
            source="RFC 3011 section 2",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(DHCPSubnetSelection, "address", address, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _DHCP_SUBNET_SELECTION.pack(self.address)


def _read_dhcp_subnet_selection(data: bytes, offset: int, stop: int) -> DHCPSubnetSelection | None:
    """The option's data, or None if it does not fit in."""
    dhcp_subnet_selection = new(DHCPSubnetSelection)
    if stop - offset < 4:
        return None
    (dhcp_subnet_selection.address,) = _DHCP_SUBNET_SELECTION.unpack_from(data, offset)
    offset += 4
    return dhcp_subnet_selection if offset == stop else None


class DHCPDomainSearch(Option):
    """Domains to search, which may be compressed; `names` are they (RFC 3397 section 2)."""

    __slots__ = ("data",)
    __match_args__ = ("data",)
    KIND = 119
    FIELDS = (
        Field(
            "data",
            bit_offset=16,
            format="bytes",
            source="RFC 3397 section 2",
            shown="compressed names",
        ),
    )

    def __init__(self, data: Iterable[str] | bytes) -> None:
        self.data = names_argument(data, compress=True)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.data

    @property
    def names(self) -> tuple[str, ...]:
        """The domain names in `data`; DecodeError if there are none."""
        return names_in(self.data)


def _read_dhcp_domain_search(data: bytes, offset: int, stop: int) -> DHCPDomainSearch | None:
    """The option's data, or None if it does not fit in."""
    dhcp_domain_search = new(DHCPDomainSearch)
    dhcp_domain_search.data = data[offset:stop]
    offset = stop
    return dhcp_domain_search


class DHCPClasslessStaticRoute(Option):
    """Routes; they replace routers and static routes (RFC 3442)."""

    __slots__ = ("routes",)
    __match_args__ = ("routes",)
    KIND = 121
    FIELDS = (Field("routes", bit_offset=16, format="options", source="RFC 3442"),)

    def __init__(self, routes: Iterable[DHCPClasslessStaticRouteRoute] | bytes) -> None:
        self.routes = list_argument(
            "DHCPClasslessStaticRoute", "routes", routes, decode_dhcp_classless_static_route_routes
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return encode_list("DHCPClasslessStaticRoute", "routes", self.routes)


def _read_dhcp_classless_static_route(
    data: bytes, offset: int, stop: int
) -> DHCPClasslessStaticRoute | None:
    """The option's data, or None if it does not fit in."""
    dhcp_classless_static_route = new(DHCPClasslessStaticRoute)
    dhcp_classless_static_route.routes = decode_dhcp_classless_static_route_routes(
        data[offset:stop]
    )
    offset = stop
    return dhcp_classless_static_route


class DHCPVendorIdentifyingClass(Option):
    """Vendor classes by enterprise (RFC 3925 section 3)."""

    __slots__ = ("entries",)
    __match_args__ = ("entries",)
    KIND = 124
    FIELDS = (Field("entries", bit_offset=16, format="options", source="RFC 3925 section 3"),)

    def __init__(self, entries: Iterable[DHCPVendorIdentifyingClassEntry] | bytes) -> None:
        self.entries = list_argument(
            "DHCPVendorIdentifyingClass",
            "entries",
            entries,
            decode_dhcp_vendor_identifying_class_entries,
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return encode_list("DHCPVendorIdentifyingClass", "entries", self.entries)


def _read_dhcp_vendor_identifying_class(
    data: bytes, offset: int, stop: int
) -> DHCPVendorIdentifyingClass | None:
    """The option's data, or None if it does not fit in."""
    dhcp_vendor_identifying_class = new(DHCPVendorIdentifyingClass)
    dhcp_vendor_identifying_class.entries = decode_dhcp_vendor_identifying_class_entries(
        data[offset:stop]
    )
    offset = stop
    return dhcp_vendor_identifying_class


class DHCPVendorIdentifyingInformation(Option):
    """Vendor options by enterprise (RFC 3925 section 4)."""

    __slots__ = ("entries",)
    __match_args__ = ("entries",)
    KIND = 125
    FIELDS = (Field("entries", bit_offset=16, format="options", source="RFC 3925 section 4"),)

    def __init__(self, entries: Iterable[DHCPVendorIdentifyingInformationEntry] | bytes) -> None:
        self.entries = list_argument(
            "DHCPVendorIdentifyingInformation",
            "entries",
            entries,
            decode_dhcp_vendor_identifying_information_entries,
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return encode_list("DHCPVendorIdentifyingInformation", "entries", self.entries)


def _read_dhcp_vendor_identifying_information(
    data: bytes, offset: int, stop: int
) -> DHCPVendorIdentifyingInformation | None:
    """The option's data, or None if it does not fit in."""
    dhcp_vendor_identifying_information = new(DHCPVendorIdentifyingInformation)
    dhcp_vendor_identifying_information.entries = (
        decode_dhcp_vendor_identifying_information_entries(data[offset:stop])
    )
    offset = stop
    return dhcp_vendor_identifying_information


_DHCPTFTP_SERVER_ADDRESS_ADDRESSES = struct.Struct("!4s")


class DHCPTFTPServerAddress(Option):
    """TFTP servers (RFC 5859 section 3)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 150
    FIELDS = (
        Field(
            "addresses",
            display="dhcp.option.tftp_server_address",
            bit_offset=16,
            format="ipv4",
            source="RFC 5859 section 3",
        ),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(DHCPTFTPServerAddress, "addresses", one, ipv4_address)
                for one in items_argument(DHCPTFTPServerAddress, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_DHCPTFTP_SERVER_ADDRESS_ADDRESSES.pack(one) for one in self.addresses])


def _read_dhcptftp_server_address(
    data: bytes, offset: int, stop: int
) -> DHCPTFTPServerAddress | None:
    """The option's data, or None if it does not fit in."""
    dhcptftp_server_address = new(DHCPTFTPServerAddress)
    if (stop - offset) % 4:
        return None
    dhcptftp_server_address.addresses = tuple(
        [item for (item,) in _DHCPTFTP_SERVER_ADDRESS_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return dhcptftp_server_address


DHCPOption: TypeAlias = (
    DHCPMessageType
    | DHCPSubnetMask
    | DHCPTimeOffset
    | DHCPRouter
    | DHCPTimeServer
    | DHCPNameServer
    | DHCPDomainNameServer
    | DHCPLogServer
    | DHCPQuotesServer
    | DHCPLPRServer
    | DHCPImpressServer
    | DHCPResourceLocationServer
    | DHCPHostName
    | DHCPBootFileSize
    | DHCPMeritDumpFile
    | DHCPDomainName
    | DHCPSwapServer
    | DHCPRootPath
    | DHCPExtensionsPath
    | DHCPIPForwarding
    | DHCPNonLocalSourceRouting
    | DHCPPolicyFilter
    | DHCPMaximumDatagramReassembly
    | DHCPDefaultTTL
    | DHCPPathMTUAgingTimeout
    | DHCPPathMTUPlateauTable
    | DHCPInterfaceMTU
    | DHCPAllSubnetsLocal
    | DHCPBroadcastAddress
    | DHCPPerformMaskDiscovery
    | DHCPMaskSupplier
    | DHCPPerformRouterDiscovery
    | DHCPRouterSolicitationAddress
    | DHCPStaticRoute
    | DHCPTrailerEncapsulation
    | DHCPARPCacheTimeout
    | DHCPEthernetEncapsulation
    | DHCPTCPDefaultTTL
    | DHCPTCPKeepaliveInterval
    | DHCPTCPKeepaliveGarbage
    | DHCPNISDomain
    | DHCPNISServer
    | DHCPNTPServer
    | DHCPVendorSpecific
    | DHCPNetBIOSNameServer
    | DHCPNetBIOSDatagramServer
    | DHCPNetBIOSNodeType
    | DHCPNetBIOSScope
    | DHCPXWindowFontServer
    | DHCPXWindowDisplayManager
    | DHCPRequestedAddress
    | DHCPLeaseTime
    | DHCPOptionOverload
    | DHCPServerIdentifier
    | DHCPParameterRequestList
    | DHCPMessage
    | DHCPMaximumMessageSize
    | DHCPRenewalTime
    | DHCPRebindingTime
    | DHCPVendorClass
    | DHCPClientIdentifier
    | DHCPNetWareIPDomain
    | DHCPNetWareIPInformation
    | DHCPNISPlusDomain
    | DHCPNISPlusServer
    | DHCPTFTPServerName
    | DHCPBootFileName
    | DHCPMobileIPHomeAgent
    | DHCPSMTPServer
    | DHCPPOP3Server
    | DHCPNNTPServer
    | DHCPWWWServer
    | DHCPFingerServer
    | DHCPIRCServer
    | DHCPStreetTalkServer
    | DHCPStreetTalkDirectoryServer
    | DHCPUserClass
    | DHCPRapidCommit
    | DHCPClientFQDN
    | DHCPRelayAgentInformation
    | DHCPNDSServer
    | DHCPNDSTreeName
    | DHCPNDSContext
    | DHCPAuthentication
    | DHCPClientLastTransactionTime
    | DHCPAssociatedAddress
    | DHCPClientArchitecture
    | DHCPClientNetworkInterface
    | DHCPClientMachineIdentifier
    | DHCPPosixTimezone
    | DHCPTimezoneName
    | DHCPIPv6OnlyPreferred
    | DHCPCaptivePortal
    | DHCPAutoConfigure
    | DHCPNameServiceSearch
    | DHCPSubnetSelection
    | DHCPDomainSearch
    | DHCPClasslessStaticRoute
    | DHCPVendorIdentifyingClass
    | DHCPVendorIdentifyingInformation
    | DHCPTFTPServerAddress
    | DHCPEnd
    | DHCPPad
    | UnknownOption
    | MalformedOption
)


DHCP_OPTION_STYLE = TlvStyle(
    alignment=1,
    before=0,
    counts_head=False,
    end=("DHCPEnd", 255),
    kind_bytes=1,
    length_bytes=1,
    length_first=False,
    padding=("DHCPPad", 0),
    unit=1,
)


READ_DHCP_OPTION: dict[int, Callable[[bytes, int, int], DHCPOption | None]] = {
    53: _read_dhcp_message_type,
    1: _read_dhcp_subnet_mask,
    2: _read_dhcp_time_offset,
    3: _read_dhcp_router,
    4: _read_dhcp_time_server,
    5: _read_dhcp_name_server,
    6: _read_dhcp_domain_name_server,
    7: _read_dhcp_log_server,
    8: _read_dhcp_quotes_server,
    9: _read_dhcplpr_server,
    10: _read_dhcp_impress_server,
    11: _read_dhcp_resource_location_server,
    12: _read_dhcp_host_name,
    13: _read_dhcp_boot_file_size,
    14: _read_dhcp_merit_dump_file,
    15: _read_dhcp_domain_name,
    16: _read_dhcp_swap_server,
    17: _read_dhcp_root_path,
    18: _read_dhcp_extensions_path,
    19: _read_dhcpip_forwarding,
    20: _read_dhcp_non_local_source_routing,
    21: _read_dhcp_policy_filter,
    22: _read_dhcp_maximum_datagram_reassembly,
    23: _read_dhcp_default_ttl,
    24: _read_dhcp_path_mtu_aging_timeout,
    25: _read_dhcp_path_mtu_plateau_table,
    26: _read_dhcp_interface_mtu,
    27: _read_dhcp_all_subnets_local,
    28: _read_dhcp_broadcast_address,
    29: _read_dhcp_perform_mask_discovery,
    30: _read_dhcp_mask_supplier,
    31: _read_dhcp_perform_router_discovery,
    32: _read_dhcp_router_solicitation_address,
    33: _read_dhcp_static_route,
    34: _read_dhcp_trailer_encapsulation,
    35: _read_dhcparp_cache_timeout,
    36: _read_dhcp_ethernet_encapsulation,
    37: _read_dhcptcp_default_ttl,
    38: _read_dhcptcp_keepalive_interval,
    39: _read_dhcptcp_keepalive_garbage,
    40: _read_dhcpnis_domain,
    41: _read_dhcpnis_server,
    42: _read_dhcpntp_server,
    43: _read_dhcp_vendor_specific,
    44: _read_dhcp_net_bios_name_server,
    45: _read_dhcp_net_bios_datagram_server,
    46: _read_dhcp_net_bios_node_type,
    47: _read_dhcp_net_bios_scope,
    48: _read_dhcpx_window_font_server,
    49: _read_dhcpx_window_display_manager,
    50: _read_dhcp_requested_address,
    51: _read_dhcp_lease_time,
    52: _read_dhcp_option_overload,
    54: _read_dhcp_server_identifier,
    55: _read_dhcp_parameter_request_list,
    56: _read_dhcp_message,
    57: _read_dhcp_maximum_message_size,
    58: _read_dhcp_renewal_time,
    59: _read_dhcp_rebinding_time,
    60: _read_dhcp_vendor_class,
    61: _read_dhcp_client_identifier,
    62: _read_dhcp_net_ware_ip_domain,
    63: _read_dhcp_net_ware_ip_information,
    64: _read_dhcpnis_plus_domain,
    65: _read_dhcpnis_plus_server,
    66: _read_dhcptftp_server_name,
    67: _read_dhcp_boot_file_name,
    68: _read_dhcp_mobile_ip_home_agent,
    69: _read_dhcpsmtp_server,
    70: _read_dhcppop_3_server,
    71: _read_dhcpnntp_server,
    72: _read_dhcpwww_server,
    73: _read_dhcp_finger_server,
    74: _read_dhcpirc_server,
    75: _read_dhcp_street_talk_server,
    76: _read_dhcp_street_talk_directory_server,
    77: _read_dhcp_user_class,
    80: _read_dhcp_rapid_commit,
    81: _read_dhcp_client_fqdn,
    82: _read_dhcp_relay_agent_information,
    85: _read_dhcpnds_server,
    86: _read_dhcpnds_tree_name,
    87: _read_dhcpnds_context,
    90: _read_dhcp_authentication,
    91: _read_dhcp_client_last_transaction_time,
    92: _read_dhcp_associated_address,
    93: _read_dhcp_client_architecture,
    94: _read_dhcp_client_network_interface,
    97: _read_dhcp_client_machine_identifier,
    100: _read_dhcp_posix_timezone,
    101: _read_dhcp_timezone_name,
    108: _read_dhcpipv6_only_preferred,
    114: _read_dhcp_captive_portal,
    116: _read_dhcp_auto_configure,
    117: _read_dhcp_name_service_search,
    118: _read_dhcp_subnet_selection,
    119: _read_dhcp_domain_search,
    121: _read_dhcp_classless_static_route,
    124: _read_dhcp_vendor_identifying_class,
    125: _read_dhcp_vendor_identifying_information,
    150: _read_dhcptftp_server_address,
}


def decode_dhcp_options(data: bytes) -> tuple[DHCPOption, ...]:
    """Read a whole option list; loses nothing and never fails."""
    found: list[DHCPOption] = []
    offset, end = 0, len(data)
    while offset < end:
        kind = data[offset]
        if kind == 0:
            found.append(_DHCP_PAD_)
            offset += 1
            continue
        if kind == 255:
            found.append(DHCPEnd(data[offset + 1 :]))
            break
        body = offset + 2
        if body > end:
            found.append(MalformedOption(data[offset:]))
            break
        stop = body + data[offset + 1]
        if stop > end:
            found.append(MalformedOption(data[offset:]))
            break
        read = READ_DHCP_OPTION.get(kind)
        option = read(data, body, stop) if read is not None else None
        if option is None:
            option = UnknownOption(kind, data[body:stop])
        found.append(option)
        offset = stop
    return tuple(found)
