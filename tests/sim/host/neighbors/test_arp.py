import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.events import NeighborFailed, NeighborResolved
from wirelab.sim.host.neighbors.cache import MAXIMUM_NEIGHBORS, MAXIMUM_WAITING
from wirelab.sim.reasons import Reason

REQUEST, REPLY = 1, 2
STRANGER = b"\x0a\0\0\x09"
STRANGER_MAC = b"\x02\0\0\0\0\x09"


def reply(rig, **changes):
    return rig.arp_frame(REPLY, to=rig.MAC, **changes)


def asked_for(rig):
    return [arp.target_protocol_address for _, arp in rig.arps()]


# --- RFC 826 "Packet Reception", question by question


@pytest.mark.parametrize("changes", [{"hardware_type": 6}, {"protocol_type": 0x86DD}])
def test_other_hardware_and_protocols_are_not_spoken(rig, changes):
    """0826-R-a, 0826-R-b: "Do I have the hardware type", "Do I speak the protocol"."""
    assert rig.receive(rig.arp_frame(**changes)).reason is Reason.ARP_BAD_PACKET
    assert rig.frames() == []


@pytest.mark.parametrize(("hardware_length", "protocol_length"), [(0, 0), (5, 4), (6, 16), (8, 4)])
def test_addresses_of_other_lengths_are_refused(rig, hardware_length, protocol_length):
    """RFC 826: "optionally check the hardware length", and the protocol length."""
    frame = rig.arp_frame()
    frame = frame[:18] + bytes((hardware_length, protocol_length)) + frame[20:] + bytes(100)
    assert rig.receive(frame).reason is Reason.ARP_BAD_PACKET
    assert rig.frames() == []


def test_a_request_for_our_address_is_answered_to_the_asker_alone(rig):
    """0826-R-f, 5227-2.5-a: swap, put the local addresses in, send to the new target."""
    assert rig.receive(rig.arp_frame()) is None
    [(ethernet, arp)] = rig.arps()
    assert (ethernet.destination, ethernet.source) == (rig.PEER_MAC, rig.MAC)
    assert arp.operation == REPLY
    assert (arp.sender_hardware_address, arp.sender_protocol_address) == (rig.MAC, rig.ADDRESS)
    assert (arp.target_hardware_address, arp.target_protocol_address) == (rig.PEER_MAC, rig.PEER)


def test_whoever_asks_for_us_is_known_from_then_on(rig):
    """0826-R-e: add the triplet, before the opcode is looked at."""
    rig.receive(rig.arp_frame())
    rig.frames()
    rig.host.ping(rig.PEER, 1, 1, b"", rig.now)
    assert [packet.ethernet.destination for packet in rig.sent()] == [rig.PEER_MAC]


def test_even_a_reply_that_nobody_asked_for_is_entered_if_we_are_its_target(rig):
    """0826-R-c: the merge comes "NOW look at the opcode!!" before."""
    assert rig.receive(reply(rig)) is None
    assert rig.frames() == []
    rig.host.ping(rig.PEER, 1, 1, b"", rig.now)
    assert len(rig.sent()) == 1


def test_an_unknown_opcode_is_merged_and_not_answered(rig):
    assert rig.receive(rig.arp_frame(operation=9)) is None
    assert rig.frames() == []


def test_a_request_for_somebody_else_by_a_stranger_leaves_no_trace(rig):
    """0826-R-d: not the target, Merge_flag false."""
    drop = rig.receive(rig.arp_frame(target=STRANGER))
    assert drop == (Reason.ARP_NOT_FOR_ME, "asks for 10.0.0.9", False)
    rig.host.ping(rig.PEER, 1, 1, b"", rig.now)
    assert rig.sent() == []


def test_a_request_for_somebody_else_updates_a_known_sender(met):
    """0826-R-c: the merge does not depend on the target."""
    assert met.receive(met.arp_frame(target=STRANGER, mac=STRANGER_MAC)) is None
    assert met.frames() == []
    met.host.ping(met.PEER, 1, 1, b"", met.now)
    assert [packet.ethernet.destination for packet in met.sent()] == [STRANGER_MAC]


def test_gratuitous_arp_updates_whoever_knows_the_sender(met):
    """RFC 5227 section 2.3: an announcement has its own address as sender and target."""
    assert met.receive(met.arp_frame(target=met.PEER, mac=STRANGER_MAC)) is None
    met.host.ping(met.PEER, 1, 1, b"", met.now)
    assert [packet.ethernet.destination for packet in met.sent()] == [STRANGER_MAC]


