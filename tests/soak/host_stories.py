"""Any sequence of frames, calls and timers, on hosts of every kind.

    python -m tests.soak.host_stories --examples 2000
    python -m tests.soak.host_stories --examples 200 --kind nat

A story is a list of steps in a world of `host_worlds`: dialogues of real hosts, whose frames are
delivered, lost, repeated, overtaken, cut, spoilt (with and without right checksums), and between
them frames that nobody of them has sent: any valid stack of headers, and malformed ones. It is
demanded that

    nothing is raised, and the books are balanced after each frame;
    what hosts send can be read, strictly, and has right checksums;
    no table is larger than its cap.

A failure is shown as Hypothesis shrinks it: the shortest story that fails.
"""

import argparse
import sys
from functools import cache, partial
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.soak.host_worlds import (
    BROADCAST_MAC,
    GROUP4,
    GROUP6,
    KINDS,
    World,
    small_tables,
)

from wirelab.codecs import (
    ARP,
    DHCP,
    DNS,
    IGMP,
    TCP,
    UDP,
    CodecError,
    Ethernet,
    ICMPv4,
    ICMPv6,
    IPv4,
    IPv6,
    IPv6Fragment,
    parse,
)
from wirelab.codecs.addresses import ip_bytes
from wirelab.codecs.strategies import frames, headers, malformed, packets, samples
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.ipv4.fragmentation import fragments

# Frames that nobody has sent.

TEXTS4 = """
10.0.0.2 10.0.0.1 10.1.0.1 10.1.0.2 10.0.0.77 10.0.0.255 255.255.255.255 192.0.2.9 239.1.2.3
224.0.0.1 224.0.0.22 127.0.0.1 0.0.0.0 169.254.3.4
"""
TEXTS6 = """
2001:db8::2 2001:db8::1 2001:db8:1::1 2001:db8:1::2 2001:db8::77 ff02::1 fe80::ff:fe00:1
fe80::ff:fe00:2 ff02::2 ff02::16 ff15::1234 ff02::1:ff00:1 ::1 :: 2001:db8:9::9
"""
ADDRESSES4, ADDRESSES6 = (
    st.sampled_from([ip_bytes(text) for text in texts.split()]) for texts in (TEXTS4, TEXTS6)
)
PORTS = st.sampled_from([7, 9, 13, 19, 37, 53, 67, 68, 80, 4000, 49152, 0])
MACS = st.sampled_from(
    [None, BROADCAST_MAC, bytes.fromhex("01005e010203"), bytes.fromhex("333300000001")]
)
"""Where a frame goes; None: to the receiver."""

UPPERS = (
    headers(UDP, source_port=PORTS, destination_port=PORTS),
    headers(TCP, source_port=PORTS, destination_port=PORTS),
)
IP4 = headers(IPv4, source=ADDRESSES4, destination=ADDRESSES4)
IP6 = headers(IPv6, source=ADDRESSES6, destination=ADDRESSES6)
ND6 = headers(IPv6, source=ADDRESSES6, destination=ADDRESSES6, hop_limit=255)
ETHERNET = Ethernet(source=b"\2\0\0\0\0\x99")
QUESTION = headers(UDP, source_port=PORTS, destination_port=st.sampled_from([53, 67, 68, 49152]))
ARPS = headers(
    ARP,
    operation=st.sampled_from([1, 2]),
    sender_protocol_address=ADDRESSES4,
    target_protocol_address=ADDRESSES4,
)

AIMED = st.one_of(
    *(packets(ETHERNET, ip, upper) for ip in (IP4, IP6) for upper in UPPERS),
    packets(ETHERNET, IP4, ICMPv4),
    packets(ETHERNET, IP4, IGMP),
    packets(ETHERNET, ND6, ICMPv6),
    packets(ETHERNET, IP6, IPv6Fragment, UPPERS[0]),
    packets(ETHERNET, ARPS),
    packets(ETHERNET, IP4, QUESTION, DNS),
    packets(ETHERNET, IP4, QUESTION, DHCP),
).map(bytes)


@cache
def pool() -> list[bytes]:
    """Frames that are the same in every run."""
    return samples(AIMED, 300)


FOREIGN = st.one_of(
    st.deferred(lambda: st.sampled_from(pool())),  # cheap to draw, so that stories are long
    st.one_of(AIMED, frames(), malformed().map(lambda broken: broken.frame)),
)


# Steps. Numbers choose among what there is, whatever that is.

