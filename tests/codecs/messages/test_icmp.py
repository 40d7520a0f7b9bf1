"""ICMP of both versions: echoes, errors with quotes, extensions, probes; against scapy and dpkt."""

import dpkt
import pytest
from scapy.layers import inet, inet6

from wirelab.codecs import (
    TCP,
    UDP,
    DecodeError,
    EncodeError,
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
    ICMPv4Timestamp,
    ICMPv6,
    ICMPv6Echo,
    ICMPv6ExtendedEchoReply,
    ICMPv6ExtendedEchoRequest,
    ICMPv6PacketTooBig,
    ICMPv6ParameterProblem,
    ICMPv6TimeExceeded,
    ICMPv6Unreachable,
    IPv4,
    IPv6,
    MPLSLabel,
    UnknownOption,
    extended_error,
    ipv4_bytes,
    ipv6_bytes,
    parse,
)

NETWORK = IPv4(source="10.0.0.1", destination="10.0.0.2")
NETWORK6 = IPv6(source="2001:db8::1", destination="2001:db8::2")
DATAGRAM = bytes(IPv4(source="10.0.0.2", destination="10.0.0.9") / UDP(1000, 2000) / b"asked")
DATAGRAM6 = bytes(
    IPv6(source="2001:db8::2", destination="2001:db8::9") / UDP(1000, 2000) / b"asked"
)
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
            address=ipv4_bytes("10.0.0.254"),
            mtu=1500,
        ),
        ICMPNamedInterface(b"eth0\0\0\0", role=0),
        UnknownOption(200, b"\x01data"),
    ]
)


def theirs(*layers):
    packet = inet.IP(src="10.0.0.1", dst="10.0.0.2", id=0)
    for layer in layers:
        packet = packet / layer
    return packet


def theirs6(layer):
    return inet6.IPv6(src="2001:db8::1", dst="2001:db8::2") / layer


