"""The live driver, on a link made of lists and a clock made of an integer."""

import asyncio
import contextlib
import random
import socket
from typing import Any

import pytest

from wirelab.adapters.driver import BURST, LiveDriver
from wirelab.adapters.links import Frame, LinkDown, LinkError, LinkGone
from wirelab.codecs import ARP, AUTO, UDP, Ethernet, IPv4, parse
from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host import Host
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import HostError
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import Trace

OURS, PEER = ipv4_bytes("10.0.0.1"), ipv4_bytes("10.0.0.2")
OUR_MAC, PEER_MAC = b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02"


class FakeLink:
    """A link whose other end is the test; a socket pair tells when frames wait."""

    poll_interval_ns: int | None = None

    def __init__(self) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.ours.setblocking(False)
        self.waiting: list[Frame | OSError] = []
        self.sent: list[bytes] = []
        self.accepts = True
        self.has_descriptor = True
        self.fails: OSError | None = None

    def arrive(self, *items: bytes | OSError, checksum: Any = "check") -> None:
        self.waiting += [
            Frame(item, 0, checksum) if isinstance(item, bytes) else item for item in items
        ]
        self.theirs.send(b"!")

    def fileno(self) -> int:
        if not self.has_descriptor:
            raise LinkError(95, "no descriptor")
        return self.ours.fileno()

    def recv(self) -> Frame | None:
        if not self.waiting:
            with contextlib.suppress(BlockingIOError):
                self.ours.recv(1000)
            return None
        item = self.waiting.pop(0)
        if isinstance(item, OSError):
            raise item
        return item

    def send(self, frame: bytes) -> bool:
        if self.fails is not None:
            raise self.fails
        if self.accepts:
            self.sent.append(frame)
        return self.accepts

    def close(self) -> None:
        self.ours.close()
        self.theirs.close()


@pytest.fixture
def link():
    made = FakeLink()
    yield made
    made.close()


def driver_on(*links: FakeLink, **options: Any) -> LiveDriver:
    """A driver of 10.0.0.1, or with two links also of 10.0.1.1: a router then."""
    interfaces = [
        InterfaceConfig("fake", OUR_MAC, OURS),
        InterfaceConfig("other", b"\x02\0\0\0\1\x01", ipv4_bytes("10.0.1.1")),
    ]
    config = HostConfig("us", interfaces[: len(links)], forwarding=len(links) > 1)
    return LiveDriver(Host(config, random.Random(1)), *links, **options)  # type: ignore[arg-type]


@pytest.fixture
def two_links():
    made = FakeLink(), FakeLink()
    yield made
    for link in made:
        link.close()


def arp_reply() -> bytes:
    return bytes(Ethernet(destination=OUR_MAC, source=PEER_MAC) / _arp(2, OURS))


def arp_request() -> bytes:
    return bytes(Ethernet(destination=b"\xff" * 6, source=PEER_MAC) / _arp(1, OURS))


def _arp(operation: int, target: bytes) -> ARP:
    return ARP(
        operation=operation,
        sender_hardware_address=PEER_MAC,
        sender_protocol_address=PEER,
        target_hardware_address=OUR_MAC if operation == 2 else bytes(6),
        target_protocol_address=target,
    )


async def rounds(count: int = 5) -> None:
    """Let the loop turn."""
    for _ in range(count):
        await asyncio.sleep(0)


def test_a_call_sends_frames_and_an_answer_ends_it(link):
    async def main() -> str:
        async with driver_on(link) as programs:
            asking = asyncio.create_task(programs.resolve("10.0.0.2"))
            await rounds()
            assert parse(link.sent[0])[ARP].target_protocol_address == PEER
            link.arrive(arp_reply())
            return await asking

    assert asyncio.run(main()) == "02:00:00:00:00:02"


def test_all_frames_of_a_wake_up_are_taken_before_one_is_sent():
    """RFC 9293 MUST-58."""
    order = []

    class Noting(FakeLink):
        def recv(self) -> Frame | None:
            order.append("in")
            return super().recv()

        def send(self, frame: bytes) -> bool:
            order.append("out")
            return super().send(frame)

    link = Noting()

    async def main() -> None:
        async with driver_on(link):
            link.arrive(arp_request(), arp_request())
            await rounds()

    with contextlib.closing(link):
        asyncio.run(main())
    assert order[:3] == ["in", "in", "in"]  # the third finds nothing more
    assert "out" in order


