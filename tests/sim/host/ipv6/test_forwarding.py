"""A router between two links."""

import pytest

from wirelab.codecs import UDP, IPv6, IPv6HopByHop, NDRedirect, PadN, UnknownOption
from wirelab.codecs.addresses import ipv6_bytes
from wirelab.sim.host.drops import FORWARDED, Drop
from wirelab.sim.host.interface_address import AddressState
from wirelab.sim.host.ipv6.scopes import is_link_local, link_local_from_mac
from wirelab.sim.reasons import Reason


def packet(router, payload=b"data", **changes):
    changes.setdefault("destination", router.PEERS[1])
    return bytes(router.ip(**changes) / UDP(1, 2) / payload)


def error(router):
    """Type, code and third word of the error that was sent to the first peer."""
    [sent] = router.sent()
    assert sent.ip.destination == router.PEERS[0]
    assert sent.interface == 0
    return sent.payload[0], sent.payload[1], int.from_bytes(sent.payload[4:8])


def test_a_packet_goes_on_with_one_hop_less(router):
    """RFC 8200 section 3."""
    original = packet(router, hop_limit=9, flow_label=0x12345, dscp=10)
    assert router.receive(original) is FORWARDED
    [sent] = router.sent()
    assert (sent.interface, sent.ethernet.destination) == (1, router.PEER_MACS[1])
    assert sent.packet == original[:7] + b"\x08" + original[8:]
    assert router.host.counters.forwarded == 1


@pytest.mark.parametrize("hop_limit", [0, 1])
def test_the_last_hop_is_told(router, hop_limit):
    """RFC 4443 section 3.3."""
    drop = router.receive(packet(router, hop_limit=hop_limit))
    assert (drop.reason, drop.answered) == (Reason.IP_TTL_EXPIRED, True)
    assert error(router) == (3, 0, 0)


def test_what_is_too_big_is_told_with_the_mtu_and_never_cut(make_bench):
    """RFC 8200 section 5, RFC 4443 section 3.2."""
    router = make_bench(links=2, forwarding=True)
    router.host.interfaces[1].ipv6_mtu = 1280
    drop = router.receive(packet(router, bytes(1300)))
    assert (drop.reason, drop.answered) == (Reason.IP_TOO_BIG_DF, True)
    assert error(router) == (2, 0, 1280)


def test_without_a_route_the_sender_is_told(router):
    """RFC 4443 section 3.1, code 0."""
    router.host.remove_route(router.host.routes[-1])
    drop = router.receive(packet(router, destination=router.FAR))
    assert (drop.reason, drop.answered) == (Reason.IP_NO_ROUTE, True)
    assert error(router) == (1, 0, 0)


def test_a_link_local_sender_stays_on_its_link(router):
    """RFC 4007 section 9; RFC 4443 section 3.1, code 2."""
    source = link_local_from_mac(router.PEER_MACS[0])
    drop = router.receive(packet(router, source=source))
    assert drop.reason is Reason.IP_BAD_SOURCE


@pytest.mark.parametrize("destination", ["fe80::9", "ff05::1", "ff0e::1"])
def test_what_is_for_one_link_is_not_passed_on(router, destination):
    """RFC 4291 section 2.5.6; groups have no members behind this router."""
    drop = router.receive(packet(router, destination=ipv6_bytes(destination)))
    assert drop.reason is Reason.IP_NOT_FOR_ME
    assert router.sent() == []


def test_hop_by_hop_options_are_looked_at_on_the_way(router):
    """RFC 8200 section 4.3."""
    option = UnknownOption(0x9E, b"\0\0")
    ip = router.ip(destination=router.PEERS[1])
    drop = router.receive(bytes(ip / IPv6HopByHop(options=[PadN(b""), option]) / UDP(1, 2)))
    assert drop.reason is Reason.IP_UNKNOWN_OPTION
    assert error(router) == (4, 2, 44)


