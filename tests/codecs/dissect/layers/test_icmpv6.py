"""The fields of ICMPv6, Neighbor Discovery and MLD against tshark's."""

from typing import Any

from wirelab.codecs import (
    NDMTU,
    NDPREF64,
    UDP,
    Ethernet,
    ICMPExtensions,
    ICMPInterface,
    ICMPLabelStack,
    ICMPNamedInterface,
    ICMPProbeName,
    ICMPv6,
    ICMPv6Echo,
    ICMPv6ExtendedEchoReply,
    ICMPv6ExtendedEchoRequest,
    ICMPv6PacketTooBig,
    ICMPv6ParameterProblem,
    ICMPv6TimeExceeded,
    ICMPv6Unreachable,
    IPv6,
    MLDDone,
    MLDQuery,
    MLDReport,
    MLDv2GroupRecord,
    MLDv2Query,
    MLDv2Report,
    MLDv2Source,
    MPLSLabel,
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
    extended_error,
    ipv6_bytes,
)
from wirelab.codecs.domain_names import encode_names

BELOW = Ethernet() / IPv6(source="fe80::1", destination="ff02::1", hop_limit=255) / ICMPv6()
QUOTED = bytes(IPv6(source="2001:db8::2", destination="2001:db8::9") / UDP(50000, 50001) / b"asked")
MAC = "02:00:00:00:00:01"
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
ADVERTISED: list[Any] = [
    NDSourceLinkAddress(MAC),
    NDMTU(1400),
    NDPrefixInformation("2001:db8::", valid_lifetime=100),
    NDRecursiveServers(["2001:db8::53", "2001:db8::54"]),
    NDRouteInformation(48, ipv6_bytes("2001:db8:1::")[:8], preference=1),
    NDRouteInformation(0, b""),
    NDSearchList(encode_names(["example.com", "lab.example"], compress=False)),
    NDPREF64(ipv6_bytes("64:ff9b::")[:12], scaled_lifetime=100),
    NDCaptivePortal(b"https://example.com/"),
    NDNonce(b"123456"),
    UnknownOption(200, b"abcdef"),
]
RECORDS = [
    MLDv2GroupRecord("ff1e::1", sources=["fe80::7"]),
    MLDv2GroupRecord("ff1e::2", type=2, auxiliary_length=1, auxiliary_data=b"auxi"),
]
SOURCES = [MLDv2Source("fe80::7"), MLDv2Source("fe80::8")]


def bodies():
    """All messages of which there is a schema."""
    yield ICMPv6Echo(7, 9) / b"data"
    yield ICMPv6Unreachable() / QUOTED
    yield ICMPv6PacketTooBig(1400) / QUOTED
    yield ICMPv6TimeExceeded() / QUOTED
    yield ICMPv6ParameterProblem(40) / QUOTED
    yield extended_error(ICMPv6TimeExceeded(), QUOTED, EXTENSIONS)
    yield ICMPv6ExtendedEchoRequest(1, 2) / bytes(ICMPExtensions(objects=[ICMPProbeName(b"eth0")]))
    yield ICMPv6ExtendedEchoReply(1, 2, state=2, active=True, runs_ipv4=True)
    yield RouterSolicitation(options=[NDSourceLinkAddress(MAC)])
    yield RouterAdvertisement(managed=True, preference=1, options=ADVERTISED)
    yield NeighborSolicitation(target="fe80::2", options=[NDSourceLinkAddress(MAC)])
    yield NeighborAdvertisement(
        True, True, True, target="fe80::2", options=[NDTargetLinkAddress(MAC)]
    )
    yield NDRedirect(
        target="fe80::2",
        destination="2001:db8::9",
        options=[NDTargetLinkAddress(MAC), NDRedirectedHeader(QUOTED)],
    )
    yield MLDQuery(10000, group="ff1e::1")
    yield MLDReport(group="ff1e::1")
    yield MLDDone(group="ff1e::1")
    yield MLDv2Query(40000, group="ff1e::1", suppress=True, query_interval_code=200)
    yield MLDv2Query(5, group="ff1e::1", sources=SOURCES)
    yield MLDv2Report(records=RECORDS)
    yield RouterSolicitation(options=b"\1\0abcdef")


def base():
    """All messages, an answer, an unknown type, and checksums that are wrong."""
    for body in bodies():
        yield BELOW / body
    yield BELOW.replace(ICMPv6, type=129) / ICMPv6Echo(7, 9) / b"data"
    yield BELOW.replace(ICMPv6, type=200) / b"somedata"
    yield BELOW.replace(ICMPv6, checksum=5) / MLDReport(group="ff1e::1")


def test_every_field_of_icmpv6_is_what_tshark_prints(variations, oracle):
    """RFC 4443, RFC 4861, RFC 2710, RFC 3810, RFC 8335."""
    compared = oracle("icmpv6", variations(base(), count=600))
    assert set(compared.fields) - compared.filled == set()
