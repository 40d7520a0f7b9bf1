from collections.abc import Callable
from typing import Any

import pytest

from wirelab.sim.host.drops import Drop
from wirelab.sim.network import Network, SimulationError
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import Fate, Refusal, TraceError

MAC = {name: bytes((2, 0, 0, 0, 0, number)) for number, name in enumerate("abcd", 1)}
BROADCAST = b"\xff" * 6


class FakeHost:
    """Takes frames for its MAC or broadcast, answers when told, sends what is queued."""

    def __init__(self, name: str, answer: Callable[[bytes], bytes | None] = lambda frame: None):
        self.mac = MAC[name]
        self.answer = answer
        self.arrived: list[tuple[int, bytes]] = []
        self.queue: list[tuple[int, bytes]] = []
        self.wake_at: int | None = None
        self.woken: list[int] = []
        self.polls = 0

    def receive_frame(self, interface: int, frame: bytes, now: int) -> Drop | None:
        if frame[:6] not in (self.mac, BROADCAST):
            return Drop(Reason.ETH_NOT_FOR_ME)
        self.arrived.append((now, frame))
        reply = self.answer(frame)
        if reply is not None:
            self.queue.append((interface, reply))
        return None

    def handle_timers(self, now: int) -> None:
        self.woken.append(now)
        self.wake_at = None

    def poll_transmit(self, now: int) -> list[tuple[int, bytes]]:
        self.polls += 1
        frames, self.queue = self.queue, []
        return frames

    def poll_at(self) -> int | None:
        return self.wake_at

    def send(self, destination: bytes, size: int = 100) -> bytes:
        frame = (destination + self.mac + b"\x08\x00").ljust(size, b"\0")
        self.queue.append((0, frame))
        return frame


def pair(**options: Any) -> tuple[Network, FakeHost, FakeHost]:
    network = Network(seed=options.pop("seed", 1))
    one, other = FakeHost("a"), FakeHost("b")
    network.attach("a", one)
    network.attach("b", other)
    network.link("a", "b", **options)
    return network, one, other


def star(names: str) -> tuple[Network, dict[str, FakeHost]]:
    network = Network()
    switch = network.switch()
    hosts = {name: FakeHost(name) for name in names}
    for name, host in hosts.items():
        network.attach(name, host)
        network.link(name, switch, latency="1ms")
    return network, hosts


def fates(network: Network) -> list[tuple[str, str]]:
    return [(record.fate.value, record.receiver) for record in network.trace.frames()]


def test_a_frame_arrives_after_the_latency():
    network, one, other = pair(latency="1.5ms")
    frame = one.send(MAC["b"])
    network.run_for("2ms")
    assert other.arrived == [(1_500_000, frame)]
    assert network.now == 2_000_000


def test_a_rate_spaces_frames_by_their_time_on_the_wire():
    """IEEE 802.3: 1000 bytes occupy 1024 with preamble, FCS and gap."""
    network, one, other = pair(latency=0, rate="8Mbit")
    for _ in range(3):
        one.send(MAC["b"], 1000)
    network.run_for("1s")
    assert [time for time, _ in other.arrived] == [1_024_000, 2_048_000, 3_072_000]


def test_a_short_frame_occupies_the_wire_as_the_shortest_legal_one():
    """IEEE 802.3 clause 4.4.2: 60 bytes and FCS."""
    network, one, other = pair(latency=0, rate="8Mbit")
    one.send(MAC["b"], 42)
    network.run_for("1s")
    assert other.arrived[0][0] == 84_000


def test_a_full_queue_loses_the_newest_frames():
    network, one, other = pair(latency=0, rate="8Mbit", queue=2000)
    for _ in range(5):
        one.send(MAC["b"], 1000)
    network.run_for("1s")
    assert [fate for fate, _ in fates(network)] == ["delivered"] * 2 + ["lost"] * 3
    assert len(other.arrived) == 2
    lost = [record for record in network.trace.frames() if record.fate is Fate.LOST]
    assert {record.reason for record in lost} == {Reason.LINK_QUEUE_FULL}
    network.check()


def test_the_two_directions_do_not_share_the_rate():
    network, one, other = pair(latency=0, rate="8Mbit")
    one.send(MAC["b"], 1000)
    other.send(MAC["a"], 1000)
    network.run_for("1s")
    assert one.arrived[0][0] == other.arrived[0][0] == 1_024_000


