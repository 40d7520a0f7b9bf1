"""Hand-made traces: what happened on a wire, written down frame by frame."""

from typing import NamedTuple

import pytest

from wirelab.codecs import ARP, TCP, UDP, Ethernet, ICMPv4, IPv4, MaximumSegmentSize
from wirelab.sim.host.drops import Drop
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import FrameRecord, InterfaceInfo, LiveLink, Trace

BROADCAST = b"\xff" * 6
FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16}


class End(NamedTuple):
    """One end of a connection, as an observer is told it."""

    local_address: bytes
    local_port: int
    remote_address: bytes
    remote_port: int


class Story:
    """Writes a trace; times in milliseconds, hosts by name."""

    def __init__(self, *names: str) -> None:
        self.trace = Trace()
        self.macs: dict[str, bytes] = {}
        self.addresses: dict[str, bytes] = {}
        self.states: dict[End, str] = {}
        for number, name in enumerate(names, 1):
            self.macs[name] = bytes((2, 0, 0, 0, 0, number))
            self.addresses[name] = bytes((10, 0, 0, number))
            info = InterfaceInfo("eth0", self.macs[name], self.addresses[name])
            self.trace.add_host(name, [info])

    # Frames, as bytes.

    def arp_request(self, sender: str, target: str) -> bytes:
        arp = ARP(
            operation=1,
            sender_hardware_address=self.macs[sender],
            sender_protocol_address=self.addresses[sender],
            target_hardware_address=bytes(6),
            target_protocol_address=self.addresses[target],
        )
        return bytes(Ethernet(BROADCAST, self.macs[sender]) / arp)

    def arp_reply(self, sender: str, target: str) -> bytes:
        arp = ARP(
            operation=2,
            sender_hardware_address=self.macs[sender],
            sender_protocol_address=self.addresses[sender],
            target_hardware_address=self.macs[target],
            target_protocol_address=self.addresses[target],
        )
        return bytes(Ethernet(self.macs[target], self.macs[sender]) / arp)

    def ip(self, sender: str, target: str, header: object, payload: bytes = b"") -> bytes:
        below = Ethernet(self.macs[target], self.macs[sender]) / IPv4(
            source=self.addresses[sender], destination=self.addresses[target]
        )
        return bytes(below / header / payload)  # type: ignore[operator]

    def udp(self, sender: str, target: str, payload: bytes, port: int = 49152) -> bytes:
        return self.ip(sender, target, UDP(49152, port), payload)

    def tcp(
        self,
        sender: str,
        target: str,
        flags: str,
        sequence: int,
        acknowledgment: int = 0,
        payload: bytes = b"",
        *,
        ports: tuple[int, int] = (49153, 80),
        window: int = 65535,
    ) -> bytes:
        """`flags` as packetdrill writes them: S F R P and `.` for ACK."""
        header = TCP(
            *ports,
            sequence_number=sequence,
            acknowledgment_number=acknowledgment,
            flags=sum(FLAGS[flag] for flag in flags),
            window=window,
            options=(MaximumSegmentSize(1460),) if "S" in flags else (),
        )
        return self.ip(sender, target, header, payload)

    def icmp_error(
        self, sender: str, target: str, about: bytes, kind: int, code: int, quoted: int = 8
    ) -> bytes:
        """What `sender` says about a frame; it quotes that many bytes behind the IPv4 header."""
        return self.ip(sender, target, ICMPv4(kind, code), about[14 : 14 + 20 + quoted])

    # What became of them.

    def delivered(
        self, sender: str, receiver: str, frame: bytes, at: float, takes: float = 1.0
    ) -> FrameRecord:
        record = self.trace.frame_sent(sender, frame, ms(at))
        self.trace.frame_arrived(record, receiver, None, ms(at + takes))
        return record

    def refused(
        self, sender: str, receiver: str, frame: bytes, at: float, drop: Drop
    ) -> FrameRecord:
        record = self.trace.frame_sent(sender, frame, ms(at))
        self.trace.frame_arrived(record, receiver, drop, ms(at + 1))
        return record

    def lost(
        self, sender: str, toward: str, frame: bytes, at: float, detail: str = ""
    ) -> FrameRecord:
        record = self.trace.frame_sent(sender, frame, ms(at))
        self.trace.frame_lost(record, toward, Reason.LINK_LOSS, detail, ms(at))
        return record

    # What programs and connections did.

    def call(self, host: str, text: str, at: float, returned: bool = False) -> None:
        self.trace.call(host, text, ms(at), returned)

    def state(self, host: str, peer: str, new: str, at: float, port: int = 49153) -> None:
        end = End(self.addresses[host], port, self.addresses[peer], 80)
        old = self.states.get(end, "CLOSED")
        self.states[end] = new
        self.trace.observer(host).state_changed(end, old, new, ms(at))

    def timer(self, host: str, name: str, after: float, at: float) -> None:
        self.trace.observer(host).timer_fired(None, name, ms(after), ms(at))


def ms(milliseconds: float) -> int:
    return round(milliseconds * 1_000_000)


@pytest.fixture
def story() -> Story:
    """Alice and Bob."""
    return Story("alice", "bob")


@pytest.fixture
def story_of_three() -> Story:
    """Alice, Bob and Carol."""
    return Story("alice", "bob", "carol")


@pytest.fixture
def live() -> Story:
    """Wirelab on a real link; peers are named by their addresses and not known beforehand."""
    story = Story("wirelab", *(f"10.0.0.{number}" for number in range(2, 10)))
    ours = InterfaceInfo("tap0", story.macs["wirelab"], story.addresses["wirelab"])
    story.trace = Trace(live=LiveLink("tap0", "TAP"))
    story.trace.add_host("wirelab", [ours])
    return story


@pytest.fixture
def handshake(story: Story) -> Story:
    """Alice connects to Bob's port 80; her first SYN is lost."""
    story.call("alice", "connect(bob, 80)", 60)
    story.state("alice", "bob", "SYN-SENT", 60)
    story.lost("alice", "bob", story.tcp("alice", "bob", "S", 1000), 60, "nth=3")
    story.timer("alice", "RTO", 1000, 1060)
    story.delivered("alice", "bob", story.tcp("alice", "bob", "S", 1000), 1060)
    story.state("bob", "alice", "SYN-RECEIVED", 1061)
    back = (80, 49153)
    syn_ack = story.tcp("bob", "alice", "S.", 5000, 1001, ports=back)
    story.delivered("bob", "alice", syn_ack, 1061)
    story.state("alice", "bob", "ESTABLISHED", 1062)
    story.delivered("alice", "bob", story.tcp("alice", "bob", ".", 1001, 5001), 1062)
    story.state("bob", "alice", "ESTABLISHED", 1063)
    return story
