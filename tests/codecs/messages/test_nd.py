"""Neighbor Discovery: the five messages and their options, against scapy and the RFCs."""

import pytest
from scapy.layers import inet6

from wirelab.codecs import (
    NDMTU,
    NDPREF64,
    ICMPv6,
    IPv6,
    MalformedOption,
    NDCaptivePortal,
    NDNonce,
    NDPrefixInformation,
    NDRecursiveServers,
    NDRedirect,
    NDRedirectedHeader,
    NDRouteInformation,
    NDSearchList,
    NDSourceLinkAddress,
    NDTargetLinkAddress,
    NeighborAdvertisement,
    NeighborSolicitation,
    RouterAdvertisement,
    RouterSolicitation,
    UnknownOption,
    ipv6_bytes,
    parse,
)
from wirelab.codecs.domain_names import encode_names

ROUTER, HOST, ALL = "fe80::1", "fe80::2", "ff02::1"
MAC = "02:00:00:00:00:01"
BELOW = IPv6(source=ROUTER, destination=ALL, hop_limit=255) / ICMPv6()


def theirs(*layers):
    packet = inet6.IPv6(src=ROUTER, dst=ALL, hlim=255)
    for layer in layers:
        packet = packet / layer
    return packet


PAIRS = {
    "router solicitation": (
        RouterSolicitation(options=[NDSourceLinkAddress(MAC)]),
        theirs(inet6.ICMPv6ND_RS(), inet6.ICMPv6NDOptSrcLLAddr(lladdr=MAC)),
    ),
    "router advertisement": (
        RouterAdvertisement(
            hop_limit=64,
            managed=True,
            other=True,
            home_agent=True,
            preference=3,
            router_lifetime=1200,
            reachable_time=30000,
            retransmission_timer=1000,
            options=[
                NDMTU(1400),
                NDPrefixInformation("2001:db8::", valid_lifetime=7200, preferred_lifetime=3600),
                NDRecursiveServers(["2001:db8::53", "2001:db8::54"], lifetime=300),
                NDRouteInformation(48, ipv6_bytes("2001:db8:1::"), preference=1, lifetime=99),
                NDSearchList(encode_names(["example.com", "lab.example"], compress=False)),
            ],
        ),
        theirs(
            inet6.ICMPv6ND_RA(
                chlim=64,
                M=1,
                O=1,
                H=1,
                prf=3,
                routerlifetime=1200,
                reachabletime=30000,
                retranstimer=1000,
            ),
            inet6.ICMPv6NDOptMTU(mtu=1400),
            inet6.ICMPv6NDOptPrefixInfo(
                prefix="2001:db8::", prefixlen=64, validlifetime=7200, preferredlifetime=3600
            ),
            inet6.ICMPv6NDOptRDNSS(dns=["2001:db8::53", "2001:db8::54"], lifetime=300),
            inet6.ICMPv6NDOptRouteInfo(plen=48, prefix="2001:db8:1::", prf=1, rtlifetime=99),
            inet6.ICMPv6NDOptDNSSL(searchlist=["example.com", "lab.example"], lifetime=1800),
        ),
    ),
    "neighbor solicitation": (
        NeighborSolicitation(target=HOST, options=[NDSourceLinkAddress(MAC)]),
        theirs(inet6.ICMPv6ND_NS(tgt=HOST), inet6.ICMPv6NDOptSrcLLAddr(lladdr=MAC)),
    ),
    "neighbor advertisement": (
        NeighborAdvertisement(
            router=True,
            solicited=True,
            override=True,
            target=HOST,
            options=[NDTargetLinkAddress(MAC)],
        ),
        theirs(inet6.ICMPv6ND_NA(R=1, S=1, O=1, tgt=HOST), inet6.ICMPv6NDOptDstLLAddr(lladdr=MAC)),
    ),
    "redirect": (
        NDRedirect(
            target=HOST,
            destination="2001:db8::9",
            options=[NDTargetLinkAddress(MAC), NDRedirectedHeader(bytes(range(40)))],
        ),
        theirs(
            inet6.ICMPv6ND_Redirect(tgt=HOST, dst="2001:db8::9"),
            inet6.ICMPv6NDOptDstLLAddr(lladdr=MAC),
            inet6.ICMPv6NDOptRedirectedHdr(pkt=bytes(range(40))),
        ),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_scapy_and_we_write_and_read_the_same(agree, name):
    """RFC 4861 sections 4.1 to 4.6, RFC 4191, RFC 8106."""
    body, scapys = PAIRS[name]
    agree(BELOW / body, scapys)


def test_scapy_reads_what_we_advertise(agree):
    again = agree(BELOW / PAIRS["router advertisement"][0], PAIRS["router advertisement"][1])
    assert again[inet6.ICMPv6ND_RA].routerlifetime == 1200
    assert again[inet6.ICMPv6NDOptPrefixInfo].prefix == "2001:db8::"
    assert again[inet6.ICMPv6NDOptRDNSS].dns == ["2001:db8::53", "2001:db8::54"]


def test_options_that_scapy_writes_alone_are_read():
    """RFC 8781 section 4, RFC 8910 section 2.3."""
    frame = bytes(
        theirs(
            inet6.ICMPv6ND_RA(),
            inet6.ICMPv6NDOptPREF64(scaledlifetime=100, plc=1, prefix="64:ff9b::"),
            inet6.ICMPv6NDOptCaptivePortal(URI=b"https://example.com/"),
        )
    )
    pref64, portal = parse(frame, first=IPv6)[RouterAdvertisement].options
    assert pref64 == NDPREF64(
        ipv6_bytes("64:ff9b::")[:12], scaled_lifetime=100, prefix_length_code=1
    )
    assert isinstance(portal, NDCaptivePortal)
    assert portal.uri.rstrip(b"\0") == b"https://example.com/"


def test_a_search_list_is_read_as_names():
    """RFC 8106 section 5.2: names, then zeros."""
    packet = parse(bytes(BELOW / PAIRS["router advertisement"][0]), first=IPv6)
    found = packet[RouterAdvertisement].options[-1]
    assert isinstance(found, NDSearchList)
    assert found.names == ("example.com", "lab.example")
    assert found.data.endswith(bytes(2))


def test_the_type_names_the_message_and_auto_follows_it():
    """RFC 4861 section 4."""
    types = {name: bytes(BELOW / body)[40] for name, (body, _) in PAIRS.items()}
    assert types == {
        "router solicitation": 133,
        "router advertisement": 134,
        "neighbor solicitation": 135,
        "neighbor advertisement": 136,
        "redirect": 137,
    }


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x01\x00" + bytes(6), MalformedOption(b"\x01\x00" + bytes(6))),
        (b"\x01\x02" + bytes(6), MalformedOption(b"\x01\x02" + bytes(6))),
        (b"\x01", MalformedOption(b"\x01")),
        (b"\xc8\x01" + b"abcdef", UnknownOption(200, b"abcdef")),
        (b"\x05\x02" + bytes(14), UnknownOption(5, bytes(14))),
        (b"\x0e\x01" + b"123456", NDNonce(b"123456")),
    ],
)
def test_odd_options_are_kept(data, expected):
    """RFC 4861 section 4.6: a length of 0 is invalid; unknown options are skipped."""
    header = NeighborSolicitation.parse(bytes(20) + data)
    assert header.options == (expected,)
    assert bytes(header) == bytes(20) + data


def test_a_wrong_checksum_is_found_and_mended():
    """RFC 4443 section 2.3: the addresses are summed, too."""
    packet = parse(bytes(BELOW / PAIRS["neighbor solicitation"][0]), first=IPv6)
    wrong = packet.replace(ICMPv6, checksum=1)
    assert [problem.field for problem in wrong.verify()] == ["checksum"]
    assert wrong.fix_checksums() == packet
    moved = packet.replace(IPv6, destination="ff02::2")
    assert [problem.field for problem in moved.verify()] == ["checksum"]


def test_people_read_what_is_asked():
    packet = parse(bytes(BELOW / PAIRS["neighbor solicitation"][0]), first=IPv6)
    assert packet.summary() == (
        "IPv6 fe80::1 > ff02::1 / ICMPv6 neighbor solicitation / target fe80::2"
    )
    assert "NDSourceLinkAddress(address='02:00:00:00:00:01')" in packet.show()
