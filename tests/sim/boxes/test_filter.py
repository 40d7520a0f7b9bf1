"""The stateful filter, packet by packet, in both families. RFC 2979, RFC 4890, RFC 6092."""

import pytest

from wirelab.codecs import ICMPv6, IPv4, IPv6
from wirelab.sim.boxes.filter import Filter
from wirelab.sim.host.config import InterfaceConfig
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface
from wirelab.sim.reasons import Reason

SYN, ACK, FIN, RST = 2, 16, 1, 4
FAMILIES = {
    "IPv4": ("10.0.0.5", "192.0.2.9"),
    "IPv6": ("[2001:db8:a::5]", "[2001:db8:9::9]"),
}


@pytest.fixture(params=FAMILIES)
def ends(request):
    """An inner and an outer address, of each family."""
    return FAMILIES[request.param]


@pytest.fixture
def filtered(between):
    """Put a filter with these rules between inside and outside (eth1)."""

    def make(*rules, **settings):
        mac = bytes((2, 0, 0, 0, 0, 1))
        gate = between(Filter(Interface(1, InterfaceConfig("eth1", mac)), rules, **settings))
        gate.box.outside = gate.outside
        return gate

    return make


def passes(result):
    assert not isinstance(result, Drop) or result.reason is Reason.IP_FILTER
    return not isinstance(result, Drop)


def test_without_rules_nothing_passes(filtered, packet, ends):
    gate = filtered()
    inner, outer = ends
    assert not passes(gate.out(packet("udp", f"{inner}:4000 > {outer}:53")))
    assert not passes(gate.home(packet("tcp", f"{outer}:4000 > {inner}:80", flags=SYN)))


@pytest.mark.parametrize("kind", ["udp", "tcp", "udplite", "ping"])
def test_answers_to_what_inner_hosts_began_pass_and_nothing_else(filtered, packet, ends, kind):
    gate = filtered("out any")
    inner, outer = ends
    reply = "pong" if kind == "ping" else kind
    far = 0 if kind == "ping" else 53
    assert passes(gate.out(packet(kind, f"{inner}:4000 > {outer}:{far}", flags=SYN)))
    assert passes(gate.home(packet(reply, f"{outer}:{far} > {inner}:4000", flags=SYN | ACK)))
    assert not passes(gate.home(packet(reply, f"{outer}:{far} > {inner}:4001", flags=SYN | ACK)))
    assert not passes(gate.home(packet(kind, f"{outer}:54 > {inner}:4000", flags=SYN)))


def test_the_first_rule_that_matches_decides(filtered, packet):
    gate = filtered("drop in tcp 25", "in tcp 20-30", "drop any", "any")
    assert passes(gate.home(packet("tcp", "192.0.2.9:5 > 10.0.0.5:22", flags=SYN)))
    assert not passes(gate.home(packet("tcp", "192.0.2.9:5 > 10.0.0.5:25", flags=SYN)))
    assert not passes(gate.home(packet("udp", "192.0.2.9:5 > 10.0.0.5:22")))


def test_a_refusal_tells_which_rule_it_was(filtered, packet):
    gate = filtered("drop in tcp 25", "reject in udp")
    dropped = gate.home(packet("tcp", "192.0.2.9:5 > 10.0.0.5:25", flags=SYN))
    assert dropped == Drop(
        Reason.IP_FILTER, "protocol 6, 192.0.2.9 port 5 to 10.0.0.5 port 25: drop in tcp 25"
    )
    assert gate.home(packet("udp", "192.0.2.9:5 > 10.0.0.5:25")).answered
    assert "no rule" in gate.out(packet("udp", "10.0.0.5:5 > 192.0.2.9:25")).detail


@pytest.mark.parametrize("flags", [ACK, SYN | ACK, FIN | ACK, RST, RST | ACK, 0, SYN | RST])
def test_only_a_syn_begins_a_connection(filtered, packet, ends, flags):
    """RFC 6092 REC-31 to REC-33."""
    gate = filtered("any")
    inner, outer = ends
    assert not passes(gate.home(packet("tcp", f"{outer}:5 > {inner}:80", flags=flags)))
    assert not passes(gate.out(packet("tcp", f"{inner}:80 > {outer}:5", flags=flags)))


