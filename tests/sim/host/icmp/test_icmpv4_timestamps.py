"""RFC 1122 section 3.2.2.8: the timestamp server."""

import pytest

from wirelab.codecs import ICMPv4, ICMPv4Timestamp
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.events import IcmpError, TimestampReply
from wirelab.sim.host.icmp.config import IcmpConfig
from wirelab.sim.reasons import Reason

REQUEST = ICMPv4(type=13, identifier=7, sequence_number=3)
UNKNOWN = 0x8000_0000
ASKED = ICMPv4Timestamp(originate=12_345).build()


@pytest.fixture
def met(make_rig):
    def make(**knobs):
        rig = make_rig(icmp=IcmpConfig(**knobs))
        rig.introduce()
        rig.now = 5 * SECOND
        rig.receive(rig.arp_frame())
        rig.frames()
        return rig

    return make


def test_a_request_is_answered_from_the_address_that_it_was_sent_to(met):
    """1122-3.2.2.8-a."""
    rig = met()
    assert rig.receive(rig.frame(REQUEST, ASKED, dscp=10)) is None
    [answer] = rig.sent()
    assert (answer.transport.type, answer.transport.code) == (14, 0)
    assert (answer.transport.identifier, answer.transport.sequence_number) == (7, 3)
    assert (answer.ip.source, answer.ip.destination) == (rig.ADDRESS, rig.PEER)
    assert answer.ip.dscp == 10  # RFC 1349 section 5.1
    assert ICMPv4Timestamp.parse(answer.payload) == ICMPv4Timestamp(
        originate=12_345, receive=5000 | UNKNOWN, transmit=5000 | UNKNOWN
    )


def test_a_host_that_knows_the_time_of_day_counts_from_midnight(met):
    """1122-3.2.2.8-d: milliseconds, each of them."""
    rig = met(midnight=2 * SECOND - 86_400 * SECOND)
    for _ in range(2):
        rig.receive(rig.frame(REQUEST, ASKED))
        rig.now += SECOND // 1000
    times = [ICMPv4Timestamp.parse(answer.payload).receive for answer in rig.sent()]
    assert times == [3000, 3001]


def test_the_time_of_another_host_is_told(met):
    """1122-3.2.2.8-c; the question says our own time."""
    rig = met(midnight=0)
    rig.host.ask_time(rig.PEER, 7, 3, rig.now)
    [request] = rig.sent()
    assert request.transport.type == 13
    assert ICMPv4Timestamp.parse(request.payload).originate == 5000
    reply = rig.frame(
        ICMPv4(type=14, identifier=7, sequence_number=3), ICMPv4Timestamp(5000, 77, 78).build()
    )
    assert rig.receive(reply) is None
    assert rig.events() == [TimestampReply(rig.PEER, 7, 3, 5000, 77, 78)]
    assert rig.receive(reply).reason is Reason.ICMP_UNMATCHED_REPLY


def test_an_error_about_the_question_is_told(met):
    rig = met()
    rig.host.ask_time(rig.PEER, 7, 3, rig.now)
    [request] = rig.sent()
    quote = request.ip.build(request.transport.build(request.payload))
    rig.receive(rig.frame(ICMPv4(type=3, code=10), quote))
    assert rig.events() == [IcmpError(rig.PEER, Reason.ICMP_PROHIBITED, rig.PEER, 7, 3)]


def test_a_reply_that_is_cut_is_refused(met):
    rig = met()
    assert rig.receive(rig.frame(ICMPv4(type=14), ASKED[:8])).reason is Reason.ICMP_BAD_PACKET


def test_a_request_to_a_broadcast_is_ignored(met):
    """RFC 1122 section 3.2.2.8: MAY be silently discarded."""
    rig = met()
    drop = rig.receive(rig.frame(REQUEST, ASKED, destination=rig.BROADCAST, to=rig.BROADCAST_MAC))
    assert drop.reason is Reason.ICMP_ECHO_IGNORED
    assert rig.frames() == []


def test_answering_may_be_turned_off(met):
    rig = met(answer_timestamp=False)
    assert rig.receive(rig.frame(REQUEST, ASKED)).reason is Reason.ICMP_UNKNOWN_TYPE


def test_a_request_that_is_cut_is_refused(met):
    rig = met()
    assert rig.receive(rig.frame(REQUEST, ASKED[:8])).reason is Reason.ICMP_BAD_PACKET
