import pytest

from wirelab.codecs.addresses import AddressError
from wirelab.sim.network import Network, SimulationError


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"addresses": "10.0.0.9/abc"}, r"'abc' is no number from 0 to 32; write 10.0.0.9/24"),
        ({"addresses": "10.0.0.9/33"}, "'33' is no number from 0 to 32"),
        ({"addresses": "10.0.0.9/"}, "'' is no number from 0 to 32"),
        ({"addresses": "10.0.0.9/-1"}, "'-1' is no number from 0 to 32"),
        ({"addresses": []}, "a host with 0 addresses; give it 1 to 256"),
        ({"addresses": [f"10.1.{n % 256}.9" for n in range(257)]}, "a host with 257 addresses"),
        ({"addresses": "10.0.0.9", "mtu": 67}, r"mtu 67: use 68 \(RFC 791 section 3.2\) to 65535"),
        ({"addresses": "10.0.0.9", "mtu": "1500"}, "mtu '1500': use 68"),
        ({"addresses": "10.0.0.1"}, "10.0.0.1 is an address of alice already; .* allow_conflict"),
        ({"addresses": ["10.0.0.9", "10.0.0.9"]}, "10.0.0.9 is an address of this host itself"),
        ({"addresses": "10.0.0.9", "mac": "02:00:00:00:00:01"}, "00:01 is an address of alice"),
    ],
)
def test_a_host_that_cannot_be_is_refused_with_the_way_out(arguments, message):
    network = Network()
    network.host("alice", "10.0.0.1")
    with pytest.raises(SimulationError, match=message):
        network.host("bob", **arguments)
    network.host("bob", "10.0.0.9")  # nothing is left of the one that was refused


def test_an_address_that_cannot_be_read_is_an_address_error():
    with pytest.raises(AddressError, match=r"'10\.0\.0\.256' is no IPv4 address"):
        Network().host("alice", "10.0.0.256")


def test_a_conflict_can_be_asked_for():
    network = Network()
    network.host("alice", "10.0.0.1")
    mallory = network.host("mallory", "10.0.0.1/16", allow_conflict=True)
    assert mallory.interfaces[0].address == b"\x0a\0\0\1"
    assert mallory.interfaces[0].prefix_length == 16


def test_automatic_macs_pass_over_those_given_by_hand():
    network = Network()
    network.host("alice", "10.0.0.1", mac="02:00:00:00:00:02")
    bob = network.host("bob", ["10.0.0.2", "10.0.1.2"])
    assert [one.mac.hex(":") for one in bob.interfaces] == [
        "02:00:00:00:00:03",
        "02:01:00:00:00:02",
    ]


def test_a_gateway_is_reached_by_the_interface_on_its_network():
    """RFC 1122 section 3.3.1.2: a gateway is on a connected network."""
    network = Network()
    host = network.host("alice", ["10.0.0.1", "10.0.1.1"], gateway="10.0.1.254")
    router = network.host("router", "10.0.1.254")
    network.link(network.switch(), host)
    network.link(host, router)
    host.ping(b"\xc0\0\2\1", 1, 1, b"", network.now)
    network.run_for("1ms")
    first = next(network.trace.frames())
    assert (first.sender, first.sender_interface) == ("alice", 1)


def test_any_number_of_hosts_may_have_no_address_yet():
    """RFC 1122 section 3.2.1.3 (a): 0.0.0.0 is nobody's address."""
    network = Network()
    hosts = [network.host(f"phone{number}", "0.0.0.0") for number in range(3)]
    assert [host.interfaces[0].ipv4 for host in hosts] == [[], [], []]
