import pytest

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.neighbors.cache import (
    MAXIMUM_INCOMPLETE,
    MAXIMUM_NEIGHBORS,
    MAXIMUM_WAITING,
    MAXIMUM_WAITING_IN_ALL,
    Neighbors,
    NeighborState,
    NeighborTimes,
)
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

    def resolved(self, address, mac, packets, now):
        self.log.append(("resolved", address, mac, packets))

    def failed(self, address, packets, now):
        self.log.append(("failed", address, packets, now))

    def router_lost(self, address, now):
        self.log.append(("router lost", address, now))

    def displaced(self, packet):
        self.log.append(("displaced", packet))

    def timer_fired(self, after, now):
        pass

    def take(self):
        log, self.log = self.log, []
        return log


class World:
    def __init__(self, times=None):
        self.timers = Timers()
        self.actions = Actions()
        self.cache = Neighbors(
            self.timers, times or NeighborTimes(LIFETIME, LIFETIME), self.actions
        )

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


def test_packets_wait_in_order_and_leave_with_the_answer(world):
    """RFC 1122 section 2.3.2.2; RFC 4861 section 7.2.2."""
    world.cache.lookup(PEER, b"old", 0)
    world.cache.lookup(PEER, b"new", 1)
    assert world.cache.merge(PEER, MAC, 2)
    assert world.actions.take() == [
        ("request", PEER, None, 0),
        ("resolved", PEER, MAC, [b"old", b"new"]),
    ]
    assert world.cache.lookup(PEER, b"next", 3) == MAC
    assert world.cache.waiting == 0


def test_the_newest_packets_wait_and_the_oldest_make_room(world):
    """RFC 1122 section 2.3.2.2: "save at least one (the latest) packet"."""
    for number in range(MAXIMUM_WAITING + 1):
        world.cache.lookup(PEER, bytes((number,)), 0)
    assert world.actions.take()[1:] == [("displaced", b"\0")]
    world.cache.merge(PEER, MAC, 1)
    [(_, _, _, packets)] = world.actions.take()
    assert packets == [bytes((number,)) for number in range(1, MAXIMUM_WAITING + 1)]


def test_packets_that_wait_for_all_neighbours_together_are_bounded(world):
    for number in range(2 * MAXIMUM_WAITING_IN_ALL):
        world.cache.lookup(bytes((10, 0, number % 16, 1)), b"packet", 0)
    assert world.cache.waiting == MAXIMUM_WAITING_IN_ALL
    world.cache.lookup(PEER, b"for a new one", 0)
    assert world.actions.take()[-1] == ("displaced", b"for a new one")
    for second in (1, 2, 3):
        world.timers.run(second * SECOND)
    assert world.cache.waiting == 0


def test_requests_for_one_address_are_a_second_apart_however_often_it_is_wanted(world):
    """1122-2.3.2.1-b: at most one a second."""
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
        ("failed", PEER, [b"packet"], 3 * SECOND),
    ]
    assert world.state() is None
    assert world.timers.next_deadline() is None


def test_addresses_wait_independently(world):
    world.cache.lookup(PEER, b"for peer", 0)
    world.cache.lookup(OTHER, b"for other", 0)
    world.cache.merge(OTHER, MAC, 1)
    assert world.actions.take()[-1] == ("resolved", OTHER, MAC, [b"for other"])
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
    assert known.actions.take()[-1] == ("failed", PEER, [], LIFETIME + 3 * SECOND)
    assert known.state() is None


def test_hearing_from_a_neighbor_refreshes_its_entry(known):
    """RFC 1122 section 2.3.2.1 (1): the timeout is restarted by observing the source fields."""
    known.cache.merge(PEER, MAC, LIFETIME - 1)
    known.timers.run(LIFETIME)
    assert known.state() is NeighborState.REACHABLE


def test_an_entry_that_nobody_uses_goes_away(known):
    """1122-2.3.2.1-a: out-of-date entries are flushed."""
    known.timers.run(LIFETIME)
    known.timers.run(2 * LIFETIME)
    assert known.state() is None
    assert known.actions.take() == []


def test_a_full_cache_gives_up_its_oldest_answer(world):
    for number in range(MAXIMUM_NEIGHBORS + 1):
        world.cache.add(number.to_bytes(4, "big"), MAC, 0)
    assert len(world.cache) == MAXIMUM_NEIGHBORS
    assert world.state(bytes(4)) is None


def test_asking_for_many_pushes_nobody_out(known):
    """RFC 6583 section 4: a scan of the network fills half of the cache, and no more."""
    for number in range(MAXIMUM_NEIGHBORS):
        known.cache.lookup(b"\0\0" + number.to_bytes(2, "big"), None, 0)
    assert len(known.cache) == MAXIMUM_INCOMPLETE + 1
    assert known.cache.lookup(PEER, None, 0) == MAC
    known.actions.take()
    assert known.cache.lookup(OTHER, b"one too many", 0) is None
    assert known.actions.take() == [("displaced", b"one too many")]


def test_who_is_being_asked_for_stays_when_strangers_fill_the_cache(world):
    world.cache.lookup(PEER, None, 0)
    for number in range(2 * MAXIMUM_NEIGHBORS):
        world.cache.add(b"\1\0" + number.to_bytes(2, "big"), MAC, 0)
    assert len(world.cache) == MAXIMUM_NEIGHBORS
    assert world.state() is NeighborState.INCOMPLETE


# --- as neighbour discovery uses it (RFC 4861 section 7.3)


