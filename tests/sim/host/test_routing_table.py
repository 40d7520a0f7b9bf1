import pytest

from wirelab.codecs.addresses import ANY_IPV4, ip_bytes
from wirelab.sim.host.config import InterfaceConfig, Route
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.routing_table import RoutingTable

MACS = [bytes((2, 0, 0, 0, 0, number)) for number in (1, 2)]


@pytest.fixture
def interfaces():
    texts = (("10.0.0.1", 24, "2001:db8:1::1"), ("192.0.2.1", 24, "2001:db8:2::1"))
    return [
        Interface(
            i, InterfaceConfig(f"eth{i}", mac, ip_bytes(v4), length, addresses=[(ip_bytes(v6), 64)])
        )
        for i, (mac, (v4, length, v6)) in enumerate(zip(MACS, texts, strict=True))
    ]


def interface_to(table, destination):
    route = table.lookup(destination)
    return None if route is None else route.interface


def default(gateway, interface, metric):
    gateway = ip_bytes(gateway)
    return Route(bytes(len(gateway)), 0, interface, gateway, metric)


def test_of_two_routes_to_one_network_the_lower_metric_is_taken(interfaces):
    table = RoutingTable(
        interfaces, [default("10.0.0.254", 0, 20), default("192.0.2.254", 1, 10)], 4
    )
    far = ip_bytes("198.51.100.1")
    assert interface_to(table, far) == 1
    table.remove(default("192.0.2.254", 1, 10))
    assert interface_to(table, far) == 0
    assert table.lookup(far, interface=1) is None


def test_of_equal_metrics_the_first_is_taken(interfaces):
    table = RoutingTable(interfaces, [default("10.0.0.254", 0, 5), default("192.0.2.254", 1, 5)], 4)
    assert interface_to(table, ip_bytes("198.51.100.1")) == 0


def test_a_longer_prefix_goes_before_a_lower_metric(interfaces):
    """RFC 1812 section 5.2.4.3."""
    narrow = Route(ip_bytes("198.51.100.0"), 24, 1, ip_bytes("192.0.2.9"), 100)
    table = RoutingTable(interfaces, [default("10.0.0.254", 0, 0), narrow], 4)
    assert table.lookup(ip_bytes("198.51.100.1")) is narrow


def test_a_table_takes_the_routes_of_its_family_only(interfaces):
    routes = [default("10.0.0.254", 0, 0), default("2001:db8:2::254", 1, 0)]
    table = RoutingTable(interfaces, routes, 16)
    assert interface_to(table, ip_bytes("2001:db8:9::1")) == 1
    assert table.is_local(ip_bytes("2001:db8:1::1"))
    assert not table.is_local(ip_bytes("10.0.0.1"))


def test_an_address_given_up_takes_along_what_it_made_reachable(interfaces):
    table = RoutingTable(interfaces, [default("10.0.0.254", 0, 0)], 4)
    table.disconnect(interfaces[0].remove(ip_bytes("10.0.0.1")))
    assert table.lookup(ip_bytes("10.0.0.9")) is None
    assert not table.is_local(ip_bytes("10.0.0.1"))
    assert [route.interface for route in table] == [1]


def test_a_route_that_is_not_there_cannot_be_removed(interfaces):
    table = RoutingTable(interfaces, [], 4)
    with pytest.raises(ValueError, match=r"no such route to 0\.0\.0\.0/0"):
        table.remove(Route(ANY_IPV4, 0, 0, ip_bytes("10.0.0.254")))


def test_a_gateway_on_another_interface_than_the_route_s_is_refused(interfaces):
    """RFC 1122 section 3.3.1.2: nobody there would answer ARP for it."""
    with pytest.raises(ValueError, match=r"gateway 192\.0\.2\.254 is on no network of .* eth0"):
        RoutingTable(interfaces, [default("192.0.2.254", 0, 0)], 4)


def test_we_are_no_gateway_to_ourselves(interfaces):
    with pytest.raises(ValueError, match=r"gateway 10\.0\.0\.1 is this host itself"):
        RoutingTable(interfaces, [default("10.0.0.1", 0, 0)], 4)


@pytest.mark.parametrize(
    ("destination", "gateway"), [(b"abc", None), (bytes(4), bytes(15) + b"\x09")]
)
def test_addresses_of_another_family_are_refused(interfaces, destination, gateway):
    table = RoutingTable(interfaces, [], 4)
    with pytest.raises(ValueError, match="give destination and gateway 4 each"):
        table.add(Route(destination, 0, 0, gateway))


def test_an_address_goes_though_its_route_was_removed_by_hand(interfaces):
    table = RoutingTable(interfaces, [], 4)
    table.remove(Route(ip_bytes("10.0.0.0"), 24, 0))
    table.disconnect(interfaces[0].remove(ip_bytes("10.0.0.1")))
    assert not table.is_local(ip_bytes("10.0.0.1"))
