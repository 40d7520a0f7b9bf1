"""Neighbour discovery (RFC 4861, RFC 4862 section 5.4), as a host does it on the wire."""

from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from wirelab.codecs import (
    Ethernet,
    ICMPv6,
    ICMPv6Echo,
    IPv6,
    NDNonce,
    NDRedirect,
    NDSourceLinkAddress,
    NDTargetLinkAddress,
    NeighborAdvertisement,
    NeighborSolicitation,
)
from wirelab.codecs.addresses import ipv6_bytes
from wirelab.sim.host.config import Route
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.events import (
    AddressAcquired,
    AddressConflict,
    IcmpError,
    NeighborFailed,
    NeighborResolved,
)
from wirelab.sim.host.interface_address import AddressState
from wirelab.sim.host.ipv6.scopes import (
    ALL_NODES,
    link_local_from_mac,
    multicast_mac6,
    solicited_node,
)
from wirelab.sim.host.neighbors.cache import MAXIMUM_NEIGHBORS, NeighborState
from wirelab.sim.reasons import Reason

SOLICITATION, ADVERTISEMENT, REDIRECT = 135, 136, 137
OWN = ipv6_bytes("2001:db8::1")
PEER = ipv6_bytes("2001:db8::2")
WANTED = ipv6_bytes("2001:db8::77")
FAR = ipv6_bytes("2001:db8:ffff::7")
NOBODY = bytes(16)
PEER_MAC = b"\x02\0\0\0\0\x02"
STRANGER_MAC = b"\x02\0\0\0\0\x09"
ROUTER = link_local_from_mac(PEER_MAC)
CLASSES: dict[int, Any] = {
    SOLICITATION: NeighborSolicitation,
    ADVERTISEMENT: NeighborAdvertisement,
    128: ICMPv6Echo,
}


class Seen(NamedTuple):
    at: int
    ethernet: Ethernet
    ip: IPv6
    type: int
    body: Any


class Rig6:
    """The host 2001:db8::1/64, and what others on its link may send it."""

    def __init__(self, rig):
        self.rig = rig
        self.host = rig.host
        self.host.add_address(OWN, 64, 0)
        self.link_local = link_local_from_mac(rig.MAC)
        rig.frames()

    @property
    def now(self):
        return self.rig.now

    def receive(
        self, kind, body, source=PEER, destination=OWN, mac=PEER_MAC, hop_limit=255, code=0
    ):
        """A message of somebody else; the body is a header or bytes."""
        ip = IPv6(source=source, destination=destination, next_header=58, hop_limit=hop_limit)
        data = body if isinstance(body, bytes) else body.build()
        packet = ip.build(ICMPv6(type=kind, code=code).build(data, ip))
        to = multicast_mac6(destination) if destination[0] == 0xFF else self.rig.MAC
        header = Ethernet(destination=to, source=mac, type=0x86DD)
        return self.rig.receive(header.build(packet))

    def ask(self, target=OWN, source=PEER, destination=None, mac=PEER_MAC, option=True, **more):
        """A solicitation, to the group of its target."""
        options = [NDSourceLinkAddress(mac)] if option and source != NOBODY else []
        body = NeighborSolicitation(target=target, options=options)
        to = destination or solicited_node(target)
        return self.receive(SOLICITATION, body, source, to, mac, **more)

    def tell(self, target=PEER, mac=PEER_MAC, destination=OWN, option=True, source=None, **flags):
        """An advertisement."""
        options = [NDTargetLinkAddress(mac)] if option else []
        body = NeighborAdvertisement(target=target, options=options, **flags)
        return self.receive(ADVERTISEMENT, body, source or target, destination, mac)

    def sent(self):
        """The ICMPv6 packets sent since the last look, checksums verified."""
        found = []
        for frame in self.rig.frames():
            ethernet = Ethernet.parse(frame)
            if ethernet.type != 0x86DD or frame[20] != 58:
                continue
            ip = IPv6.parse(frame, 14)
            assert ICMPv6.checksum_ok(frame, 54, len(frame), ip)
            kind = frame[54]
            body = CLASSES[kind].parse(frame, 58) if kind in CLASSES else frame[58:]
            found.append(Seen(self.now, ethernet, ip, kind, body))
        return found

    def watch(self, seconds):
        """Let time pass timer by timer; what was sent."""
        end, found = self.now + int(seconds * SECOND), self.sent()
        while (at := self.host.poll_at()) is not None and at <= end:
            self.rig.now = at
            self.host.handle_timers(at)
            found += self.sent()
        self.rig.now = end
        return found

    def state(self, address=PEER):
        entry = self.discovery.neighbors.get(address)
        return entry and entry.state

    @property
    def discovery(self):
        return self.host._layers.ipv6.discoveries[0]


