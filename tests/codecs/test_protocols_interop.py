"""scapy and dpkt read what our strategies write, and we read what scapy makes up.

Two tables say what a field is called there. A protocol that they know needs a row, and no more.
"""

import ipaddress
import random
from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

import dpkt
import pytest
import scapy.packet
from hypothesis import HealthCheck, assume, given, settings
from scapy.layers import dhcp, dns, igmp, inet, inet6, ipsec, l2, vxlan
from scapy.volatile import RandMAC

from wirelab.codecs import parse, strategies
from wirelab.codecs.addresses import ipv4_text, mac_text
from wirelab.codecs.protocols import HEADERS
from wirelab.codecs.strategies.packets import followers

CLASSES = {header.LAYER: header for header in HEADERS}
SEEDS = range(40)
CARRIERS = {"Ethernet", "Dot1Q", "ARP", "IPv4", "IPv6", "TCP", "UDP", "ICMPv4", "ICMPv6Echo", "ESP"}
"""Headers with a payload; others are told apart by their length, or end with all the rest."""


class Row(NamedTuple):
    """A protocol as scapy knows it.

    Attributes:
        stack: our headers, from Ethernet on, separated by slashes.
        scapy: class there.
        fields: our `attribute`, or `Header.attribute` of one further down -> name there.
        make: a packet of theirs with random fields.
        given: fields of ours that must have these values, for there to be such a packet.
        source_port: of the UDP header below; 0 suggests no protocol.
    """

    stack: str
    scapy: Any
    fields: dict[str, str]
    make: Callable[[], Any] | None = None
    given: Mapping[str, Any] = MappingProxyType({})
    source_port: int = 0


def over_ipv4(layer):
    return (
        l2.Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / inet.IP(dst="10.0.0.2") / layer
    )


def over_ipv6(layer):
    return (
        l2.Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
        / inet6.IPv6(src="2001:db8::1", dst="2001:db8::2")
        / layer
    )


def fuzz(layer):
    """Random values for what is not given, but for the type that makes it what it is."""
    if "type" in {field.name for field in layer.fields_desc}:
        layer.type = layer.type
    return scapy.packet.fuzz(layer)


ICMPV6 = {"ICMPv6.type": "type", "ICMPv6.code": "code", "ICMPv6.checksum": "cksum"}
GROUP = {"maximum_response_delay": "mrd", "reserved": "reserved", "group": "mladdr"}
IGMP = {"IGMP.type": "type", "IGMP.maximum_response_code": "mrcode", "IGMP.checksum": "chksum"}
QUOTES = {**ICMPV6, "quote_length": "length", "reserved": "unused"}