def test_a_flood_is_taken_in_bursts_so_that_programs_get_their_turn(link):
    async def main() -> list[int]:
        driver = driver_on(link)
        async with driver:
            link.arrive(*[arp_request()] * (3 * BURST))
            seen: list[int] = []
            while not seen or seen[-1] < 3 * BURST:
                await asyncio.sleep(0)
                seen.append(driver.stats.frames_in)
            return seen

    seen = asyncio.run(main())
    assert all(after - before <= 2 * BURST for before, after in zip([0, *seen], seen, strict=False))
    assert len(set(seen) - {0}) >= 2


def test_the_hosts_timer_is_kept(link):
    """ARP asks again after a second (RFC 1122 section 2.3.2.1): the driver's clock says when."""
    now = [0]

    async def main() -> int:
        driver = driver_on(link, clock=lambda: now[0])
        async with driver as programs:
            asking = asyncio.create_task(programs.resolve("10.0.0.2"))
            await rounds()
            assert len(link.sent) == 1
            due = driver.host.poll_at()
            assert due is not None
            now[0] = due
            driver._timer_due()
            asking.cancel()
            return len(link.sent)

    assert asyncio.run(main()) == 2


def test_what_the_gate_refuses_stays_here_and_is_counted(link):
    async def main() -> LiveDriver:
        driver = driver_on(link, gate=lambda frame, now: "not today")
        async with driver as programs:
            asking = asyncio.create_task(programs.resolve("10.0.0.2"))
            await rounds()
            asking.cancel()
        return driver

    stats = asyncio.run(main()).stats
    assert (link.sent, stats.frames_out, stats.gated) == ([], 0, 1)
    assert stats.gated_text == "not today"


def test_a_frame_that_the_kernel_does_not_take_is_lost_in_the_trace(link):
    link.accepts = False
    trace = Trace()

    async def main() -> None:
        async with driver_on(link, trace=trace) as programs:
            asking = asyncio.create_task(programs.resolve("10.0.0.2"))
            await rounds()
            asking.cancel()

    asyncio.run(main())
    assert [frame.reason for frame in trace.frames()] == [Reason.LINK_QUEUE_FULL]


def test_trace_and_tap_get_every_frame_with_its_fate(link):
    trace = Trace()
    taps: list[tuple[bool, Drop | None]] = []
    foreign = b"\x02\0\0\0\0\x09" + PEER_MAC + b"\x08\x00" + bytes(46)

    async def main() -> None:
        driver = driver_on(
            link, trace=trace, tap=lambda data, now, sent, drop: taps.append((sent, drop))
        )
        async with driver:
            link.arrive(arp_request(), foreign)
            await rounds()

    asyncio.run(main())
    names = [(frame.sender, frame.receiver) for frame in trace.frames()]
    assert names == [("10.0.0.2", "us"), ("network", "us"), ("us", "10.0.0.2")]
    assert [sent for sent, _ in taps] == [False, False, True]
    refused = taps[1][1]
    assert refused is not None
    assert refused.reason is Reason.ETH_NOT_FOR_ME


@pytest.mark.parametrize("checksum", ["trusted", "partial-ok"])
def test_a_checksum_that_the_link_vouches_for_is_not_verified(link, checksum):
    """live.md, "Checksum offload"."""
    seen = []

    class Seeing(Host):
        def receive_frame(
            self, interface: int, frame: bytes, now: int, trusted: bool = False
        ) -> Drop | None:
            seen.append(trusted)
            return None

    async def main() -> None:
        driver = driver_on(link)
        driver.host = Seeing(HostConfig("us", [InterfaceConfig("fake", OUR_MAC, OURS)]), random)
        async with driver:
            link.arrive(b"frame", checksum=checksum)
            link.arrive(b"frame")
            await rounds()

    asyncio.run(main())
    assert seen == [True, False]


def test_a_link_that_is_down_is_tried_again(link):
    async def main() -> str:
        driver = driver_on(link)
        async with driver as programs:
            asking = asyncio.create_task(programs.resolve("10.0.0.2"))
            link.arrive(LinkDown(100, "fake is down"))
            await rounds()
            assert driver.stats.downs == 1
            link.arrive(arp_reply())
            await rounds()
            assert not asking.done()  # nobody listens during the pause
            driver._listen(0)
            return await asking

    assert asyncio.run(main()) == "02:00:00:00:00:02"