@pytest.fixture
def six(rig):
    return Rig6(rig)


@pytest.fixture
def met(six):
    """The peer has asked for us, and has been answered."""
    six.ask()
    six.rig.frames()
    return six


# --- answering (RFC 4861 sections 7.2.3 and 7.2.4)


def test_a_solicitation_is_answered_to_the_asker(six):
    """RFC 4861 section 7.2.4."""
    assert six.ask() is None
    [answer] = six.sent()
    assert (answer.type, answer.ip.destination, answer.ip.source) == (ADVERTISEMENT, PEER, OWN)
    assert (answer.ethernet.destination, answer.ip.hop_limit) == (PEER_MAC, 255)
    told = answer.body
    assert (told.target, told.solicited, told.override, told.router) == (OWN, True, True, False)
    assert [option.address for option in told.options] == [six.rig.MAC]
    assert six.state() in (NeighborState.STALE, NeighborState.DELAY)


def test_who_asks_without_an_address_is_answered_to_all_nodes(six):
    """RFC 4861 section 7.2.4: and the solicited flag is zero."""
    assert six.ask(source=NOBODY) is None
    [answer] = six.sent()
    assert (answer.ip.destination, answer.body.solicited) == (ALL_NODES, False)
    assert six.state() is None


def test_a_router_says_that_it_is_one(make_rig):
    """RFC 4861 section 4.4: the R flag."""
    six = Rig6(make_rig(forwarding=True))
    six.ask()
    [answer] = six.sent()
    assert answer.body.router


def test_others_that_share_the_group_are_not_answered_for(six):
    target = ipv6_bytes("2001:db8:7::1")
    drop = six.ask(target=target)
    assert (drop.reason, six.sent()) == (Reason.ND_NOT_FOR_ME, [])


def test_an_asker_without_an_option_is_looked_for_before_it_is_answered(six):
    """RFC 4861 section 7.2.4: a unicast solicitation need not carry its address."""
    six.ask(destination=OWN, option=False)
    [question] = six.sent()
    assert (question.type, question.body.target) == (SOLICITATION, PEER)
    six.tell(solicited=True, override=True)
    [answer] = six.sent()
    assert (answer.type, answer.body.target) == (ADVERTISEMENT, OWN)


@pytest.mark.parametrize(
    ("target", "more"),
    [
        (OWN, {"hop_limit": 254}),
        (OWN, {"code": 1}),
        (ALL_NODES, {"destination": OWN}),
        (OWN, {"source": NOBODY, "destination": OWN}),
    ],
)
def test_solicitations_that_break_a_rule_are_refused(six, target, more):
    """RFC 4861 section 7.1.1."""
    assert six.ask(target=target, **more).reason is Reason.ND_BAD_PACKET
    assert six.sent() == []


def test_a_probe_with_a_source_option_is_refused(six):
    """RFC 4861 section 7.1.1: from :: there is no source link-layer address."""
    body = NeighborSolicitation(target=OWN, options=[NDSourceLinkAddress(PEER_MAC)])
    drop = six.receive(SOLICITATION, body, NOBODY, solicited_node(OWN))
    assert drop.reason is Reason.ND_BAD_PACKET


@pytest.mark.parametrize("rest", [b"\x01\x00" + bytes(6), b"\x01\x02" + bytes(6)])
def test_options_without_an_end_are_refused(six, rest):
    """RFC 4861 section 7.1.1: all options have a length greater than zero."""
    body = bytes(4) + OWN + rest
    drop = six.receive(SOLICITATION, body, destination=solicited_node(OWN))
    assert drop.reason is Reason.ND_BAD_PACKET


def test_unknown_options_are_skipped(six):
    """RFC 4861 section 9."""
    body = bytes(4) + OWN + b"\xfd\x01" + bytes(6)
    assert six.receive(SOLICITATION, body, destination=solicited_node(OWN)) is None
    assert len(six.sent()) == 1


