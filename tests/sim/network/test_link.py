import pytest

from wirelab.sim.network import SimulationError
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import Fate

MAC = {name: bytes((2, 0, 0, 0, 0, number)) for number, name in enumerate("abcd", 1)}
BROADCAST = b"\xff" * 6


def test_a_frame_arrives_after_the_latency(pair):
    network, one, other = pair(latency="1.5ms")
    frame = one.send(MAC["b"])
    network.run_for("2ms")
    assert other.arrived == [(1_500_000, frame)]
    assert network.now == 2_000_000


def test_a_rate_spaces_frames_by_their_time_on_the_wire(pair):
    """IEEE 802.3: 1000 bytes occupy 1024 with preamble, FCS and gap."""
    network, one, other = pair(latency=0, rate="8Mbit")
    for _ in range(3):
        one.send(MAC["b"], 1000)
    network.run_for("1s")
    assert [time for time, _ in other.arrived] == [1_024_000, 2_048_000, 3_072_000]


def test_a_short_frame_occupies_the_wire_as_the_shortest_legal_one(pair):
    """IEEE 802.3 clause 4.4.2: 60 bytes and FCS."""
    network, one, other = pair(latency=0, rate="8Mbit")
    one.send(MAC["b"], 42)
    network.run_for("1s")
    assert other.arrived[0][0] == 84_000


def test_a_full_queue_loses_the_newest_frames(pair, fates):
    network, one, other = pair(latency=0, rate="8Mbit", queue=2000)
    for _ in range(5):
        one.send(MAC["b"], 1000)
    network.run_for("1s")
    assert [fate for fate, _ in fates(network)] == ["delivered"] * 2 + ["lost"] * 3
    assert len(other.arrived) == 2
    lost = [record for record in network.trace.frames() if record.fate is Fate.LOST]
    assert {record.reason for record in lost} == {Reason.LINK_QUEUE_FULL}
    network.check()


def test_the_two_directions_do_not_share_the_rate(pair):
    network, one, other = pair(latency=0, rate="8Mbit")
    one.send(MAC["b"], 1000)
    other.send(MAC["a"], 1000)
    network.run_for("1s")
    assert one.arrived[0][0] == other.arrived[0][0] == 1_024_000


def test_the_nth_frame_of_one_sender_is_lost_once(pair):
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


def test_loss_is_drawn_from_the_seed(pair):
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


def test_a_packet_longer_than_the_mtu_is_lost_with_both_numbers(pair):
    network, one, other = pair(mtu=1000)
    one.send(MAC["b"], 1014)
    one.send(MAC["b"], 1015)
    network.run_for("1s")
    assert len(other.arrived) == 1
    (lost,) = [record for record in network.trace.frames() if record.fate is Fate.LOST]
    assert (lost.reason, lost.detail) == (Reason.LINK_MTU, "1001 bytes, MTU 1000")


def test_a_one_way_partition_loses_one_direction_until_it_heals(pair):
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


def test_a_link_that_is_down_loses_everything(pair):
    network, one, other = pair()
    network.links[0].is_down = True
    one.send(MAC["b"])
    network.run_for("1ms")
    assert not other.arrived
    assert network.trace.reasons == {Reason.LINK_DOWN: 1}


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
def test_a_link_with_a_number_out_of_range_is_refused(option, message, pair):
    with pytest.raises(SimulationError, match=message):
        pair(**option)


def test_a_frame_whose_drop_rule_raises_has_a_fate_all_the_same(star):
    """Rule 2 of the trace, whatever a test's own code does."""
    network, hosts = star("abc")
    network.links[1].drop_when(lambda record, nth: 1 // 0 == 0, detail="broken rule")
    hosts["a"].send(BROADCAST)
    with pytest.raises(ZeroDivisionError):
        network.run_for("10ms")
    network.check()
    (lost,) = [record for record in network.trace.frames() if record.fate is Fate.LOST]
    assert lost.detail == "broken rule raised ZeroDivisionError"


def test_what_is_on_the_wire_when_a_link_goes_down_arrives(pair):
    network, one, other = pair(latency="1ms")
    one.send(MAC["b"])
    network.run_for("0.5ms")
    network.links[0].is_down = True
    network.run_for("1ms")
    assert len(other.arrived) == 1


def test_the_two_directions_of_a_link_draw_their_losses_apart(pair):
    network, one, other = pair(loss=0.5)
    for _ in range(40):
        one.send(MAC["b"])
        other.send(MAC["a"])
    network.run_for("1s")
    lost = [[r.fate is Fate.LOST for r in network.trace.frames() if r.sender == s] for s in "ab"]
    assert lost[0] != lost[1]


def test_a_queue_of_no_bytes_takes_a_frame_only_when_the_wire_is_free(pair):
    network, one, other = pair(latency=0, rate="8Mbit", queue=0)
    one.send(MAC["b"], 1000)
    one.send(MAC["b"], 1000)
    network.run_for("1024us")
    one.send(MAC["b"], 1000)
    network.run_for("1s")
    assert [time for time, _ in other.arrived] == [1_024_000, 2_048_000]
