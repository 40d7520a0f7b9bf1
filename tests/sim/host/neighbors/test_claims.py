"""Acquiring and defending an IPv4 address (RFC 5227), as a host does it on the wire."""

from itertools import pairwise

import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.events import AddressAcquired, AddressConflict, AddressLost
from wirelab.sim.host.neighbors.claims import (
    MAX_CONFLICTS,
    MAXIMUM_CLAIMS,
    RATE_LIMIT_INTERVAL,
    ClaimState,
    Defence,
)
from wirelab.sim.reasons import Reason

WANTED = b"\x0a\0\0\x4d"
STRANGER_MAC = b"\x02\0\0\0\0\x09"
NOTHING = bytes(4)


class Watched:
    """A rig whose ARP packets are noted with their times."""

    def __init__(self, rig):
        self.rig = rig
        self.packets = []

    def run(self, seconds):
        """Let time pass timer by timer; what was sent, as (time, header, packet)."""
        rig = self.rig
        end = rig.now + int(seconds * SECOND)
        self._note()
        while (at := rig.host.poll_at()) is not None and at <= end:
            rig.now = at
            rig.host.handle_timers(at)
            self._note()
        rig.now = end

    def _note(self):
        self.packets += [(self.rig.now, *packet) for packet in self.rig.arps()]

    def take(self):
        packets, self.packets = self.packets, []
        return packets

    def claims_by_another(self, address=WANTED, mac=STRANGER_MAC, **changes):
        """What somebody else sends who has the address."""
        return self.rig.receive(self.rig.arp_frame(sender=address, mac=mac, **changes))


@pytest.fixture
def watched(rig):
    return Watched(rig)


@pytest.fixture
def owner(watched):
    """A host that has acquired WANTED, and has been quiet for a while."""
    watched.rig.host.acquire_address(WANTED, 24, 0)
    watched.run(60)
    watched.take()
    watched.rig.events()
    return watched


def is_probe(packet):
    return packet.sender_protocol_address == NOTHING


def test_an_address_is_probed_three_times_and_announced_twice(watched):
    """5227-1.1-a, 5227-2.1-a, 5227-2.1.1-a, 5227-2.1.1-b, 5227-2.3-a."""
    watched.rig.host.acquire_address(WANTED, 24, 0)
    watched.run(60)
    packets = watched.take()
    probes = [(at, packet) for at, _, packet in packets if is_probe(packet)]
    claims = [(at, packet) for at, _, packet in packets if not is_probe(packet)]
    assert (len(probes), len(claims)) == (3, 2)
    assert all(header.destination == watched.rig.BROADCAST_MAC for _, header, _ in packets)
    times = [at for at, _ in probes]
    assert times[0] <= SECOND
    assert all(SECOND <= late - early <= 2 * SECOND for early, late in pairwise(times))
    assert {packet.target_protocol_address for _, packet in probes} == {WANTED}
    assert claims[0][0] == times[-1] + 2 * SECOND
    assert claims[1][0] == claims[0][0] + 2 * SECOND
    assert all(
        packet.sender_protocol_address == packet.target_protocol_address == WANTED
        for _, packet in claims
    )
    assert watched.rig.events() == [AddressAcquired(WANTED, 0)]


def test_the_address_is_used_only_once_nobody_has_objected(watched):
    """5227-2.1-a."""
    rig = watched.rig
    rig.host.acquire_address(WANTED, 24, 0)
    watched.run(2)
    assert rig.receive(rig.arp_frame(target=WANTED)).reason is Reason.ARP_NOT_FOR_ME
    watched.run(6)
    assert rig.host.interfaces[0].find(WANTED) is not None
    watched.take()
    assert rig.receive(rig.arp_frame(target=WANTED)) is None
    [(_, answer)] = rig.arps()
    assert (answer.sender_protocol_address, answer.operation) == (WANTED, 2)