def test_a_cut_message_is_refused(six):
    drop = six.receive(SOLICITATION, bytes(4) + OWN[:8], destination=solicited_node(OWN))
    assert drop.reason is Reason.ND_BAD_PACKET


@pytest.mark.parametrize(
    "changes",
    [{"target": ALL_NODES, "source": PEER}, {"destination": ALL_NODES, "solicited": True}],
)
def test_advertisements_that_break_a_rule_are_refused(six, changes):
    """RFC 4861 section 7.1.2."""
    assert six.tell(**changes).reason is Reason.ND_BAD_PACKET


# --- asking (RFC 4861 section 7.2.2)


def test_resolving_asks_the_group_of_the_address(six):
    six.host.resolve(PEER, six.now)
    [question] = six.sent()
    assert (question.type, question.body.target) == (SOLICITATION, PEER)
    assert question.ip.destination == solicited_node(PEER)
    assert question.ethernet.destination == multicast_mac6(solicited_node(PEER))
    assert (question.ip.source, question.ip.hop_limit) == (OWN, 255)
    assert [option.address for option in question.body.options] == [six.rig.MAC]
    assert six.tell(solicited=True, override=True) is None
    assert six.rig.events() == [NeighborResolved(PEER, PEER_MAC)]
    assert six.state() is NeighborState.REACHABLE


def test_a_link_local_neighbor_is_asked_from_a_link_local_address(six):
    six.host.resolve(ROUTER, six.now)
    [question] = six.sent()
    assert question.ip.source == six.link_local


def test_the_source_of_the_packet_that_waits_is_the_source_of_the_question(six):
    """RFC 4861 section 7.2.2."""
    six.discovery.send_packet(
        IPv6(source=six.link_local, destination=PEER, next_header=59).build(), PEER, six.now
    )
    [first] = six.sent()
    six.rig.wait(1)
    [again] = six.sent()
    assert (first.ip.source, again.ip.source) == (OWN, six.link_local)


def test_packets_wait_for_the_answer_and_their_sender_hears_of_silence(six):
    """RFC 4861 section 7.2.2: three solicitations, then unreachable."""
    six.host.ping(PEER, 7, 1, b"", six.now)
    seen = six.watch(10)
    assert [one.at for one in seen] == [0, 1 * SECOND, 2 * SECOND]
    events = six.rig.events()
    assert events[0] == NeighborFailed(PEER)
    assert isinstance(events[1], IcmpError)
    assert six.host.counters.not_sent == {Reason.ND_TIMEOUT: 1}


def test_packets_that_wait_leave_in_order(six):
    """Not only the newest: else no datagram in fragments would get through at first."""
    for number in range(3):
        six.host.ping(PEER, 7, number, b"", six.now)
    assert [one.type for one in six.sent()] == [SOLICITATION]
    six.tell(solicited=True, override=True)
    assert [one.body.sequence_number for one in six.sent()] == [0, 1, 2]


def test_an_advertisement_that_nobody_waits_for_is_not_entered(six):
    """RFC 4861 section 7.2.5."""
    assert six.tell(override=True).reason is Reason.ND_NOT_FOR_ME
    assert six.state() is None


# --- unreachability (RFC 4861 section 7.3)


def test_a_neighbor_in_use_is_asked_again_by_unicast(met):
    """RFC 4861 section 7.3.3: STALE, DELAY for 5 s, PROBE; nobody answers: gone."""
    met.watch(1)
    start = met.now
    met.host.ping(PEER, 7, 1, b"", start)
    seen = met.watch(20)
    questions = [one for one in seen if one.type == SOLICITATION]
    assert all(one.ip.destination == PEER for one in questions)
    assert {one.ethernet.destination for one in questions} == {PEER_MAC}
    gaps = [later.at - one.at for one, later in pairwise(questions)]
    assert (len(questions), gaps) == (3, [SECOND, SECOND])
    assert met.state() is None
    assert NeighborFailed(PEER) in met.rig.events()