def test_a_neighbour_is_told_of_the_shorter_way(make_bench):
    """RFC 4861 section 8.2."""
    router = make_bench(links=2, forwarding=True)
    target = ipv6_bytes("2001:db8::9")
    router.introduce(target, b"\x02\0\0\0\0\x09", 0)
    original = packet(router, destination=target)
    assert router.receive(original) is FORWARDED
    frames = router.host.poll_transmit(router.now)
    redirects = [frame for _, frame in frames if frame[54:55] == bytes([137])]
    [redirect] = redirects
    ip = IPv6.parse(redirect, 14)
    assert is_link_local(ip.source)
    assert (ip.destination, ip.hop_limit) == (router.PEERS[0], 255)
    body = NDRedirect.parse(redirect, 58)
    assert (body.target, body.destination) == (target, target)
    quoted = next(one for one in body.options if hasattr(one, "packet"))
    assert quoted.packet.startswith(original)


def test_redirects_are_limited(make_bench):
    """RFC 4861 section 8.2: a router MUST limit their rate."""
    router = make_bench(links=2, forwarding=True)
    target = ipv6_bytes("2001:db8::9")
    router.introduce(target, b"\x02\0\0\0\0\x09", 0)
    for _ in range(2000):
        router.receive(packet(router, destination=target))
    frames = router.host.poll_transmit(router.now)
    redirects = [frame for _, frame in frames if frame[54:55] == bytes([137])]
    assert 0 < len(redirects) < 1000


class Hook:
    """A box that refuses, or changes the hop limit."""

    wants_whole = False

    def __init__(self, drop=None):
        self.drop = drop
        self.seen = []

    def received(self, packet, interface, now):
        self.seen.append("received")
        return packet

    def leaving(self, packet, arrived, interface, now):
        self.seen.append("leaving")
        if self.drop is not None and arrived is not None:
            return self.drop
        return packet[:7] + b"\x63" + packet[8:]


def test_boxes_see_what_goes_through(router):
    hook = Hook()
    router.host.hooks.add(hook)
    assert router.receive(packet(router)) is FORWARDED
    [sent] = router.sent()
    assert sent.ip.hop_limit == 0x63
    assert hook.seen == ["received", "leaving"]


def test_a_box_may_have_the_sender_told(router):
    """RFC 4443 section 3.1, code 1."""
    router.host.hooks.add(Hook(Drop(Reason.IP_FILTER, "no", True)))
    drop = router.receive(packet(router))
    assert (drop.reason, drop.answered) == (Reason.IP_FILTER, True)


def test_neighbour_discovery_does_not_pass_boxes(router):
    """RFC 4890 section 4.4.1: no filter may stop it."""
    hook = Hook()
    router.host.hooks.add(hook)
    router.introduce(ipv6_bytes("2001:db8::77"), b"\x02\0\0\0\0\x77", 0)
    assert hook.seen == []
    assert router.host.neighbor(ipv6_bytes("2001:db8::77")) == b"\x02\0\0\0\0\x77"


@pytest.mark.parametrize("state", [AddressState.TENTATIVE, AddressState.DUPLICATED])
def test_a_router_takes_nothing_for_an_address_that_it_may_not_use(router, state):
    """RFC 4862 section 5.4: neither as its owner nor, by way of its loopback, as a router."""
    address = ipv6_bytes("2001:db8::77")
    router.host.add_address(address, 64, 0)
    router.host.set_address_state(address, state)
    router.sent()
    drop = router.receive(packet(router, destination=address))
    assert drop.reason is Reason.IP_NOT_FOR_ME
    assert router.sent() == []


def test_a_source_that_belongs_elsewhere_is_refused_if_the_reverse_path_counts(make_bench):
    """RFC 3704 section 2.2, as IPv4 has it. Link-local senders cannot be elsewhere."""
    router = make_bench(links=2, forwarding=True, reverse_path_filter=True)
    assert router.receive(packet(router)) is FORWARDED
    forged = packet(router, source=ipv6_bytes("2001:db8:1::9"))
    for _ in range(2):
        assert router.receive(forged).reason is Reason.IP_REVERSE_PATH
    link_local = packet(router, source=ipv6_bytes("fe80::9"), destination=router.FAR)
    assert router.receive(link_local) is FORWARDED
    assert {sent.ip.source for sent in router.sent()} == {router.PEERS[0], ipv6_bytes("fe80::9")}