def test_a_host_may_leave_answering_to_a_kernel_that_shares_its_address(make_rig):
    rig = make_rig(answer_arp=False)
    assert rig.receive(rig.arp_frame()) is None
    assert rig.frames() == []
    rig.host.ping(rig.PEER, 1, 1, b"", rig.now)
    assert len(rig.sent()) == 1


@pytest.mark.parametrize("mac", [b"\xff" * 6, bytes.fromhex("01005e000001"), bytes(6)])
def test_a_sender_that_is_no_single_station_is_not_believed(rig, mac):
    """RFC 1812 section 3.3.2."""
    frame = rig.arp_frame()
    frame = frame[:22] + mac + frame[28:]
    assert rig.receive(frame).reason is Reason.ARP_BAD_PACKET


@pytest.mark.parametrize("sender", [b"\xff" * 4, b"\x0a\0\0\xff", b"\xe0\0\0\x01"])
def test_a_sender_that_is_no_single_host_is_not_believed(rig, sender):
    assert rig.receive(rig.arp_frame(sender=sender)).reason is Reason.ARP_BAD_PACKET


def test_a_cut_packet_is_refused(rig):
    assert rig.receive(rig.arp_frame()[:40]).reason is Reason.ARP_BAD_PACKET


def test_ethernet_padding_after_the_packet_is_nothing(rig):
    """RFC 894: frames are padded to 46 bytes of data."""
    assert rig.receive(rig.arp_frame() + bytes(18)) is None


# --- our own address


def test_somebody_else_with_our_address_is_noticed_and_not_entered(rig):
    """RFC 5227 section 2.4."""
    drop = rig.receive(rig.arp_frame(sender=rig.ADDRESS, target=STRANGER))
    assert drop.reason is Reason.ARP_ADDRESS_CONFLICT
    assert drop.detail == "02:00:00:00:00:02 claims 10.0.0.1, too"


def test_a_copy_of_our_own_request_is_not_taken_for_somebody_elses(rig):
    frame = rig.arp_frame(sender=rig.ADDRESS, mac=rig.MAC, target=STRANGER)
    assert rig.receive(frame).reason is Reason.ARP_NOT_FOR_ME


def test_a_probe_for_our_address_is_answered_but_its_sender_not_entered(rig):
    """RFC 5227 section 1.1 and 5227-2.5-a: a probe's sender address is all zero."""
    assert rig.receive(rig.arp_frame(sender=bytes(4))) is None
    [(ethernet, arp)] = rig.arps()
    assert ethernet.destination == rig.PEER_MAC
    assert arp.target_protocol_address == bytes(4)
    assert arp.target_hardware_address == rig.PEER_MAC


# --- asking


def test_resolving_asks_everybody_and_tells_the_answer(rig):
    """0826-G-a, 0826-G-b; 1122-2.3.3-d: by ARP, on Ethernet."""
    rig.host.resolve(rig.PEER, rig.now)
    [(ethernet, arp)] = rig.arps()
    assert ethernet.destination == rig.BROADCAST_MAC
    assert arp.operation == REQUEST
    assert (arp.sender_hardware_address, arp.sender_protocol_address) == (rig.MAC, rig.ADDRESS)
    assert arp.target_protocol_address == rig.PEER
    assert rig.receive(reply(rig)) is None
    assert rig.events() == [NeighborResolved(rig.PEER, rig.PEER_MAC)]


def test_resolving_a_known_neighbor_tells_it_at_once(met):
    met.host.resolve(met.PEER, met.now)
    assert met.frames() == []
    assert met.events() == [NeighborResolved(met.PEER, met.PEER_MAC)]


def test_resolving_our_own_address_asks_nobody(rig):
    rig.host.resolve(rig.ADDRESS, rig.now)
    assert rig.frames() == []
    assert rig.events() == [NeighborResolved(rig.ADDRESS, rig.MAC)]


def test_nobody_answering_is_told_after_three_requests_in_three_seconds(rig):
    """1122-2.3.2.1-b: one request a second."""
    rig.host.resolve(rig.PEER, rig.now)
    times = []
    for _ in range(8):
        times += [rig.now for _ in rig.arps()]
        rig.wait(0.5)
    assert times == [0, 1 * SECOND, 2 * SECOND]
    assert rig.events() == [NeighborFailed(rig.PEER)]


