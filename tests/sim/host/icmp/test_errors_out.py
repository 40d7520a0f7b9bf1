"""RFC 1122 section 3.2.2 and RFC 4443 section 2.4: what may be answered with an error."""

import pytest

from wirelab.codecs import UDP, ICMPv4, ICMPv6
from wirelab.sim.host.icmp.complaints import Complaint
from wirelab.sim.host.icmp.config import IcmpConfig
from wirelab.sim.reasons import Reason

FORBIDDEN = Reason.ICMP_ANSWER_FORBIDDEN
ASKED = UDP(source_port=5000, destination_port=81)


@pytest.mark.parametrize("source", ["00000000", "7f000001", "e0000001", "f0000001", "ffffffff"])
def test_no_error_goes_to_what_is_no_single_host(bench, source):
    """1122-3.2.2-h: zero, loopback, multicast, class E, broadcast."""
    packet = bench.packet4(ASKED, bytes(8), source=bytes.fromhex(source))
    assert bench.icmp.error(packet, 3, 3, 0, 0) is FORBIDDEN
    assert bench.sent == []


@pytest.mark.parametrize("destination", ["e0000001", "ffffffff"])
def test_no_error_is_about_a_packet_to_a_group(bench, destination):
    """1122-3.2.2-e."""
    packet = bench.packet4(ASKED, bytes(8), destination=bytes.fromhex(destination))
    assert bench.icmp.error(packet, 3, 3, 0, 0) is FORBIDDEN


def test_no_error_is_about_a_later_fragment(bench):
    """1122-3.2.2-g; the first one may be answered."""
    later = bench.packet4(None, bytes(16), fragment_offset=1)
    assert bench.icmp.error(later, 11, 1, 0, 0) is FORBIDDEN
    first = bench.packet4(ASKED, bytes(16), more_fragments=True)
    assert bench.icmp.error(first, 11, 1, 0, 0) is None


@pytest.mark.parametrize("type_", [3, 4, 5, 11, 12, 1, 99])
def test_no_error_is_about_an_error_or_what_may_be_one(bench, type_):
    """1122-3.2.2-d."""
    packet = bench.packet4(ICMPv4(type=type_), bytes(28), protocol=1)
    assert bench.icmp.error(packet, 11, 0, 0, 0) is FORBIDDEN


@pytest.mark.parametrize("type_", [0, 8, 13, 14])
def test_an_error_may_be_about_a_query(bench, type_):
    """traceroute -I relies on it."""
    packet = bench.packet4(ICMPv4(type=type_), bytes(28), protocol=1)
    assert bench.icmp.error(packet, 11, 0, 0, 0) is None


def test_an_error_about_a_forwarded_packet_bears_the_address_of_the_way_back(bench):
    """RFC 1812 section 4.3.2.4."""
    packet = bench.packet4(ASKED, bytes(8), destination=b"\xcb\0\x71\1")
    assert bench.icmp.error(packet, 11, 0, 0, 0) is None
    [message] = bench.sent
    assert (message.source, message.destination) == (bench.IPV4, bench.PEER)
    assert message.payload == packet


@pytest.mark.parametrize(
    ("complaint", "info", "kind", "rest"),
    [
        (Complaint.NO_ROUTE, 0, (3, 0), 0),
        (Complaint.HOST_UNREACHABLE, 0, (3, 1), 0),
        (Complaint.PROTOCOL_UNREACHABLE, 0, (3, 2), 0),
        (Complaint.TOO_BIG, 1400, (3, 4), 1400),
        (Complaint.PROHIBITED, 0, (3, 13), 0),
        (Complaint.TTL_EXPIRED, 0, (11, 0), 0),
        (Complaint.REASSEMBLY_TIMEOUT, 0, (11, 1), 0),
        (Complaint.BAD_HEADER, 20, (12, 0), 20 << 24),
    ],
)
def test_a_complaint_has_its_numbers_in_icmp(bench, complaint, info, kind, rest):
    """RFC 792; RFC 1191 section 4 (MTU in the second half), pointer in the first byte."""
    assert bench.icmp.complain(bench.packet4(ASKED, bytes(8)), complaint, 0, info) is None
    [message] = bench.sent
    header = message.header
    assert (header.type, header.code, header.rest_of_header) == (*kind, rest)


@pytest.mark.parametrize(
    ("complaint", "info", "kind"),
    [
        (Complaint.NO_ROUTE, 0, (1, 0)),
        (Complaint.PROHIBITED, 0, (1, 1)),
        (Complaint.BEYOND_SCOPE, 0, (1, 2)),
        (Complaint.HOST_UNREACHABLE, 0, (1, 3)),
        (Complaint.PORT_UNREACHABLE, 0, (1, 4)),
        (Complaint.TOO_BIG, 1400, (2, 0)),
        (Complaint.TTL_EXPIRED, 0, (3, 0)),
        (Complaint.REASSEMBLY_TIMEOUT, 0, (3, 1)),
        (Complaint.BAD_HEADER, 40, (4, 0)),
        (Complaint.PROTOCOL_UNREACHABLE, 6, (4, 1)),
        (Complaint.UNKNOWN_OPTION, 42, (4, 2)),
    ],
)
def test_a_complaint_has_its_numbers_in_icmpv6(bench, complaint, info, kind):
    """RFC 4443 sections 3.1 to 3.4."""
    packet = bench.packet6(ASKED, bytes(8), protocol=17)
    assert bench.icmp.complain(packet, complaint, 0, info) is None
    [message] = bench.sent
    assert (message.header.type, message.header.code) == kind
    assert message.payload == info.to_bytes(4, "big") + packet
    assert (message.source, message.destination) == (bench.IPV6, bench.PEER6)


