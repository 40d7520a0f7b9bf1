"""RFC 4443: echo, and errors about what we sent."""

import pytest

from wirelab.codecs import TCP, UDP, ICMPv6, IPv6
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import EchoReply, IcmpError
from wirelab.sim.host.icmp.config import IcmpConfig
from wirelab.sim.host.icmp.icmpv6 import reason_of
from wirelab.sim.reasons import Reason

ECHO = b"\0\7\0\3"
OURS = UDP(source_port=5000, destination_port=53)


def quoted(bench, header=OURS, protocol=17, body=b"12345678", extension=b""):
    """A packet of ours, as somebody on its way saw it."""
    ip = IPv6(source=bench.IPV6, destination=bench.PEER6, next_header=protocol)
    return ip.build(extension + header.build(body, ip))


def told(bench, type_, code, quote, info=0):
    """Let an error come in; whether somebody took it."""
    body = info.to_bytes(4, "big") + quote
    return bench.icmp.v6.receive(bench.arrived(bench.packet6(ICMPv6(type_, code), body)), 0)


@pytest.fixture
def heard(bench):
    """What UDP is told; it believes everything."""
    found = []

    def believe(trouble, now):
        found.append(trouble)
        return True

    bench.icmp.troubles[17] = believe
    return found


# --- echo


def test_an_echo_request_comes_back_whole(bench):
    """RFC 4443 section 4.2: identifier, number and data unmodified, from where it was sent to."""
    packet = bench.packet6(ICMPv6(128), ECHO + b"data" * 500, dscp=10)
    assert bench.icmp.v6.receive(bench.arrived(packet), 0) is None
    [message] = bench.sent
    assert (message.header.type, message.header.code) == (129, 0)
    assert message.payload == ECHO + b"data" * 500
    assert (message.source, message.destination) == (bench.IPV6, bench.PEER6)
    assert message.manner.tos == 40
    assert not message.manner.dont_fragment


def test_an_echo_request_to_a_group_is_answered_from_one_of_our_addresses(bench):
    """RFC 4443 section 4.2: SHOULD, and then from a unicast address."""
    packet = bench.packet6(ICMPv6(128), ECHO, destination=bench.GROUP6)
    assert bench.icmp.v6.receive(bench.arrived(packet, unicast=False), 0) is None
    assert [message.source for message in bench.sent] == [bench.IPV6]


def test_a_group_s_echo_may_be_left_unanswered(make_bench):
    bench = make_bench(IcmpConfig(answer_multicast_echo=False))
    packet = bench.packet6(ICMPv6(128), ECHO, destination=bench.GROUP6)
    drop = bench.icmp.v6.receive(bench.arrived(packet, unicast=False), 0)
    assert drop == (Reason.ICMP_ECHO_IGNORED, "sent to ff02::1", False)


@pytest.mark.parametrize("source", [bytes(16), b"\xff\x02" + bytes(14)])
def test_nobody_is_answered_who_has_no_address(bench, source):
    packet = bench.packet6(ICMPv6(128), ECHO, source=source)
    drop = bench.icmp.v6.receive(bench.arrived(packet), 0)
    assert drop.reason is Reason.ICMP_ECHO_IGNORED
    assert bench.sent == []


def test_a_ping_shows_its_answer(bench):
    """RFC 4443 section 4.2: passed to the process that asked."""
    bench.icmp.ping(bench.PEER6, 7, 3, b"data", 0, ttl=5)
    [message] = bench.sent
    assert (message.header.type, message.payload) == (128, ECHO + b"data")
    assert message.manner.ttl == 5
    packet = bench.packet6(ICMPv6(129), ECHO + b"data", hop_limit=60)
    assert bench.icmp.v6.receive(bench.arrived(packet), 0) is None
    assert bench.events == [EchoReply(bench.PEER6, 7, 3, b"data", 60)]
    again = bench.icmp.v6.receive(bench.arrived(packet), 0)
    assert again.reason is Reason.ICMP_UNMATCHED_REPLY


def test_the_same_numbers_in_both_families_are_two_pings(bench):
    bench.icmp.ping(bench.PEER6, 7, 3, b"", 0)
    bench.icmp.ping(bench.PEER, 7, 3, b"", 0)
    bench.icmp.v6.receive(bench.arrived(bench.packet6(ICMPv6(129), ECHO)), 0)
    assert [event.source for event in bench.events] == [bench.PEER6]