ROWS = {
    "Ethernet": Row(
        "Ethernet",
        l2.Ether,
        {"destination": "dst", "source": "src", "type": "type"},
        lambda: l2.Ether(src=RandMAC(), dst=RandMAC(), type=0x88B5) / b"payload",
        {"type": 0x88B5},
    ),
    "Dot1Q": Row(
        "Ethernet/Dot1Q",
        (l2.Dot1Q, l2.Dot1AD),
        {"priority": "prio", "drop_eligible": "dei", "vlan_id": "vlan", "type": "type"},
        lambda: l2.Ether(dst="02:00:00:00:00:02") / fuzz(l2.Dot1Q(type=0x88B5)) / b"payload",
        {"type": 0x88B5},
    ),
    "ARP": Row(
        "Ethernet/ARP",
        l2.ARP,
        {
            "hardware_type": "hwtype",
            "protocol_type": "ptype",
            "hardware_length": "hwlen",
            "protocol_length": "plen",
            "operation": "op",
            "sender_hardware_address": "hwsrc",
            "sender_protocol_address": "psrc",
            "target_hardware_address": "hwdst",
            "target_protocol_address": "pdst",
        },
        lambda: (
            l2.Ether(dst="02:00:00:00:00:02")
            / fuzz(l2.ARP(hwtype=1, ptype=0x0800, hwlen=6, plen=4))
        ),
        {
            "hardware_type": 1,
            "protocol_type": 0x0800,
            "sender_hardware_address": b"\2\0\0\0\0\1",
            "target_hardware_address": b"\2\0\0\0\0\2",
            "sender_protocol_address": b"\x0a\0\0\1",
            "target_protocol_address": b"\x0a\0\0\2",
        },
    ),
    "IPv4": Row(
        "Ethernet/IPv4",
        inet.IP,
        {
            "version": "version",
            "ihl": "ihl",
            "total_length": "len",
            "identification": "id",
            "fragment_offset": "frag",
            "ttl": "ttl",
            "protocol": "proto",
            "checksum": "chksum",
            "source": "src",
            "destination": "dst",
        },
        lambda: (
            l2.Ether(dst="02:00:00:00:00:02")
            / fuzz(inet.IP(version=4, proto=253, options=[]))
            / b"payload"
        ),
        {"protocol": 253, "options": ()},
    ),
    "IPv6": Row(
        "Ethernet/IPv6",
        inet6.IPv6,
        {
            "version": "version",
            "flow_label": "fl",
            "payload_length": "plen",
            "next_header": "nh",
            "hop_limit": "hlim",
            "source": "src",
            "destination": "dst",
        },
        lambda: (
            l2.Ether(dst="02:00:00:00:00:02") / fuzz(inet6.IPv6(version=6, nh=253)) / b"payload"
        ),
        {"next_header": 253},
    ),
    "TCP": Row(
        "Ethernet/IPv4/TCP",
        inet.TCP,
        {
            "source_port": "sport",
            "destination_port": "dport",
            "sequence_number": "seq",
            "acknowledgment_number": "ack",
            "data_offset": "dataofs",
            "reserved": "reserved",
            "flags": "flags",
            "window": "window",
            "checksum": "chksum",
            "urgent_pointer": "urgptr",
        },
        lambda: over_ipv4(fuzz(inet.TCP(options=[]))),
    ),
    "UDP": Row(
        "Ethernet/IPv4/UDP",
        inet.UDP,
        {
            "source_port": "sport",
            "destination_port": "dport",
            "length": "len",
            "checksum": "chksum",
        },
        lambda: over_ipv4(fuzz(inet.UDP()) / b"payload"),
    ),
    "ICMPv4": Row(
        "Ethernet/IPv4/ICMPv4",
        inet.ICMP,
        {
            "type": "type",
            "code": "code",
            "checksum": "chksum",
            "identifier": "id",
            "sequence_number": "seq",
        },
        lambda: over_ipv4(fuzz(inet.ICMP(type=random.choice((0, 8)))) / b"payload"),
        {"type": 8},
    ),
    "ICMPv4Timestamp": Row(
        "Ethernet/IPv4/ICMPv4/ICMPv4Timestamp",
        inet.ICMP,
        {
            "ICMPv4.type": "type",
            "ICMPv4.checksum": "chksum",
            "originate": "ts_ori",
            "receive": "ts_rx",
            "transmit": "ts_tx",
        },
        lambda: over_ipv4(fuzz(inet.ICMP(type=random.choice((13, 14))))),
    ),
    "ICMPv6Echo": Row(
        "Ethernet/IPv6/ICMPv6/ICMPv6Echo",
        (inet6.ICMPv6EchoRequest, inet6.ICMPv6EchoReply),
        {**ICMPV6, "identifier": "id", "sequence_number": "seq"},
        lambda: over_ipv6(fuzz(inet6.ICMPv6EchoRequest(data=b"payload"))),
    ),
    "ICMPv6PacketTooBig": Row(
        "Ethernet/IPv6/ICMPv6/ICMPv6PacketTooBig",
        inet6.ICMPv6PacketTooBig,
        {**ICMPV6, "mtu": "mtu"},
        lambda: over_ipv6(fuzz(inet6.ICMPv6PacketTooBig())),
    ),
    "ICMPv6ParameterProblem": Row(
        "Ethernet/IPv6/ICMPv6/ICMPv6ParameterProblem",
        inet6.ICMPv6ParamProblem,
        {**ICMPV6, "pointer": "ptr"},
        lambda: over_ipv6(fuzz(inet6.ICMPv6ParamProblem())),
    ),
    "ICMPv6TimeExceeded": Row(
        "Ethernet/IPv6/ICMPv6/ICMPv6TimeExceeded",
        inet6.ICMPv6TimeExceeded,
        QUOTES,
        lambda: over_ipv6(fuzz(inet6.ICMPv6TimeExceeded(length=0, ext=None))),
        {"quote_length": 0},
    ),
    "ICMPv6Unreachable": Row(
        "Ethernet/IPv6/ICMPv6/ICMPv6Unreachable",
        inet6.ICMPv6DestUnreach,
        QUOTES,
        lambda: over_ipv6(fuzz(inet6.ICMPv6DestUnreach(length=0, ext=None))),
        {"quote_length": 0},
    ),
    "RouterSolicitation": Row(
        "Ethernet/IPv6/ICMPv6/RouterSolicitation",
        inet6.ICMPv6ND_RS,
        {**ICMPV6, "reserved": "res"},
        lambda: over_ipv6(fuzz(inet6.ICMPv6ND_RS())),
    ),
    "RouterAdvertisement": Row(
        "Ethernet/IPv6/ICMPv6/RouterAdvertisement",
        inet6.ICMPv6ND_RA,
        {
            **ICMPV6,
            "hop_limit": "chlim",
            "managed": "M",
            "other": "O",
            "home_agent": "H",
            "preference": "prf",
            "proxy": "P",
            "router_lifetime": "routerlifetime",
            "reachable_time": "reachabletime",
            "retransmission_timer": "retranstimer",
        },
        lambda: over_ipv6(fuzz(inet6.ICMPv6ND_RA())),
    ),
    "NeighborSolicitation": Row(
        "Ethernet/IPv6/ICMPv6/NeighborSolicitation",
        inet6.ICMPv6ND_NS,
        {**ICMPV6, "reserved": "res", "target": "tgt"},
        lambda: over_ipv6(fuzz(inet6.ICMPv6ND_NS())),
    ),
    "NeighborAdvertisement": Row(
        "Ethernet/IPv6/ICMPv6/NeighborAdvertisement",
        inet6.ICMPv6ND_NA,
        {
            **ICMPV6,
            "router": "R",
            "solicited": "S",
            "override": "O",
            "reserved": "res",
            "target": "tgt",
        },
        lambda: over_ipv6(fuzz(inet6.ICMPv6ND_NA())),
    ),
    "NDRedirect": Row(
        "Ethernet/IPv6/ICMPv6/NDRedirect",
        inet6.ICMPv6ND_Redirect,
        {**ICMPV6, "reserved": "res", "target": "tgt", "destination": "dst"},
        lambda: over_ipv6(fuzz(inet6.ICMPv6ND_Redirect())),
    ),
    "MLDQuery": Row(
        "Ethernet/IPv6/ICMPv6/MLDQuery",
        inet6.ICMPv6MLQuery,
        {**ICMPV6, **GROUP},
        lambda: over_ipv6(fuzz(inet6.ICMPv6MLQuery())),
    ),
    "MLDReport": Row(
        "Ethernet/IPv6/ICMPv6/MLDReport",
        inet6.ICMPv6MLReport,
        {**ICMPV6, **GROUP},
        lambda: over_ipv6(fuzz(inet6.ICMPv6MLReport())),
    ),
    "MLDDone": Row(
        "Ethernet/IPv6/ICMPv6/MLDDone",
        inet6.ICMPv6MLDone,
        {**ICMPV6, **GROUP},
        lambda: over_ipv6(fuzz(inet6.ICMPv6MLDone())),
    ),
    "MLDv2Report": Row(
        "Ethernet/IPv6/ICMPv6/MLDv2Report",
        inet6.ICMPv6MLReport2,
        {
            "ICMPv6.type": "type",
            "ICMPv6.checksum": "cksum",
            "reserved": "reserved",
            "number_of_records": "records_number",
        },
        lambda: over_ipv6(fuzz(inet6.ICMPv6MLReport2(type=143, records=[]))),
    ),
    "IGMPv2Report": Row(
        "Ethernet/IPv4/IGMP/IGMPv2Report",
        igmp.IGMP,
        {**IGMP, "group": "gaddr"},
        lambda: over_ipv4(fuzz(igmp.IGMP(type=0x16))),
    ),
    "IGMPLeave": Row(
        "Ethernet/IPv4/IGMP/IGMPLeave",
        igmp.IGMP,
        {**IGMP, "group": "gaddr"},
        lambda: over_ipv4(fuzz(igmp.IGMP(type=0x17))),
    ),
    "GRE": Row(
        "Ethernet/IPv4/GRE",
        l2.GRE,
        {
            "checksum_present": "chksum_present",
            "key_present": "key_present",
            "sequence_present": "seqnum_present",
            "strict_source_route": "strict_route_source",
            "recursion_control": "recursion_control",
            "version": "version",
            "protocol_type": "proto",
            "key": "key",
            "sequence_number": "sequence_number",
        },
        lambda: over_ipv4(
            l2.GRE(
                proto=0x88B5,
                key_present=random.getrandbits(1),
                key=random.getrandbits(32),
                seqnum_present=random.getrandbits(1),
                sequence_number=random.getrandbits(32),
            )
            / b"payload"
        ),
        {"protocol_type": 0x88B5, "checksum": None, "offset": None, "acknowledgment_number": None},
    ),
    "IPv6Fragment": Row(
        "Ethernet/IPv6/IPv6Fragment",
        inet6.IPv6ExtHdrFragment,
        {
            "next_header": "nh",
            "reserved": "res1",
            "fragment_offset": "offset",
            "reserved_bits": "res2",
            "more_fragments": "m",
            "identification": "id",
        },
        lambda: over_ipv6(fuzz(inet6.IPv6ExtHdrFragment(nh=253)) / b"payload"),
        {"next_header": 253},
    ),
    "ESP": Row(
        "Ethernet/IPv4/ESP",
        ipsec.ESP,
        {"spi": "spi", "sequence_number": "seq"},
        lambda: over_ipv4(fuzz(ipsec.ESP(data=b"payload"))),
        {"spi": 0x100},  # scapy takes 0 for the marker of IKE over UDP (RFC 3948 section 2.2)
    ),
    "VXLAN": Row(
        "Ethernet/IPv4/UDP/VXLAN",
        vxlan.VXLAN,
        {"vni": "vni", "reserved2": "reserved2"},
        lambda: over_ipv4(
            inet.UDP(sport=4000, dport=4789)
            / vxlan.VXLAN(vni=random.getrandbits(24))
            / l2.Ether(src=RandMAC(), dst=RandMAC(), type=0x88B5)
            / b"payload"
        ),
        {"vni_valid": True, "reserved_flags": 0, "reserved_flags2": 0, "reserved": 0},
    ),
    "DHCP": Row(
        "Ethernet/IPv4/UDP/DHCP",
        dhcp.BOOTP,
        {
            "operation": "op",
            "hardware_type": "htype",
            "hardware_length": "hlen",
            "hops": "hops",
            "transaction_id": "xid",
            "seconds": "secs",
            "client_address": "ciaddr",
            "your_address": "yiaddr",
            "server_address": "siaddr",
            "relay_address": "giaddr",
        },
        lambda: over_ipv4(
            inet.UDP(sport=68, dport=67)
            / fuzz(dhcp.BOOTP(hlen=6, chaddr=bytes(16), sname=b"", file=b"", options=b""))
            / dhcp.DHCP(options=[("message-type", "discover"), "end"])
        ),
        {"options": bytes.fromhex("350101ff")},
        68,
    ),
    "DNS": Row(
        "Ethernet/IPv4/UDP/DNS",
        dns.DNS,
        {
            "identification": "id",
            "response": "qr",
            "operation_code": "opcode",
            "authoritative": "aa",
            "truncated": "tc",
            "recursion_desired": "rd",
            "recursion_available": "ra",
            "reserved": "z",
            "authentic_data": "ad",
            "checking_disabled": "cd",
            "response_code": "rcode",
        },
        lambda: over_ipv4(
            inet.UDP(sport=4000, dport=53) / fuzz(dns.DNS(qd=[], an=[], ns=[], ar=[]))
        ),
        {"sections": b""},
    ),
}