@pytest.fixture
def discovery():
    """A cache with ND's times, in which PEER was heard of at time 0 and never asked."""
    world = World(NeighborTimes(30 * SECOND, 600 * SECOND, first_probe_delay=5 * SECOND))
    world.cache.hear(PEER, MAC, 0)
    return world


def advertise(world, mac=MAC, now=0, router=False, solicited=False, override=False):
    flags = {"is_router": router, "solicited": solicited, "override": override}
    return world.cache.advertised(PEER, mac, now, **flags)


def test_who_told_its_address_unasked_is_stale(discovery):
    """RFC 4861 section 7.2.3."""
    assert discovery.state() is NeighborState.STALE
    assert discovery.actions.take() == []


def test_a_stale_neighbor_is_used_and_asked_after_the_first_probe_delay(discovery):
    """RFC 4861 section 7.3.3."""
    assert discovery.cache.lookup(PEER, b"packet", SECOND) == MAC
    assert discovery.state() is NeighborState.DELAY
    assert discovery.actions.take() == []
    discovery.timers.run(6 * SECOND)
    assert discovery.state() is NeighborState.PROBE
    assert discovery.actions.take() == [("request", PEER, MAC, 6 * SECOND)]
    for second in (7, 8, 9):
        discovery.timers.run(second * SECOND)
    assert discovery.actions.take()[-1] == ("failed", PEER, [], 9 * SECOND)
    assert discovery.state() is None


def test_news_of_an_address_that_is_being_asked_for_release_what_waits(world):
    """RFC 4861 section 7.2.3, and 7.3.3: it was not proven, so it is asked again."""
    world.cache.lookup(PEER, b"packet", 0)
    world.actions.take()
    world.cache.hear(PEER, MAC, 1)
    assert world.actions.take() == [
        ("request", PEER, MAC, 1),
        ("resolved", PEER, MAC, [b"packet"]),
    ]
    assert world.state() is NeighborState.PROBE


def test_another_mac_address_makes_an_entry_stale_and_the_same_changes_nothing(discovery):
    """RFC 4861 section 7.2.3."""
    discovery.cache.merge(PEER, MAC, 0)
    discovery.cache.hear(PEER, MAC, 1)
    assert discovery.state() is NeighborState.REACHABLE
    discovery.cache.hear(PEER, NEW_MAC, 2)
    assert discovery.state() is NeighborState.STALE
    assert discovery.cache.lookup(PEER, None, 3) == NEW_MAC


def test_an_advertisement_by_a_stranger_is_not_entered(world):
    """RFC 4861 section 7.2.5."""
    assert not advertise(world, solicited=True, override=True)
    assert world.state() is None


@pytest.mark.parametrize(
    ("solicited", "state"), [(True, NeighborState.REACHABLE), (False, NeighborState.STALE)]
)
def test_an_advertisement_completes_an_entry(world, solicited, state):
    """RFC 4861 section 7.2.5: REACHABLE if solicited, else STALE."""
    world.cache.lookup(PEER, None, 0)
    world.actions.take()
    assert not advertise(world, mac=None, solicited=True)
    assert world.state() is NeighborState.INCOMPLETE
    assert advertise(world, solicited=solicited, router=True)
    assert (world.state(), world.cache.get(PEER).is_router) == (state, True)
    assert world.actions.take() == [("resolved", PEER, MAC, [])]


def test_without_override_another_mac_address_only_raises_doubt(discovery):
    """RFC 4861 section 7.2.5, I."""
    discovery.cache.merge(PEER, MAC, 0)
    assert not advertise(discovery, mac=NEW_MAC, solicited=True)
    assert discovery.state() is NeighborState.STALE
    assert discovery.cache.get(PEER).mac == MAC
    assert not advertise(discovery, mac=NEW_MAC, solicited=True)  # in any other state: nothing
    assert discovery.state() is NeighborState.STALE


@pytest.mark.parametrize(
    ("mac", "solicited", "state"),
    [
        (NEW_MAC, True, NeighborState.REACHABLE),
        (NEW_MAC, False, NeighborState.STALE),
        (MAC, False, NeighborState.REACHABLE),
        (None, False, NeighborState.REACHABLE),
    ],
)
def test_with_override_the_new_address_holds(discovery, mac, solicited, state):
    """RFC 4861 section 7.2.5, II."""
    discovery.cache.merge(PEER, MAC, 0)
    assert advertise(discovery, mac, solicited=solicited, override=True)
    assert (discovery.state(), discovery.cache.get(PEER).mac) == (state, mac or MAC)


def test_a_router_that_is_none_any_more_is_told(discovery):
    """RFC 4861 section 7.2.5: it leaves the default router list."""
    discovery.cache.hear(PEER, MAC, 0, is_router=True)
    assert discovery.actions.take() == []
    advertise(discovery, router=False, override=True, now=7)
    assert discovery.actions.take() == [("router lost", PEER, 7)]


def test_a_flood_of_strangers_does_not_push_out_who_is_known(discovery):
    """RFC 6583 section 4: of neighbours that nobody has proven, the oldest makes room."""
    discovery.cache.hear(PEER, MAC, 0)
    discovery.cache.merge(PEER, MAC, 0)
    for number in range(2 * MAXIMUM_NEIGHBORS):
        discovery.cache.hear(number.to_bytes(16, "big"), MAC, 1)
    assert len(discovery.cache) == MAXIMUM_NEIGHBORS
    assert discovery.cache.lookup(PEER, None, 2) == MAC
