"""ICMP of a host met by whatever anybody may send, and by all that refuses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import UDP, ICMPv4, ICMPv6, IPv4, IPv6
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.icmp.complaints import Complaint
from wirelab.sim.host.icmp.message_types import QUERIES
from wirelab.sim.reasons import Reason

TYPES = st.one_of(st.sampled_from([0, 3, 4, 5, 8, 11, 12, 13, 14, 17]), st.integers(0, 255))
TYPES6 = st.one_of(st.sampled_from([1, 2, 3, 4, 100, 128, 129]), st.integers(0, 255))
WORDS = st.integers(0, 0xFFFF_FFFF)


def quotes(make_bench):
    """Packets of ours as errors quote them, cut anywhere, or anything."""
    ours4 = IPv4(source=make_bench.IPV4, destination=make_bench.PEER, protocol=17)
    ours6 = IPv6(source=make_bench.IPV6, destination=make_bench.PEER6, next_header=17)
    datagram = UDP(source_port=5000, destination_port=53)
    whole = [ip.build(datagram.build(bytes(60), ip)) for ip in (ours4, ours6)]
    cut = st.builds(lambda packet, end: packet[:end], st.sampled_from(whole), st.integers(0, 100))
    return st.one_of(cut, st.binary(max_size=120))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_message_raises_anything_or_is_answered_with_an_error(make_bench, data):
    """1122-3.2.2-d, RFC 4443 section 2.4 (e.1): whatever the message, and whoever it is about."""
    bench = make_bench()
    bench.icmp.troubles[17] = lambda trouble, now: True
    quote = quotes(make_bench)
    for now in range(data.draw(st.integers(1, 6))):
        word, body = data.draw(WORDS), data.draw(quote)
        if data.draw(st.booleans()):
            header4 = ICMPv4(data.draw(TYPES), data.draw(st.integers(0, 20)), rest_of_header=word)
            packet = bench.packet4(header4, body, protocol=1)
            drop = bench.icmp.v4.receive(bench.arrived(packet), now)
        else:
            header6 = ICMPv6(data.draw(TYPES6), data.draw(st.integers(0, 10)))
            packet = bench.packet6(header6, word.to_bytes(4, "big") + body)
            drop = bench.icmp.v6.receive(bench.arrived(packet), now)
        assert drop is None or (isinstance(drop, Drop) and not drop.answered)
    for message in bench.sent:  # replies only
        if isinstance(message.header, ICMPv4):
            assert message.header.type in QUERIES
        else:
            assert message.header.type == 129


@settings(max_examples=100, deadline=None)
@given(packet=st.binary(max_size=120), complaint=st.sampled_from(Complaint), info=WORDS)
def test_whatever_is_refused_is_answered_rightly_or_not_at_all(make_bench, packet, complaint, info):
    bench = make_bench()
    told = bench.icmp.complain(packet, complaint, 0, info & 0xFF)
    assert told in (None, Reason.ICMP_ANSWER_FORBIDDEN)
    assert len(bench.sent) == (told is None)
    bench.icmp.undelivered(packet, 0)


def test_errors_are_counted_where_they_could_not_leave(bench, monkeypatch):
    monkeypatch.setattr(bench, "source_for", lambda destination, interface=None: None)
    packet = bench.packet4(UDP(5000, 81), bytes(8), destination=bench.PEER, source=b"\xcb\0\x71\1")
    assert bench.icmp.error(packet, 3, 1, 0, 0) is Reason.IP_NO_ROUTE
    assert bench.counters.not_sent == {Reason.IP_NO_ROUTE: 1}


@pytest.mark.parametrize("family", [4, 6])
def test_a_neighbour_s_silence_is_told_to_the_socket_that_sent_the_packet(bench, family):
    """RFC 1122 section 2.4: as a destination unreachable from below."""
    heard = []

    def listen(trouble, now):
        heard.append(trouble)
        return True

    bench.icmp.troubles[17] = listen
    header = UDP(source_port=5000, destination_port=53)
    if family == 4:
        packet = bench.packet4(header, bytes(8), source=bench.IPV4, destination=bench.PEER)
    else:
        packet = bench.packet6(header, bytes(8), 17, source=bench.IPV6, destination=bench.PEER6)
    bench.icmp.undelivered(packet, 0)
    [trouble] = heard
    assert trouble.reason is (Reason.ARP_TIMEOUT if family == 4 else Reason.ND_TIMEOUT)
    assert (trouble.type, trouble.code) == ((3, 1) if family == 4 else (1, 3))
    assert bench.sent == []


def test_a_short_message_of_a_raw_socket_that_was_never_sent_is_nobody_s_ping(bench):
    packet = bench.packet4(None, b"\x08", protocol=1, source=bench.IPV4, destination=bench.PEER)
    bench.icmp.undelivered(packet, 0)
    assert bench.events == []


def test_a_listener_hears_of_all_packets_of_ours(bench):
    """What raw sockets need: protocols that nobody else has."""
    heard = []

    def listen(trouble, now):
        heard.append(trouble.protocol)
        return True

    bench.icmp.trouble_listeners.append(listen)
    ours = IPv4(source=bench.IPV4, destination=bench.PEER, protocol=99).build(bytes(8))
    message = bench.packet4(ICMPv4(type=3, code=2), ours, protocol=1)
    assert bench.icmp.v4.receive(bench.arrived(message), 0) is None
    assert heard == [99]