def test_the_nth_frame_of_one_sender_is_lost_once():
    network, one, other = pair()
    network.links[0].drop(nth=2, sender="a")
    for _ in range(3):
        one.send(MAC["b"])
        other.send(MAC["a"])
    network.run_for("1s")
    assert (len(other.arrived), len(one.arrived)) == (2, 3)
    lost = [record for record in network.trace.frames() if record.fate is Fate.LOST]
    assert [(record.sender, record.reason, record.detail) for record in lost] == [
        ("a", Reason.LINK_LOSS, "nth=2")
    ]


def test_loss_is_drawn_from_the_seed():
    def survivors(seed: int) -> list[int]:
        network, one, _ = pair(seed=seed, loss=0.3)
        for _ in range(60):
            one.send(MAC["b"])
        network.run_for("1s")
        network.check()
        return [record.id for record in network.trace.frames() if record.fate is Fate.DELIVERED]

    assert survivors(1) == survivors(1)
    assert survivors(1) != survivors(2)
    assert 25 < len(survivors(1)) < 55


def test_a_packet_longer_than_the_mtu_is_lost_with_both_numbers():
    network, one, other = pair(mtu=1000)
    one.send(MAC["b"], 1014)
    one.send(MAC["b"], 1015)
    network.run_for("1s")
    assert len(other.arrived) == 1
    (lost,) = [record for record in network.trace.frames() if record.fate is Fate.LOST]
    assert (lost.reason, lost.detail) == (Reason.LINK_MTU, "1001 bytes, MTU 1000")


def test_a_one_way_partition_loses_one_direction_until_it_heals():
    network, one, other = pair()
    network.links[0].partition(sender="a")
    one.send(MAC["b"])
    other.send(MAC["a"])
    network.run_for("1ms")
    network.links[0].heal()
    one.send(MAC["b"])
    network.run_for("1ms")
    assert (len(other.arrived), len(one.arrived)) == (1, 1)
    assert network.trace.reasons == {Reason.LINK_PARTITION: 1}


def test_a_link_that_is_down_loses_everything():
    network, one, other = pair()
    network.links[0].is_down = True
    one.send(MAC["b"])
    network.run_for("1ms")
    assert not other.arrived
    assert network.trace.reasons == {Reason.LINK_DOWN: 1}


def test_an_interface_without_a_link_loses_what_it_sends():
    network = Network()
    lonely = FakeHost("a")
    network.attach("a", lonely)
    lonely.send(MAC["b"])
    network.run_for("1ms")
    assert network.trace.reasons == {Reason.LINK_DOWN: 1}
    network.check()


def test_a_frame_on_the_wire_is_in_flight():
    network, one, _ = pair(latency="1s")
    one.send(MAC["b"])
    network.run_for("1ms")
    assert network.in_flight() == network.trace.in_flight == 1
    network.check()


def test_a_host_is_woken_when_it_asked_and_not_when_it_changed_its_mind():
    network, one, _ = pair()
    one.wake_at = 5_000_000
    network.run_for("1ms")
    one.wake_at = 3_000_000
    network.run_for("1ms")
    network.run_for("10ms")
    assert one.woken == [3_000_000]


def test_frames_of_one_instant_are_answered_by_one_transmission():
    """RFC 9293 MUST-58 and MUST-59 need the host to see them together."""
    network, one, other = pair(latency="1ms")
    for _ in range(4):
        one.send(MAC["b"])
    network.after_calls()
    before = other.polls
    assert network.step()
    assert len(other.arrived) == 4
    assert other.polls == before + 2  # once as the step begins, once after the four frames


def test_run_until_stops_at_the_instant_its_predicate_comes_true():
    network, one, other = pair(latency="1ms")
    one.send(MAC["b"])
    assert network.run_until(lambda: bool(other.arrived))
    assert network.now == 1_000_000


def test_run_until_says_so_when_nothing_more_will_happen():
    network, _, other = pair()
    assert not network.run_until(lambda: bool(other.arrived))


def test_an_action_runs_at_its_virtual_time_and_may_send():
    network, one, other = pair(latency="1ms")
    network.at("5ms", lambda: one.send(MAC["b"]))
    network.after("7ms", lambda: one.send(MAC["b"]))
    network.run_for("1s")
    assert [time for time, _ in other.arrived] == [6_000_000, 8_000_000]


