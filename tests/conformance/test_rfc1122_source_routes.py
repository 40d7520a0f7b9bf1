"""What RFC 1122 demands of source routes: begun here (3.2.1.8), and led on for others (3.3.5)."""

import pytest

from wirelab.codecs import UDP, IPv4
from wirelab.sim.host.config import Route
from wirelab.sim.host.drops import FORWARDED, Drop
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.manner import Manner
from wirelab.sim.reasons import Reason

LOOSE, STRICT = 131, 137


def route(kind, *stops, pointer=4):
    """A source route."""
    return bytes([kind, 3 + 4 * len(stops), pointer]) + b"".join(stops)


def padded(*options):
    """Options, ended and padded as they must be."""
    joined = b"".join(options)
    return joined + bytes(-len(joined) % 4)


# Section 3.2.1.8: routes of our own


@pytest.mark.parametrize("kind", [LOOSE, STRICT])
def test_a_source_route_is_begun_at_its_first_stop(met, kind):
    """1122-3.2.1.8-e: case (A); the destination comes last, and is what the checksum knows."""
    far, stops = b"\xc6\x33\x64\x07", (met.PEER, b"\xcb\0\x71\1")
    manner = Manner(options=padded(route(kind, *stops)))
    met.host.add_route(Route(bytes(4), 0, 0, met.PEER))
    met.host.udp_bind(4000, met.now).send_to(b"x", far, 9, met.now, manner)
    [frame] = met.frames()
    ip = IPv4.parse(frame, 14)
    assert ip.destination == met.PEER
    assert ip.option_bytes == padded(route(kind, stops[1], far))
    at = 14 + ip.header_length
    assert UDP.checksum_ok(frame, at, len(frame), ip.replace(destination=far))


def test_a_strict_route_needs_its_first_stop_on_our_link(met):
    """1122-3.2.1.8-e; RFC 791 section 3.1."""
    met.host.add_route(Route(bytes(4), 0, 0, met.PEER))
    manner = Manner(options=padded(route(STRICT, b"\xcb\0\x71\1")))
    with pytest.raises(HostError, match=r"ip\.no_route"):
        met.host.udp_bind(4000, met.now).send_to(b"x", met.PEER, 9, met.now, manner)


@pytest.mark.parametrize("kinds", [(LOOSE, LOOSE), (LOOSE, STRICT), (STRICT, STRICT)])
def test_no_packet_leaves_with_two_source_routes(met, kinds):
    """1122-3.2.1.8-h."""
    options = padded(*(route(kind, met.PEER) for kind in kinds))
    socket = met.host.udp_bind(4000, met.now)
    with pytest.raises(HostError, match=r"ip\.bad_option"):
        socket.send_to(b"x", met.PEER, 9, met.now, Manner(options=options))
    assert met.frames() == []


# Section 3.3.5: forwarding by source routes


@pytest.fixture
def make_stop(make_router):
    """Makes a router that leads packets by the routes that they bring; 10.0.1.1 comes next."""

    def make(**config):
        return make_router(**{"source_routes": True, **config})

    return make


def led(router, payload=b"x", options=b"", kind=LOOSE, stop=None, **changes):
    """A packet that this router is to lead on."""
    options = padded(route(kind, stop or router.HOSTS[1]), options)
    return router.frame(payload, options=options, destination=router.OWN[0], **changes)


@pytest.mark.parametrize("kind", [LOOSE, STRICT])
@pytest.mark.parametrize("ttl", [9, 1])
def test_source_routes_are_followed_by_the_rules_of_gateways(make_stop, kind, ttl):
    """1122-3.3.5-a, 1122-3.3.5-b: one hop less; without any left, the sender is told."""
    router = make_stop()
    drop = router.receive(led(router, kind=kind, ttl=ttl))
    if ttl == 9:
        assert drop is FORWARDED
        [(_, _, ip, _)] = router.out()
        assert (ip.ttl, ip.source, ip.destination) == (8, router.HOSTS[0], router.HOSTS[1])
    else:
        assert (drop.reason, drop.answered) == (Reason.IP_TTL_EXPIRED, True)
        _, _, icmp, _ = router.error()
        assert (icmp.type, icmp.code) == (11, 0)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payload": bytes(1000), "dont_fragment": True}, 4),
        ({"stop": b"\xcb\0\x71\1"}, 5),
        ({"stop": b"\xc6\x33\x64\x07", "kind": STRICT}, 5),
        ({"stop": b"\x0a\0\1\xff"}, 5),
    ],
)
def test_what_cannot_be_led_on_is_unreachable(make_stop, changes, code):
    """1122-3.3.5-c: too large; no route; not on a network of ours; a broadcast."""
    router = make_stop(mtu=600)
    assert router.receive(led(router, **changes)).answered
    _, _, icmp, _ = router.error()
    assert (icmp.type, icmp.code) == (3, code)


def test_record_route_and_timestamp_are_written_on_a_source_routed_way(make_stop):
    """1122-3.3.5-d."""
    router = make_stop()
    router.now = 3 * SECOND
    more = bytes([7, 7, 4, 0, 0, 0, 0]) + bytes([68, 12, 5, 1]) + bytes(8)
    assert router.receive(led(router, options=more)) is FORWARDED
    [(_, _, ip, _)] = router.out()
    recorded = bytes([7, 7, 8]) + router.OWN[1]
    stamped = bytes([68, 12, 13, 1]) + router.OWN[1] + (0x8000_0000 | 3000).to_bytes(4, "big")
    came_by = route(LOOSE, router.OWN[1], pointer=8)
    assert ip.option_bytes == padded(came_by, recorded, stamped)


@pytest.mark.parametrize("settings", [{}, {"source_routes": True}, {"source_routes": False}])
def test_leading_others_by_source_routes_is_off_until_it_is_wanted(make_router, settings):
    """1122-3.3.5-e, 1122-3.3.5-f: also on what is a gateway otherwise."""
    router = make_router(**settings)
    drop = router.receive(led(router))
    if settings.get("source_routes"):
        assert drop is FORWARDED
        assert len(router.out()) == 1
    else:
        assert (drop.reason, drop.answered) == (Reason.IP_SOURCE_ROUTE, True)
        _, _, icmp, _ = router.error()
        assert (icmp.type, icmp.code) == (3, 5)


def test_source_routes_lead_round_no_filter(make_stop):
    """1122-3.3.5-g: the reverse path, link-local addresses, and what boxes refuse."""
    router = make_stop(reverse_path_filter=True)
    drop = router.receive(led(router, source=b"\x0a\0\1\7"))
    assert drop.reason is Reason.IP_REVERSE_PATH
    drop = router.receive(led(router, stop=b"\xa9\xfe\0\1"))
    assert drop is not FORWARDED

    class Closed:
        wants_whole = False

        def received(self, packet, interface, now):
            return packet

        def leaving(self, packet, arrived, interface, now):
            return packet if arrived is None else Drop(Reason.IP_FILTER, "closed")

    router.out()
    router.host.hooks.add(Closed())
    assert router.receive(led(router)).reason is Reason.IP_FILTER
    assert router.out() == []
