"""IPX in UDP between simulated hosts."""

import runpy
from functools import partial
from pathlib import Path

import pytest

from wirelab.codecs import IPX
from wirelab.sim.services.ipx_tunnel import BROADCAST_NODE, NETWARE_PORT, IpxTunnel, node_of

EXAMPLE = Path(__file__).parents[3] / "examples" / "ipx_in_udp.py"


def note(heard, header, data, now):
    heard.append((header, data))


@pytest.fixture
def tunnel(pair):
    """Two stations; what each has heard."""
    heard: dict[str, list[tuple[IPX, bytes]]] = {"alice": [], "bob": []}
    stations = []
    for host, peer in ((pair.alice, "10.0.0.2"), (pair.bob, "10.0.0.1")):
        station = IpxTunnel(7, partial(note, heard[host.name]), [peer])
        host.start(station, 0)
        stations.append(station)
    return pair, stations, heard


def test_a_packet_reaches_the_station_whose_node_is_its_address(tunnel):
    """RFC 1234 section 3."""
    pair, (alice, bob), heard = tunnel
    alice.send(bob.node, 0x451, b"hello", 0, source_socket=0x4001)
    pair.net.run_for("1s")
    ((header, data),) = heard["bob"]
    assert (bob.node, data) == (node_of("10.0.0.2"), b"hello")
    assert (header.source_node, header.source_socket) == (alice.node, 0x4001)
    assert (header.checksum, header.destination_network) == (0xFFFF, 7)


def test_a_broadcast_reaches_the_peers(tunnel):
    pair, (alice, _), heard = tunnel
    alice.send(BROADCAST_NODE, 0x452, b"anybody?", 0)
    pair.net.run_for("1s")
    assert [data for _, data in heard["bob"]] == [b"anybody?"]
    assert heard["alice"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"source_node": node_of("10.0.0.9")},
        {"destination_node": node_of("10.0.0.9")},
        {"destination_network": 8},
    ],
)
def test_a_packet_with_a_false_sender_or_for_somebody_else_is_ignored(tunnel, changes):
    """RFC 1234 section 5: the node number follows from the IP address."""
    pair, (alice, bob), heard = tunnel
    values = {"source_node": alice.node, "destination_node": bob.node, "destination_network": 7}
    pair.alice.udp_bind(0, 0).send_to(IPX(**values | changes).build(b"x"), b"\n\0\0\2", 213, 0)
    pair.net.run_for("1s")
    assert heard["bob"] == []


def test_what_is_too_long_or_no_node_of_ours_is_refused(tunnel):
    """RFC 1234 section 4: 576 bytes with the header."""
    _, (alice, bob), _ = tunnel
    alice.send(bob.node, 1, bytes(546), 0)
    with pytest.raises(ValueError, match="547 bytes; IPX takes 546"):
        alice.send(bob.node, 1, bytes(547), 0)
    with pytest.raises(ValueError, match="RFC 1234 wants"):
        alice.send(b"\x02\0\0\0\0\x01", 1, b"", 0)


def test_netware_uses_another_port(pair):
    """RFC 2241."""
    heard = []
    for host in (pair.alice, pair.bob):
        host.start(IpxTunnel(1, lambda header, data, now: heard.append(data), port=NETWARE_PORT), 0)
    pair.alice.services[0].send(node_of("10.0.0.2"), 1, b"nwip", 0)
    pair.net.run_for("1s")
    assert heard == [b"nwip"]


def test_the_example_tells_a_question_and_its_answer_over_a_router():
    told = runpy.run_path(str(EXAMPLE))["main"]()
    assert told == [
        " 15.0 ms  server hears b'who serves files?' on 0x452",
        " 20.0 ms  client hears b'I am: SERVER1' from node 00:00:0a:02:00:02",
    ]
