import pytest

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.neighbors.cache import MAXIMUM_NEIGHBORS, Neighbors, NeighborState
from wirelab.sim.host.timers import Timers

PEER = b"\x0a\0\0\x02"
OTHER = b"\x0a\0\0\x03"
MAC = b"\x02\0\0\0\0\x02"
NEW_MAC = b"\x02\0\0\0\0\x22"
LIFETIME = 60 * SECOND


class Actions:
    """Writes down what the cache wants done."""

    def __init__(self):
        self.log = []

    def request(self, address, mac, now):
        self.log.append(("request", address, mac, now))

    def resolved(self, address, mac, packet, now):
        self.log.append(("resolved", address, mac, packet))

    def failed(self, address, packet, now):
        self.log.append(("failed", address, packet, now))

    def displaced(self, packet):
        self.log.append(("displaced", packet))

    def timer_fired(self, after, now):
        pass

    def take(self):
        log, self.log = self.log, []
        return log


class World:
    def __init__(self):
        self.timers = Timers()
        self.actions = Actions()
        self.cache = Neighbors(self.timers, LIFETIME, self.actions)

    def state(self, address=PEER):
        entry = self.cache.get(address)
        return entry and entry.state


@pytest.fixture
def world():
    return World()


@pytest.fixture
def known():
    """A world in which PEER has answered at time 0."""
    world = World()
    world.cache.lookup(PEER, None, 0)
    world.cache.merge(PEER, MAC, 0)
    world.actions.take()
    return world


def test_the_first_lookup_asks_everybody_and_waits(world):
    """RFC 826 "Packet Generation"."""
    assert world.cache.lookup(PEER, b"packet", 5) is None
    assert world.actions.take() == [("request", PEER, None, 5)]
    assert world.state() is NeighborState.INCOMPLETE


def test_only_the_newest_packet_waits(world):
    """RFC 1122 section 2.3.2.2."""
    world.cache.lookup(PEER, b"old", 0)
    world.cache.lookup(PEER, b"new", 1)
    assert world.cache.merge(PEER, MAC, 2)
    assert world.actions.take() == [
        ("request", PEER, None, 0),
        ("displaced", b"old"),
        ("resolved", PEER, MAC, b"new"),
    ]
    assert world.cache.lookup(PEER, b"next", 3) == MAC


def test_requests_for_one_address_are_a_second_apart_however_often_it_is_wanted(world):
    """RFC 1122 section 2.3.2.1: at most one a second."""
    for now in range(0, 6 * SECOND, 100 * MILLISECOND):
        world.timers.run(now)
        world.cache.lookup(PEER, None, now)
    times = [entry[3] for entry in world.actions.take() if entry[0] == "request"]
    assert times == [0, 1 * SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND, 5 * SECOND]


def test_a_neighbour_in_doubt_is_asked_with_the_next_packet(known):
    """RFC 1122 section 3.3.1.4: negative advice; a doubt about a stranger is none."""
    known.cache.doubt(OTHER, SECOND)
    known.cache.doubt(PEER, SECOND)
    assert known.actions.take() == []
    assert known.cache.lookup(PEER, None, 2 * SECOND) == MAC
    assert known.actions.take() == [("request", PEER, MAC, 2 * SECOND)]
    known.cache.doubt(PEER, 2 * SECOND)
    assert known.state() is NeighborState.PROBE


def test_three_unanswered_requests_are_the_end(world):
    world.cache.lookup(PEER, b"packet", 0)
    for second in (1, 2, 3):
        world.timers.run(second * SECOND)
    assert world.actions.take() == [
        ("request", PEER, None, 0),
        ("request", PEER, None, 1 * SECOND),
        ("request", PEER, None, 2 * SECOND),
        ("failed", PEER, b"packet", 3 * SECOND),
    ]
    assert world.state() is None
    assert world.timers.next_deadline() is None


def test_addresses_wait_independently(world):
    world.cache.lookup(PEER, b"for peer", 0)
    world.cache.lookup(OTHER, b"for other", 0)
    world.cache.merge(OTHER, MAC, 1)
    assert world.actions.take()[-1] == ("resolved", OTHER, MAC, b"for other")
    assert world.state(PEER) is NeighborState.INCOMPLETE


def test_a_stranger_is_not_merged(world):
    """RFC 826: the Merge_flag stays false."""
    assert not world.cache.merge(PEER, MAC, 0)
    assert len(world.cache) == 0


def test_a_new_hardware_address_supersedes_the_old_one(known):
    """RFC 826 "Packet Reception": "the new hardware address supersedes the old one"."""
    assert known.cache.merge(PEER, NEW_MAC, 1)
    assert known.cache.lookup(PEER, b"", 2) == NEW_MAC


def test_an_expired_answer_is_still_used_while_the_neighbor_is_polled(known):
    """RFC 1122 section 2.3.2.1 (2): a point-to-point request."""
    known.timers.run(LIFETIME)
    assert known.state() is NeighborState.STALE
    assert known.cache.lookup(PEER, b"packet", LIFETIME + 1) == MAC
    assert known.cache.lookup(PEER, b"packet", LIFETIME + 2) == MAC
    assert known.actions.take() == [("request", PEER, MAC, LIFETIME + 1)]
    known.cache.merge(PEER, MAC, LIFETIME + 3)
    assert known.state() is NeighborState.REACHABLE


def test_a_neighbor_that_answers_no_poll_is_forgotten(known):
    """RFC 1122 section 2.3.2.1 (2): "delete the entry if no ARP Reply is received"."""
    known.timers.run(LIFETIME)
    known.cache.lookup(PEER, b"packet", LIFETIME)
    for second in (1, 2, 3):
        known.timers.run(LIFETIME + second * SECOND)
    assert known.actions.take()[-1] == ("failed", PEER, None, LIFETIME + 3 * SECOND)
    assert known.state() is None


def test_hearing_from_a_neighbor_refreshes_its_entry(known):
    """RFC 1122 section 2.3.2.1 (1): the timeout is restarted by observing the source fields."""
    known.cache.merge(PEER, MAC, LIFETIME - 1)
    known.timers.run(LIFETIME)
    assert known.state() is NeighborState.REACHABLE


def test_an_entry_that_nobody_uses_goes_away(known):
    """RFC 1122 section 2.3.2.1: out-of-date entries are flushed."""
    known.timers.run(LIFETIME)
    known.timers.run(2 * LIFETIME)
    assert known.state() is None
    assert known.actions.take() == []


def test_a_full_cache_gives_up_its_oldest_answer(world):
    for number in range(MAXIMUM_NEIGHBORS + 1):
        world.cache.add(number.to_bytes(4, "big"), MAC, 0)
    assert len(world.cache) == MAXIMUM_NEIGHBORS
    assert world.state(bytes(4)) is None


def test_a_full_cache_never_forgets_what_it_is_asking_for(world):
    for number in range(MAXIMUM_NEIGHBORS):
        world.cache.lookup(b"\0\0" + number.to_bytes(2, "big"), None, 0)
    world.actions.take()
    assert world.cache.lookup(PEER, b"one too many", 0) is None
    assert world.cache.lookup(OTHER, None, 0) is None
    world.cache.add(OTHER, MAC, 0)
    assert world.state(OTHER) is None
    assert world.actions.take() == [("displaced", b"one too many")]