def test_a_socket_takes_the_replies_with_its_identifier(bench):
    taken = []

    class Taker:
        def echo_reply(self, message, arrival, now):
            taken.append(message)

        def echo_in_trouble(self, trouble, now):
            taken.append(trouble.reason)

    bench.icmp.pings.takers[16, 7] = Taker()
    packet = bench.packet6(ICMPv6(129), ECHO + b"data")
    assert bench.icmp.v6.receive(bench.arrived(packet), 0) is None
    assert [message[4:] for message in taken] == [ECHO + b"data"]
    assert told(bench, 1, 0, quoted(bench, ICMPv6(128), 58, ECHO + bytes(8))) is None
    assert taken[1:] == [Reason.ICMP_NET_UNREACHABLE]
    assert bench.events == []


def test_a_ping_without_a_route_is_refused(bench, monkeypatch):
    monkeypatch.setattr(bench, "source_for", lambda destination, interface=None: None)
    with pytest.raises(HostError, match=r"ip\.no_route: to 2001:db8::2"):
        bench.icmp.ping(bench.PEER6, 7, 3, b"", 0)


# --- errors in


@pytest.mark.parametrize(
    ("type_", "code", "reason"),
    [
        (1, 0, Reason.ICMP_NET_UNREACHABLE),
        (1, 1, Reason.ICMP_PROHIBITED),
        (1, 2, Reason.ICMP_BEYOND_SCOPE),
        (1, 3, Reason.ICMP_HOST_UNREACHABLE),
        (1, 4, Reason.ICMP_PORT_UNREACHABLE),
        (1, 5, Reason.ICMP_PROHIBITED),
        (1, 6, Reason.ICMP_PROHIBITED),
        (1, 77, Reason.ICMP_HOST_UNREACHABLE),
        (2, 0, Reason.ICMP_FRAGMENTATION_NEEDED),
        (3, 0, Reason.ICMP_TTL_EXPIRED),
        (3, 1, Reason.ICMP_REASSEMBLY_TIMEOUT),
        (4, 0, Reason.ICMP_PARAMETER_PROBLEM),
        (4, 1, Reason.ICMP_PROTOCOL_UNREACHABLE),
        (100, 0, Reason.ICMP_PARAMETER_PROBLEM),
    ],
)
def test_an_error_of_any_type_reaches_the_protocol_that_sent_the_packet(
    bench, heard, type_, code, reason
):
    """RFC 4443 sections 2.4 (a), (d) and 3: unknown types of errors, too."""
    assert reason_of(type_, code) is reason
    assert told(bench, type_, code, quoted(bench), info=1300) is None
    [trouble] = heard
    assert (trouble.reason, trouble.type, trouble.code) == (reason, type_, code)
    assert (trouble.quoted.source, trouble.protocol) == (bench.IPV6, 17)
    assert trouble.packet[trouble.offset : trouble.offset + 2] == b"\x13\x88"
    assert trouble.info == (1300 if type_ in (2, 4) else 0)


def test_the_protocol_is_found_behind_extension_headers(bench, heard):
    """RFC 4443 section 2.4 (d)."""
    extension = bytes((17, 1)) + bytes(14)
    assert told(bench, 1, 0, quoted(bench, extension=extension, protocol=0)) is None
    assert [trouble.protocol for trouble in heard] == [17]


def test_a_later_fragment_tells_nothing(bench, heard):
    fragment = bytes((17, 0, 0, 8, 0, 0, 0, 1))
    drop = told(bench, 1, 0, quoted(bench, extension=fragment, protocol=44))
    assert drop.reason is Reason.ICMP_UNMATCHED_ERROR
    assert heard == []


def test_extensions_are_no_part_of_the_quote(bench, heard):
    """RFC 4884 section 4: the length counts 8 bytes."""
    quote = quoted(bench, body=bytes(80)).ljust(128, b"\0")
    told(bench, 3, 0, quote + b"extensions..", info=16 << 24)
    [trouble] = heard
    assert trouble.packet.endswith(bytes(80))


@pytest.mark.parametrize("length", [0, 39, 40, 47])
def test_a_quote_that_is_too_short_is_refused(bench, heard, length):
    drop = told(bench, 1, 4, quoted(bench)[:length])
    assert drop.reason is Reason.ICMP_BAD_PACKET
    assert heard == []