def test_an_answer_makes_a_neighbor_reachable_for_half_to_one_and_a_half_of_30_seconds(met):
    """RFC 4861 section 6.3.2: a random time, so that hosts do not ask in step."""
    met.host.resolve(PEER, met.now)
    met.tell(solicited=True, override=True)
    assert met.state() is NeighborState.REACHABLE
    times = set()
    for seed in range(6):
        rig = Rig6(type(met.rig)(seed))
        times.add(rig.discovery.neighbors.times.reachable_time)
    assert len(times) == 6
    assert all(15 * SECOND <= one <= 45 * SECOND for one in times)


def test_a_router_sets_the_times(six):
    """RFC 4861 section 6.3.4: 0 says nothing; the same again draws nothing."""
    times = six.discovery.neighbors.times
    before = times.reachable_time
    six.discovery.set_times(0, 0)
    assert (times.reachable_time, times.retransmission_time) == (before, SECOND)
    six.discovery.set_times(10_000, 250)
    drawn = times.reachable_time
    assert 5 * SECOND <= drawn <= 15 * SECOND
    assert times.retransmission_time == SECOND // 4
    six.discovery.set_times(10_000, 250)
    assert times.reachable_time == drawn


def test_a_lost_router_is_told(met):
    """RFC 4861 section 7.2.5: the R flag is gone."""
    lost = []
    met.discovery.router_losses.append(lambda address, now: lost.append(address))
    met.tell(router=True, override=True)
    assert lost == []
    met.tell(router=False, override=True)
    assert lost == [PEER]


# --- duplicate addresses (RFC 4862 section 5.4)


def test_an_address_is_asked_for_before_it_is_used(six):
    """RFC 4862 section 5.4.2: one solicitation from ::, then one second of silence."""
    six.host.acquire_address(WANTED, 64, six.now)
    assert six.host.interfaces[0].find(WANTED).state is AddressState.TENTATIVE
    assert six.ask(target=WANTED).reason is Reason.ND_NOT_FOR_ME
    [probe] = six.watch(5)
    assert (probe.ip.source, probe.ip.destination) == (NOBODY, solicited_node(WANTED))
    assert [type(option) for option in probe.body.options] == [NDNonce]
    assert probe.at <= SECOND
    assert six.rig.events() == [AddressAcquired(WANTED, 0)]
    assert six.host.interfaces[0].find(WANTED).state is AddressState.PREFERRED
    assert six.ask(target=WANTED) is None


def test_its_owner_objects_with_an_advertisement(six):
    """RFC 4862 section 5.4.4."""
    six.host.acquire_address(WANTED, 64, six.now)
    six.rig.wait(1.1)
    told = six.tell(WANTED, STRANGER_MAC, ALL_NODES, override=True)
    assert told is None
    assert six.rig.events() == [AddressConflict(WANTED, STRANGER_MAC, 0)]
    assert six.host.interfaces[0].find(WANTED).state is AddressState.DUPLICATED
    assert six.ask(target=WANTED).reason is Reason.ND_NOT_FOR_ME


def test_two_that_want_the_same_address_both_leave_it(six):
    """RFC 4862 section 5.4.3: a solicitation from :: for a tentative address."""
    six.host.acquire_address(WANTED, 64, six.now)
    six.rig.wait(1.1)
    assert six.ask(target=WANTED, source=NOBODY, mac=STRANGER_MAC) is None
    assert six.rig.events() == [AddressConflict(WANTED, STRANGER_MAC, 0)]


def test_our_own_probe_that_comes_back_is_no_duplicate(six):
    """RFC 7527 section 4.2: known by its nonce, even with another MAC address."""
    six.host.acquire_address(WANTED, 64, six.now)
    six.rig.wait(1)
    [probe] = six.sent()
    for mac in (STRANGER_MAC, six.rig.MAC):
        drop = six.receive(SOLICITATION, probe.body, NOBODY, solicited_node(WANTED), mac)
        assert drop.reason is Reason.ND_NOT_FOR_ME
    six.rig.wait(5)
    assert six.rig.events() == [AddressAcquired(WANTED, 0)]


def test_a_station_with_our_very_mac_address_is_a_duplicate(six):
    """RFC 4862 section 5.4.5: the case that makes IPv6 stop on an interface."""
    six.host.acquire_address(WANTED, 64, six.now)
    six.rig.wait(1)
    assert six.tell(WANTED, six.rig.MAC, ALL_NODES, override=True) is None
    assert six.rig.events() == [AddressConflict(WANTED, six.rig.MAC, 0)]


