"""IPv4's options against tshark's."""

from wirelab.codecs import (
    UDP,
    Ethernet,
    InternetTimestamp,
    InternetTimestampPrespecified,
    InternetTimestampWithAddresses,
    IPv4,
    IPv4BasicSecurity,
    IPv4CommercialSecurity,
    IPv4ExtendedSecurity,
    IPv4Option,
    IPv4QuickStart,
    IPv4Security,
    IPv4TimestampEntry,
    IPv4Traceroute,
    LooseSourceRoute,
    MTUProbe,
    MTUReply,
    RecordRoute,
    RouterAlert,
    SelectiveDirectedBroadcast,
    StreamIdentifier,
    StrictSourceRoute,
)

OPTIONS: list[IPv4Option] = [
    RecordRoute(8, ["10.0.0.9", "0.0.0.0"]),
    InternetTimestamp(5, [1, 2]),
    InternetTimestampWithAddresses(
        13, [IPv4TimestampEntry("10.0.0.9", 7), IPv4TimestampEntry("10.0.0.8", 8)]
    ),
    InternetTimestampPrespecified(5, [IPv4TimestampEntry("10.0.0.9", 7)], overflow=3),
    LooseSourceRoute(4, ["10.0.0.9"]),
    StrictSourceRoute(8, ["10.0.0.9"]),
    StreamIdentifier(9),
    RouterAlert(0),
    IPv4Security(0x789A, 1, b"ab", b"xyz"),
    IPv4BasicSecurity(0x5A, b""),
    IPv4BasicSecurity(0x5A, b"\x80"),
    IPv4BasicSecurity(0xAB, b"\xc1\x02"),
    IPv4BasicSecurity(0x01, b"\x11\x10\x10"),
    IPv4ExtendedSecurity(3, b""),
    IPv4ExtendedSecurity(3, b"abcd"),
    IPv4CommercialSecurity(5, b"\1\6\0\3\xf0\x0f"),
    MTUProbe(1500),
    MTUReply(1400),
    IPv4Traceroute(1, 2, 0xFFFF, "10.0.0.7"),
    IPv4QuickStart(0, 5, 64, 0x1234567),
    IPv4QuickStart(8, 5, 64, 0x1234567),
    IPv4QuickStart(3, 5, 64, 1),
    SelectiveDirectedBroadcast(["10.0.0.255", "10.1.0.255"]),
]


def base():
    """Each option in a datagram of its own."""
    ethernet = Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01")
    for number, option in enumerate(OPTIONS):
        network = IPv4(source="10.0.0.1", destination="10.0.0.2", options=[option])
        yield bytes(ethernet / network / UDP(50000 + number, 49152) / b"data")


def test_every_field_of_ipv4_options_is_what_tshark_prints(variations, oracle):
    """RFC 791 section 3.1, RFC 1108, RFC 1063, RFC 1393, RFC 4782, RFC 1770."""
    # Damage to options of lengths that Wireshark does not know is in the test of IPv4 itself.
    frames = variations(base(), count=420)
    compared = oracle(["ip.opt", "ip.cipso.doi", "ip.rec_rt", "ip.cur_rt", "ip.src_rt"], frames)
    assert {"ip.opt.sec_cl", "ip.opt.originator", "ip.opt.addr"} <= compared.filled


def test_options_too_short_for_their_kind_are_cut_where_tshark_cuts_them(oracle):
    """The length octet counts kind and length: 2 is the least (RFC 791 section 3.1)."""
    ethernet = Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01")
    kinds = (7, 11, 12, 68, 82, 130, 131, 133, 134, 136, 137, 148, 149)
    options = [
        bytes((kind, size)) + bytes([filling])[: size - 2]
        for kind in kinds
        for size in (2, 3)
        for filling in range(0, 256, 21)
    ]
    frames = []
    for number, option in enumerate(options):
        network = IPv4(source="10.0.0.1", destination="10.0.0.2", options=option)
        frames.append(bytes(ethernet / network / UDP(50000 + number, 49152) / b"data"))
    oracle(["ip.opt", "ip.cipso.doi", "ip.rec_rt", "ip.cur_rt", "ip.src_rt"], frames)