NUMBERS = st.integers(0, 20)
HOSTS = st.integers(0, 2)
NAMES = """
ping ping6 send send6 connect connect6 talk close shut abort receive announce look_up join leave
acquire add remove solicit names scan scan6 dribble connect talk connect6 talk
"""
CALLS = NAMES.split()
WAITS = [MILLISECOND, 100 * MILLISECOND, SECOND, 10 * SECOND, 40 * SECOND, 700 * SECOND]
DIALOGUES = st.tuples(
    st.just("dialogue"), HOSTS, st.sampled_from(CALLS), NUMBERS, st.integers(0, 20)
)
STEPS = st.one_of(
    st.tuples(st.just("deliver"), st.integers(1, 12)),
    DIALOGUES,
    DIALOGUES,
    st.tuples(st.just("chaos"), st.integers(0, 1 << 30), st.integers(1, 120)),
    st.tuples(st.sampled_from(["lose", "repeat", "overtake"]), NUMBERS),
    st.tuples(st.just("cut"), NUMBERS, st.integers(0, 200)),
    st.tuples(st.just("split"), NUMBERS, st.sampled_from([28, 36, 68, 100])),
    st.tuples(st.just("spoil"), NUMBERS, st.integers(0, 120), st.integers(0, 255), st.booleans()),
    st.tuples(st.just("inject"), HOSTS, st.integers(0, 1), MACS, FOREIGN),
    st.tuples(st.just("inject"), HOSTS, st.integers(0, 1), MACS, FOREIGN),
    st.tuples(st.just("wait"), st.sampled_from(WAITS)),
)


def repaired(frame: bytes) -> bytes:
    """With right lengths and checksums, as far as it can still be read."""
    try:
        return bytes(parse(frame, strict=False).fix())
    except CodecError:
        return frame


