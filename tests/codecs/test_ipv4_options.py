"""IPv4's options: their bytes, and what tells options of one kind apart."""

import pytest
from scapy.layers import inet

from wirelab.codecs import (
    EndOfOptions,
    InternetTimestamp,
    InternetTimestampPrespecified,
    InternetTimestampWithAddresses,
    IPv4,
    IPv4BasicSecurity,
    IPv4CommercialSecurity,
    IPv4ExtendedSecurity,
    IPv4QuickStart,
    IPv4Security,
    IPv4TimestampEntry,
    IPv4Traceroute,
    LooseSourceRoute,
    MTUProbe,
    RecordRoute,
    RouterAlert,
    SelectiveDirectedBroadcast,
    StreamIdentifier,
    UnknownOption,
)
from wirelab.codecs.options import MalformedRecord

STAMP = IPv4TimestampEntry("10.0.0.1", 7)


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        ("440c0500 00000001 00000002", InternetTimestamp(5, [1, 2])),
        ("440c0d01 0a000001 00000007", InternetTimestampWithAddresses(13, [STAMP])),
        ("440c0533 0a000001 00000007", InternetTimestampPrespecified(5, [STAMP], overflow=3)),
        ("44080502 00000001", UnknownOption(68, bytes.fromhex("050200000001"))),
        ("44080501 00000001",
         InternetTimestampWithAddresses(5, [MalformedRecord(bytes.fromhex("00000001"))])),
        ("82035a 00", IPv4BasicSecurity(0x5A, b"")),
        ("82045a80", IPv4BasicSecurity(0x5A, b"\x80")),
        ("820b789a 0001 6162 78797a 00", IPv4Security(0x789A, 1, b"ab", b"xyz")),
        ("850703 61626364 00", IPv4ExtendedSecurity(3, b"abcd")),
        ("860c 00000005 01060003f00f", IPv4CommercialSecurity(5, bytes.fromhex("01060003f00f"))),
        ("0b0405dc", MTUProbe(1500)),
        ("520c 0001 0002 ffff 0a000007", IPv4Traceroute(1, 2, 0xFFFF, "10.0.0.7")),
        ("1908 05 40 048d159c", IPv4QuickStart(0, 5, 64, 0x1234567)),
        ("9506 0a0000ff 0000", SelectiveDirectedBroadcast(["10.0.0.255"])),
        ("88040009", StreamIdentifier(9)),
    ],
)  # fmt: skip
def test_options(encoded, expected):
    """RFC 791 section 3.1, RFC 1108, RFC 1063, RFC 1393, RFC 4782, RFC 1770."""
    data = bytes.fromhex(encoded)
    read = IPv4(options=data).options
    assert read[0] == expected
    assert [type(option) for option in read[1:]] in ([], [EndOfOptions])
    assert IPv4(options=[expected]).option_bytes == data


def test_scapy_reads_our_options():
    options = [
        RecordRoute(4, ["10.0.0.1", "10.0.0.2"]),
        RouterAlert(0),
        LooseSourceRoute(4, ["10.0.0.3"]),
    ]
    read = inet.IP(bytes(IPv4(protocol=17, options=options).build()))
    route, alert, loose, *_ = read.options
    assert (route.pointer, route.routers) == (4, ["10.0.0.1", "10.0.0.2"])
    assert alert.alert == 0
    assert (loose.pointer, loose.routers) == (4, ["10.0.0.3"])


def test_we_read_scapys_options():
    packet = inet.IP(
        options=[
            inet.IPOption_Timestamp(flg=1, internet_address="10.0.0.9", timestamp=5, pointer=13),
            inet.IPOption_Stream_Id(security=9),
        ]
    )
    assert IPv4.parse(bytes(packet)).options[:2] == (
        InternetTimestampWithAddresses(13, [IPv4TimestampEntry("10.0.0.9", 5)]),
        StreamIdentifier(9),
    )
