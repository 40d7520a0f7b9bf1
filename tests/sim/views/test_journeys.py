"""Where a frame's arrow ends, on networks that were run: switches, losses, frames under way."""

import pytest

from wirelab.sim.views.ladder import Ladder
from wirelab.sim.views.messages import Language
from wirelab.sim.views.rows import plain_text


def star(network, size=3):
    """Alice, Bob and Carol around a switch; their links."""
    switch = network.switch()
    names = ["alice", "bob", "carol"][:size]
    hosts = [network.host(name, f"10.0.0.{number}") for number, name in enumerate(names, 1)]
    return hosts, [network.link(host, switch) for host in hosts]


def ask(network, host, number):
    """An ARP request for 10.0.0.`number`, which is a broadcast."""
    host.resolve(bytes((10, 0, 0, number)), network.now)


def drawn(network, width=90, **options):
    """The rows below the heading, right of the gutter."""
    rows = Ladder(network.trace, width=width, **options).rows(["test"])
    return [plain_text(row)[16:] for row in rows][3:]


def test_a_host_without_a_link_sends_into_nothing(sim_network):
    network = sim_network()
    ask(network, network.host("alice", "10.0.0.1"), 2)
    network.run_for("1ms")
    (line,) = drawn(network)
    assert "✗ DROP link.down (no link at this interface)" in line


@pytest.mark.parametrize("language", list(Language))
def test_a_frame_under_way_has_not_arrived_and_nothing_is_wrong_with_it(sim_network, language):
    network = sim_network()
    alice, bob = network.host("alice", "10.0.0.1"), network.host("bob", "10.0.0.2")
    network.link(alice, bob, latency="1s")
    ask(network, bob, 1)
    network.run_for("1ms")
    (line,) = drawn(network, language=language)
    assert "▶" not in line
    assert "◀" not in line
    assert "✗" not in line
    assert ("… in flight" if language is Language.ENGLISH else "… 伝送中") in line


def test_a_copy_lost_on_the_way_is_a_mark_at_its_lifeline_and_the_others_keep_their_heads(
    sim_network,
):
    network = sim_network()
    (alice, _, _), links = star(network)
    links[1].drop(nth=1)
    ask(network, alice, 9)
    network.run_for("1ms")
    assert drawn(network) == [
        "├─ ARP who has 10.0.0.9? ───────────✗┼──────────────────────────────────▶│",
        "│                                    │ ✗ DROP link.loss (nth=1)          │",
    ]


def test_copies_lost_on_both_sides_are_marks_on_both_sides(sim_network):
    network = sim_network()
    (_, bob, _), links = star(network)
    for link in (links[0], links[2]):
        link.drop(nth=1)
    ask(network, bob, 9)
    network.run_for("1ms")
    arrow, first, second = drawn(network)
    assert (arrow[1], arrow[-2], arrow.count("✗")) == ("✗", "✗", 2)
    assert first.startswith("│ ✗ DROP link.loss")
    assert second.endswith("✗ DROP link.loss (nth=1) │")


def test_what_a_switch_drops_reaches_nobody(sim_network):
    network = sim_network()
    network.host("bob", "10.0.0.2")
    network.link(network.host("alice", "10.0.0.1"), network.switch())
    ask(network, network.node_of("alice").machine, 2)
    network.run_for("1ms")
    (line,) = drawn(network)
    assert "▶" not in line
    assert "✗ DROP eth.no_other_port" in line


@pytest.mark.parametrize("first", [True, False])
def test_a_frame_that_comes_back_to_its_sender_is_drawn_at_its_lifeline(sim_network, first):
    network = sim_network()
    switch = network.switch()
    for name in ("alice", "bob") if first else ("bob", "alice"):
        alone = name == "bob"
        host = network.host(name, "10.0.0.2" if alone else ["10.0.0.1", "10.0.1.1"])
        for _ in () if alone else (1, 2):
            network.link(host, switch)
    ask(network, network.node_of("alice").machine, 9)
    network.run_for("1ms")
    line = drawn(network)[0]
    wanted = "│◀─ ARP who has 10.0.0.9? tell 10.0.0.1 ─" if first else "tell 10.0.0.1 ─▶│"
    assert line.startswith(wanted) if first else line.endswith(wanted)


def test_a_frame_lost_before_a_switch_was_going_to_the_owner_of_its_mac(sim_network):
    network = sim_network()
    (alice, _, carol), links = star(network)
    ask(network, alice, 3)
    network.run_for("10ms")
    links[0].is_down = True
    alice.ping(carol.interfaces[0].address, 1, 1, b"", network.now)
    network.run_for("10ms")
    assert "✗ DROP link.down" in drawn(network, width=120)[-1].split("┼")[1]
