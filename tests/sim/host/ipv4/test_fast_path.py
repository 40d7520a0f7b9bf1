"""The short way up has the effect of the general one."""

from random import Random

import pytest

from wirelab.codecs import (
    TCP,
    MaximumSegmentSize,
    NoOperation,
    SACKPermitted,
    Timestamps,
    WindowScale,
)
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.tcp.config import TcpConfig

MASK = 0xFFFF_FFFF
ELSEWHERE = {"connection", "environment", "listener", "flow", "config", "_timers"}
"""What a connection refers to, and does not consist of."""


def content(value, seen):
    """All that an object consists of, as something that can be compared."""
    if isinstance(value, list | tuple) or type(value).__name__ == "deque":
        return [content(item, seen) for item in value]
    names = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    names += getattr(value, "__dict__", ())
    if not type(value).__module__.startswith("wirelab.sim") or not names or id(value) in seen:
        return value if isinstance(value, int | str | bytes | bytearray | None) else type(value)
    seen.add(id(value))
    return {
        name: content(getattr(value, name), seen)
        for name in names
        if name not in ELSEWHERE and hasattr(value, name)
    }


class Peer:
    """A connection of the rig's host, and what its peer may do to it."""

    def __init__(self, rig, options):
        self.rig = rig
        self.port = 50_000
        self.clock = 1000
        self.echo = None
        rig.introduce()
        listener = rig.host.tcp_listen(80, rig.now)
        self.feed(2, MASK - 2000, 0, options)
        [answer] = rig.sent()
        for option in answer.transport.options:
            if isinstance(option, Timestamps):
                self.echo = option.value
        self.first = answer.transport.sequence_number
        self.feed(16, MASK - 1999, self.first + 1, self.stamp())
        self.connection = listener.accept(rig.now)
        self.tcb = self.connection._tcb
        rig.events()

    def stamp(self, back=0):
        """The options of a segment, if time stamps were agreed upon; None: forgotten."""
        if (self.echo is None) == (back is not None):
            return b""
        stamps = Timestamps((self.clock - (back or 0)) & MASK, self.echo or 0)
        return TCP(options=[NoOperation(), NoOperation(), stamps]).option_bytes

    def feed(self, flags, sequence, ack, tcp_options, text=b"", window=30_000, damage=0, **ip):
        tcp = TCP(self.port, 80, sequence & MASK, ack & MASK, flags=flags, window=window)
        frame = bytearray(self.rig.frame(tcp.replace(options=tcp_options), text, **ip))
        if damage:
            frame[-damage % len(frame)] ^= 0x10
        return self.rig.receive(bytes(frame))

    def do(self, action):
        """One step of a story; what came of it."""
        kind, *values = action
        try:
            return getattr(self, kind)(*values)
        except HostError as error:  # both ways must end in the same one
            return repr(error)

    def segment(self, flags, sequence, acked, size, window, back, damage, ip):
        """One arrives; `acked` is how many halves of what is on the way it acknowledges."""
        self.clock += 1
        tcb = self.tcb
        ack = tcb.snd_una + (tcb.snd_nxt - tcb.snd_una) * acked // 2
        text = (bytes(range(256)) * 6)[:size]
        stamp = self.stamp(back)
        return self.feed(flags, tcb.rcv_nxt + sequence, ack, stamp, text, window, damage, **ip)

    def send(self, size):
        return self.connection.send(bytes(size), self.rig.now)

    def receive(self, limit):
        return self.connection.receive(limit, self.rig.now)

    def shutdown(self):
        return self.connection.shutdown(self.rig.now)

    def close(self):
        return self.connection.close(self.rig.now)

    def wait(self, milliseconds):
        self.rig.wait(milliseconds / 1000)

    def poll(self):
        return self.rig.frames()

    def state(self):
        return content(self.tcb, set()), str(self.rig.events()), str(self.rig.host.counters)


UNUSUAL = [{"ecn": 3}, {"options": b"\1\1\1\1"}, {"more_fragments": True}]