class DpktRow(NamedTuple):
    """A protocol as dpkt knows it: our stack, where it is from its Ethernet frame, its names."""

    stack: str
    path: str
    fields: dict[str, str]
    given: Mapping[str, Any] = MappingProxyType({})
    source_port: int = 0


DPKT = {
    "Ethernet": DpktRow(
        "Ethernet",
        "",
        {"destination": "dst", "source": "src", "type": "type"},
        {"type": 0x88B5},
    ),
    "ARP": DpktRow(
        "Ethernet/ARP",
        "data",
        {
            "hardware_type": "hrd",
            "protocol_type": "pro",
            "hardware_length": "hln",
            "protocol_length": "pln",
            "operation": "op",
            "sender_hardware_address": "sha",
            "sender_protocol_address": "spa",
            "target_hardware_address": "tha",
            "target_protocol_address": "tpa",
        },
        ROWS["ARP"].given,
    ),
    "IPv4": DpktRow(
        "Ethernet/IPv4",
        "data",
        {
            "version": "v",
            "ihl": "hl",
            "total_length": "len",
            "identification": "id",
            "reserved_flag": "rf",
            "dont_fragment": "df",
            "more_fragments": "mf",
            "ttl": "ttl",
            "protocol": "p",
            "checksum": "sum",
            "source": "src",
            "destination": "dst",
            "option_bytes": "opts",
        },
        {"protocol": 253},
    ),
    "IPv6": DpktRow(
        "Ethernet/IPv6",
        "data",
        {
            "version": "v",
            "flow_label": "flow",
            "payload_length": "plen",
            "next_header": "nxt",
            "hop_limit": "hlim",
            "source": "src",
            "destination": "dst",
        },
        {"next_header": 253},
    ),
    "TCP": DpktRow(
        "Ethernet/IPv4/TCP",
        "data.data",
        {
            "source_port": "sport",
            "destination_port": "dport",
            "sequence_number": "seq",
            "acknowledgment_number": "ack",
            "data_offset": "off",
            "window": "win",
            "checksum": "sum",
            "urgent_pointer": "urp",
            "option_bytes": "opts",
        },
    ),
    "UDP": DpktRow(
        "Ethernet/IPv4/UDP",
        "data.data",
        {"source_port": "sport", "destination_port": "dport", "length": "ulen", "checksum": "sum"},
    ),
    "ICMPv4": DpktRow(
        "Ethernet/IPv4/ICMPv4",
        "data.data",
        {"type": "type", "code": "code", "checksum": "sum"},
        {"type": 8},
    ),
    "ICMPv6": DpktRow(
        "Ethernet/IPv6/ICMPv6",
        "data.data",
        {"type": "type", "code": "code", "checksum": "sum"},
        {"type": 200},
    ),
    "IGMPv2Report": DpktRow(
        "Ethernet/IPv4/IGMP/IGMPv2Report",
        "data.data",
        {"IGMP.type": "type", "IGMP.maximum_response_code": "maxresp", "IGMP.checksum": "sum"},
    ),
}