class Teller:
    """Does the steps of one story."""

    def __init__(self, kind: str) -> None:
        self.world = World(kind)
        self.connections: list[Any] = []

    def tell(self, step: tuple[Any, ...]) -> None:
        name, *arguments = step
        getattr(self, name)(*arguments)

    def deliver(self, count: int) -> None:
        self.world.deliver(count)

    def wait(self, duration: int) -> None:
        self.world.wait(duration)

    def _chosen(self, number: int) -> int | None:
        count = len(self.world.wire)
        return number % count if count else None

    def lose(self, number: int) -> None:
        if (at := self._chosen(number)) is not None:
            del self.world.wire[at]

    def repeat(self, number: int) -> None:
        if (at := self._chosen(number)) is not None:
            self.world.wire.append(self.world.wire[at])

    def overtake(self, number: int) -> None:
        if (at := self._chosen(number)) is not None:
            self.world.wire.insert(0, self.world.wire.pop(at))

    def _change(self, at: int, *frames: bytes) -> None:
        self.world.pure = False
        host, interface, _ = self.world.wire[at]
        self.world.wire[at : at + 1] = [(host, interface, frame) for frame in frames]

    def cut(self, number: int, length: int) -> None:
        if (at := self._chosen(number)) is not None:
            self._change(at, self.world.wire[at][2][:length])

    def spoil(self, number: int, offset: int, value: int, repair: bool) -> None:
        if (at := self._chosen(number)) is not None:
            frame = bytearray(self.world.wire[at][2])
            if frame:
                frame[offset % len(frame)] = value
                self._change(at, repaired(bytes(frame)) if repair else bytes(frame))

    def split(self, number: int, mtu: int) -> None:
        """An IPv4 packet goes on in fragments."""
        if (at := self._chosen(number)) is not None:
            frame = self.world.wire[at][2]
            if frame[12:14] == b"\x08\0" and frame[20] & 0x40 == 0 and frame[14] == 0x45:
                pieces = fragments(frame[14:], mtu)
                host, interface, _ = self.world.wire[at]
                self.world.wire[at : at + 1] = [
                    (host, interface, frame[:14] + piece) for piece in pieces
                ]

    def inject(self, host: int, interface: int, mac: bytes | None, frame: bytes) -> None:
        self.world.pure = False
        receiver = self.world.hosts[host]
        index = interface % len(receiver.interfaces)
        to = mac or receiver.interfaces[index].mac
        self.world.receive(receiver, index, to[: len(frame)] + frame[6:])
        self.world.look()

    def chaos(self, seed: int, count: int) -> None:
        """Many steps at once, by a generator: a story as long costs Hypothesis too much."""
        chance = Random(seed)
        number = partial(chance.randrange, 21)
        host = partial(chance.randrange, 3)
        for _ in range(count):
            what = chance.random()
            if what < 0.55:
                self.dialogue(host(), chance.choice(CALLS), number(), chance.randrange(12))
            elif what < 0.65:
                self.deliver(chance.randrange(1, 12))
            elif what < 0.85:
                mac = chance.choice([None, None, None, BROADCAST_MAC])
                self.inject(host(), chance.randrange(2), mac, chance.choice(pool()))
            elif what < 0.95:
                getattr(self, chance.choice(["lose", "repeat", "overtake"]))(number())
            elif what < 0.97:
                self.spoil(number(), chance.randrange(120), chance.randrange(256), True)
            elif what < 0.98:
                self.split(number(), chance.choice([28, 68]))
            else:
                self.wait(chance.choice(WAITS))

    def dialogue(self, host: int, name: str, number: int, count: int) -> None:
        """A call, and the beginning of what it leads to."""
        self.call(host, name, number)
        self.world.deliver(count)

    def call(self, host: int, name: str, number: int) -> None:
        """An application calls; what it is about, `number` chooses."""
        world = self.world
        caller, now = world.hosts[host], world.now
        peers = [one for one in world.hosts if one is not caller]
        peer = peers[number % 2].interfaces[0]
        four = peer.ipv4[0].address if peer.ipv4 else b"\x0a\0\0\x4d"
        six = peer.ipv6[0].address if peer.ipv6 else ip_bytes("2001:db8::4d")
        if number > 15:
            four, six = ip_bytes("192.0.2.9"), ip_bytes("2001:db8:9::9")
        data = bytes(range(256)) * number
        chosen = self.connections[number % len(self.connections)] if self.connections else None
        new = bytes((10, 0, 0, 50 + number)), ip_bytes(f"2001:db8::{50 + number}")

        def scan(prefix: bytes) -> None:
            for last in range(number):
                caller.ping(prefix + bytes([last]), 1, last, b"", now)

        actions = {
            "scan": lambda: scan(four[:3]),
            "scan6": lambda: scan(six[:15]),
            "dribble": lambda: [chosen.send(b"x", now) for _ in range(number) if chosen],
            "ping": lambda: caller.ping(four, number, 1, data, now),
            "ping6": lambda: caller.ping(six, number, 1, data, now),
            "send": lambda: caller.udp_bind(0, now).send_to(data, four, 4000 + number, now),
            "send6": lambda: caller.udp_bind(0, now).send_to(data, six, 4000, now),
            "connect": lambda: self.connections.append(caller.tcp_connect(four, 80, now)),
            "connect6": lambda: self.connections.append(caller.tcp_connect(six, 80, now)),
            "talk": lambda: chosen and chosen.send(data or b"x", now),
            "close": lambda: chosen and chosen.close(now),
            "shut": lambda: chosen and chosen.shutdown(now),
            "abort": lambda: chosen and chosen.abort(now),
            "receive": lambda: chosen and chosen.receive(1000, now),
            "announce": lambda: caller.announce(now),
            "look_up": lambda: world.look_up(["left", "ns", "a.wild", "none"][number % 4]),
            "join": lambda: caller.join_group(GROUP6 if number % 2 else GROUP4, now),
            "leave": lambda: caller.leave_group(GROUP6 if number % 2 else GROUP4, now),
            "acquire": lambda: caller.acquire_address(new[number % 2], 24, now),
            "add": lambda: caller.add_address(new[number % 2], 24, now),
            "remove": lambda: caller.remove_address(new[number % 2], now),
            "solicit": lambda: caller.autoconfigure(now),
            "names": lambda: world.look_up("x" * number),
        }
        world.call(actions[name])


def tell(kind: str, steps: list[tuple[Any, ...]]) -> World:
    """A whole story; at its end, everything under way arrives, and all timers fire for a minute."""
    with small_tables():
        teller = Teller(kind)
        world = teller.world
        for step in steps:
            teller.tell(step)
            world.demand_bounded()
        world.deliver(300)
        world.wait(60 * SECOND)
        world.demand_bounded()
    return world


def run(examples: int, kinds: tuple[str, ...] = KINDS, shrink: bool = True) -> None:
    """Tell that many stories.

    Raises:
        Exception: whatever the shortest story that fails raises.
    """

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        print_blob=False,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(kinds), st.lists(STEPS, min_size=3, max_size=25))
    def story(kind: str, steps: list[tuple[Any, ...]]) -> None:
        tell(kind, steps)

    story()


def main(arguments: list[str] | None = None) -> int:
    """Tell stories; the exit status says whether all went well."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--examples", type=int, default=500)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--as-found", action="store_true", help="do not look for a shorter one")
    options = parser.parse_args(arguments)
    kinds = (options.kind,) if options.kind else KINDS
    run(options.examples, kinds, shrink=not options.as_found)
    print(f"{options.examples} stories, no failure")
    return 0


if __name__ == "__main__":
    sys.exit(main())