def test_a_probe_with_our_mac_address_and_another_nonce_is_a_strangers(six):
    """RFC 7527 section 4.2."""
    six.host.acquire_address(WANTED, 64, six.now)
    six.rig.wait(1)
    body = NeighborSolicitation(target=WANTED, options=[NDNonce(b"\1\2\3\4\5\6")])
    assert six.receive(SOLICITATION, body, NOBODY, solicited_node(WANTED), six.rig.MAC) is None
    assert six.rig.events() == [AddressConflict(WANTED, six.rig.MAC, 0)]


def test_without_duplicate_detection_an_address_is_there_at_once(six):
    """RFC 4862 section 5.1: DupAddrDetectTransmits of 0."""
    six.discovery.duplicate_probes = 0
    six.host.acquire_address(WANTED, 64, six.now)
    assert six.watch(0) == []
    assert six.rig.events() == [AddressAcquired(WANTED, 0)]


def test_somebody_who_claims_an_address_of_ours_is_told_off_every_ten_seconds(six):
    """RFC 4862 section 5.4.4: both have it; ours: say so, and tell the program."""
    for _ in range(15):
        drop = six.tell(OWN, STRANGER_MAC, ALL_NODES, override=True, source=PEER)
        assert drop.reason is Reason.ND_ADDRESS_CONFLICT
        six.rig.wait(1)
    told = six.sent()
    assert [(one.type, one.body.target, one.body.override) for one in told] == [
        (ADVERTISEMENT, OWN, True)
    ] * 2
    assert six.rig.events() == [AddressConflict(OWN, STRANGER_MAC, 0)] * 2


def test_announcing_tells_all_nodes_every_address(six):
    """RFC 4861 section 7.2.6."""
    six.host.announce(six.now)
    told = six.sent()
    assert {one.body.target for one in told} == {OWN, six.link_local}
    assert all(one.ip.destination == ALL_NODES and not one.body.solicited for one in told)


def test_an_interface_without_an_address_does_not_ask(six):
    """RFC 4862 section 5.4.2: a solicitation from :: would be a probe."""
    for address in (OWN, six.link_local):
        six.host.set_address_state(address, AddressState.TENTATIVE)
    six.host.resolve(PEER, six.now)
    assert six.watch(5) == []
    assert six.rig.events() == [NeighborFailed(PEER)]


# --- redirects (RFC 4861 section 8)


@pytest.fixture
def routed(six):
    """A host that has sent to FAR by way of ROUTER."""
    six.host.add_route(Route(NOBODY, 0, 0, ROUTER))
    six.host.ping(FAR, 7, 1, b"", six.now)
    six.tell(ROUTER, destination=six.link_local, solicited=True, override=True, router=True)
    six.rig.frames()
    return six


def redirect(six, target, destination=FAR, source=ROUTER, mac=STRANGER_MAC, **more):
    options = [NDTargetLinkAddress(mac)]
    body = NDRedirect(target=target, destination=destination, options=options)
    return six.receive(REDIRECT, body, source, six.link_local, **more)


BETTER = link_local_from_mac(STRANGER_MAC)


def test_a_redirect_by_the_first_hop_is_followed(routed):
    """RFC 4861 section 8.3."""
    assert redirect(routed, BETTER) is None
    routed.host.ping(FAR, 7, 2, b"", routed.now)
    [packet] = routed.sent()
    assert packet.ethernet.destination == STRANGER_MAC
    assert routed.discovery.neighbors.get(BETTER).is_router
    routed.host.ping(ipv6_bytes("2001:db8:ffff::8"), 7, 2, b"", routed.now)
    [other] = routed.sent()
    assert other.ethernet.destination == PEER_MAC


def test_a_destination_may_turn_out_to_be_on_the_link(routed):
    """RFC 4861 section 8.3: the target is the destination."""
    assert redirect(routed, FAR) is None
    routed.host.ping(FAR, 7, 2, b"", routed.now)
    [packet] = routed.sent()
    assert packet.ethernet.destination == STRANGER_MAC
    assert not routed.discovery.neighbors.get(FAR).is_router