def our_value(packet, name, default):
    """An attribute as scapy writes it: addresses as text, truth values as numbers."""
    layer, _, attribute = name.rpartition(".")
    header = packet[CLASSES[layer or default]]
    value = getattr(header, attribute)
    field = next((one for one in header.FIELDS if one.name == attribute), None)
    texts = {
        "mac": mac_text,
        "ipv4": ipv4_text,
        "ipv6": lambda raw: str(ipaddress.IPv6Address(raw)),
    }
    if isinstance(value, bytes) and field is not None and field.format in texts:
        return texts[field.format](value)
    return value if value is None or isinstance(value, bytes) else int(value)


def their_value(layer, name):
    value = getattr(layer, name)
    if isinstance(value, str) and ":" in value and len(value) != 17:
        return str(ipaddress.IPv6Address(value))
    return value if value is None or isinstance(value, (str, bytes)) else int(value)


def of_stack(row):
    """Our packets of a row's stack; the lowest headers are plain."""
    layers = [CLASSES[layer] for layer in row.stack.split("/")]
    payload = b"odd" if layers[-1].LAYER in CARRIERS else b""
    parts = [strategies.headers(layer, **plain(layer, row.source_port)) for layer in layers[:-1]]
    return strategies.packets(*parts, strategies.headers(layers[-1], **row.given), payload=payload)


