"""Segments of a flow are those that the codecs build."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import TCP, Ethernet, IPv4, NoOperation, Timestamps
from wirelab.codecs.checksum import internet_checksum
from wirelab.sim.host.config import Route
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.large_frame import LargeFrame
from wirelab.sim.host.path_mtu import LIFETIME as PATH_MTU_LIFETIME
from wirelab.sim.reasons import Reason

WORD, LONG = st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF)
STAMPS = TCP(options=[NoOperation(), NoOperation(), Timestamps(1, 2**32 - 1)]).option_bytes
FAR = b"\xc6\x33\x64\x07"


def output_of(rig):
    return rig.host._tcp._environment.output.ipv4


def flow_of(rig, destination=None):
    return output_of(rig).flow(rig.ADDRESS, 4000, destination or rig.PEER, 80)


@given(
    LONG,
    LONG,
    st.integers(0, 0x1FF),
    WORD,
    st.sampled_from(
        [
            b"",
            TCP(options=[NoOperation(), NoOperation(), Timestamps(1, 2**32 - 1)]).option_bytes,
            b"\2\4\5\xb4",
        ]
    ),
    st.binary(max_size=40) | st.integers(500, 1400).map(lambda size: b"\xfe\x03\x7f" * (size // 3)),
    WORD,
    st.integers(0, 255),
    st.integers(1, 255),
)
@settings(max_examples=80)
def test_a_segment_has_the_bytes_that_the_codecs_give_it(
    make_rig, sequence, ack, flags, window, options, text, urgent, tos, ttl
):
    rig = make_rig()
    rig.introduce()
    flow = flow_of(rig)
    flow.ttl = ttl
    assert flow.send(sequence, ack, flags, window, options, text, 0, urgent, tos) is None
    [frame] = rig.frames()
    ip = IPv4(
        source=rig.ADDRESS,
        destination=rig.PEER,
        ttl=ttl,
        protocol=6,
        dscp=tos >> 2,
        ecn=tos & 3,
        dont_fragment=True,
        identification=IPv4.parse(frame, 14).identification,
    )
    tcp = TCP(4000, 80, sequence, ack, flags=flags, window=window, options=options)
    tcp = tcp.replace(urgent_pointer=urgent)
    ethernet = Ethernet(destination=rig.PEER_MAC, source=rig.MAC, type=0x0800)
    assert frame == ethernet.build(ip.build(tcp.build(text, ip)))


def test_numbers_that_do_not_wrap_inside_wrap_on_the_wire(met):
    """RFC 9293 section 3.4."""
    flow_of(met).send(2**32 + 5, 2**33 - 1, 16, 1000, b"", b"", met.now)
    [packet] = met.sent()
    assert packet.transport.sequence_number == 5
    assert packet.transport.acknowledgment_number == 2**32 - 1


def test_a_segment_waits_for_its_neighbour(rig):
    """RFC 1122 section 2.3.2.2."""
    flow_of(rig).send(1, 2, 16, 1000, b"", b"text", rig.now)
    assert rig.sent() == []
    rig.receive(rig.arp_frame(operation=2, target=rig.ADDRESS))
    [packet] = rig.sent()
    assert packet.payload == b"text"
    assert packet.ethernet.destination == rig.PEER_MAC


def test_a_neighbour_that_moves_is_followed(met):
    """RFC 826: the newest address counts."""
    flow = flow_of(met)
    flow.send(1, 2, 16, 1000, b"", b"", met.now)
    moved = b"\x02\0\0\0\0\x77"
    met.receive(met.arp_frame(mac=moved))
    flow.send(1, 2, 16, 1000, b"", b"", met.now)
    assert [packet.ethernet.destination for packet in met.sent()] == [met.PEER_MAC, moved]


def test_what_no_route_leads_to_or_what_is_too_big_is_refused(met):
    """RFC 1191 section 3: Don't Fragment is set, so the path's MTU is a bound."""
    assert flow_of(met, FAR).send(1, 2, 16, 1000, b"", b"", met.now) is Reason.IP_NO_ROUTE
    flow = flow_of(met)
    assert flow.headers == 40
    assert flow.send(1, 2, 16, 1000, STAMPS, bytes(1448), met.now) is None
    assert flow.send(1, 2, 16, 1000, STAMPS, bytes(1449), met.now) is Reason.IP_TOO_BIG_DF


def test_a_flow_follows_the_path_mtu_both_ways(make_rig):
    """RFC 1191 section 6.3: an estimate that was lowered is tried again after ten minutes."""
    rig = make_rig(routes=[Route(bytes(4), 0, 0, make_rig.PEER)])
    rig.introduce()
    flow = flow_of(rig, FAR)
    assert flow.send(1, 2, 16, 1000, b"", bytes(1460), rig.now) is None
    assert rig.host._layers.path_mtus.lower(FAR, 1400, rig.now)
    assert flow.mtu == 1400
    assert flow.send(1, 2, 16, 1000, b"", bytes(1460), rig.now) is Reason.IP_TOO_BIG_DF
    rig.wait(PATH_MTU_LIFETIME // SECOND)
    assert flow.mtu == 1500
    assert flow.send(1, 2, 16, 1000, b"", bytes(1460), rig.now) is None


@pytest.mark.parametrize("hops", [0, 256])
def test_a_time_to_live_is_never_zero(met, hops):
    """RFC 1122 section 3.2.1.7."""
    with pytest.raises(ValueError, match="1 to 255"):
        flow_of(met).ttl = hops


def test_a_link_that_cuts_segments_gets_large_ones(make_rig):
    """The checksum field holds what the link completes: the sum of the pseudo-header."""
    rig = make_rig(cuts_segments=True)
    rig.introduce()
    flow = flow_of(rig)
    assert flow.send(1, 2, 16, 1000, STAMPS, b"x", rig.now) is None
    assert flow.largest_segment > 60_000
    assert flow.send(2, 2, 24, 1000, STAMPS, bytes(5000), rig.now, segment_size=1448) is None
    small, large = rig.frames()
    assert isinstance(large, LargeFrame)
    assert not isinstance(small, LargeFrame)
    assert (large.headers, large.transport, large.segment_size) == (66, 34, 1448)
    ip, tcp = IPv4.parse(large, 14), TCP.parse(large, 34)
    assert IPv4.checksum_ok(large, 14, 34)
    assert (ip.total_length, tcp.sequence_number, tcp.flags) == (5052, 2, 24)
    pseudo = rig.ADDRESS + rig.PEER + b"\0\6" + (5032).to_bytes(2)
    assert tcp.checksum == 0xFFFF - internet_checksum(pseudo)
    assert large[66:] == bytes(5000)


def test_segments_larger_than_the_path_are_refused_however_they_are_cut(make_rig):
    """RFC 1191 section 3."""
    rig = make_rig(cuts_segments=True)
    rig.introduce()
    flow = flow_of(rig)
    refused = flow.send(2, 2, 24, 1000, STAMPS, bytes(5000), rig.now, segment_size=1449)
    assert refused is Reason.IP_TOO_BIG_DF


def test_without_a_neighbour_a_large_segment_is_lost_and_the_neighbour_asked(make_rig):
    """RFC 1122 section 2.3.2.2 keeps one packet; one that the link must cut could not be kept."""
    rig = make_rig(cuts_segments=True)
    flow = flow_of(rig)
    refused = flow.send(2, 2, 24, 1000, b"", bytes(5000), rig.now, segment_size=1400)
    assert refused is Reason.ARP_QUEUE_FULL
    [(_, question)] = rig.arps()
    assert question.target_protocol_address == rig.PEER
