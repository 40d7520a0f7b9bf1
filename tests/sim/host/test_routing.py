import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host.config import InterfaceConfig, Route
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.routing import Routes


def interface(index, address, prefix_length=24):
    mac = bytes((2, 0, 0, 0, 0, index))
    return Interface(index, InterfaceConfig("eth", mac, ipv4_bytes(address), prefix_length))


@pytest.fixture
def routes():
    return Routes(
        [interface(0, "10.0.0.1"), interface(1, "192.0.2.1", 28)],
        [
            Route(ipv4_bytes("0.0.0.0"), 0, 0, ipv4_bytes("10.0.0.254")),
            Route(ipv4_bytes("10.1.0.0"), 16, 1, ipv4_bytes("192.0.2.2")),
            Route(ipv4_bytes("10.1.2.0"), 24, 0, ipv4_bytes("10.0.0.253")),
        ],
    )


@pytest.mark.parametrize(
    ("destination", "index", "next_hop"),
    [
        ("10.0.0.9", 0, "10.0.0.9"),
        ("192.0.2.9", 1, "192.0.2.9"),
        ("192.0.2.17", 0, "10.0.0.254"),
        ("10.1.3.4", 1, "192.0.2.2"),
        ("10.1.2.4", 0, "10.0.0.253"),
        ("198.51.100.7", 0, "10.0.0.254"),
    ],
)
def test_the_longest_prefix_decides(routes, destination, index, next_hop):
    """1122-3.2.1.3-a, 1122-3.3.1.1-a; RFC 1122 section 3.3.1.2."""
    hop = routes.hop(ipv4_bytes(destination))
    assert (hop.interface.index, hop.next_hop) == (index, ipv4_bytes(next_hop))
    assert hop.group_mac is None


@pytest.mark.parametrize("destination", ["0.0.0.0", "0.1.2.3", "240.0.0.1"])
def test_addresses_that_must_not_be_sent_to_have_no_route(routes, destination):
    """RFC 1122 section 3.2.1.3 (a), (b)."""
    assert routes.hop(ipv4_bytes(destination)) is None


@pytest.mark.parametrize("destination", ["127.0.0.1", "127.255.1.2", "10.0.0.1", "192.0.2.1"])
def test_our_own_addresses_are_reached_without_any_link(routes, destination):
    """RFC 1122 section 3.2.1.3 (g)."""
    hop = routes.hop(ipv4_bytes(destination))
    assert (hop.interface.name, hop.next_hop) == ("lo", ipv4_bytes(destination))


@pytest.mark.parametrize(
    ("destination", "source"),
    [
        ("10.0.0.9", "10.0.0.1"),
        ("10.1.3.4", "192.0.2.1"),
        ("127.0.0.2", "127.0.0.1"),
        ("192.0.2.1", "192.0.2.1"),
    ],
)
def test_the_source_is_ours_on_the_network_of_the_next_hop(routes, destination, source):
    """RFC 1122 section 3.3.4.3."""
    assert routes.source_for(routes.hop(ipv4_bytes(destination))) == ipv4_bytes(source)


def test_of_several_addresses_that_on_the_gateway_s_network_is_the_source():
    """RFC 1122 section 3.3.4.3 (1)."""
    one = interface(0, "10.0.0.1")
    one.add(ipv4_bytes("172.16.0.1"), 24)
    routes = Routes([one], [Route(bytes(4), 0, 0, ipv4_bytes("172.16.0.254"))])
    hop = routes.hop(ipv4_bytes("198.51.100.7"))
    assert hop is not None
    assert routes.source_for(hop) == ipv4_bytes("172.16.0.1")


@pytest.mark.parametrize("destination", ["10.0.0.255", "255.255.255.255", "10.0.0.0"])
def test_a_broadcast_goes_to_everybody_on_the_link(routes, destination):
    """RFC 1122 section 3.3.6."""
    assert routes.hop(ipv4_bytes(destination)).group_mac == b"\xff" * 6


def test_a_multicast_goes_to_its_ethernet_group(routes):
    """RFC 1112 section 6.4: the low 23 bits."""
    assert routes.hop(ipv4_bytes("239.129.2.3")).group_mac == bytes.fromhex("01005e010203")


def test_without_a_default_route_the_rest_of_the_world_is_out_of_reach():
    assert Routes([interface(0, "10.0.0.1")], []).hop(ipv4_bytes("192.0.2.1")) is None


def test_a_gateway_must_be_on_a_connected_network():
    """RFC 1122 section 3.3.1.2."""
    with pytest.raises(ValueError, match=r"gateway 192\.0\.2\.9 is on no network of interface eth"):
        Routes([interface(0, "10.0.0.1")], [Route(bytes(4), 0, 0, ipv4_bytes("192.0.2.9"))])


def test_a_route_needs_an_interface_that_exists():
    with pytest.raises(ValueError, match="there is no interface 1"):
        Routes([interface(0, "10.0.0.1")], [Route(bytes(4), 0, 1)])


prefixes = st.lists(st.tuples(st.integers(0, (1 << 32) - 1), st.integers(0, 32)), max_size=8)


@given(prefixes, st.integers(0x01000000, 0x7EFFFFFF))  # neither on-link nor loopback
def test_any_table_agrees_with_a_search_through_all_routes(table, destination):
    routes = [
        Route(network.to_bytes(4, "big"), length, 0, ipv4_bytes(f"198.51.100.{number + 1}"))
        for number, (network, length) in enumerate(table)
    ]
    best = max(
        (route for route, (network, length) in zip(routes, table, strict=True)
         if network >> (32 - length) == destination >> (32 - length)),
        key=lambda route: route.prefix_length,
        default=None,
    )  # fmt: skip
    hop = Routes([interface(0, "198.51.100.254")], routes).hop(destination.to_bytes(4, "big"))
    assert (hop and hop.next_hop) == (best and best.gateway)


def test_link_local_addresses_are_not_sent_to_a_gateway(routes):
    """RFC 3927 section 2.6.2."""
    hop = routes.hop(ipv4_bytes("169.254.7.7"))
    assert hop.next_hop == ipv4_bytes("169.254.7.7")