def test_both_sides_may_open_at_once(filtered, packet, ends):
    """RFC 6092 REC-32: simultaneous open."""
    gate = filtered("out tcp")
    inner, outer = ends
    assert passes(gate.out(packet("tcp", f"{inner}:4000 > {outer}:80", flags=SYN)))
    assert passes(gate.home(packet("tcp", f"{outer}:80 > {inner}:4000", flags=SYN)))


def test_the_other_side_may_not_use_a_closed_connection_to_begin_a_new_one(filtered, packet, ends):
    gate = filtered("out tcp")
    inner, outer = ends
    there, back = f"{inner}:4000 > {outer}:80", f"{outer}:80 > {inner}:4000"
    gate.out(packet("tcp", there, flags=SYN))
    gate.home(packet("tcp", back, flags=SYN | ACK))
    gate.out(packet("tcp", there, flags=FIN | ACK))
    gate.home(packet("tcp", back, flags=FIN | ACK))
    assert passes(gate.out(packet("tcp", there, flags=ACK)))
    assert not passes(gate.home(packet("tcp", back, flags=SYN)))
    assert passes(gate.out(packet("tcp", there, flags=SYN)))


@pytest.mark.parametrize(
    ("kind", "seconds"), [("udp", 300), ("tcp", 240), ("ping", 60), ("udplite", 300)]
)
def test_silence_ends_what_was_remembered(filtered, packet, ends, kind, seconds):
    """RFC 6092 REC-14 (UDP), REC-35 (TCP that does not open); RFC 5508 REQ-2."""
    gate = filtered("out any")
    inner, outer = ends
    reply = "pong" if kind == "ping" else kind
    far = 0 if kind == "ping" else 53
    gate.out(packet(kind, f"{inner}:4000 > {outer}:{far}", flags=SYN))
    gate.time_s = seconds
    assert not passes(gate.home(packet(reply, f"{outer}:{far} > {inner}:4000", flags=SYN | ACK)))


def test_an_established_connection_may_be_silent_for_two_hours_and_four_minutes(
    filtered, packet, ends
):
    """RFC 6092 REC-35."""
    gate = filtered("out tcp")
    inner, outer = ends
    gate.out(packet("tcp", f"{inner}:4000 > {outer}:80", flags=SYN))
    gate.home(packet("tcp", f"{outer}:80 > {inner}:4000", flags=SYN | ACK))
    gate.time_s = 7439
    assert passes(gate.home(packet("tcp", f"{outer}:80 > {inner}:4000", flags=ACK)))


def test_errors_about_what_passed_pass_from_wherever_they_come(filtered, packet, error):
    """RFC 6092 REC-10, REC-18, REC-37: destination unreachable and packet too big."""
    gate = filtered("out any")
    sent = packet("udp", "10.0.0.5:4000 > 192.0.2.9:53")
    other = packet("udp", "10.0.0.5:4001 > 192.0.2.9:53")
    gate.out(sent)
    assert passes(gate.home(error("198.51.100.1 > 10.0.0.5", sent)))
    assert not passes(gate.home(error("198.51.100.1 > 10.0.0.5", other)))


def test_packet_too_big_of_ipv6_passes(filtered, packet):
    """RFC 4890 section 4.3.1."""
    gate = filtered("out any")
    sent = packet("tcp", "[2001:db8:a::5]:4000 > [2001:db8:9::9]:80", flags=SYN)
    gate.out(sent)
    told = IPv6(source="2001:db8:9::1", destination="2001:db8:a::5") / ICMPv6(type=2)
    assert passes(gate.home(bytes(told / (bytes(4) + sent))))
    assert not passes(gate.home(bytes(told / (bytes(4) + sent[:6] + b"\x3a" + sent[7:]))))


@pytest.mark.parametrize("type_", [130, 131, 132, 133, 134, 135, 136, 143])
def test_discovery_and_membership_pass_in_any_case(filtered, type_):
    """RFC 4890 section 4.4.1."""
    gate = filtered()
    assert passes(
        gate.home(
            bytes(IPv6(source="fe80::1", destination="ff02::1") / ICMPv6(type=type_) / bytes(20))
        )
    )


