"""RFC 1122 sections 3.2.2.2 and 3.3.1.2, seen from outside."""

import pytest

from wirelab.codecs import ICMPv4, IPv4
from wirelab.sim.host.config import Route
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.icmp.config import IcmpConfig
from wirelab.sim.host.redirects import LIFETIME
from wirelab.sim.reasons import Reason

FAR = b"\xc6\x33\x64\x07"
BESIDE = b"\xc6\x33\x64\x08"
BETTER = b"\x0a\0\0\x03"
BETTER_MAC = b"\x02\0\0\0\0\x03"


@pytest.fixture
def routed(make_rig):
    """A host whose gateway is its neighbour, and that knows a better router's MAC address."""

    def make(**config):
        rig = make_rig(routes=[Route(bytes(4), 0, 0, make_rig.PEER)], **config)
        rig.introduce()
        rig.receive(rig.arp_frame(sender=BETTER, mac=BETTER_MAC))
        rig.frames()
        return rig

    return make


def redirect(rig, gateway=BETTER, code=1, sender=None, quoted_source=None, **changes):
    quote = IPv4(source=quoted_source or rig.ADDRESS, destination=FAR, protocol=17).build(bytes(8))
    return rig.frame(ICMPv4(type=5, code=code, gateway=gateway), quote, source=sender, **changes)


def way(rig, destination=FAR):
    """The MAC address that a packet is sent to now."""
    rig.host.udp_bind(0, rig.now).send_to(b"x", destination, 53, rig.now)
    [packet] = rig.sent()
    return packet.ethernet.destination


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_a_redirect_changes_the_first_hop_of_its_destination(routed, code):
    """1122-3.2.2.2-a, 1122-3.2.2.2-b: for a network, too, it counts for the host alone."""
    rig = routed()
    assert way(rig) == rig.PEER_MAC
    assert rig.receive(redirect(rig, code=code)) is None
    assert way(rig) == BETTER_MAC
    assert way(rig, BESIDE) == rig.PEER_MAC


def test_a_connection_follows_a_redirect(routed):
    """RFC 1122 section 3.3.1.2: the next packet goes the new way."""
    rig = routed()
    rig.host.tcp_connect(FAR, 80, rig.now)
    assert [packet.ethernet.destination for packet in rig.sent()] == [rig.PEER_MAC]
    assert rig.receive(redirect(rig)) is None
    rig.wait(1)
    assert [packet.ethernet.destination for packet in rig.sent()] == [BETTER_MAC]


def test_the_new_gateway_may_redirect_again(routed):
    rig = routed()
    assert rig.receive(redirect(rig)) is None
    again = redirect(rig, gateway=rig.PEER, sender=BETTER)
    assert rig.receive(again) is None
    assert way(rig) == rig.PEER_MAC


def test_a_redirect_is_forgotten_after_a_while(routed):
    rig = routed()
    rig.receive(redirect(rig))
    rig.wait(LIFETIME // SECOND)
    assert rig.host._layers.ipv4.output.first_hop(FAR).next_hop == rig.PEER


def test_a_gateway_that_does_not_answer_is_left_again(make_rig):
    """RFC 1122 section 3.3.1.4 and 3.3.1.5."""
    rig = make_rig(routes=[Route(bytes(4), 0, 0, make_rig.PEER)])
    rig.introduce()
    assert rig.receive(redirect(rig)) is None
    rig.host.udp_bind(0, rig.now).send_to(b"x", FAR, 53, rig.now)
    rig.wait(10)
    assert rig.host._layers.ipv4.output.first_hop(FAR).next_hop == rig.PEER


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"gateway": b"\xc0\0\2\1"}, "no host on the network"),
        ({"gateway": b"\x0a\0\0\xff"}, "no host on the network"),
        ({"gateway": b"\x0a\0\0\x01"}, "this host itself"),
        ({"sender": b"\x0a\0\0\x09"}, "not the first hop"),
        ({"quoted_source": b"\x0a\0\0\x09"}, "about a packet of 10.0.0.9"),
        ({"destination": b"\x0a\0\0\xff", "to": b"\xff" * 6}, "sent to 10.0.0.255"),
    ],
)
def test_a_redirect_that_cannot_be_right_is_discarded(routed, changes, why):
    """RFC 1122 section 3.2.2.2: neither a gateway elsewhere, nor anybody but the first hop."""
    rig = routed()
    drop = rig.receive(redirect(rig, **changes))
    assert drop.reason is Reason.ICMP_REDIRECT_IGNORED
    assert why in drop.detail
    assert not drop.answered
    assert way(rig) == rig.PEER_MAC


@pytest.mark.parametrize(
    "config", [{"icmp": IcmpConfig(accept_redirects=False)}, {"forwarding": True}]
)
def test_a_router_follows_no_redirects_and_no_host_must(routed, config):
    """RFC 1812 section 5.2.7.2."""
    rig = routed(**config)
    drop = rig.receive(redirect(rig))
    assert drop.reason is Reason.ICMP_REDIRECT_IGNORED
    assert "follows no redirects" in drop.detail


def test_a_redirect_whose_quote_is_too_short_is_refused(routed):
    rig = routed()
    frame = rig.frame(ICMPv4(type=5, code=1, gateway=BETTER), bytes(8))
    assert rig.receive(frame).reason is Reason.ICMP_BAD_PACKET
