import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import TCP, UDP, Ethernet, ICMPv4, internet_checksum
from wirelab.sim.host.config import Route
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import Closed, NeighborFailed
from wirelab.sim.reasons import Reason

SYN = TCP(source_port=5000, destination_port=80, sequence_number=1, flags=2, window=1000)
ECHO = ICMPv4(type=8, identifier=1, sequence_number=1)
HELLO = UDP(source_port=5000, destination_port=4000)
FAR = b"\xc6\x33\x64\x07"
ARP_REPLY = 2


# --- Ethernet


@pytest.mark.parametrize("length", [0, 1, 13])
def test_a_frame_shorter_than_its_header_is_refused(rig, length):
    """RFC 894."""
    assert rig.receive(bytes(length)) == (Reason.ETH_TOO_SHORT, f"{length} bytes", False)


@pytest.mark.parametrize("to", ["020000000003", "01005e0000fb", "333300000001"])
def test_frames_for_other_stations_and_groups_are_not_for_us(rig, to):
    drop = rig.receive(rig.frame(ECHO, to=bytes.fromhex(to)))
    assert drop.reason is Reason.ETH_NOT_FOR_ME


@pytest.mark.parametrize("kind", [0x86DD, 0x8100, 0x88CC, 46])
def test_types_that_nobody_speaks_are_dropped(rig, kind):
    """RFC 1122 section 2.3.3: numbers up to 1500 are an IEEE 802.3 length."""
    frame = Ethernet(destination=rig.MAC, source=rig.PEER_MAC, type=kind).build(bytes(46))
    assert rig.receive(frame) == (Reason.ETH_UNKNOWN_TYPE, f"type {kind:#06x}", False)


# --- the seam to TCP


def test_a_segment_for_a_closed_port_is_answered_with_a_reset(met):
    """RFC 9293 section 3.10.7.1."""
    assert met.receive(met.frame(SYN)) == (Reason.TCP_NO_LISTENER, "port 80 is closed", True)
    [answer] = met.sent()
    assert answer.transport.rst
    assert answer.transport.acknowledgment_number == 2


def test_resetting_may_be_left_to_a_kernel_that_shares_the_address(make_rig):
    rig = make_rig(answer_closed_ports=False)
    rig.introduce()
    assert rig.receive(rig.frame(SYN)) == (Reason.TCP_NO_LISTENER, "port 80 is closed", False)
    assert rig.frames() == []


def test_a_damaged_segment_is_dropped_and_never_answered(met):
    """RFC 9293 MUST-3."""
    frame = bytearray(met.frame(SYN, b"data"))
    frame[-1] ^= 1
    assert met.receive(bytes(frame)).reason is Reason.TCP_BAD_CHECKSUM
    assert met.frames() == []


def test_a_link_that_vouches_for_the_checksum_is_believed(met):
    header = TCP(source_port=5000, destination_port=80, flags=2, checksum=0x1234)
    assert met.receive(met.frame(header)).reason is Reason.TCP_BAD_CHECKSUM
    assert met.receive(met.frame(header), trusted=True).reason is Reason.TCP_NO_LISTENER


@pytest.mark.parametrize("data_offset", [4, 6])
def test_a_data_offset_that_cannot_be_is_refused(met, data_offset):
    """RFC 9293 section 3.1."""
    header = TCP(source_port=5000, destination_port=80, flags=2, data_offset=data_offset)
    assert met.receive(met.frame(header)).reason is Reason.TCP_BAD_HEADER


def test_a_cut_segment_is_refused(met):
    frame = met.frame(None, SYN.build(b"", met.ip())[:19], protocol=6)
    assert met.receive(frame).reason is Reason.TCP_BAD_CHECKSUM
    assert met.receive(frame, trusted=True).reason is Reason.TCP_BAD_HEADER


@pytest.mark.parametrize(
    ("destination", "to"),
    [(b"\x0a\0\0\xff", b"\xff" * 6), (b"\xe0\0\0\x01", b"\x01\0\x5e\0\0\x01")],
)
def test_a_segment_to_everybody_is_dropped_in_silence(met, destination, to):
    """RFC 1122 section 4.2.3.10."""
    met.host.tcp_listen(80, met.now)
    drop = met.receive(met.frame(SYN, destination=destination, to=to))
    assert drop.reason is Reason.TCP_BROADCAST
    assert met.frames() == []


def test_a_connection_is_opened_through_arp_and_ip(met):
    connection = met.host.tcp_connect(met.PEER, 80, met.now)
    [syn] = met.sent()
    assert (syn.transport.syn, syn.transport.destination_port) == (True, 80)
    assert connection.state == "SYN-SENT"


