"""Which packets a host takes, and what it says of the others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import (
    UDP,
    ICMPv6,
    IPv6Destination,
    IPv6Fragment,
    IPv6HopByHop,
    IPv6RouterAlert,
    IPv6SourceRoute,
    JumboPayload,
    PadN,
    UnknownOption,
)
from wirelab.codecs.addresses import ipv6_bytes
from wirelab.sim.host.ipv6.scopes import ALL_NODES, LOOPBACK, multicast_mac6
from wirelab.sim.reasons import Reason

PARAMETER_PROBLEM = 4


def datagram(bench, payload=b"data", **changes):
    ip = bench.ip(**changes)
    return bytes(ip / UDP(4000, 7) / payload)


def behind(bench, *headers, **changes):
    """A datagram behind extension headers."""
    packet = bench.ip(**changes)
    for header in headers:
        packet = packet / header
    return bytes(packet / UDP(4000, 7) / b"data")


def problem(bench):
    """Code and pointer of the parameter problem that was sent."""
    [sent] = bench.sent()
    assert (sent.kind, sent.payload[0]) == (58, PARAMETER_PROBLEM)
    return sent.payload[1], int.from_bytes(sent.payload[4:8])


def test_a_datagram_behind_every_known_header_is_delivered(bench):
    """RFC 8200 section 4: each may be missing, and a routing header that is used up is skipped."""
    socket = bench.host.udp_bind(7, bench.now)
    packet = behind(
        bench,
        IPv6HopByHop(options=[IPv6RouterAlert(0), PadN(b"")]),
        IPv6Destination(options=[PadN(bytes(4))]),
        IPv6SourceRoute(segments_left=0, addresses=[ipv6_bytes("2001:db8::9")]),
        IPv6Destination(options=[PadN(bytes(4))]),
    )
    assert bench.receive(packet) is None
    assert socket.receive_from(bench.now).data == b"data"


@pytest.mark.parametrize(
    ("kind", "answered"), [(0x1E, None), (0x5E, False), (0x9E, True), (0xDE, True)]
)
@pytest.mark.parametrize("header", [IPv6HopByHop, IPv6Destination])
def test_an_unknown_option_says_itself_what_is_to_be_done(bench, header, kind, answered):
    """RFC 8200 section 4.2: the two highest bits of its type."""
    packet = behind(bench, header(options=[PadN(b""), UnknownOption(kind, b"\0\0")]))
    bench.host.udp_bind(7, bench.now)
    drop = bench.receive(packet)
    if answered is None:
        assert drop is None
        return
    assert (drop.reason, drop.answered) == (Reason.IP_UNKNOWN_OPTION, answered)
    if answered:
        assert problem(bench) == (2, 40 + 4)


@pytest.mark.parametrize(("kind", "answered"), [(0x9E, True), (0xDE, False)])
def test_about_a_multicast_only_one_of_two_is_told(bench, kind, answered):
    """RFC 8200 section 4.2, actions 10 and 11; RFC 4443 section 2.4 (e.3)."""
    option = IPv6Destination(options=[PadN(b""), UnknownOption(kind, b"\0\0")])
    packet = behind(bench, option, destination=ALL_NODES)
    drop = bench.receive(packet, to=multicast_mac6(ALL_NODES))
    assert (drop.reason, drop.answered) == (Reason.IP_UNKNOWN_OPTION, answered)


def test_a_source_route_is_refused(bench):
    """RFC 5095 section 3: as a routing header of an unknown type, with a pointer to the type."""
    route = IPv6SourceRoute(segments_left=1, addresses=[ipv6_bytes("2001:db8::9")])
    drop = bench.receive(behind(bench, route))
    assert (drop.reason, drop.answered) == (Reason.IP_SOURCE_ROUTE, True)
    assert problem(bench) == (0, 42)


def test_hop_by_hop_options_are_known_right_behind_ipv6_only(bench):
    """RFC 8200 section 4.1."""
    late = IPv6HopByHop(options=[PadN(bytes(4))])
    drop = bench.receive(behind(bench, IPv6Destination(options=[PadN(bytes(4))]), late))
    assert drop.reason is Reason.IP_NO_PROTOCOL
    assert problem(bench) == (1, 40)


def test_an_unknown_next_header_is_told_with_a_pointer(bench):
    """RFC 8200 section 4; RFC 4443 section 3.4."""
    packet = bytes(bench.ip(next_header=253) / b"12345678")
    assert bench.receive(packet).reason is Reason.IP_NO_PROTOCOL
    assert problem(bench) == (1, 6)


def test_no_next_header_is_dropped_without_a_word(bench):
    """RFC 8200 section 4.7."""
    assert bench.receive(bytes(bench.ip(next_header=59) / b"x")).reason is Reason.IP_NO_NEXT_HEADER
    assert bench.sent() == []


def test_a_jumbogram_is_refused_as_an_unknown_option(bench):
    """RFC 2675 section 3: a node that does not know jumbograms."""
    options = IPv6HopByHop(next_header=17, options=[JumboPayload(70_000)]).build(bytes(2000))
    packet = bench.ip(next_header=0, payload_length=0).build(options)
    drop = bench.receive(packet)
    assert drop.reason is Reason.IP_UNKNOWN_OPTION
    assert problem(bench) == (2, 42)


def test_too_many_headers_are_dropped(bench):
    """Ours: a bound of the work, which RFC 8504 section 5.3 allows."""
    headers = [IPv6Destination(options=[PadN(bytes(4))])] * 17
    assert bench.receive(behind(bench, *headers)).reason is Reason.IP_BAD_HEADER


def test_a_header_that_ends_behind_its_packet_is_dropped(bench):
    packet = bytearray(behind(bench, IPv6Destination(options=[PadN(bytes(4))])))
    packet[41] = 200
    assert bench.receive(bytes(packet)).reason is Reason.IP_BAD_HEADER


@pytest.mark.parametrize("size", [39, 47])
def test_a_packet_that_is_cut_is_dropped(bench, size):
    """RFC 8200 section 3: the payload length."""
    assert bench.receive(datagram(bench)[:size]).reason is Reason.IP_BAD_HEADER


@pytest.mark.parametrize(
    "source", ["ff02::1", "::1", "::ffff:10.0.0.1", "2001:db8::1"], ids=lambda text: text
)
def test_senders_that_cannot_be_are_refused(bench, source):
    """RFC 4291 sections 2.5.3, 2.5.5.2 and 2.7; our own address too."""
    drop = bench.receive(datagram(bench, source=ipv6_bytes(source)))
    assert (drop.reason, drop.answered) == (Reason.IP_BAD_SOURCE, False)


@pytest.mark.parametrize("destination", [LOOPBACK, bytes(16), ipv6_bytes("::ffff:10.0.0.1")])
def test_destinations_that_cannot_come_from_a_link_are_refused(bench, destination):
    """RFC 4291 sections 2.5.2, 2.5.3 and 2.5.5.2."""
    drop = bench.receive(datagram(bench, destination=destination))
    assert drop.reason is Reason.IP_BAD_DESTINATION


def test_a_link_local_address_is_one_of_its_own_link_only(make_bench):
    """RFC 4007 section 6: the zone is the interface."""
    bench = make_bench(links=2)
    other = bench.host.interfaces[1].ipv6[-1].address
    drop = bench.receive(datagram(bench, destination=other))
    assert drop.reason is Reason.IP_NOT_FOR_ME


def test_a_packet_in_the_hope_of_a_router_is_told_apart(make_bench):
    bench = make_bench(links=2)
    drop = bench.receive(datagram(bench, destination=bench.PEERS[1]))
    assert drop.reason is Reason.IP_FORWARDING_OFF


def test_what_a_host_tells_itself_arrives_in_the_same_instant(bench):
    """RFC 4291 section 2.5.3: ::1 never leaves."""
    socket = bench.host.udp_bind(7, bench.now)
    for address in (LOOPBACK, bench.OWN[0]):
        bench.host.udp_bind(0, bench.now).send_to(b"data", address, 7, bench.now)
        assert bench.sent() == []
        assert socket.receive_from(bench.now)[:2] == (b"data", address)


FORMS = st.sampled_from(["plain", "options", "route", "fragment", "icmp", "nested"])


def formed(bench, form, text):
    """A packet of some form, sound before it is damaged."""
    match form:
        case "options":
            return behind(bench, IPv6HopByHop(options=[IPv6RouterAlert(0), PadN(b"")]))
        case "route":
            return behind(bench, IPv6SourceRoute(segments_left=0, addresses=[bytes(16)]))
        case "fragment":
            header = IPv6Fragment(more_fragments=True, identification=len(text))
            return bytes(bench.ip() / header / UDP(1, 7) / text[: len(text) // 8 * 8])
        case "icmp":
            return bytes(bench.ip() / ICMPv6(type=128) / text)
        case "nested":
            inner = bytes(bench.ip(source=bench.OWN[0], destination=bench.PEERS[0]) / UDP(7, 9))
            return bytes(bench.ip() / ICMPv6(type=1, code=4) / (bytes(4) + inner))
    return datagram(bench, text)


@given(
    st.lists(
        st.tuples(FORMS, st.binary(max_size=64), st.integers(0, 120), st.binary(max_size=6)),
        max_size=20,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_comes_has_one_fate_and_raises_nothing(make_bench, story):
    """Issue 5: in = delivered + forwarded + dropped, for any sequence of frames."""
    bench = make_bench(links=2, forwarding=True)
    for form, text, at, damage in story:
        packet = bytearray(formed(bench, form, text))
        packet[at : at + len(damage)] = damage
        bench.receive(bytes(packet))
        bench.wait(1)
        bench.host.poll_transmit(bench.now)
    assert bench.host.counters.balanced


def test_a_querier_hears_reports_of_all_groups_and_nothing_else_of_them(bench):
    """RFC 3810 section 6: it is no member of what others tell it that they listen to."""
    bench.host.multicast.ask(0, 0, family=16)
    bench.sent()
    group = ipv6_bytes("ff02::1234")
    ip = bench.ip(destination=group, next_header=58)
    ping = ip.build(ICMPv6(128).build(b"\0\1\0\1hello", ip))
    assert bench.receive(ping, to=multicast_mac6(group)).reason is Reason.IP_NOT_FOR_ME
    options = bytes((58, 0, 5, 2, 0, 0, 1, 0))
    source = ipv6_bytes("fe80::2")
    below = bench.ip(source=source, destination=group, next_header=58)
    report = ICMPv6(131).build(bytes(4) + group, below)
    told = bench.ip(source=source, destination=group, next_header=0, hop_limit=1)
    assert bench.receive(told.build(options + report), to=multicast_mac6(group)) is None
    assert bench.sent() == []