def test_unanswered_requests_are_shown_to_the_observer(make_rig):
    class Onlooker:
        fired: list[tuple[object, str, int, int]] = []  # noqa: RUF012

        def state_changed(self, endpoint, old, new, now):
            raise AssertionError("no TCP here")

        def timer_fired(self, endpoint, name, after, now):
            self.fired.append((endpoint, name, after, now))

    rig = make_rig(observer=Onlooker())
    rig.host.resolve(rig.PEER, rig.now)
    rig.wait(1)
    assert Onlooker.fired == [(None, "ARP", SECOND, SECOND)]


def test_packets_that_wait_in_vain_are_counted(rig):
    """RFC 1122 section 2.3.2.2: the newest ones wait; whoever finds no room is counted."""
    for number in range(MAXIMUM_WAITING + 2):
        rig.host.ping(rig.PEER, 1, number, b"", rig.now)
    rig.wait(3)
    counters = rig.host.counters
    assert counters.not_sent == {Reason.ARP_QUEUE_FULL: 2, Reason.ARP_TIMEOUT: MAXIMUM_WAITING}


def test_the_newest_packets_leave_in_order_when_the_answer_comes(rig):
    """1122-2.4-c: an unknown neighbour is no unreachable destination (and section 2.3.2.2)."""
    for number in range(MAXIMUM_WAITING + 2):
        rig.host.ping(rig.PEER, 1, number, b"", rig.now)
    rig.receive(reply(rig))
    numbers = [packet.transport.sequence_number for packet in rig.sent()]
    assert numbers == list(range(2, MAXIMUM_WAITING + 2))


def test_an_announcement_tells_everybody_where_we_are(rig):
    """RFC 5227 section 2.3."""
    rig.host.announce(rig.now)
    [(ethernet, arp)] = rig.arps()
    assert ethernet.destination == rig.BROADCAST_MAC
    assert arp.operation == REQUEST
    assert arp.sender_protocol_address == arp.target_protocol_address == rig.ADDRESS


# --- probing (RFC 5227 section 2.1.1)


def test_a_probe_does_not_tell_our_address(rig):
    """5227-1.1-a."""
    rig.host.probe(STRANGER, rig.now)
    [(_, arp)] = rig.arps()
    assert arp.sender_protocol_address == bytes(4)
    assert arp.target_protocol_address == STRANGER


def test_the_answer_to_a_probe_is_told_though_it_goes_to_no_address_of_ours(rig):
    rig.host.probe(rig.PEER, rig.now)
    assert rig.receive(reply(rig, target=bytes(4))) is None
    assert rig.events() == [NeighborResolved(rig.PEER, rig.PEER_MAC)]


def test_a_probe_for_our_own_address_finds_out_who_else_has_it(rig):
    rig.host.probe(rig.ADDRESS, rig.now)
    assert rig.receive(reply(rig, sender=rig.ADDRESS, target=bytes(4))) is None
    assert rig.events() == [NeighborResolved(rig.ADDRESS, rig.PEER_MAC)]


def test_an_answer_that_comes_long_after_the_probe_is_none(rig):
    rig.host.probe(rig.PEER, rig.now)
    rig.wait(4)
    assert rig.receive(reply(rig, target=STRANGER)).reason is Reason.ARP_NOT_FOR_ME
    assert rig.events() == []


def test_old_probes_make_room_for_new_ones(rig):
    for number in range(300):
        rig.host.probe(b"\x0a\0" + number.to_bytes(2, "big"), rig.now)
    rig.wait(4)
    rig.host.probe(rig.PEER, rig.now)
    assert rig.receive(reply(rig, target=bytes(4))) is None


# --- several addresses, several interfaces


def test_each_address_of_an_interface_is_answered_for(rig):
    """0826-R-d, 0826-R-f."""
    rig.host.add_address(STRANGER, 24, rig.now)
    assert rig.receive(rig.arp_frame(target=STRANGER)) is None
    [(_, answer)] = rig.arps()
    assert answer.sender_protocol_address == STRANGER
    rig.host.remove_address(STRANGER, rig.now)
    assert rig.receive(rig.arp_frame(target=STRANGER)) is None  # the sender is known by now
    assert rig.arps() == []