def test_two_hosts_wait_differently(make_rig):
    """5227-2.1.1-a, 5227-2.1.1-b: at random, so that machines switched on together spread out."""
    schedules = set()
    for seed in range(8):
        watched = Watched(make_rig(seed))
        watched.rig.host.acquire_address(WANTED, 24, 0)
        watched.run(60)
        schedules.add(tuple(at for at, _, _ in watched.take()))
    assert len(schedules) == 8


@pytest.mark.parametrize("operation", [1, 2])
def test_whoever_speaks_from_the_address_has_it(watched, operation):
    """5227-2.1.1-c: a request or a reply, until ANNOUNCE_WAIT is over."""
    rig = watched.rig
    claim = rig.host.acquire_address(WANTED, 24, 0)
    watched.run(3.9)
    assert watched.claims_by_another(operation=operation) is None
    assert rig.events() == [AddressConflict(WANTED, STRANGER_MAC, 0)]
    assert claim.state is ClaimState.REFUSED
    watched.take()
    watched.run(60)
    assert watched.take() == []
    assert rig.host.interfaces[0].find(WANTED) is None


def test_somebody_elses_probe_for_the_address_is_a_conflict(watched):
    """5227-2.1.1-d: both want it, so neither takes it."""
    watched.rig.host.acquire_address(WANTED, 24, 0)
    watched.run(1.5)
    assert watched.claims_by_another(NOTHING, target=WANTED) is None
    assert watched.rig.events() == [AddressConflict(WANTED, STRANGER_MAC, 0)]


def test_our_own_probe_that_comes_back_is_no_conflict(watched):
    """5227-2.1.1-f: on a network that echoes."""
    rig = watched.rig
    rig.host.acquire_address(WANTED, 24, 0)
    watched.run(1.5)
    watched.claims_by_another(NOTHING, mac=rig.MAC, target=WANTED)
    watched.run(10)
    assert rig.events() == [AddressAcquired(WANTED, 0)]


def test_questions_about_other_addresses_are_no_conflict(watched):
    rig = watched.rig
    rig.host.acquire_address(WANTED, 24, 0)
    watched.run(1.5)
    watched.claims_by_another(NOTHING, target=rig.FAR)
    rig.receive(rig.arp_frame(target=WANTED))  # somebody looks for it, who has an address
    watched.run(10)
    assert rig.events()[-1] == AddressAcquired(WANTED, 0)


def test_after_ten_conflicts_one_attempt_a_minute_is_made(watched):
    """5227-2.1.1-e."""
    rig = watched.rig
    for number in range(MAX_CONFLICTS):
        address = bytes((10, 0, 1, number))
        rig.host.acquire_address(address, 24, rig.now)
        watched.run(1.5)
        watched.claims_by_another(address)
    watched.take()
    tried_at = []
    for number in range(3):
        address = bytes((10, 0, 2, number))
        rig.host.acquire_address(address, 24, rig.now)
        watched.run(61)
        tried_at += [at for at, _, _ in watched.take()][:1]
        watched.claims_by_another(address)
    gaps = [late - early for early, late in pairwise(tried_at)]
    assert len(gaps) == 2
    assert min(gaps) >= RATE_LIMIT_INTERVAL


def test_an_idle_interface_does_not_probe_again(owner):
    """5227-2.1-b."""
    owner.run(3600)
    assert owner.take() == []


def test_an_address_is_defended_once_and_given_up_at_the_second_conflict(owner):
    """5227-2.4-a, 5227-2.4-b, 5227-2.4-c."""
    rig = owner.rig
    assert owner.claims_by_another().reason is Reason.ARP_ADDRESS_CONFLICT
    owner.run(9)
    [(_, header, packet)] = owner.take()
    assert header.destination == rig.BROADCAST_MAC
    assert packet.sender_protocol_address == packet.target_protocol_address == WANTED
    assert rig.events() == [AddressConflict(WANTED, STRANGER_MAC, 0)]
    owner.claims_by_another()
    assert rig.events() == [AddressLost(WANTED, STRANGER_MAC, 0)]
    assert rig.host.interfaces[0].find(WANTED) is None
    owner.run(60)
    assert owner.take() == []


