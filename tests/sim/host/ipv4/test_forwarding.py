import pytest

from wirelab.codecs import UDP, ICMPv4, IPv4
from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host.config import Route
from wirelab.sim.host.drops import FORWARDED, Drop
from wirelab.sim.reasons import Reason

LOOSE_ROUTE, STRICT_ROUTE = 131, 137


def quoted(quote):
    """The header of the packet that an ICMP error quotes."""
    return IPv4.parse(quote, 0, strict=False)


def test_a_packet_goes_on_with_one_hop_less_and_nothing_else_changed(router):
    """1122-3.1-c, by RFC 1812 section 5.3.1; RFC 1122 section 3.2.1.7 leaves that to gateways."""
    frame = router.frame(b"hello", ttl=9, dscp=46, ecn=1, identification=77, dont_fragment=True)
    assert router.receive(frame) is FORWARDED
    [(index, ethernet, ip, payload)] = router.out()
    assert (index, ethernet.source, ethernet.destination) == (
        1, router.MACS[1], router.HOST_MACS[1],
    )  # fmt: skip
    assert ip == IPv4.parse(frame, 14).replace(ttl=8, checksum=ip.checksum)
    assert payload == frame[34:]
    counters = router.host.counters
    assert (counters.forwarded, counters.delivered) == (1, 3)
    assert counters.balanced


def test_ethernet_padding_is_not_passed_on(router):
    """RFC 894: the total length says where the packet ends."""
    assert router.receive(router.frame(b"x") + bytes(17)) is FORWARDED
    [(_, _, ip, payload)] = router.out()
    assert len(payload) == ip.total_length - 20 == 9


def test_packets_to_the_router_itself_are_its_own(router):
    """RFC 1812 section 5.2.3: to any of its addresses, wherever they come in."""
    echo = ICMPv4(type=8, identifier=1, sequence_number=1)
    frame = router.frame(b"data", header=echo, protocol=1, destination=router.OWN[1])
    assert router.receive(frame) is None
    [(index, _, ip, payload)] = router.out()
    assert (index, ip.source, payload[0]) == (0, router.OWN[1], 0)


def test_a_host_forwards_nothing(make_router):
    """1122-3.1-d: a host must not, unless it is told to."""
    host = make_router(forwarding=False)
    drop = host.receive(host.frame())
    assert drop == (Reason.IP_FORWARDING_OFF, "destination 10.0.1.1", False)
    assert host.out() == []


@pytest.mark.parametrize("ttl", [0, 1])
def test_a_packet_out_of_hops_is_answered_with_time_exceeded(router, ttl):
    """1122-3.1-c, by RFC 1812 section 5.3.1; RFC 792."""
    frame = router.frame(ttl=ttl)
    drop = router.receive(frame)
    assert drop == (Reason.IP_TTL_EXPIRED, f"TTL {ttl} from 10.0.0.1", True)
    index, ip, icmp, quote = router.error()
    assert (icmp.type, icmp.code) == (11, 0)
    assert (index, ip.source, ip.destination) == (0, router.OWN[0], router.HOSTS[0])
    assert quote == frame[14:]


def test_without_a_route_the_network_is_unreachable(router):
    """RFC 1812 section 4.3.3.1, 5.2.7.1: code 0."""
    drop = router.receive(router.frame(destination=ipv4_bytes("203.0.113.1")))
    assert drop == (Reason.IP_NO_ROUTE, "to 203.0.113.1", True)
    _, _, icmp, _ = router.error()
    assert (icmp.type, icmp.code) == (3, 0)


def test_a_host_that_does_not_answer_arp_is_unreachable(router):
    """RFC 1812 section 3.3.2, 5.2.7.1: code 1."""
    silent = ipv4_bytes("10.0.1.77")
    assert router.receive(router.frame(destination=silent)) is FORWARDED
    router.wait(5)
    _, ip, icmp, quote = router.error()
    assert (icmp.type, icmp.code, ip.destination) == (3, 1, router.HOSTS[0])
    assert quoted(quote).destination == silent
    assert router.host.counters.not_sent == {Reason.ARP_TIMEOUT: 1}


