from wirelab.sim.host.drops import Drop
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import KERNEL, InterfaceInfo, LiveLink, Trace
from wirelab.sim.views.cast import choose_cast

MULTICAST = bytes.fromhex("333300000016")


def cast(story, room=3):
    return choose_cast(story.trace, room)


def exchange(story, peer):
    story.delivered("wirelab", peer, story.udp("wirelab", peer, b"hi"), 0)
    story.delivered(peer, "wirelab", story.udp(peer, "wirelab", b"ho"), 1)


def noise(story, sender="network"):
    frame = MULTICAST + story.macs["wirelab"] + b"\x86\xdd" + bytes(60)
    return story.refused(sender, "wirelab", frame, 0, Drop(Reason.ETH_UNKNOWN_TYPE))


def test_simulated_hosts_have_lifelines_even_if_they_are_silent(story_of_three):
    assert cast(story_of_three).names == ["alice", "bob", "carol"]


def test_a_live_ladder_has_us_and_our_peer(live):
    exchange(live, "10.0.0.2")
    assert cast(live).names == ["wirelab", "10.0.0.2"]
    assert cast(live).captions == ["10.0.0.1", ""]


def test_what_is_nobodys_business_here_takes_no_lifeline_and_no_row(live):
    exchange(live, "10.0.0.2")
    record = noise(live)
    flooded = live.udp("10.0.0.3", "10.0.0.4", b"hi")
    other = live.refused("10.0.0.3", "wirelab", flooded, 0, Drop(Reason.ETH_NOT_FOR_ME))
    assert cast(live).names == ["wirelab", "10.0.0.2"]
    assert cast(live).noise == {record.id, other.id}


def test_a_refusal_of_what_was_sent_to_us_is_no_noise(live):
    frame = live.udp("10.0.0.2", "wirelab", b"hi")
    live.refused("10.0.0.2", "wirelab", frame, 0, Drop(Reason.UDP_NO_SOCKET, "", True))
    live.refused("10.0.0.2", "wirelab", frame, 0, Drop(Reason.UDP_BAD_CHECKSUM))
    assert cast(live).noise == set()
    assert cast(live).names == ["wirelab", "10.0.0.2"]


def test_a_gateway_is_named_under_the_host_behind_it(live):
    live.macs["10.0.0.9"] = live.macs["10.0.0.2"]  # the gateway's MAC stands on its packets
    live.delivered("wirelab", "10.0.0.2", live.arp_request("wirelab", "10.0.0.2"), 0)
    live.delivered("10.0.0.2", "wirelab", live.arp_reply("10.0.0.2", "wirelab"), 0)
    exchange(live, "10.0.0.9")
    assert cast(live).names == ["wirelab", "10.0.0.9"]
    assert cast(live).captions == ["10.0.0.1", "via 10.0.0.2"]


def test_who_asked_by_arp_but_is_not_on_the_way_is_not_called_a_gateway(live):
    live.delivered("10.0.0.3", "wirelab", live.arp_request("10.0.0.3", "wirelab"), 0)
    exchange(live, "10.0.0.2")
    assert cast(live).captions == ["10.0.0.1", ""]
    assert cast(live).sender("10.0.0.3") == "10.0.0.2"


def test_a_host_that_answers_no_arp_has_a_lifeline_all_the_same(live):
    live.delivered("wirelab", "network", live.arp_request("wirelab", "wirelab"), 0)
    live.delivered("wirelab", "10.0.0.7", live.arp_request("wirelab", "10.0.0.7"), 1)
    assert cast(live).names == ["wirelab", "10.0.0.7"]
    assert cast(live).receivers("network", "wirelab") == ["10.0.0.7"]


def test_without_any_peer_the_network_stands_for_all(live):
    live.delivered("wirelab", "10.0.0.1", live.arp_request("wirelab", "wirelab"), 0)
    noise(live)
    assert cast(live).names == ["wirelab", "network"]


def test_nothing_has_happened_on_the_link(live):
    assert cast(live).names == ["wirelab"]


def test_more_peers_than_fit_share_a_lifeline(live):
    peers = [f"10.0.0.{number}" for number in range(2, 6)]
    for peer in peers:
        exchange(live, peer)
    assert cast(live, room=5).names == ["wirelab", *peers]
    crowded = cast(live, room=4)
    assert crowded.names == ["wirelab", "4 peers"]
    assert crowded.sender("10.0.0.5") == "4 peers"
    assert crowded.receivers("10.0.0.5", "wirelab") == ["4 peers"]


def test_the_kernel_stands_between_us_and_the_peer():
    trace = Trace(live=LiveLink("eth0", "raw socket", bytes((10, 0, 0, 1))))
    for name in ("wirelab", KERNEL):
        trace.add_host(name, [InterfaceInfo("eth0", bytes(6), bytes((10, 0, 0, 1)))])
    trace.frame_handed_over(KERNEL, bytes(12) + b"\x08\x00" + bytes(40), 0, "10.0.0.2")
    chosen = choose_cast(trace, 3)
    assert chosen.names == ["wirelab", KERNEL, "10.0.0.2"]
    assert chosen.captions == ["user space", "10.0.0.1", ""]
    assert chosen.receivers("10.0.0.9", "wirelab") == ["10.0.0.2"]