def test_questions_come_from_an_address_on_the_neighbors_network(rig):
    """RFC 1122 section 3.3.4.3: what answers must find its way back."""
    rig.host.add_address(b"\xc0\xa8\x07\x01", 24, rig.now)
    rig.host.resolve(b"\xc0\xa8\x07\x02", rig.now)
    rig.host.resolve(rig.PEER, rig.now)
    senders = [arp.sender_protocol_address for _, arp in rig.arps()]
    assert senders == [b"\xc0\xa8\x07\x01", rig.ADDRESS]


def test_announcing_tells_every_address(rig):
    rig.host.add_address(STRANGER, 24, rig.now)
    rig.host.announce(rig.now)
    assert asked_for(rig) == [rig.ADDRESS, STRANGER]


# --- proxy ARP (RFC 1027)

BEHIND = b"\x0a\x01\0\x07"


@pytest.fixture
def proxy(make_rig):
    """A host on two networks that answers on the first for the second."""
    rig = make_rig(second=b"\x0a\x01\0\x01")
    rig.host.neighborhood(0).answer_for(bytes(4), 0)
    return rig


def test_a_proxy_answers_for_hosts_behind_it_with_its_own_mac_address(proxy):
    """RFC 1027 section 2.1."""
    assert proxy.receive(proxy.arp_frame(target=BEHIND)) is None
    [(header, answer)] = proxy.arps()
    assert (header.destination, answer.operation) == (proxy.PEER_MAC, REPLY)
    assert (answer.sender_hardware_address, answer.sender_protocol_address) == (proxy.MAC, BEHIND)


def test_a_proxy_is_silent_about_hosts_that_hear_the_question_themselves(proxy):
    """RFC 1027 section 2.2: a route by the same interface."""
    assert proxy.receive(proxy.arp_frame(target=STRANGER)).reason is Reason.ARP_NOT_FOR_ME
    assert proxy.receive(proxy.arp_frame(target=proxy.FAR)).reason is Reason.ARP_NOT_FOR_ME
    assert proxy.arps() == []


def test_a_proxy_answers_requests_only(proxy):
    frame = proxy.arp_frame(REPLY, target=BEHIND)
    assert proxy.receive(frame).reason is Reason.ARP_NOT_FOR_ME
    assert proxy.arps() == []


def test_a_proxy_does_not_answer_an_announcement(proxy):
    """RFC 5227 section 2.3: else every announcement would look like a conflict."""
    proxy.receive(proxy.arp_frame(sender=BEHIND, target=BEHIND))
    assert proxy.arps() == []


def test_who_answers_for_one_network_does_not_for_another_nor_when_told_to_stop(proxy):
    neighborhood = proxy.host.neighborhood(0)
    neighborhood.answer_no_more_for(bytes(4), 0)
    assert proxy.receive(proxy.arp_frame(target=BEHIND)).reason is Reason.ARP_NOT_FOR_ME
    neighborhood.answer_for(b"\x0a\x01\0\0", 29)
    assert proxy.receive(proxy.arp_frame(target=BEHIND)) is None
    outside = b"\x0a\x01\0\x08"
    proxy.receive(proxy.arp_frame(target=outside))
    assert [answer.sender_protocol_address for _, answer in proxy.arps()] == [BEHIND]
    with pytest.raises(ValueError, match="no proxy for"):
        neighborhood.answer_no_more_for(bytes(4), 0)
    with pytest.raises(ValueError, match="answers for nobody"):
        proxy.host.neighborhood(1).answer_no_more_for(bytes(4), 0)


# --- floods


def test_a_flood_of_forged_senders_fills_the_cache_to_its_cap_and_no_further(rig):
    """The cap is `MAXIMUM_NEIGHBORS`; every packet is accounted for."""
    for number in range(5000):
        sender = b"\x0a\0" + (number % 0xFE00 + 0x100).to_bytes(2, "big")
        rig.receive(rig.arp_frame(sender=sender, mac=b"\x02\x07" + number.to_bytes(4, "big")))
        rig.frames()
    assert len(rig.host.neighborhood().arp.neighbors) == MAXIMUM_NEIGHBORS
    assert rig.host.counters.balanced
    assert len(rig.host._timers) <= 4 * MAXIMUM_NEIGHBORS
    rig.host.resolve(rig.PEER, rig.now)  # and it still works
    rig.receive(reply(rig))
    assert rig.events()[-1] == NeighborResolved(rig.PEER, rig.PEER_MAC)