def test_a_packet_too_large_for_the_next_link_is_cut(make_router):
    """RFC 1812 section 4.2.2.7, RFC 791 section 3.2."""
    router = make_router(mtu=600)
    data = bytes(range(200)) * 6
    assert router.receive(router.frame(data, identification=9)) is FORWARDED
    sent = router.out()
    assert [ip.total_length for _, _, ip, _ in sent] == [596, 596, 76]
    assert [ip.fragment_offset for _, _, ip, _ in sent] == [0, 72, 144]
    assert [ip.more_fragments for _, _, ip, _ in sent] == [True, True, False]
    assert b"".join(payload for *_, payload in sent)[8:] == data
    assert router.host.counters.forwarded == 1


def test_a_packet_that_must_not_be_cut_is_answered_with_the_mtu(make_router):
    """RFC 1812 section 4.3.3.3; RFC 1191 section 4."""
    router = make_router(mtu=600)
    drop = router.receive(router.frame(bytes(1200), dont_fragment=True))
    assert drop == (Reason.IP_TOO_BIG_DF, "1228 bytes, MTU 600 towards 10.0.1.1", True)
    _, _, icmp, _ = router.error()
    assert (icmp.type, icmp.code, icmp.next_hop_mtu) == (3, 4, 600)


def test_a_sender_with_a_nearer_router_is_told_and_its_packet_goes_on(router):
    """RFC 1812 section 5.2.7.2: redirect for the host, about what leaves where it came in."""
    frame = router.frame(destination=router.FAR)
    assert router.receive(frame) is FORWARDED
    redirect, packet = router.out()
    assert ICMPv4.parse(redirect[3]).type == 5
    assert redirect[3][1] == 1
    assert redirect[3][4:8] == router.GATEWAY
    assert redirect[2].destination == router.HOSTS[0]
    assert (packet[0], packet[1].destination) == (0, router.GATEWAY_MAC)


def test_a_sender_of_another_network_is_not_redirected(router):
    """RFC 1812 section 5.2.7.2: the sender must be on the network of the next hop."""
    frame = router.frame(source=ipv4_bytes("172.16.0.9"), destination=router.FAR)
    assert router.receive(frame) is FORWARDED
    assert len(router.out()) == 1


def test_redirects_can_be_switched_off(make_router):
    """RFC 1812 section 5.2.7.2."""
    router = make_router(send_redirects=False)
    assert router.receive(router.frame(destination=router.FAR)) is FORWARDED
    assert len(router.out()) == 1


@pytest.mark.parametrize(
    "destination", ["0.0.0.9", "127.0.0.1", "224.0.0.9", "240.0.0.1", "169.254.3.4"]
)
def test_destinations_that_no_router_forwards_to(router, destination):
    """RFC 1812 section 5.3.7; RFC 3927 section 2.7."""
    drop = router.receive(router.frame(destination=ipv4_bytes(destination)))
    assert drop == (Reason.IP_BAD_DESTINATION, f"destination {destination}", False)


@pytest.mark.parametrize(
    "source",
    ["0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "10.0.0.255", "169.254.1.2",
     "10.0.1.254"],
)  # fmt: skip
def test_sources_that_no_router_believes(router, source):
    """RFC 1812 sections 5.3.7 and 5.3.8; RFC 3927 section 2.7."""
    drop = router.receive(router.frame(source=ipv4_bytes(source)))
    assert drop == (Reason.IP_BAD_SOURCE, f"source {source}", False)


def test_a_source_that_belongs_elsewhere_is_refused_if_the_reverse_path_counts(make_router):
    """RFC 3704 section 2.2; RFC 1812 section 5.3.8."""
    router = make_router(reverse_path_filter=True)
    forged = router.frame(source=ipv4_bytes("10.0.1.9"), destination=router.FAR)
    assert router.receive(forged).reason is Reason.IP_REVERSE_PATH
    assert router.receive(router.frame()) is FORWARDED


def test_what_was_a_broadcast_on_the_link_is_not_forwarded(router):
    """RFC 1812 section 5.3.4; RFC 1122 section 3.3.6."""
    drop = router.receive(router.frame(to=b"\xff" * 6))
    assert drop.reason is Reason.IP_NOT_FOR_ME
    assert router.out() == []


@pytest.mark.parametrize("address", ["10.0.1.255", "10.0.1.0"])
def test_a_broadcast_to_another_network_stops_here(router, address):
    """RFC 2644: that is the default."""
    drop = router.receive(router.frame(destination=ipv4_bytes(address)))
    assert drop.reason is Reason.IP_DIRECTED_BROADCAST


