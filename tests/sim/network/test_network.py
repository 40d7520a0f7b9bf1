import pytest

from wirelab.sim.network import Network, SimulationError
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import Refusal, TraceError

MAC = {name: bytes((2, 0, 0, 0, 0, number)) for number, name in enumerate("abcd", 1)}


def test_an_interface_without_a_link_loses_what_it_sends(fake_host):
    network = Network()
    lonely = fake_host("a")
    network.attach("a", lonely)
    lonely.send(MAC["b"])
    network.run_for("1ms")
    assert network.trace.reasons == {Reason.LINK_DOWN: 1}
    network.check()


def test_a_frame_on_the_wire_is_in_flight(pair):
    network, one, _ = pair(latency="1s")
    one.send(MAC["b"])
    network.run_for("1ms")
    assert network.in_flight() == network.trace.in_flight == 1
    network.check()


def test_a_host_is_woken_when_it_asked_and_not_when_it_changed_its_mind(pair):
    network, one, _ = pair()
    one.wake_at = 5_000_000
    network.run_for("1ms")
    one.wake_at = 3_000_000
    network.run_for("1ms")
    network.run_for("10ms")
    assert one.woken == [3_000_000]


def test_frames_of_one_instant_are_answered_by_one_transmission(pair):
    """RFC 9293 MUST-58 and MUST-59 need the host to see them together."""
    network, one, other = pair(latency="1ms")
    for _ in range(4):
        one.send(MAC["b"])
    network.after_calls()
    before = other.polls
    assert network.step()
    assert len(other.arrived) == 4
    assert other.polls == before + 2  # once as the step begins, once after the four frames


def test_run_until_stops_at_the_instant_its_predicate_comes_true(pair):
    network, one, other = pair(latency="1ms")
    one.send(MAC["b"])
    assert network.run_until(lambda: bool(other.arrived))
    assert network.now == 1_000_000


def test_run_until_says_so_when_nothing_more_will_happen(pair):
    network, _, other = pair()
    assert not network.run_until(lambda: bool(other.arrived))


def test_an_action_runs_at_its_virtual_time_and_may_send(pair):
    network, one, other = pair(latency="1ms")
    network.at("5ms", lambda: one.send(MAC["b"]))
    network.after("7ms", lambda: one.send(MAC["b"]))
    network.run_for("1s")
    assert [time for time, _ in other.arrived] == [6_000_000, 8_000_000]


def test_a_watcher_may_answer_within_the_instant(pair):
    network, one, other = pair(latency="1ms")
    network.watch(other, lambda: other.arrived and not one.arrived and other.send(MAC["a"]))
    one.send(MAC["b"])
    network.run_until(lambda: bool(one.arrived))
    assert network.now == 2_000_000


def test_two_hosts_answering_each_other_without_latency_are_stopped(monkeypatch, pair):
    monkeypatch.setattr("wirelab.sim.network.network.ROUNDS_PER_INSTANT", 50)
    network, one, other = pair(latency=0)
    one.answer = lambda frame: MAC["b"] + MAC["a"] + b"\x08\x00"
    other.answer = lambda frame: MAC["a"] + MAC["b"] + b"\x08\x00"
    one.send(MAC["b"])
    with pytest.raises(SimulationError, match="time stands still at 0 ns"):
        network.run_for("1ms")


def test_a_frame_that_a_host_refuses_is_recorded_twice_once_as_sent_once_as_refused(pair):
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
        (lambda network: network.attach("a", network.node_of("b").machine), "'a' is taken"),
        (lambda network: network.link("nobody", "a"), "there are: a, b"),
        (lambda network: network.link("a", "b"), "all 1 interfaces of a are linked"),
        (lambda network: network.watch("c", print), "is not a host of this network"),
        (lambda network: network.links[0].drop(nth=1, sender="x"), "not at link a-b"),
        (lambda network: network.links[0].drop(nth=0), "nth=0: frames are counted from 1"),
        (lambda network: network.host("", "10.0.0.1"), "'' cannot be shown"),
        (lambda network: network.switch("s\n1"), "cannot be shown; use printable"),
    ],
)
def test_a_network_built_wrongly_says_what_to_change(build, message, pair, fake_host):
    network, _, _ = pair()
    with pytest.raises(SimulationError, match=message):
        build(network)


def test_objects_say_what_they_are_in_a_failed_assertion(star):
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


def test_a_host_is_not_linked_to_itself(fake_host):
    network = Network()
    network.attach("a", fake_host("a"))
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


def test_a_watcher_that_raises_does_not_silence_the_other_hosts(pair):
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


def test_the_check_notices_a_frame_that_vanished(pair):
    network, one, _ = pair(latency="1s")
    one.send(MAC["b"])
    network.run_for("1ms")
    network.events._heap.clear()
    with pytest.raises(TraceError, match=r"1 frames sent, but .* \+ 0 in flight"):
        network.check()


def test_the_past_cannot_be_scheduled(pair):
    network, _, _ = pair()
    network.run_for("1s")
    with pytest.raises(SimulationError, match="in the past"):
        network.at("1ms", print)
    with pytest.raises(SimulationError, match="in the past: it is 1000000000 ns now"):
        network.run_until("1ms")