def test_a_watcher_may_answer_within_the_instant():
    network, one, other = pair(latency="1ms")
    network.watch(other, lambda: other.arrived and not one.arrived and other.send(MAC["a"]))
    one.send(MAC["b"])
    network.run_until(lambda: bool(one.arrived))
    assert network.now == 2_000_000


def test_two_hosts_answering_each_other_without_latency_are_stopped(monkeypatch):
    monkeypatch.setattr("wirelab.sim.network.network.ROUNDS_PER_INSTANT", 50)
    network, one, other = pair(latency=0)
    one.answer = lambda frame: MAC["b"] + MAC["a"] + b"\x08\x00"
    other.answer = lambda frame: MAC["a"] + MAC["b"] + b"\x08\x00"
    one.send(MAC["b"])
    with pytest.raises(SimulationError, match="time stands still at 0 ns"):
        network.run_for("1ms")


def test_a_switch_floods_what_it_does_not_know_and_learns():
    network, hosts = star("abc")
    hosts["a"].send(MAC["b"])
    network.run_for("10ms")
    assert sorted(fates(network)) == [("delivered", "b"), ("dropped", "c")]
    hosts["b"].send(MAC["a"])
    network.run_for("10ms")
    hosts["a"].send(MAC["b"])
    network.run_for("10ms")
    assert network.trace.sent == 4  # neither frame was flooded
    network.check()


def test_each_copy_of_a_broadcast_has_its_own_fate_and_names_its_origin():
    network, hosts = star("abcd")
    hosts["a"].send(BROADCAST)
    network.run_for("10ms")
    records = list(network.trace.frames())
    assert [(record.id, record.origin) for record in records] == [(1, 1), (2, 1), (3, 1)]
    assert [record.receiver for record in records] == ["b", "c", "d"]
    assert network.trace.counts[Fate.DELIVERED] == network.trace.sent == 3
    network.check()


def test_a_switch_drops_a_frame_whose_destination_is_where_it_came_from():
    network, hosts = star("ab")
    hosts["a"].send(MAC["a"])
    network.run_for("10ms")
    assert network.trace.reasons == {Reason.ETH_NO_OTHER_PORT: 1}
    network.check()


def test_a_loop_of_switches_is_refused():
    network = Network()
    for name in ("s1", "s2", "s3"):
        network.switch(name)
    network.link("s1", "s2")
    network.link("s2", "s3")
    with pytest.raises(SimulationError, match="would close a loop"):
        network.link("s3", "s1")


def test_a_frame_that_a_host_refuses_is_recorded_twice_once_as_sent_once_as_refused():
    network, one, _ = pair()
    one.send(MAC["c"])
    network.run_for("1ms")
    record, refusal = network.trace.events
    assert isinstance(refusal, Refusal)
    assert refusal.frame is record
    assert refusal.time == 100_000


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda network: network.attach("a", FakeHost("a")), "'a' is taken"),
        (lambda network: network.link("nobody", "a"), "there are: a, b"),
        (lambda network: network.link("a", "b"), "all 1 interfaces of a are linked"),
        (lambda network: network.watch(FakeHost("c"), print), "is not a host of this network"),
        (lambda network: network.links[0].drop(nth=1, sender="x"), "not at link a-b"),
        (lambda network: network.links[0].drop(nth=0), "nth=0: frames are counted from 1"),
        (lambda network: network.host("", "10.0.0.1"), "'' cannot be shown"),
        (lambda network: network.switch("s\n1"), "cannot be shown; use printable"),
    ],
)
def test_a_network_built_wrongly_says_what_to_change(build, message):
    network, _, _ = pair()
    with pytest.raises(SimulationError, match=message):
        build(network)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"loss": 2}, "loss 2 is not a probability"),
        ({"loss": "2%"}, "loss '2%' is not a probability; use 0.0 to 1.0"),
        ({"mtu": 0}, "mtu 0: use 68"),
        ({"mtu": -14}, "mtu -14: use 68"),
        ({"queue": -1}, "queue -1: use a number of bytes from 0 up"),
    ],
)
def test_a_link_with_a_number_out_of_range_is_refused(option, message):
    with pytest.raises(SimulationError, match=message):
        pair(**option)