def test_a_broadcast_to_another_network_goes_there_if_that_is_wanted(make_router):
    """RFC 1812 section 5.3.5.2."""
    router = make_router(directed_broadcasts=True)
    assert router.receive(router.frame(destination=ipv4_bytes("10.0.1.255"))) is FORWARDED
    [(index, ethernet, _, _)] = router.out()
    assert (index, ethernet.destination) == (1, b"\xff" * 6)


# --- options ---------------------------------------------------------------------------------


def test_a_router_writes_the_address_that_it_sends_from_into_a_record_route(router):
    """RFC 791 section 3.1; RFC 1812 section 5.3.13.5."""
    options = bytes([7, 11, 4]) + bytes(8) + b"\1"
    assert router.receive(router.frame(options=options)) is FORWARDED
    [(_, _, ip, _)] = router.out()
    recorded = IPv4.parse(ip.build(), 0, strict=False)
    assert recorded.header_length == 32
    assert ip.build()[20:32] == bytes([7, 11, 8]) + router.OWN[1] + bytes(4) + b"\1"


def test_an_option_that_cannot_be_followed_is_a_parameter_problem(router):
    """RFC 1812 section 5.2.7.3, RFC 792: the pointer says where."""
    drop = router.receive(router.frame(options=bytes([7, 7, 3, 0, 0, 0, 0, 0])))
    assert (drop.reason, drop.answered) == (Reason.IP_BAD_OPTION, True)
    _, _, icmp, _ = router.error()
    assert (icmp.type, icmp.code, icmp.pointer) == (12, 0, 22)


def test_fragments_of_a_packet_with_options_repeat_only_what_is_to_be_copied(make_router):
    """RFC 791 section 3.1."""
    router = make_router(mtu=600)
    frame = router.frame(bytes(1000), options=bytes([7, 7, 4, 0, 0, 0, 0, 0]))
    assert router.receive(frame) is FORWARDED
    assert [ip.header_length for _, _, ip, _ in router.out()] == [28, 20]


@pytest.mark.parametrize("kind", [LOOSE_ROUTE, STRICT_ROUTE])
def test_packets_that_bring_their_route_are_refused(router, kind):
    """RFC 7126 section 4.3; RFC 1122 section 3.3.5: source route failed."""
    options = bytes([kind, 7, 4]) + router.HOSTS[1] + b"\0"
    for destination in (router.OWN[0], router.HOSTS[1]):
        drop = router.receive(router.frame(options=options, destination=destination))
        assert (drop.reason, drop.answered) == (Reason.IP_SOURCE_ROUTE, True)
        _, _, icmp, _ = router.error()
        assert (icmp.type, icmp.code) == (3, 5)


@pytest.mark.parametrize("kind", [LOOSE_ROUTE, STRICT_ROUTE])
def test_a_router_that_is_to_follow_source_routes_does(make_router, kind):
    """RFC 791 section 3.1; RFC 1812 section 5.2.4.1: our address takes the place of the stop."""
    router = make_router(source_routes=True)
    options = bytes([kind, 7, 4]) + router.HOSTS[1] + b"\0"
    frame = router.frame(options=options, destination=router.OWN[0], ttl=5)
    assert router.receive(frame) is FORWARDED
    [(index, _, ip, _)] = router.out()
    assert (index, ip.destination, ip.ttl) == (1, router.HOSTS[1], 4)
    assert ip.build()[20:28] == bytes([kind, 7, 8]) + router.OWN[1] + b"\0"


def test_a_strict_route_over_a_router_between_fails(make_router):
    """RFC 791 section 3.1: the next stop must be on a network of ours."""
    router = make_router(source_routes=True)
    options = bytes([STRICT_ROUTE, 7, 4]) + router.FAR + b"\0"
    drop = router.receive(router.frame(options=options, destination=router.OWN[0]))
    assert (drop.reason, drop.answered) == (Reason.IP_SOURCE_ROUTE, True)


# --- hooks -----------------------------------------------------------------------------------


class Box:
    """A hook that notes what it sees, and answers as told."""

    def __init__(self, wants_whole=False):
        self.wants_whole = wants_whole
        self.seen = []
        self.answers = {}
        self.spares_own = False

    def received(self, packet, interface, now):
        self.seen.append(("received", packet, interface.name))
        return self.answers.get("received", packet)

    def leaving(self, packet, arrived, interface, now):
        name = arrived.name if arrived is not None else None
        self.seen.append(("leaving", packet, name, interface.name))
        if arrived is None and self.spares_own:
            return packet
        return self.answers.get("leaving", packet)