@pytest.mark.parametrize(
    ("target", "more", "reason"),
    [
        (BETTER, {"source": BETTER}, Reason.ICMP_REDIRECT_IGNORED),
        (BETTER, {"source": PEER}, Reason.ND_BAD_PACKET),
        (BETTER, {"hop_limit": 64}, Reason.ND_BAD_PACKET),
        (BETTER, {"destination": ALL_NODES}, Reason.ND_BAD_PACKET),
        (PEER, {}, Reason.ND_BAD_PACKET),
    ],
)
def test_redirects_by_others_or_to_nonsense_are_not_followed(routed, target, more, reason):
    """RFC 4861 section 8.1."""
    assert redirect(routed, target, **more).reason is reason
    routed.host.ping(FAR, 7, 2, b"", routed.now)
    [packet] = routed.sent()
    assert packet.ethernet.destination == PEER_MAC


def test_a_router_follows_no_redirects(make_rig):
    """RFC 4861 section 8.3."""
    six = Rig6(make_rig(forwarding=True))
    six.host.add_route(Route(NOBODY, 0, 0, ROUTER))
    assert redirect(six, BETTER).reason is Reason.ICMP_REDIRECT_IGNORED


def test_when_the_better_router_dies_the_routing_table_counts_again(routed):
    """RFC 4861 section 7.3.3: next-hop determination is done anew."""
    redirect(routed, BETTER)
    routed.host.ping(FAR, 7, 2, b"", routed.now)
    routed.watch(20)
    routed.host.ping(FAR, 7, 3, b"", routed.now)
    [packet] = routed.sent()
    assert packet.ethernet.destination == PEER_MAC


# --- proxy and floods


def test_a_proxy_answers_without_override(six):
    """RFC 4861 section 7.2.8: the real one, if it comes back, must win."""
    six.host.neighborhood().answer_for(WANTED, 128)
    assert six.ask(target=WANTED) is None
    [answer] = six.sent()
    assert (answer.body.target, answer.body.override) == (WANTED, False)
    assert answer.body.options[0].address == six.rig.MAC
    six.host.neighborhood().answer_no_more_for(WANTED, 128)
    assert six.ask(target=WANTED) is not None
    with pytest.raises(ValueError, match="128"):
        six.host.neighborhood().answer_for(WANTED, 64)
    with pytest.raises(ValueError, match="no proxy"):
        six.host.neighborhood().answer_no_more_for(WANTED, 128)


def test_a_flood_of_forged_askers_fills_the_cache_to_its_cap_and_no_further(six):
    for number in range(3000):
        source = PEER[:12] + (number + 256).to_bytes(4, "big")
        six.ask(source=source, mac=b"\x02\x07" + number.to_bytes(4, "big"))
        six.rig.frames()
    assert len(six.discovery.neighbors) == MAXIMUM_NEIGHBORS
    assert six.host.counters.balanced
    six.host.resolve(PEER, six.now)
    six.tell(solicited=True, override=True)
    assert six.rig.events()[-1] == NeighborResolved(PEER, PEER_MAC)


@pytest.mark.parametrize("mac", [bytes(6), b"\xff" * 6, b"\x01\0\x5e\0\0\x01"])
def test_a_link_layer_address_of_no_single_station_is_not_believed(six, mac):
    """As ARP has it (RFC 1812 section 3.3.2): else packets to a neighbour go to a group."""
    options = [NDSourceLinkAddress(mac)]
    group = solicited_node(OWN)
    asked = NeighborSolicitation(target=OWN, options=options)
    assert six.receive(SOLICITATION, asked, PEER, group) is None
    assert six.discovery.neighbors.get(PEER).mac == b""  # the answer has to be resolved
    six.tell(mac=mac, solicited=True, override=True)
    assert six.state() is NeighborState.INCOMPLETE
    six.tell(mac=PEER_MAC, solicited=True, override=True)
    six.tell(mac=mac, override=True)
    assert six.host.neighbor(PEER) == PEER_MAC


def test_who_chooses_routers_hears_of_every_neighbour_that_is_silent(six):
    """RFC 4861 section 7.3.3: an entry made anew does not know that it is a router's."""
    lost = []
    six.discovery.router_losses.append(lambda address, now: lost.append((address, now)))
    six.host.resolve(PEER, six.now)
    six.watch(4)
    assert lost == [(PEER, 3 * SECOND)]