def test_objects_say_what_they_are_in_a_failed_assertion():
    network, _ = star("ab")
    assert repr(network) == "<Network seed=0 at 0 ns: a, b, switch>"
    assert repr(network.switches["switch"]) == "<Switch switch: 2 ports, 0 MACs learned>"
    link = network.links[0]
    text = "<Link a-switch{} latency=1000000 ns rate=0 bit/s loss=0.0 mtu=None>"
    assert repr(link) == text.format("")
    link.partition(sender="a")
    assert repr(link) == text.format(" partitioned")
    link.is_down = True
    assert repr(link) == text.format(" down")


def test_a_host_is_not_linked_to_itself():
    network = Network()
    network.attach("a", FakeHost("a"))
    with pytest.raises(SimulationError, match="a cannot be linked to itself"):
        network.link("a", "a")


def test_nothing_is_left_of_a_link_that_was_refused():
    network = Network()
    one, other = network.switch("s1"), network.switch("s2")
    with pytest.raises(ValueError, match="no unit 'parsec'"):
        network.link(one, other, latency="5 parsec")
    with pytest.raises(SimulationError, match="is not a probability"):
        network.link(one, other, loss=2)
    network.link(one, other)
    assert (len(one.ports), len(other.ports)) == (1, 1)


def test_a_negative_trace_limit_is_refused():
    with pytest.raises(ValueError, match="at most -1 events; use 0 or more"):
        Network(trace_limit=-1)


def test_a_frame_whose_drop_rule_raises_has_a_fate_all_the_same():
    """Rule 2 of the trace, whatever a test's own code does."""
    network, hosts = star("abc")
    network.links[1].drop_when(lambda record, nth: 1 // 0 == 0, detail="broken rule")
    hosts["a"].send(BROADCAST)
    with pytest.raises(ZeroDivisionError):
        network.run_for("10ms")
    network.check()
    (lost,) = [record for record in network.trace.frames() if record.fate is Fate.LOST]
    assert lost.detail == "broken rule raised ZeroDivisionError"


def test_a_watcher_that_raises_does_not_silence_the_other_hosts():
    network, one, other = pair()

    def fail():
        network.watch(one, lambda: None)
        raise RuntimeError("of the test")

    network.watch(one, fail)
    one.send(MAC["b"])
    other.send(MAC["a"])
    with pytest.raises(RuntimeError, match="of the test"):
        network.run_for("1ms")
    network.run_for("1ms")
    assert (len(one.arrived), len(other.arrived)) == (1, 1)


def test_what_is_on_the_wire_when_a_link_goes_down_arrives():
    network, one, other = pair(latency="1ms")
    one.send(MAC["b"])
    network.run_for("0.5ms")
    network.links[0].is_down = True
    network.run_for("1ms")
    assert len(other.arrived) == 1


def test_the_two_directions_of_a_link_draw_their_losses_apart():
    network, one, other = pair(loss=0.5)
    for _ in range(40):
        one.send(MAC["b"])
        other.send(MAC["a"])
    network.run_for("1s")
    lost = [[r.fate is Fate.LOST for r in network.trace.frames() if r.sender == s] for s in "ab"]
    assert lost[0] != lost[1]


def test_a_queue_of_no_bytes_takes_a_frame_only_when_the_wire_is_free():
    network, one, other = pair(latency=0, rate="8Mbit", queue=0)
    one.send(MAC["b"], 1000)
    one.send(MAC["b"], 1000)
    network.run_for("1024us")
    one.send(MAC["b"], 1000)
    network.run_for("1s")
    assert [time for time, _ in other.arrived] == [1_024_000, 2_048_000]


def test_the_check_notices_a_frame_that_vanished():
    network, one, _ = pair(latency="1s")
    one.send(MAC["b"])
    network.run_for("1ms")
    network.events._heap.clear()
    with pytest.raises(TraceError, match=r"1 frames sent, but .* \+ 0 in flight"):
        network.check()


def test_the_past_cannot_be_scheduled():
    network, _, _ = pair()
    network.run_for("1s")
    with pytest.raises(SimulationError, match="in the past"):
        network.at("1ms", print)
    with pytest.raises(SimulationError, match="in the past: it is 1000000000 ns now"):
        network.run_until("1ms")