def test_a_conflict_long_after_the_last_one_is_defended_again(owner):
    """5227-2.4-c: DEFEND_INTERVAL is 10 seconds."""
    for _ in range(3):
        owner.claims_by_another()
        owner.run(10)
        assert len(owner.take()) == 1
    assert owner.rig.host.interfaces[0].find(WANTED) is not None


def test_a_host_may_give_up_at_once(watched):
    """RFC 5227 section 2.4 (a)."""
    rig = watched.rig
    rig.host.acquire_address(WANTED, 24, 0, defence=Defence.GIVE_UP)
    watched.run(30)
    watched.take()
    rig.events()
    watched.claims_by_another()
    watched.run(30)
    assert watched.take() == []
    assert rig.events() == [AddressLost(WANTED, STRANGER_MAC, 0)]


def test_a_configured_address_is_defended_for_ever_but_not_more_than_every_ten_seconds(watched):
    """5227-2.4-b, 5227-2.4-d: section 2.4 (c), for what was given its address by hand."""
    rig = watched.rig
    for _ in range(200):
        watched.claims_by_another(rig.ADDRESS, target=WANTED)
        watched.run(0.1)
    assert [at for at, _, _ in watched.take()] == [0, 10 * SECOND]
    assert rig.events() == [AddressConflict(rig.ADDRESS, STRANGER_MAC, 0)] * 2
    assert rig.host.interfaces[0].address == rig.ADDRESS


def test_a_host_that_leaves_answering_to_a_kernel_leaves_defending_to_it_as_well(make_rig):
    watched = Watched(make_rig(answer_arp=False))
    drop = watched.claims_by_another(watched.rig.ADDRESS, target=WANTED)
    assert drop.reason is Reason.ARP_ADDRESS_CONFLICT
    watched.run(1)
    assert watched.take() == []


def test_connections_from_a_lost_address_are_reset(owner):
    """RFC 3927 section 2.5: "attempt to reset any existing connections"."""
    rig = owner.rig
    rig.host.remove_address(rig.ADDRESS, rig.now)
    rig.receive(rig.arp_frame(target=WANTED))
    rig.host.tcp_connect(rig.PEER, 80, rig.now)
    [connection] = rig.host.connections
    assert connection.local_address == WANTED
    for _ in range(2):
        owner.claims_by_another()
    assert rig.host.connections == []


def test_removing_an_address_ends_its_claim(owner):
    rig = owner.rig
    rig.host.remove_address(WANTED, rig.now)
    assert owner.claims_by_another(target=rig.FAR).reason is Reason.ARP_NOT_FOR_ME
    rig.host.acquire_address(WANTED, 24, rig.now)
    owner.run(60)
    assert rig.events()[-1] == AddressAcquired(WANTED, 0)


def test_a_released_claim_says_nothing_more(watched):
    rig = watched.rig
    told = []
    claim = rig.host.neighborhood().acquire(WANTED, 0, lambda *news: told.append(news))
    watched.run(1.5)
    rig.host.neighborhood().release(claim)
    rig.host.neighborhood().release(claim)
    watched.take()
    watched.run(60)
    assert (watched.take(), told) == ([], [])
    assert claim.state is ClaimState.RELEASED


def test_what_is_ours_or_being_acquired_is_not_acquired_again(watched):
    host = watched.rig.host
    with pytest.raises(ValueError, match="eth0 has 10"):
        host.acquire_address(watched.rig.ADDRESS, 24, 0)
    host.acquire_address(WANTED, 24, 0)
    with pytest.raises(ValueError, match="claimed on this interface already"):
        host.acquire_address(WANTED, 24, 0)
    with pytest.raises(ValueError, match="prefix length 33"):
        host.acquire_address(b"\x0a\0\0\x4e", 33, 0)


def test_claims_are_bounded(watched):
    host = watched.rig.host
    for number in range(MAXIMUM_CLAIMS):
        host.acquire_address(b"\x0a\0" + (1000 + number).to_bytes(2, "big"), 24, 0)
    with pytest.raises(ValueError, match="256 claims"):
        host.acquire_address(WANTED, 24, 0)