def test_a_listener_answers_a_handshake(met):
    met.host.tcp_listen(80, met.now)
    assert met.receive(met.frame(SYN)) is None
    [answer] = met.sent()
    assert answer.transport.syn
    assert answer.transport.ack


def test_only_our_own_addresses_can_be_listened_on(met):
    with pytest.raises(HostError, match=r"ip\.not_my_address"):
        met.host.tcp_listen(80, met.now, met.PEER)


def test_a_connection_needs_a_port_to_go_to(met):
    with pytest.raises(ValueError, match="TCP port to connect to is 0; give 1 to 65535"):
        met.host.tcp_connect(met.PEER, 0, met.now)


def test_connecting_without_a_route_is_refused(met):
    with pytest.raises(HostError, match=r"ip\.no_route"):
        met.host.tcp_connect(FAR, 80, met.now)


@pytest.mark.parametrize("destination", [b"\x0a\0\0\x09", FAR])
def test_connecting_to_nobody_fails_when_arp_gives_up(make_rig, destination):
    """Also when it is the gateway that does not answer."""
    rig = make_rig(routes=[Route(bytes(4), 0, 0, b"\x0a\0\0\x09")])
    connection = rig.host.tcp_connect(destination, 80, rig.now)
    rig.frames()
    rig.wait(3)
    assert connection.error is Reason.ARP_TIMEOUT
    events = rig.events()
    assert NeighborFailed(b"\x0a\0\0\x09") in events
    assert Closed(connection, Reason.ARP_TIMEOUT) in events


def test_an_icmp_error_ends_a_connection_attempt(met):
    """RFC 1122 section 4.2.3.9: port unreachable is a hard error."""
    connection = met.host.tcp_connect(met.PEER, 80, met.now)
    [syn] = met.frames()
    assert met.receive(met.frame(ICMPv4(type=3, code=3), syn[14:])) is None
    assert connection.error is Reason.ICMP_PORT_UNREACHABLE


def test_an_icmp_error_with_a_wrong_sequence_number_is_unmatched(met):
    """RFC 5927 section 4.1."""
    connection = met.host.tcp_connect(met.PEER, 80, met.now)
    [syn] = met.frames()
    forged = syn[14:38] + bytes(4) + syn[42:]
    drop = met.receive(met.frame(ICMPv4(type=3, code=3), forged))
    assert drop.reason is Reason.ICMP_UNMATCHED_ERROR
    assert connection.error is None


# --- the driver's side


def test_polling_empties_the_queue(met):
    met.receive(met.frame(ECHO))
    assert len(met.frames()) == 1
    assert met.frames() == []
    assert met.host.counters.frames_out == 2  # the ARP answer of the introduction, too


def test_a_host_says_when_it_wants_to_be_called(rig):
    assert rig.host.poll_at() is None
    rig.host.resolve(rig.PEER, 100)
    assert rig.host.poll_at() == 100 + 1_000_000_000


def test_events_come_in_order_and_once(met):
    for last in (5, 6):
        met.host.resolve(bytes((10, 0, 0, last)), met.now)
        frame = met.arp_frame(ARP_REPLY, sender=bytes((10, 0, 0, last)), to=met.MAC)
        met.receive(frame)
    assert [event.address[3] for event in met.events()] == [5, 6]
    assert met.events() == []


def test_every_frame_is_counted_as_exactly_one_fate(met):
    met.receive(met.frame(ECHO))
    met.receive(met.frame(HELLO))
    met.receive(met.frame(SYN))
    met.receive(b"")
    counters = met.host.counters
    assert counters.frames_in == 5  # the ARP request of the introduction, too
    assert counters.delivered == 2
    assert counters.dropped == {Reason.ETH_TOO_SHORT: 1}
    assert counters.rejected == {Reason.UDP_NO_SOCKET: 1, Reason.TCP_NO_LISTENER: 1}
    assert counters.balanced


# --- robustness: nothing that comes in can raise


def seeds(rig):
    """One good frame of each kind."""
    unreachable = ICMPv4(type=3, code=3)
    quote = rig.ip(rig.ADDRESS, rig.PEER, protocol=17).build(HELLO.build(b"", rig.ip()))
    return [
        rig.arp_frame(),
        rig.frame(ECHO, b"data"),
        rig.frame(HELLO, b"data"),
        rig.frame(SYN, options=b"\x44\x08\x05\0\0\0\0\0"),
        rig.frame(TCP(source_port=1, destination_port=80, options=b"\x02\x04\x05\xb4\x05\x0a")),
        rig.frame(unreachable, quote),
    ]


def busy(rig):
    """Somebody waits for everything."""
    rig.host.udp_bind(4000, 0)
    rig.host.udp_bind(5000, 0)
    rig.host.tcp_listen(80, 0)
    rig.host.ping(rig.PEER, 1, 1, b"", 0)
    rig.host.probe(rig.PEER, 0)
    return rig


