"""Which frame carries on what another one brought: routers and NATs on networks that were run."""

import pytest

from wirelab.codecs import IPv4
from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.trace.segments import read_frame
from wirelab.sim.trace.ways import continuations
from wirelab.sim.views.ladder import Ladder
from wirelab.sim.views.rows import plain_text

OUTER = "192.0.2.2"


def crossing(network, box):
    """Alice behind a box, bob beyond it; a ping has gone there and come back."""
    alice = network.host("alice", "10.0.0.2/24 2001:db8:1::2", gateway="10.0.0.1 2001:db8:1::1")
    addresses = [f"{OUTER}/24 2001:db8:2::1", "10.0.0.1/24 2001:db8:1::1"]
    middle = getattr(network, box)("middle", addresses, advertise=False)
    bob = network.host("bob", "192.0.2.9/24 2001:db8:2::9", gateway=f"{OUTER} 2001:db8:2::1")
    network.link(alice, network.port(middle, 1))
    network.link(middle, bob)
    return alice


def hops(network):
    """Sender and receiver of both frames of each packet that went on."""
    frames = {record.id: record for record in network.trace.frames()}
    return [
        (frames[one].sender, frames[one].receiver, frames[other].sender, frames[other].receiver)
        for one, other in continuations(network.trace.frames()).items()
    ]


@pytest.mark.parametrize("box", ["router", "nat"])
def test_a_packet_is_followed_through_a_box_both_ways(sim_network, box):
    """RFC 3022 section 4.1: a NAT changes addresses, identifiers and checksums, nothing else."""
    network = sim_network()
    alice = crossing(network, box)
    alice.ping(ip_bytes("192.0.2.9"), 7, 1, b"ping", network.now)
    network.run_for("1s")
    assert hops(network) == [
        ("alice", "middle", "middle", "bob"),
        ("bob", "middle", "middle", "alice"),
    ]


def test_a_packet_of_ipv6_is_followed_too(sim_network):
    network = sim_network()
    alice = crossing(network, "router")
    alice.ping(ip_bytes("2001:db8:2::9"), 7, 1, b"ping", network.now)
    network.run_for("1s")
    assert ("alice", "middle", "middle", "bob") in hops(network)


def test_equal_packets_go_on_in_the_order_in_which_they_came(sim_network):
    network = sim_network()
    alice = crossing(network, "router")
    for number in range(3):
        alice.ping(ip_bytes("192.0.2.9"), 7, number, b"ping", network.now)
    network.run_for("1s")
    found = continuations(network.trace.frames())
    there = [one for one in found if _source(network, one) == ip_bytes("10.0.0.2")]
    assert len(there) == 3
    assert [found[one] for one in there] == sorted(found[one] for one in there)


def _source(network, number):
    packet = read_frame(next(r for r in network.trace.frames() if r.id == number).data)
    return b"" if packet is None else packet[IPv4].source


def test_the_ladder_shows_one_arrow_with_the_router_and_what_a_nat_rewrote(sim_network):
    network = sim_network()
    alice = crossing(network, "nat")
    alice.ping(ip_bytes("192.0.2.9"), 7, 1, b"ping", network.now)
    network.run_for("1s")
    lines = [plain_text(row) for row in Ladder(network.trace, width=120).rows(["test"])]
    (request,) = [line for line in lines if "echo request" in line]
    (reply,) = [line for line in lines if "echo reply" in line]
    assert f"○ from {OUTER}" in request
    behind, _, _ = reply.partition("○")
    assert "◀─" in behind
    assert " to 10.0.0.2 " in behind
    assert request.endswith("▶│")


def test_a_loss_behind_a_router_is_cut_behind_it(sim_network):
    network = sim_network()
    alice = crossing(network, "router")
    network.links[1].drop(nth=2)  # the first is the question for bob's address
    alice.ping(ip_bytes("192.0.2.9"), 7, 1, b"ping", network.now)
    network.run_for("1s")
    ladder = Ladder(network.trace, width=120)
    lines = [plain_text(row) for row in ladder.rows(["test"])]
    (cut,) = [line for line in lines if "DROP link.loss" in line]
    assert cut.index("✗") > ladder.lanes.columns[ladder.lanes.index["middle"]]
