"""Random topologies, built and spoken on: what can arrive does, and nothing else."""

from collections import deque
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import EchoReply, IcmpError
from wirelab.sim.reasons import Reason
from wirelab.sim.topology import Topology
from wirelab.sim.topology.model import Kind
from wirelab.sim.topology.reachability import Reachability

PORT = 4000
TEXT = bytes(range(256)) * 10


@st.composite
def topologies(draw):
    """A tree of 2 to 5 networks with hosts; if all boxes are routers, perhaps with a ring in it."""
    topology = Topology("any", partitioned=True)
    count = draw(st.integers(2, 5))
    kinds = draw(st.sampled_from([["router"], ["router", "nat", "filter"]]))
    for number in range(count):
        families = draw(st.sampled_from(["46", "46", "4", "6"]))
        prefixes = [f"10.{number}.0.0/24"] * ("4" in families)
        prefixes += [f"2001:db8:{number}::/64"] * ("6" in families)
        topology.network(f"n{number}", *prefixes, mtu=draw(st.sampled_from([1500, 1280])))
        for name in "ab"[: draw(st.integers(1, 2))]:
            topology.host(f"{name}{number}", f"n{number}")
    for number in range(1, count):
        parent, child = f"n{draw(st.integers(0, number - 1))}", f"n{number}"
        kind = draw(st.sampled_from(kinds))
        if kind == "router":
            topology.router(f"box{number}", parent, child, advertise=False)
        else:
            make = topology.nat if kind == "nat" else topology.filter
            make(f"box{number}", outside=parent, inside=child, advertise=False)
    if count > 2 and len(kinds) == 1 and draw(st.booleans()):
        topology.router("ring", "n0", f"n{count - 1}", advertise=False)
    return topology


def speaks(topology, network, size):
    return any(one.max_prefixlen == 8 * size for one in topology.segments[network].prefixes)


def hops(topology, sender, receiver, size):
    """How many boxes pass a packet on, by a search of our own; None: it cannot arrive."""
    start, end = (one.attachments[0].network for one in (sender, receiver))
    waiting, seen = deque([(start, 0)]), {start}
    while waiting:
        here, count = waiting.popleft()
        if here == end:
            return count
        for box in topology.members.values():
            if not box.kind.joins or box.on(here) is None:
                continue
            from_outside = box.attachments[0].network == here
            if from_outside and (box.kind is Kind.FILTER or (box.kind is Kind.NAT and size == 4)):
                continue
            for one in box.attachments:
                if one.network not in seen and speaks(topology, one.network, size):
                    seen.add(one.network)
                    waiting.append((one.network, count + 1))
    return None


class Talk:
    """All that one host says to another, with a number of its own; and what is heard of it."""

    def __init__(self, network, number, sender, receiver, size):
        self.network, self.number = network, number
        self.sender, self.receiver = (network.nodes[one.name].machine for one in (sender, receiver))
        self.address = receiver.attachments[0].address(size)
        self.socket = self.receiver.udp_bind(PORT + number, network.now)
        self.listener = self.receiver.tcp_listen(PORT + number, network.now)
        self.connection = None

    def learn(self):
        """Find out how large packets may be: who goes by a smaller one than its own is told so."""
        with suppress(HostError):  # there is no way
            self.sender.ping(self.address, self.number, 0, TEXT, self.network.now)
            self._send(self.network.now)

    def begin(self, count):
        now = self.network.now
        if count is None:
            with suppress(HostError):
                self._begin(0, now)
        else:
            self._begin(count, now)
        self.network.after_calls(self.sender)

    def _begin(self, count, now):
        self.sender.ping(self.address, self.number, 1, TEXT, now)
        for ttl in range(1, count + 2):
            self.sender.ping(self.address, self.number, 100 + ttl, b"", now, ttl=ttl)
        self._send(now)
        self.connection = self.sender.tcp_connect(self.address, PORT + self.number, now)

    def _send(self, now):
        self.sender.udp_bind(0, now).send_to(TEXT, self.address, PORT + self.number, now)

    def received(self):
        """The datagrams that arrived since the last look."""
        found = []
        while self.socket.waiting:
            found.append(self.socket.receive_from(self.network.now).data)
        return found

    def heard(self, events):
        """Sequence numbers of the pings that were answered, and of those that died on the way."""
        own = [one for one in events if getattr(one, "identifier", None) == self.number]
        return (
            {one.sequence_number for one in own if isinstance(one, EchoReply)},
            {
                one.sequence_number
                for one in own
                if isinstance(one, IcmpError) and one.reason is Reason.ICMP_TTL_EXPIRED
            },
        )


def drain(host):
    found = []
    while (event := host.poll_event()) is not None:
        found.append(event)
    return found


@given(topologies(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_can_arrive_does_and_nothing_else(topology, chance):
    """Ping with fragments, TTLs as traceroute counts them, UDP, TCP; every frame has one fate."""
    network = topology.build(seed=1)
    hosts = [one for one in topology.members.values() if one.kind is Kind.HOST]
    talks: list[tuple[Talk, int | None]] = []
    for size in (4, 16):
        ready = [one for one in hosts if one.attachments[0].address(size)]
        pairs = [(one, other) for one in ready for other in ready if one is not other]
        for one, other in chance.sample(pairs, min(4, len(pairs))):
            count = hops(topology, one, other, size)
            talks.append((Talk(network, len(talks) + 1, one, other, size), count))
    network.run_for("3s")
    for _ in range(2):  # there and back
        for talk, _ in talks:
            talk.learn()
        network.run_for("3s")
    for talk, _ in talks:
        talk.received()
    for node in network.nodes.values():
        drain(node.machine)
    for talk, count in talks:
        talk.begin(count)
    network.run_for("20s")
    events = {name: drain(node.machine) for name, node in network.nodes.items()}
    for talk, count in talks:
        answered, died = talk.heard(events[talk.sender.name])
        state = talk.connection.state if talk.connection else ""
        if count is None:
            assert (answered, talk.received(), talk.listener.waiting) == (set(), [], 0)
            assert state != "ESTABLISHED"
        else:
            assert answered == {1, 100 + count + 1}
            assert died == set(range(101, 101 + count))
            assert talk.received() == [TEXT]
            assert (state, talk.listener.waiting) == ("ESTABLISHED", 1)
    network.check()


@given(topologies())
@settings(max_examples=60, deadline=None)
def test_ways_exist_where_a_search_of_our_own_finds_them(topology):
    """Reachability knows routes; what a filter refuses it does not."""
    topology.check()
    hosts = [one for one in topology.members.values() if one.kind is Kind.HOST]
    for size in (4, 16):
        ways = Reachability(topology.segments, topology.members, size)
        for one in hosts:
            for other in hosts:
                if not (one.attachments[0].address(size) and other.attachments[0].address(size)):
                    continue
                places = (one.attachments[0].network, other.attachments[0].network)
                if hops(topology, one, other, size) is not None:
                    assert ways.leads(*places)
                elif not any(box.kind is Kind.FILTER for box in topology.members.values()):
                    assert not ways.leads(*places)