def test_hooks_see_a_packet_as_it_comes_and_as_it_leaves(router):
    box = Box()
    router.host.hooks.add(box)
    frame = router.frame(ttl=9)
    for _ in range(2):  # the second one finds no short way round them
        assert router.receive(frame) is FORWARDED
    received, leaving = box.seen[:2]
    assert received == ("received", frame[14:], "eth0")
    assert leaving[2:] == ("eth0", "eth1")
    assert IPv4.parse(leaving[1]).ttl == 8
    assert len(box.seen) == 4


def test_the_first_hook_closes_the_short_way_and_the_last_one_opens_it(router):
    fast = router.host._layers.ipv4.fast_forwarding
    router.receive(router.frame())
    assert len(fast) == 1
    box = Box()
    router.host.hooks.add(box)
    assert len(fast) == 0
    router.receive(router.frame())
    assert len(fast) == 0
    router.host.hooks.remove(box)
    router.receive(router.frame())
    assert len(fast) == 1


@pytest.mark.parametrize("place", ["received", "leaving"])
def test_what_a_hook_stops_is_dropped_or_answered_as_prohibited(router, place):
    """RFC 1812 section 5.2.7.1: code 13."""
    box = Box()
    router.host.hooks.add(box)
    box.answers[place] = Drop(Reason.IP_FILTER, "rule 1")
    assert router.receive(router.frame()) == (Reason.IP_FILTER, "rule 1", False)
    assert router.out() == []
    box.answers[place] = Drop(Reason.IP_FILTER, "rule 2", answered=True)
    box.seen.clear()
    box.spares_own = True  # the answer leaves, too
    assert router.receive(router.frame()) == (Reason.IP_FILTER, "rule 2", True)
    _, _, icmp, _ = router.error()
    assert (icmp.type, icmp.code) == (3, 13)


def test_a_packet_that_a_hook_readdresses_is_routed_anew(router):
    box = Box()
    router.host.hooks.add(box)
    box.answers["received"] = router.frame(destination=router.HOSTS[1])[14:]
    assert router.receive(router.frame(destination=router.OWN[0])) is FORWARDED
    [(index, _, ip, _)] = router.out()
    assert (index, ip.destination) == (1, router.HOSTS[1])


def test_fragments_are_whole_for_a_hook_that_wants_it_and_cut_again_behind_it(router):
    """Rule 4 of the hooks: to what they came in."""
    box = Box(wants_whole=True)
    router.host.hooks.add(box)
    whole = router.frame(bytes(1000), identification=5)
    first = router.frame(whole[34:530], header=False, more_fragments=True, identification=5)
    second = router.frame(whole[530:], header=False, fragment_offset=62, identification=5)
    assert router.receive(first) is None
    assert router.receive(second) is FORWARDED
    assert [len(seen[1]) for seen in box.seen] == [1028, 1028]
    assert [ip.total_length for _, _, ip, _ in router.out()] == [532, 516]


def test_own_packets_pass_the_hooks_without_having_come_in(router):
    box = Box()
    router.host.hooks.add(box)
    socket = router.host.udp_bind(4000, router.now)
    socket.send_to(b"x", router.HOSTS[1], 9, router.now)
    router.out()
    [(place, packet, arrived, interface)] = box.seen
    assert (place, arrived, interface) == ("leaving", None, "eth1")
    assert UDP.parse(packet, 20).destination_port == 9


def test_segments_of_tcp_pass_the_hooks_one_by_one(router):
    """A flow's ready-made frames, too."""
    box = Box()
    router.host.hooks.add(box)
    router.host.tcp_connect(router.HOSTS[1], 80, router.now)
    [(_, _, ip, _)] = router.out()
    assert ip.protocol == 6
    assert [seen[0] for seen in box.seen] == ["leaving"]
    box.answers["leaving"] = Drop(Reason.IP_FILTER)
    router.wait(2)
    assert router.out() == []
    assert router.host.counters.not_sent[Reason.IP_FILTER] >= 1


# --- the table -------------------------------------------------------------------------------


def test_a_better_route_is_taken_at_once(router):
    """Also by packets that had a short way."""
    far = router.frame(destination=router.FAR)
    router.receive(far)
    router.out()
    router.host.add_route(Route(router.FAR, 32, 1, router.HOSTS[1]))
    assert router.receive(far) is FORWARDED
    [(index, *_)] = router.out()
    assert index == 1
