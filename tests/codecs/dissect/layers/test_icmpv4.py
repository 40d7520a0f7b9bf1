"""ICMP's fields against tshark's."""

import struct

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.l2 import Ether

import wirelab.codecs as wirelab
from wirelab.codecs import (
    Ethernet,
    ICMPExtensions,
    ICMPInterface,
    ICMPLabelStack,
    ICMPNamedInterface,
    ICMPProbeAddress,
    ICMPProbeIndex,
    ICMPProbeName,
    ICMPv4,
    ICMPv4Router,
    ICMPv4RouterAdvertisement,
    IPv4,
    MPLSLabel,
    UnknownOption,
    extended_error,
)

IA, IB = "10.0.0.1", "10.0.0.2"
EXTENSIONS = ICMPExtensions(
    objects=[
        ICMPLabelStack([MPLSLabel(16000, 0, False, 63), MPLSLabel(17, 5, True, 1)]),
        ICMPInterface(
            role=2,
            has_index=True,
            has_address=True,
            has_mtu=True,
            index=7,
            address_family=1,
            reserved2=0,
            address=bytes((10, 0, 0, 9)),
            mtu=1500,
        ),
        ICMPNamedInterface(b"eth0\0\0\0", role=0),
        UnknownOption(200, b"\x01data"),
    ]
)
THERE = Ether(src="02:00:00:00:00:0a", dst="02:00:00:00:00:0b") / IP(src=IA, dst=IB, id=1)
BACK = Ether(src="02:00:00:00:00:0b", dst="02:00:00:00:00:0a") / IP(src=IB, dst=IA, id=2)


def base():
    """Queries and their answers, errors and what they quote."""
    time = struct.pack("<QQ", 1_700_000_000, 123456)
    yield THERE / ICMP(type=8, id=0x0102, seq=1) / (b"abcdefgh" * 4)
    yield BACK / ICMP(type=0, id=0x0102, seq=1) / (b"abcdefgh" * 4)
    yield THERE / ICMP(type=8, id=0x0102, seq=2) / (time + bytes(range(0x10, 0x38)))
    yield THERE / ICMP(type=13, id=5, seq=6, ts_ori=1000, ts_rx=2000, ts_tx=3000)
    yield THERE / ICMP(type=17, id=5, seq=6, addr_mask="255.255.255.0")
    quoted = IP(src=IA, dst=IB, id=7) / UDP(sport=50000, dport=49152) / b"quoted data"
    segment = IP(src=IA, dst=IB, id=8) / TCP(sport=50010, dport=8300, seq=0x01020304, flags="S")
    yield BACK / ICMP(type=3, code=3) / quoted
    yield BACK / ICMP(type=3, code=4, nexthopmtu=1400) / bytes(segment)[:28]
    yield BACK / ICMP(type=5, code=1, gw="10.0.0.254") / bytes(quoted)[:28]
    yield BACK / ICMP(type=11, code=0) / segment
    yield BACK / ICMP(type=12, code=0, ptr=20) / bytes(quoted)[:28]


def test_every_field_of_icmp_is_what_tshark_prints(variations, oracle):
    """RFC 792."""
    compared = oracle("icmp", variations(base(), count=600))
    assert {"icmp.mtu", "icmp.redir_gw", "icmp.pointer", "icmp.data_time"} <= compared.filled


def extended():
    """Errors with extensions, probes, router discovery, and types without a body."""
    below = Ethernet() / IPv4(source=IA, destination=IB)
    quote = bytes(IPv4(source=IB, destination=IA) / wirelab.UDP(50000, 50001) / b"asked")
    padded = quote + bytes(128 - len(quote))
    for error in (
        ICMPv4(type=11),
        ICMPv4(type=3, code=4, next_hop_mtu=1400),
        ICMPv4(type=12, pointer=3),
    ):
        yield below / extended_error(error, quote, EXTENSIONS)
    yield below / ICMPv4(type=11) / padded / bytes(EXTENSIONS)
    yield below / ICMPv4(type=11) / padded / b"nothing of the kind"
    for probe in (
        ICMPProbeName(b"eth0"),
        ICMPProbeIndex(7),
        ICMPProbeAddress(bytes((10, 0, 0, 1))),
        ICMPProbeAddress(bytes(16), address_family=2),
        ICMPProbeAddress(bytes(6), address_family=6),
    ):
        request = ICMPv4(identifier=1, extended_sequence_number=5, local=True)
        yield below / request / ICMPExtensions(objects=[probe])
    yield below / ICMPv4(type=43, identifier=1, state=2, active=True, runs_ipv6=True)
    routers = [ICMPv4Router("10.0.0.1", 5), ICMPv4Router("10.0.0.2", 0x80000000)]
    header = ICMPv4(type=9, address_count=2, address_entry_size=2, lifetime=1800)
    yield below / header / ICMPv4RouterAdvertisement(routers)
    yield below / header.replace(address_entry_size=3) / bytes(24)
    yield below / ICMPv4(type=10)
    yield below / ICMPv4(type=40, rest_of_header=7) / quote
    yield below / ICMPv4(type=253) / b"experiment"


def test_extensions_and_later_types_are_what_tshark_prints(variations, oracle):
    """RFC 4884, RFC 4950, RFC 5837, RFC 8335, RFC 1256."""
    twice = {"icmp.ext.ctype": lambda frame, theirs, ours: frame.name.endswith("0x00 at 48")}
    compared = oracle("icmp", variations(extended(), count=500), on_purpose=twice)
    seldom = {"icmp.data_time", "icmp.data_time_relative", "icmp.resp_to", "icmp.resptime"}
    timestamps = {f"icmp.{which}_timestamp" for which in ("originate", "receive", "transmit")}
    queries = {"icmp.seq", "icmp.seq_le", "icmp.redir_gw", "icmp.address_mask"}
    never = {"icmp.int_info.ipunknown", "icmp.int_info.ipv6", "icmp.mpls.data"}
    left = set(compared.fields) - compared.filled - seldom - timestamps - queries - never
    assert left == {"icmp.int_info.name"}  # tshark 4.0 reads it and shows it nowhere