@pytest.mark.parametrize("where", ["receiving", "sending"])
def test_every_call_fails_when_the_interface_is_gone(link, where):
    async def main() -> None:
        async with driver_on(link) as programs:
            if where == "sending":
                link.fails = LinkGone(19, "fake is gone")
            asking = asyncio.create_task(programs.resolve("10.0.0.2"))
            if where == "receiving":
                await rounds()
                link.arrive(LinkGone(19, "fake is gone"))
            await asking

    with pytest.raises(HostError, match="fake is gone") as caught:
        asyncio.run(main())
    assert caught.value.reason is Reason.LINK_DOWN


def test_a_call_after_the_interface_is_gone_fails_too(link):
    async def main() -> None:
        async with driver_on(link) as programs:
            link.arrive(LinkGone(19, "fake is gone"))
            await rounds()
            await programs.resolve("10.0.0.2")

    with pytest.raises(HostError, match="fake is gone"):
        asyncio.run(main())


def test_what_is_queued_still_leaves_when_the_driver_ends(link):
    async def main() -> None:
        async with driver_on(link) as programs:
            programs.udp(7).send_to(b"bye", "10.0.0.2", 7)

    asyncio.run(main())
    assert len(link.sent) == 1


@pytest.mark.parametrize("has_descriptor", [True, False])
def test_a_link_without_a_telling_descriptor_is_polled(link, has_descriptor):
    """libpcap on Windows; elsewhere some devices ask for it (`get_required_select_timeout`)."""
    link.poll_interval_ns = 1_000_000
    link.has_descriptor = has_descriptor

    async def main() -> str:
        async with driver_on(link) as programs:
            asking = asyncio.create_task(programs.resolve("10.0.0.2"))
            await rounds()
            link.waiting.append(Frame(arp_reply(), 0))  # and the descriptor stays silent
            return await asking

    assert asyncio.run(main()) == "02:00:00:00:00:02"


# --- several links -------------------------------------------------------------------------------


def to_the_other_side(checksum: int = AUTO) -> bytes:
    """A datagram from the peer on the first link to 10.0.1.2 on the second."""
    return bytes(
        Ethernet(destination=OUR_MAC, source=PEER_MAC)
        / IPv4(source=PEER, destination="10.0.1.2")
        / UDP(5000, 6000, checksum=checksum)
        / b"through"
    )


def test_a_router_carries_from_one_link_to_the_other(two_links):
    trace = Trace()

    async def main() -> None:
        driver = driver_on(*two_links, trace=trace)
        async with driver:
            driver.host.add_neighbor(ipv4_bytes("10.0.1.2"), PEER_MAC, 0, 1)
            two_links[0].arrive(to_the_other_side())
            await rounds()

    asyncio.run(main())
    assert two_links[0].sent == []
    carried = parse(two_links[1].sent[0])
    assert (carried[UDP].destination_port, carried[IPv4].ttl) == (6000, 63)
    records = list(trace.frames())
    assert [(one.sender_interface, one.receiver_interface) for one in records] == [(0, 0), (1, 0)]


def test_a_partial_checksum_is_completed_before_it_is_carried_on(two_links):
    """Rule 4."""

    async def main() -> None:
        driver = driver_on(*two_links)
        async with driver:
            driver.host.add_neighbor(ipv4_bytes("10.0.1.2"), PEER_MAC, 0, 1)
            two_links[0].arrive(to_the_other_side(0x1234), checksum="partial-ok")
            await rounds()

    asyncio.run(main())
    assert parse(two_links[1].sent[0]).verify() == []


def test_a_link_that_is_gone_takes_nothing_and_the_others_go_on(two_links):
    async def main() -> LiveDriver:
        driver = driver_on(*two_links)
        async with driver:
            two_links[1].arrive(LinkGone(19, "gone"))
            await rounds()
            assert driver.error is None
            two_links[0].arrive(arp_request())
            await rounds()
            driver.host.announce(driver.now(), 1)
            driver.programs.kick()
            await rounds()
            two_links[0].arrive(LinkGone(19, "gone, too"))
            await rounds()
        return driver

    driver = asyncio.run(main())
    assert len(two_links[0].sent) == 1
    assert driver.stats.refused == 1
    assert driver.error is not None


def test_each_interface_needs_its_link(two_links):
    host = driver_on(*two_links).host
    with pytest.raises(ValueError, match="1 links for the 2 interfaces of us"):
        LiveDriver(host, two_links[0])