def plain(layer, source_port):
    """What a header that carries the tested one must not have: neither fragments nor options."""
    schema = {field.name for field in layer.FIELDS}
    nothing = {
        "more_fragments": False,
        "fragment_offset": 0,
        "options": (),
        "source_port": source_port,
    }
    return {name: value for name, value in nothing.items() if name in schema}


def known(rows):
    """The rows whose stacks there can be."""
    found = []
    for name in rows:
        names = rows[name].stack.split("/")
        stack = [CLASSES[one] for one in names if one in CLASSES]
        carried = all(above in followers(one) for one, above in pairwise(stack))
        if carried and len(stack) == len(names):
            found.append(name)
    return found


@pytest.mark.parametrize("name", known(ROWS))
def test_scapy_reads_what_we_write(name):
    row = ROWS[name]
    kinds = row.scapy if isinstance(row.scapy, tuple) else (row.scapy,)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(of_stack(row))
    def check(packet):
        frame = bytes(packet)
        assume(frame[12:14] != b"\x91\x00")  # the number of old VLAN tags, which scapy has not
        ours, theirs = parse(frame, strict=False), l2.Ether(frame)
        layer = next(found for found in map(theirs.getlayer, kinds) if found is not None)
        read = {one: their_value(layer, field) for one, field in row.fields.items()}
        assert read == {one: our_value(ours, one, name) for one in row.fields}

    check()