def test_igmp_passes_in_any_case(filtered):
    gate = filtered()
    query = IPv4(source="192.0.2.1", destination="224.0.0.1", protocol=2, ttl=1) / bytes(8)
    assert passes(gate.home(bytes(query)))


def test_what_this_host_sends_is_answered(filtered, packet, ends):
    """Rule 1."""
    gate = filtered()
    _, outer = ends
    own = "203.0.113.1" if "." in outer else "[2001:db8:b::1]"
    assert passes(gate.own(packet("udp", f"{own}:4000 > {outer}:53")))
    assert passes(gate.home(packet("udp", f"{outer}:53 > {own}:4000")))
    assert not passes(gate.home(packet("udp", f"{outer}:53 > {own}:4001")))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("any", (1, 1, 1, 1)),
        ("tcp", (1, 1, 0, 0)),
        ("in tcp", (1, 0, 0, 0)),
        ("out tcp", (0, 1, 0, 0)),
        ("on eth0 any", (0, 1, 0, 0)),
        ("on eth1 any", (1, 0, 1, 1)),
        ("tcp 80", (1, 1, 0, 0)),
        ("tcp 81", (0, 0, 0, 0)),
        ("tcp 1-79,81", (0, 0, 0, 0)),
        ("tcp from 192.0.2.0/24", (1, 0, 0, 0)),
        ("any from 192.0.2.9 to 10.0.0.0/8", (1, 0, 1, 0)),
        ("udp to port 80", (0, 0, 1, 0)),
        ("udp from 0.0.0.0/0 port 5 to 10.0.0.5 port 70-90", (0, 0, 1, 0)),
        ("udp from ::/0", (0, 0, 0, 0)),
        ("17", (0, 0, 1, 0)),
        ("ping", (0, 0, 0, 1)),
        ("icmpv6", (0, 0, 0, 1)),
        ("icmp", (0, 0, 0, 0)),
        ("any to 2001:db8::/32", (0, 0, 0, 1)),
    ],
)
def test_a_rule_speaks_of_what_it_says(filtered, packet, rule, expected):
    gate = filtered(rule)
    results = (
        gate.home(packet("tcp", "192.0.2.9:5 > 10.0.0.5:80", flags=SYN)),
        gate.out(packet("tcp", "10.0.0.5:5 > 192.0.2.9:80", flags=SYN)),
        gate.home(packet("udp", "192.0.2.9:5 > 10.0.0.5:80")),
        gate.home(packet("ping", "[2001:db8:9::9]:5 > [2001:db8:a::5]:0")),
    )
    assert tuple(map(passes, results)) == tuple(map(bool, expected))


def test_a_cut_header_does_not_pass(filtered):
    gate = filtered("any")
    cut = bytes(IPv4(source="192.0.2.9", destination="10.0.0.5", protocol=6) / b"123")
    assert not passes(gate.home(cut))


def test_a_flood_of_beginnings_displaces_no_conversation_and_is_bounded(filtered, packet):
    """Rule 2 of the table."""
    gate = filtered("any", capacity=100)
    gate.out(packet("udp", "10.0.0.5:4000 > 192.0.2.9:53"))
    gate.home(packet("udp", "192.0.2.9:53 > 10.0.0.5:4000"))
    flood = packet("udp", "198.51.100.1:1 > 10.0.0.5:80")
    for port in range(1, 1001):
        assert passes(gate.home(flood[:20] + port.to_bytes(2) + flood[22:]))
    assert "100 connections" in repr(gate.box)
    gate.box.rules.clear()
    assert passes(gate.home(packet("udp", "192.0.2.9:53 > 10.0.0.5:4000")))


def test_when_everything_remembered_goes_on_nothing_new_begins(filtered, packet):
    gate = filtered("any", capacity=1)
    gate.out(packet("udp", "10.0.0.5:4000 > 192.0.2.9:53"))
    gate.home(packet("udp", "192.0.2.9:53 > 10.0.0.5:4000"))
    late = packet("udp", "10.0.0.5:4001 > 192.0.2.9:53")
    refused = gate.out(late)
    assert isinstance(refused, Drop)
    assert refused.reason is Reason.IP_FILTER_FULL
    gate.time_s = 300
    assert passes(gate.out(late))
