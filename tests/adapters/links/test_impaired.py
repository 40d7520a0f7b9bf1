"""The link that loses, delays, duplicates and reorders: each by its schedule, and by no other."""

import pytest

from wirelab.adapters.links import Capabilities, Frame, Stats
from wirelab.adapters.links.impaired import ImpairedLink, Impairment, Impairments

MILLISECOND = 1_000_000


class Wire:
    """A link in memory: what was sent, and what is to be received."""

    name, mac, mtu, poll_interval_ns = "memory0", bytes(6), 1500, None
    capabilities = Capabilities(own_mac=True, reaches_this_host=False, filters=True)

    def __init__(self):
        self.sent, self.coming, self.room, self.closed, self.expression = [], [], True, False, ""

    def fileno(self):
        return 7

    def recv(self):
        return Frame(self.coming.pop(0), 0) if self.coming else None

    def send(self, frame):
        if self.room:
            self.sent.append(frame)
        return self.room

    def set_filter(self, expression):
        self.expression = expression

    def stats(self):
        return Stats(sent=len(self.sent))

    def close(self):
        self.closed = True


class Clock:
    """Time that passes when told."""

    now = 0

    def __call__(self):
        return self.now


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def clock():
    return Clock()


def frames(*numbers):
    return [b"frame %d" % number for number in numbers]


def send_all(link, count):
    for frame in frames(*range(1, count + 1)):
        assert link.send(frame)


def received(link):
    got = []
    while (frame := link.recv()) is not None:
        got.append(frame.data)
    return got


def test_without_impairments_it_is_the_link_below(wire, clock):
    link = ImpairedLink(wire, clock=clock)
    wire.coming = frames(8, 9)
    send_all(link, 3)
    assert wire.sent == frames(1, 2, 3)
    assert received(link) == frames(8, 9)
    assert (link.name, link.mac, link.mtu, link.fileno()) == ("memory0", bytes(6), 1500, 7)
    link.set_filter("tcp")
    assert wire.expression == "tcp"
    assert link.stats().sent == 3
    link.close()
    assert wire.closed


def test_a_link_without_room_says_so(wire, clock):
    wire.room = False
    assert not ImpairedLink(wire, clock=clock).send(b"frame")


def test_loss_is_told_but_not_to_the_sender(wire, clock):
    told: list[Impairment] = []
    link = ImpairedLink(wire, outgoing=Impairments(loss=0.3), tell=told.append, clock=clock)
    send_all(link, 200)
    lost = [one.frame for one in told]
    assert {(one.outgoing, one.what) for one in told} == {(True, "lost")}
    assert 30 < len(lost) < 90
    assert sorted(wire.sent + lost) == sorted(frames(*range(1, 201)))


def test_the_schedule_depends_on_the_seed_and_the_number_alone(wire, clock):
    """Rule 1: neither times nor the other direction change it; another seed does."""

    def lost(seed, coming=0, step=0):
        wire.coming = frames(*range(coming))
        told: list[Impairment] = []
        impairments = Impairments(loss=0.2, duplication=0.2, reordering=0.2)
        link = ImpairedLink(wire, outgoing=impairments, seed=seed, tell=told.append, clock=clock)
        for number in range(100):
            clock.now += step
            link.send(b"%d" % number)
            received(link)
        return [(one.number, one.what) for one in told]

    assert lost(1) == lost(1, coming=50, step=MILLISECOND)
    assert lost(1) != lost(2)


def test_both_directions_have_a_schedule_of_their_own(wire, clock):
    told: list[Impairment] = []
    half = Impairments(loss=0.5)
    link = ImpairedLink(wire, outgoing=half, incoming=half, tell=told.append, clock=clock)
    wire.coming = frames(*range(1, 101))
    send_all(link, 100)
    received(link)
    ours = [one.number for one in told if one.outgoing]
    theirs = [one.number for one in told if not one.outgoing]
    assert ours
    assert theirs
    assert ours != theirs


def test_what_is_duplicated_arrives_twice_in_a_row(wire, clock):
    link = ImpairedLink(wire, incoming=Impairments(duplication=1.0), clock=clock)
    wire.coming = frames(1, 2)
    assert received(link) == frames(1, 1, 2, 2)