def run(rig, frames):
    """Give all frames, trusted and not, and let a second pass between them."""
    history = []
    for frame in frames:
        for trusted in (False, True):
            history.append(rig.receive(frame, trusted))
            history.append(rig.frames())
            rig.wait(1)
    history.append(rig.frames())
    return history


@given(st.lists(st.binary(max_size=100), max_size=8))
@settings(max_examples=100, deadline=None)
def test_random_bytes_never_raise_and_always_count(make_rig, frames):
    rig = busy(make_rig())
    run(rig, [rig.MAC + rig.PEER_MAC + frame for frame in frames])
    assert rig.host.counters.frames_in == 2 * len(frames)
    assert rig.host.counters.balanced


mutations = st.lists(
    st.tuples(
        st.integers(0, 5),  # which frame
        st.lists(st.tuples(st.integers(0, 80), st.integers(0, 255)), max_size=4),  # bytes to change
        st.integers(0, 120),  # where to cut
    ),
    max_size=8,
)


def mutated(rig, plan):
    frames = []
    for which, changes, cut in plan:
        frame = bytearray(seeds(rig)[which])
        for offset, value in changes:
            frame[offset % len(frame)] = value
        frames.append(repaired(frame[:cut]))
    return frames


def repaired(frame):
    """Right IPv4 and ICMP checksums, so that the damage gets past them."""
    start = 14 + (frame[14] & 15) * 4 if len(frame) >= 34 else 0
    if start and frame[12:14] == b"\x08\0":
        repair(frame, 24, 14, start)
        if frame[23] == 1 and len(frame) >= start + 8 > 38:
            repair(frame, start + 2, start, len(frame))
    return bytes(frame)


def repair(frame, field, begin, end):
    frame[field : field + 2] = bytes(2)
    frame[field : field + 2] = internet_checksum(frame[begin:end]).to_bytes(2, "big")


@given(mutations)
@settings(max_examples=150, deadline=None)
def test_mutated_frames_never_raise_and_always_count(make_rig, plan):
    rig = busy(make_rig())
    run(rig, mutated(rig, plan))
    assert rig.host.counters.frames_in == 2 * len(plan)
    assert rig.host.counters.balanced


@given(mutations)
@settings(max_examples=50, deadline=None)
def test_the_same_frames_and_seed_give_the_same_answers(make_rig, plan):
    first, second = busy(make_rig()), busy(make_rig())
    assert run(first, mutated(first, plan)) == run(second, mutated(second, plan))
    assert first.host.counters == second.host.counters


@pytest.mark.parametrize("address", [b"\xff" * 4, b"\x0a\0\0\xff", b"\xe0\0\0\x01"])
def test_must_46_connecting_to_everybody_is_refused(met, address):
    """MUST-46: RFC 9293 section 3.9.1.1."""
    with pytest.raises(HostError, match=r"tcp\.broadcast"):
        met.host.tcp_connect(address, 80, met.now)
    assert met.frames() == []


@pytest.mark.parametrize("flags", [2, 16])
def test_a_segment_that_cannot_be_answered_is_dropped_not_rejected(met, flags):
    """No route back to its sender: no reset, so its fate is not `rejected`."""
    met.host.tcp_listen(80, met.now)
    port = 80 if flags == 16 else 81
    segment = TCP(source_port=4000, destination_port=port, flags=flags)
    drop = met.receive(met.frame(segment, source=FAR))
    assert not drop.answered
    assert met.frames() == []
    assert met.host.counters.rejected == {}


@pytest.mark.parametrize("address", ["10.0.0.2", b"\x0a\0\0", b""])
def test_an_address_that_is_not_four_bytes_is_a_mistake(met, address):
    for call in (
        lambda: met.host.tcp_connect(address, 80, met.now),
        lambda: met.host.ping(address, 1, 1, b"", met.now),
        lambda: met.host.udp_bind(0, met.now).send_to(b"", address, 9, met.now),
        lambda: met.host.resolve(address, met.now),
        lambda: met.host.probe(address, met.now),
    ):
        with pytest.raises(ValueError, match=r"give 4 bytes"):
            call()
    assert met.frames() == []


@pytest.mark.parametrize("ttl", [0, 256])
def test_no_packet_leaves_with_a_ttl_that_cannot_be(met, make_rig, ttl):
    """1122-3.2.1.7-a."""
    with pytest.raises(ValueError, match=f"ttl is {ttl}; give 1 to 255"):
        met.host.ping(met.PEER, 1, 1, b"", met.now, ttl=ttl)
    with pytest.raises(ValueError, match=f"ttl is {ttl}; give 1 to 255"):
        make_rig(ttl=ttl)