def test_an_icmpv6_error_fits_the_smallest_mtu_and_quotes_all_that_does(bench):
    """RFC 4443 section 2.4 (c)."""
    packet = bench.packet6(ASKED, bytes(2000), protocol=17)
    bench.icmp.complain(packet, Complaint.PORT_UNREACHABLE, 0)
    [message] = bench.sent
    assert 40 + 4 + len(message.payload) == 1280
    assert packet.startswith(message.payload[4:])


@pytest.mark.parametrize(
    "changes",
    [
        {"source": bytes(16)},
        {"source": bytes.fromhex("ff02" + "00" * 13 + "01")},
        {"destination": bytes.fromhex("ff02" + "00" * 13 + "01")},
        {"header": ICMPv6(1), "protocol": 58},
        {"header": ICMPv6(100), "protocol": 58},
        {"header": ICMPv6(137), "protocol": 58},
    ],
)
def test_no_icmpv6_error_answers_what_must_not_be_answered(bench, changes):
    """RFC 4443 section 2.4 (e): (e.6), (e.3), (e.1), (e.2)."""
    values = {"header": ASKED, "body": bytes(48), "protocol": 17, **changes}
    packet = bench.packet6(**values)
    assert bench.icmp.complain(packet, Complaint.PORT_UNREACHABLE, 0) is FORBIDDEN
    assert bench.sent == []


@pytest.mark.parametrize("complaint", [Complaint.TOO_BIG, Complaint.UNKNOWN_OPTION])
def test_two_things_may_be_said_about_a_multicast(bench, complaint):
    """RFC 4443 section 2.4 (e.3): for path MTU discovery, and options that demand it."""
    packet = bench.packet6(ASKED, bytes(8), protocol=17, destination=bench.GROUP6)
    drop = bench.icmp.refuse(
        bench.arrived(packet, unicast=False), complaint, Reason.IP_BAD_HEADER, "why", 0
    )
    assert drop == (Reason.IP_BAD_HEADER, "why", True)
    [message] = bench.sent
    assert message.source == bench.IPV6


def test_other_refusals_of_multicasts_are_silent(bench):
    """RFC 4443 section 2.4 (e.3) to (e.5)."""
    packet = bench.packet6(ASKED, bytes(8), protocol=17, destination=bench.GROUP6)
    drop = bench.icmp.refuse(
        bench.arrived(packet, unicast=False),
        Complaint.PORT_UNREACHABLE,
        Reason.UDP_NO_SOCKET,
        "",
        0,
    )
    assert not drop.answered


def test_an_error_hidden_behind_extension_headers_is_not_answered(bench):
    """RFC 4443 section 2.4 (e.1): it is an error all the same."""
    options = bytes((58, 0, 1, 4, 0, 0, 0, 0))  # destination options with PadN, then ICMPv6
    error = options + bytes((1, 4, 0, 0)) + bytes(52)
    packet = bench.packet6(None, error, protocol=60)
    assert bench.icmp.complain(packet, Complaint.PORT_UNREACHABLE, 0) is FORBIDDEN


def test_a_link_local_sender_is_answered_where_its_packet_came_in(bench):
    """RFC 4007 section 9: its zone is the link."""
    link_local = bytes.fromhex("fe80" + "00" * 13 + "02")
    packet = bench.packet6(ASKED, bytes(8), protocol=17, source=link_local)
    bench.icmp.complain(packet, Complaint.PORT_UNREACHABLE, 0, interface=3)
    assert [message.manner.interface for message in bench.sent] == [3]


def test_a_flood_of_refused_packets_gets_a_bounded_number_of_answers(make_bench):
    """RFC 4443 section 2.4 (f), RFC 1812 section 4.3.2.8: one bucket for both families."""
    bench = make_bench(IcmpConfig(burst=20))
    for number in range(500):
        source = b"\xc6\x33" + number.to_bytes(2, "big")
        bench.icmp.error(bench.packet4(ASKED, bytes(8), source=source), 3, 3, 0, 0)
        packet = bench.packet6(ASKED, bytes(8), 17, source=source * 4)
        bench.icmp.complain(packet, Complaint.PORT_UNREACHABLE, 0)
    assert len(bench.sent) == 20
    assert bench.counters.not_sent == {Reason.ICMP_RATE_LIMITED: 980}


def test_a_host_that_shares_its_address_with_a_kernel_says_nothing(make_bench):
    bench = make_bench(answer_errors=False)
    assert bench.icmp.error(bench.packet4(ASKED, bytes(8)), 3, 3, 0, 0) is FORBIDDEN


@pytest.mark.parametrize("packet", [b"", b"\x45", b"\x60" + bytes(10), b"\x00" * 40])
def test_what_is_no_packet_is_not_answered(bench, packet):
    assert bench.icmp.error(packet, 3, 3, 0, 0) is FORBIDDEN


def test_a_better_router_is_told_to_the_sender(bench):
    """RFC 792 "Redirect Message", RFC 1812 section 5.2.7.2: for the host."""
    assert bench.icmp.redirect(bench.packet4(ASKED, bytes(8)), b"\x0a\0\0\x03", 0) is None
    [message] = bench.sent
    assert (message.header.type, message.header.code) == (5, 1)
    assert message.header.gateway == b"\x0a\0\0\x03"


@pytest.mark.parametrize("family", [4, 6])
def test_a_router_tells_the_sender_when_the_next_hop_does_not_answer(bench, family):
    """RFC 1812 section 3.3.2, RFC 4861 section 7.2.2: host (address) unreachable."""
    build = bench.packet4 if family == 4 else bench.packet6
    packet = build(ASKED, bytes(8), protocol=17)
    bench.icmp.undelivered(packet, 0)
    [message] = bench.sent
    assert (message.header.type, message.header.code) == ((3, 1) if family == 4 else (1, 3))