@pytest.mark.parametrize("name", known(ROWS))
def test_we_read_what_scapy_makes_up_and_write_it_again(name):
    row = ROWS[name]
    assert row.make is not None
    different = set()
    for seed in SEEDS:
        random.seed(seed)
        frame = bytes(row.make())
        different.add(frame)
        theirs, ours = l2.Ether(frame), parse(frame)
        kinds = row.scapy if isinstance(row.scapy, tuple) else (row.scapy,)
        layer = next(found for found in map(theirs.getlayer, kinds) if found is not None)
        read = {one: our_value(ours, one, name) for one in row.fields}
        assert read == {one: their_value(layer, field) for one, field in row.fields.items()}, seed
        assert bytes(ours) == frame
        # Not only the bytes that were kept: every header made again from its values.
        again = [
            type(header)(**{value: getattr(header, value) for value in header.VALUES})
            for header in ours.layers
        ]
        assert bytes(ours.with_layers(again)) == frame
    assert len(different) > len(SEEDS) // 2


@pytest.mark.parametrize("name", known(DPKT))
def test_dpkt_reads_what_we_write(name):
    row = DPKT[name]

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(of_stack(row))
    def check(packet):
        frame = bytes(packet)
        ours, theirs = parse(frame, strict=False), dpkt.ethernet.Ethernet(frame)
        for step in filter(None, row.path.split(".")):
            theirs = getattr(theirs, step)
        for one, field in row.fields.items():
            layer, _, attribute = one.rpartition(".")
            value = getattr(ours[CLASSES[layer or name]], attribute)
            assert getattr(theirs, field) == value, (one, field)

    check()