def test_a_reordered_frame_goes_after_the_next_ones(wire, clock):
    """Rule 3: behind `distance` others; two that wait keep their order."""
    link = ImpairedLink(wire, outgoing=Impairments(reordering=1.0, distance=2), clock=clock)
    send_all(link, 2)
    link.outgoing.impairments = Impairments()
    for frame in frames(3, 4, 5):
        link.send(frame)
    assert wire.sent == frames(3, 4, 1, 2, 5)


def test_a_reordered_frame_without_successors_goes_when_patience_ends(wire, clock):
    link = ImpairedLink(
        wire, outgoing=Impairments(reordering=1.0, patience=5 * MILLISECOND), clock=clock
    )
    send_all(link, 1)
    clock.now = 5 * MILLISECOND - 1
    received(link)
    assert wire.sent == []
    assert link.outgoing.waiting == 1
    clock.now += 1
    received(link)
    assert wire.sent == frames(1)
    assert link.outgoing.waiting == 0


def test_every_frame_takes_the_delay_and_the_link_wants_to_be_polled(wire, clock):
    delayed = Impairments(delay=20 * MILLISECOND)
    link = ImpairedLink(wire, outgoing=delayed, incoming=delayed, clock=clock)
    assert link.poll_interval_ns == MILLISECOND
    wire.coming = frames(1)
    send_all(link, 1)
    assert received(link) == []
    clock.now = 20 * MILLISECOND
    assert received(link) == frames(1)
    assert wire.sent == frames(1)


def test_a_shorter_delay_lets_later_frames_overtake(wire, clock):
    link = ImpairedLink(wire, outgoing=Impairments(delay=2), clock=clock)
    send_all(link, 1)
    link.outgoing.impairments = Impairments()
    link.send(b"quick")
    clock.now = 2
    received(link)
    assert wire.sent == [b"quick", *frames(1)]


def test_chosen_frames_are_lost(wire, clock):
    link = ImpairedLink(wire, clock=clock)
    link.outgoing.drop(nth=2)
    link.outgoing.drop_when(lambda frame, number: frame == b"frame 4")
    send_all(link, 5)
    assert wire.sent == frames(1, 3, 5)


def test_a_cut_link_loses_everything_until_it_is_mended(wire, clock):
    link = ImpairedLink(wire, clock=clock)
    link.outgoing.is_cut = link.incoming.is_cut = True
    wire.coming = frames(8)
    send_all(link, 1)
    assert received(link) == []
    link.outgoing.is_cut = link.incoming.is_cut = False
    wire.coming = frames(9)
    link.send(b"frame 2")
    assert (wire.sent, received(link)) == (frames(2), frames(9))


def test_what_is_held_goes_in_its_order_on_release(wire, clock):
    link = ImpairedLink(wire, clock=clock)
    link.outgoing.hold()
    link.incoming.hold()
    wire.coming = frames(7, 8)
    send_all(link, 2)
    assert received(link) == []
    assert wire.sent == []
    link.release()
    assert wire.sent == frames(1, 2)
    assert received(link) == frames(7, 8)


def test_spared_frames_neither_suffer_nor_count(wire, clock):
    told: list[Impairment] = []
    link = ImpairedLink(
        wire,
        outgoing=Impairments(loss=1.0, delay=MILLISECOND),
        only=lambda frame: not frame.startswith(b"ARP"),
        tell=told.append,
        clock=clock,
    )
    for frame in (b"ARP 1", b"TCP 1", b"ARP 2", b"TCP 2"):
        link.send(frame)
    assert wire.sent == [b"ARP 1", b"ARP 2"]
    assert [(one.number, one.frame) for one in told] == [(1, b"TCP 1"), (2, b"TCP 2")]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"loss": 1.5}, "Impairments.loss is 1.5, no probability; use 0.0 to 1.0"),
        ({"delay": -1}, "Impairments.delay is -1; use 0 or more"),
    ],
)
def test_impossible_impairments_are_the_callers_mistake(wrong, text):
    with pytest.raises(ValueError, match=text):
        Impairments(**wrong)