def test_an_error_about_something_we_never_sent_is_unmatched(bench, heard):
    ip = IPv6(source=bench.PEER6, destination=bench.IPV6, next_header=17)
    assert told(bench, 1, 4, ip.build(OURS.build(b"", ip))).reason is Reason.ICMP_UNMATCHED_ERROR
    nobodys = quoted(bench, TCP(source_port=1, destination_port=2), 6)
    assert told(bench, 1, 4, nobodys).reason is Reason.ICMP_UNMATCHED_ERROR
    assert heard == []


def test_an_error_about_a_ping_is_told_with_its_reason(bench):
    bench.icmp.ping(bench.PEER6, 7, 3, b"", 0)
    assert told(bench, 3, 0, quoted(bench, ICMPv6(128), 58, ECHO)) is None
    error = IcmpError(bench.PEER6, Reason.ICMP_TTL_EXPIRED, bench.PEER6, 7, 3)
    assert bench.events == [error]


# --- path MTU


def test_packet_too_big_lowers_the_path_mtu(bench, heard):
    """RFC 8201 section 4: before the transport is told, which asks at once."""
    known = []

    def ask(trouble, now):
        known.append(bench.path_mtus.known(bench.PEER6))
        return True

    bench.icmp.troubles[17] = ask
    assert told(bench, 2, 0, quoted(bench), info=1400) is None
    assert known == [1400]
    assert bench.path_mtus.known(bench.PEER6) == 1400


def test_the_way_of_our_echo_replies_may_be_learnt_to_be_narrow(bench):
    """RFC 8201 section 4: it must be about a packet that we did send."""
    reply = quoted(bench, ICMPv6(129), 58, ECHO + bytes(2000))
    assert told(bench, 2, 0, reply, info=1300).reason is Reason.ICMP_UNMATCHED_ERROR
    assert bench.path_mtus.known(bench.PEER6) is None
    bench.icmp.v6.receive(bench.arrived(bench.packet6(ICMPv6(128), ECHO + bytes(2000))), 0)
    assert told(bench, 2, 0, reply, info=1300) is None
    assert bench.path_mtus.known(bench.PEER6) == 1300


def test_the_replies_that_are_remembered_are_bounded(bench):
    """A flood of pings leaves no more than the newest."""
    for number in range(1000):
        echo = number.to_bytes(4, "big")
        bench.icmp.v6.receive(bench.arrived(bench.packet6(ICMPv6(128), echo)), 0)
    assert len(bench.icmp.pings._answered) == 64


@pytest.mark.parametrize("mtu", [0, 68, 1279])
def test_less_than_the_minimum_is_discarded(bench, heard, mtu):
    """RFC 8201 section 4: MUST discard it; no atomic fragments either (RFC 8021)."""
    told(bench, 2, 0, quoted(bench), info=mtu)
    assert bench.path_mtus.known(bench.PEER6) is None


def test_packet_too_big_about_nobody_s_packet_is_not_believed(bench):
    drop = told(bench, 2, 0, quoted(bench), info=1400)
    assert drop.reason is Reason.ICMP_UNMATCHED_ERROR
    assert bench.path_mtus.known(bench.PEER6) is None


# --- other messages


def test_messages_of_other_protocols_go_to_who_has_registered(bench):
    """Neighbour discovery and listener discovery, with the checksum verified."""
    taken = []
    bench.icmp.v6.handlers[135] = lambda arrival, now: taken.append(arrival.offset)
    packet = bench.packet6(ICMPv6(135), bytes(20))
    assert bench.icmp.v6.receive(bench.arrived(packet), 0) is None
    assert taken == [40]
    broken = packet[:-1] + b"\1"
    assert bench.icmp.v6.receive(bench.arrived(broken), 0).reason is Reason.ICMP_BAD_CHECKSUM
    assert taken == [40]


def test_unknown_informational_messages_are_dropped_without_a_word(bench):
    """RFC 4443 section 2.4 (b)."""
    drop = bench.icmp.v6.receive(bench.arrived(bench.packet6(ICMPv6(200), bytes(8))), 0)
    assert drop == (Reason.ICMP_UNKNOWN_TYPE, "type 200 code 0", False)
    assert bench.sent == []


@pytest.mark.parametrize(("type_", "body"), [(128, b"\0"), (129, b"\0\1\0"), (1, b"")])
def test_a_message_shorter_than_its_header_is_refused(bench, type_, body):
    drop = bench.icmp.v6.receive(bench.arrived(bench.packet6(ICMPv6(type_), body)), 0)
    assert drop.reason is Reason.ICMP_BAD_PACKET