def usual(random):
    """A segment that may well be the one expected."""
    size = random.choice([0, 1, 1448])
    window = random.choice([30_000, 65_535, 200])
    return "segment", random.choice([16, 24]), 0, random.choice([2, 1, 0]), size, window, 0, 0, {}


def odd(random):
    """A segment with something about it, in one or two respects."""
    values = [16, 0, 2, random.choice([0, 700, 1448]), 30_000, 0, 0, {}]
    choices = [
        [17, 48, 80, 144, 4, 18],
        [1448, 1448, -100, 100_000],
        [1, 0, 3, -1],
        [1],
        [0, 65_535, 1],
        [50, None],
        [1, 30, 45],
        UNUSUAL,
    ]
    for place in random.choices(
        range(8), weights=[2, 6, 2, 1, 2, 1, 2, 2], k=random.choice([1, 2])
    ):
        values[place] = random.choice(choices[place])
    return "segment", *values


def call(random):
    """What the application does, or time."""
    return random.choice(
        [
            ("send", random.choice([1, 1000, 5000, 100_000])),
            ("receive", random.choice([1, 700, 100_000])),
            ("wait", random.choice([1, 50, 300, 2000])),
            ("poll",),
        ]
    )


def actions_of(random):
    """A story of forty steps; in one of four the application closes in the end."""
    kinds = random.choices([usual, odd, call], weights=[4, 2, 4], k=40)
    actions = [kind(random) for kind in kinds]
    if random.random() < 0.25:
        actions.insert(random.randrange(20, 40), (random.choice(["shutdown", "close"]),))
    return actions


OPTIONS = [
    [],
    [MaximumSegmentSize(1460), SACKPermitted(), Timestamps(1000, 0), WindowScale(7)],
    [MaximumSegmentSize(1460), SACKPermitted()],
]


def story(rig, options, actions):
    """What each step returned, and what the host was like after it."""
    peer = Peer(rig, TCP(options=options).option_bytes)
    told = []
    for action in actions:
        told.append((action, peer.do(action), peer.state()))
    return told


@pytest.mark.parametrize("seed", range(60))
def test_the_short_way_and_the_general_one_lead_to_the_same_end(make_rig, monkeypatch, seed):
    """Header prediction changes nothing but the time that it takes (rule 1 of `fast_path`)."""
    actions = actions_of(Random(seed))
    options = OPTIONS[seed % 3]
    config = TcpConfig(receive_buffer=4000 if seed % 2 else 65_535)
    short = story(make_rig(tcp=config), options, actions)
    monkeypatch.setattr("wirelab.sim.host.host.taken4", lambda *arguments: False)
    general = story(make_rig(tcp=config), options, actions)
    for left, right in zip(short, general, strict=True):
        assert left == right


def test_text_that_fills_the_gap_before_a_fin_goes_the_general_way(rig):
    """RFC 9293 section 3.10.7.4, eighth step: the FIN came before its turn, and has it now."""
    peer = Peer(rig, b"")
    peer.do(("segment", 17, 1448, 2, 0, 30_000, 0, 0, {}))
    peer.do(("segment", 16, 0, 2, 1448, 30_000, 0, 0, {}))
    assert peer.connection.state == "CLOSE-WAIT"


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_running_transfer_takes_the_short_way_in_both_directions(make_rig, monkeypatch, which):
    """Text in order and new ACKs never come to the general way."""
    rig = make_rig()
    peer = Peer(rig, TCP(options=OPTIONS[which]).option_bytes)
    monkeypatch.setattr(rig.host, "_receive", None)
    for _ in range(10):
        for size in (1448, 1448, 700):
            assert peer.do(("segment", 24, 0, 2, size, 30_000, 0, 0, {})) is None
        peer.do(("send", 3000))
        assert peer.do(("poll",))
        assert peer.do(("segment", 16, 0, 2, 0, 30_000, 0, 0, {})) is None
        peer.do(("receive", 10_000))
        peer.do(("poll",))
    assert peer.tcb.snd_una - peer.first > 20_000