PAIRS = {
    "echo": (
        ICMPv4(identifier=7, sequence_number=9) / b"data",
        theirs(inet.ICMP(type=8, id=7, seq=9), b"data"),
    ),
    "unreachable": (
        ICMPv4(type=3, code=4, next_hop_mtu=1400) / DATAGRAM,
        theirs(inet.ICMP(type=3, code=4, nexthopmtu=1400), DATAGRAM),
    ),
    "redirect": (
        ICMPv4(type=5, code=1, gateway="10.0.0.254") / DATAGRAM,
        theirs(inet.ICMP(type=5, code=1, gw="10.0.0.254"), DATAGRAM),
    ),
    "time exceeded": (
        ICMPv4(type=11) / DATAGRAM,
        theirs(inet.ICMP(type=11), DATAGRAM),
    ),
    "parameter problem": (
        ICMPv4(type=12, pointer=9) / DATAGRAM,
        theirs(inet.ICMP(type=12, ptr=9), DATAGRAM),
    ),
    "timestamp": (
        ICMPv4(identifier=7, sequence_number=9) / ICMPv4Timestamp(1, 2, 3),
        theirs(inet.ICMP(type=13, id=7, seq=9, ts_ori=1, ts_rx=2, ts_tx=3)),
    ),
    "timestamp reply": (
        ICMPv4(type=14, identifier=7) / ICMPv4Timestamp(1, 2, 3),
        theirs(inet.ICMP(type=14, id=7, seq=0, ts_ori=1, ts_rx=2, ts_tx=3)),
    ),
}
PAIRS6 = {
    "echo": (ICMPv6Echo(7, 9) / b"data", inet6.ICMPv6EchoRequest(id=7, seq=9, data=b"data")),
    "unreachable": (ICMPv6Unreachable() / DATAGRAM6, inet6.ICMPv6DestUnreach() / DATAGRAM6),
    "packet too big": (
        ICMPv6PacketTooBig(1400) / DATAGRAM6,
        inet6.ICMPv6PacketTooBig(mtu=1400) / DATAGRAM6,
    ),
    "time exceeded": (ICMPv6TimeExceeded() / DATAGRAM6, inet6.ICMPv6TimeExceeded() / DATAGRAM6),
    "parameter problem": (
        ICMPv6ParameterProblem(40) / DATAGRAM6,
        inet6.ICMPv6ParamProblem(ptr=40) / DATAGRAM6,
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_scapy_and_we_write_and_read_the_same(agree, name):
    """RFC 792."""
    ours, scapys = PAIRS[name]
    agree(NETWORK / ours, scapys)


@pytest.mark.parametrize("name", PAIRS6)
def test_scapy_and_we_write_and_read_the_same_of_version_6(agree, name):
    """RFC 4443 sections 3 and 4."""
    ours, scapys = PAIRS6[name]
    agree(NETWORK6 / ICMPv6() / ours, theirs6(scapys))


def test_dpkt_reads_our_messages():
    """RFC 792, RFC 4443."""
    echo = dpkt.ip.IP(bytes(NETWORK / PAIRS["echo"][0])).data
    assert (echo.type, echo.data.id, echo.data.seq, echo.data.data) == (8, 7, 9, b"data")
    big = dpkt.ip6.IP6(bytes(NETWORK6 / ICMPv6() / PAIRS6["packet too big"][0])).data
    assert (big.type, big.data.mtu) == (2, 1400)


def test_auto_takes_the_type_of_the_body_or_means_an_echo_request():
    assert bytes(ICMPv4())[0] == 8
    assert bytes(ICMPv4() / b"data")[0] == 8
    assert bytes(ICMPv4() / ICMPv4Timestamp())[0] == 13
    assert bytes(ICMPv4(type=14) / ICMPv4Timestamp())[0] == 14
    with pytest.raises(EncodeError, match="no header follows"):
        bytes(NETWORK6 / ICMPv6() / b"data")


def test_router_advertisements_have_routers():
    """RFC 1256 section 3."""
    routers = [ICMPv4Router("10.0.0.1", 0), ICMPv4Router("10.0.0.2", 0x80000000)]
    packet = ICMPv4(
        address_count=2, address_entry_size=2, lifetime=1800
    ) / ICMPv4RouterAdvertisement(routers)
    read = parse(bytes(packet), first=ICMPv4)
    assert bytes(packet)[:8].hex()[0:4] == "0900"
    assert read[ICMPv4].address_count == 2
    assert read[ICMPv4].lifetime == 1800
    assert read[ICMPv4RouterAdvertisement].routers == tuple(routers)


@pytest.mark.parametrize("kind", [0, 3, 5, 8, 9, 10, 11, 12, 13, 14, 40, 42, 43, 253, 254])
def test_every_type_that_is_not_deprecated_has_a_name(kind):
    """IANA "ICMP Type Numbers"."""
    header = ICMPv4(type=kind)
    assert header.field_text("type") != str(kind)


def test_codes_are_named_by_their_type():
    assert ICMPv4(type=3, code=3).field_text("code") == "3 (port unreachable)"
    assert ICMPv4(type=11, code=1).field_text("code") == "1 (during fragment reassembly)"
    assert ICMPv4(type=40, code=1).field_text("code") == "1 (authentication failed)"
    assert ICMPv4(type=8, code=3).field_text("code") == "3"
    assert ICMPv6(type=1, code=4).field_text("code") == "4 (port unreachable)"


@pytest.mark.parametrize("name", ["unreachable", "redirect", "time exceeded", "parameter problem"])
@pytest.mark.parametrize("length", [28, 20, 33, 27])
def test_errors_quote_packets_whole_or_cut(name, length):
    """RFC 792: an IPv4 header and 64 bits, or as much as fits."""
    header = parse(bytes(PAIRS[name][0]), first=ICMPv4)[ICMPv4]
    quoted = parse(bytes(header / DATAGRAM[:length]), first=ICMPv4).quoted
    assert quoted is not None
    assert quoted[IPv4].destination == ipv4_bytes("10.0.0.9")
    assert (UDP in quoted) is (length >= 28)
    assert bytes(quoted) == DATAGRAM[:length]
    assert quoted.verify() == []


@pytest.mark.parametrize("name", ["unreachable", "packet too big", "parameter problem"])
def test_errors_of_version_6_quote_packets(name):
    """RFC 4443 section 2.4 (c)."""
    packet = parse(bytes(NETWORK6 / ICMPv6() / PAIRS6[name][0]), first=IPv6)
    quoted = packet.quoted
    assert quoted is not None
    assert quoted[UDP].destination_port == 2000
    assert bytes(quoted) == DATAGRAM6
    assert packet.extensions is None
    assert "quoting [IPv6 2001:db8::2 > 2001:db8::9 / UDP 1000 > 2000]" in packet.summary()


def test_what_is_no_packet_is_no_quote():
    assert parse(bytes(ICMPv4(type=3) / b"nonsense"), first=ICMPv4).quoted is None
    assert parse(bytes(ICMPv4(type=8) / DATAGRAM), first=ICMPv4).quoted is None


@pytest.mark.parametrize(
    ("header", "quote", "unit"),
    [
        (ICMPv4(type=3, code=1), DATAGRAM, 4),
        (ICMPv4(type=11), DATAGRAM + bytes(200), 4),
        (ICMPv4(type=12, pointer=1), DATAGRAM[:28], 4),
        (ICMPv6Unreachable(), DATAGRAM6, 8),
        (ICMPv6TimeExceeded(), DATAGRAM6 + bytes(103), 8),
    ],
)
def test_extensions_stand_behind_a_padded_quote(header, quote, unit):
    """RFC 4884 sections 4 and 5.1."""
    error = extended_error(header, quote, EXTENSIONS)
    read = parse(bytes(error), first=type(header))
    length = read[type(header)].quote_length * unit
    assert length >= max(128, len(quote))
    assert length - max(128, len(quote)) < unit
    assert read.extensions == ICMPExtensions.parse(bytes(EXTENSIONS))
    assert read.extensions.objects == EXTENSIONS.objects
    assert read.quoted is not None
    assert read.quoted.trailer.strip(b"\0") == b""
    assert bytes(read) == bytes(error)


def test_scapy_reads_our_extensions():
    """RFC 4884, RFC 4950, RFC 5837."""
    error = NETWORK / extended_error(ICMPv4(type=11), DATAGRAM, EXTENSIONS)
    again = inet.IP(bytes(error))[inet.ICMP]
    assert again.length == 32
    header = again.ext
    assert header.version == 2
    objects = [one for one in header.iterpayloads() if isinstance(one, inet.ICMPExtension_Object)]
    assert (objects[0].classnum, objects[0].classtype, objects[0].len) == (1, 1, 12)
    assert bytes(again) == bytes(error)[20:]


def test_the_checksum_of_extensions_covers_them_alone():
    """RFC 4884 section 7."""
    data = bytes(EXTENSIONS)
    assert ICMPExtensions.checksum_ok(data, 0, len(data))
    assert not ICMPExtensions.checksum_ok(data[:-1] + b"\xff", 0, len(data))
    assert data[0] >> 4 == 2


@pytest.mark.parametrize(
    "data",
    [b"\x10\0\0\0", b"\x20\0\0", b""],
    ids=["version 1", "cut", "empty"],
)
def test_what_are_no_extensions_is_none(data):
    """RFC 4884 section 7: version 2."""
    with pytest.raises(DecodeError):
        ICMPExtensions.parse(data)
    error = ICMPv4(type=11, quote_length=32) / (DATAGRAM + bytes(128 - len(DATAGRAM)) + data)
    assert parse(bytes(error), first=ICMPv4).extensions is None


@pytest.mark.parametrize(
    "probe",
    [
        ICMPProbeName(b"eth0"),
        ICMPProbeIndex(7),
        ICMPProbeAddress(ipv6_bytes("2001:db8::1"), address_family=2),
    ],
)
def test_probes_say_which_interface(probe):
    """RFC 8335 section 2.1."""
    asked = ICMPExtensions(objects=[probe])
    packet = parse(bytes(ICMPv4(identifier=1, local=True) / asked), first=ICMPv4)
    assert packet[ICMPv4].type == 42
    assert packet[ICMPv4].local is True
    assert packet[ICMPExtensions].objects == (probe,)
    request = NETWORK6 / ICMPv6() / ICMPv6ExtendedEchoRequest(1, 2) / bytes(asked)
    packet = parse(bytes(request), first=IPv6)
    assert packet[ICMPv6].type == 160
    assert packet[ICMPv6ExtendedEchoRequest].local is True
    assert packet.extensions is not None
    assert packet.extensions.objects == (probe,)


def test_probe_replies_say_how_the_interface_is():
    """RFC 8335 section 3."""
    reply = ICMPv4(type=43, extended_sequence_number=3, state=2, active=True, runs_ipv6=True)
    assert reply.rest_of_header == 0x0345
    assert (reply.state, reply.active, reply.runs_ipv4, reply.runs_ipv6) == (2, True, False, True)
    body = ICMPv6ExtendedEchoReply(1, 3, state=2, active=True, runs_ipv6=True)
    assert bytes(body) == bytes.fromhex("00010345")


def test_only_some_errors_can_be_extended():
    """RFC 4884 section 4."""
    with pytest.raises(EncodeError, match="one of 3, 11, 12"):
        extended_error(ICMPv4(type=5), DATAGRAM, EXTENSIONS)
    with pytest.raises(EncodeError, match="quote_length"):
        extended_error(ICMPv4(type=3), bytes(1024), EXTENSIONS)


def test_people_read_quotes_and_extensions():
    packet = parse(bytes(NETWORK / extended_error(ICMPv4(type=11), DATAGRAM, EXTENSIONS)), IPv4)
    assert packet.summary() == (
        "IPv4 10.0.0.1 > 10.0.0.2 / ICMP time exceeded: in transit / "
        "quoting [IPv4 10.0.0.2 > 10.0.0.9 / UDP 1000 > 2000] / "
        "extended by ICMPLabelStack, ICMPInterface, ICMPNamedInterface, UnknownOption"
    )
    text = packet.show()
    assert "quoted packet" in text
    assert "MPLSLabel(label=16000" in text
    assert TCP not in packet
