"""Which address a client gets, and how much a flood of clients can take."""

import pytest

from wirelab.codecs.addresses import AddressLike
from wirelab.sim.host.durations import SECOND
from wirelab.sim.services.dhcp import BindingState, Subnet
from wirelab.sim.services.dhcp.bindings import Bindings

NOBODY = bytes(4)
WIDE = Subnet("10.0.0.0/8", "10.0.0.1", "10.255.255.254")


def offer(bindings, subnet, client, now, until=None):
    """What a server does with a DISCOVER; the address, or None."""
    binding = bindings.choose(subnet, client, client, NOBODY, now)
    if binding is None:
        return None
    binding.state = BindingState.OFFERED
    binding.until = now + 60 * SECOND if until is None else until
    return binding.address


def clients(first, count):
    return [number.to_bytes(6, "big") for number in range(first, first + count)]


def test_a_flood_of_clients_takes_no_more_than_the_capacity():
    """Sixteen million addresses are not sixteen million bindings."""
    bindings = Bindings(capacity=100)
    offered = [offer(bindings, WIDE, client, 0) for client in clients(0, 300)]
    assert offered.count(None) == 200
    assert len(bindings) == 100


def test_what_a_flood_has_let_go_is_offered_again():
    bindings = Bindings(capacity=100)
    for client in clients(0, 300):
        offer(bindings, WIDE, client, 0)
    later = 61 * SECOND
    assert offer(bindings, WIDE, b"honest", later) == bytes([10, 0, 0, 1])
    assert len(bindings) == 100


def test_an_address_that_was_given_back_is_there_at_once_in_a_full_pool():
    """RFC 2131 section 4.3.4."""
    subnet = Subnet("10.0.0.0/24", "10.0.0.10", "10.0.0.11")
    bindings = Bindings()
    one, _ = (offer(bindings, subnet, client, 0, until=9 * SECOND) for client in clients(0, 2))
    assert offer(bindings, subnet, b"third ", 0) is None
    binding = bindings.get(one or NOBODY)
    assert binding is not None
    bindings.free(binding, SECOND)
    assert offer(bindings, subnet, b"third ", SECOND) == one


def test_an_address_whose_client_moved_is_untouched_again():
    subnet = Subnet("10.0.0.0/24", "10.0.0.10", "10.0.0.12")
    bindings = Bindings()
    first, client = offer(bindings, subnet, b"mobile", 0), b"mobile"
    offer(bindings, subnet, b"second", 0)
    assert bindings.bind(subnet, bytes([10, 0, 0, 12]), client, client, 0) is not None
    assert offer(bindings, subnet, b"third ", 0) == first


@pytest.mark.parametrize("count", [1, 2, 5])
def test_reserved_addresses_are_for_their_clients_alone(count):
    reservations: dict[str | bytes, AddressLike] = {
        f"02:00:00:00:00:{number:02x}": f"10.0.0.{10 + number}" for number in range(5)
    }
    subnet = Subnet("10.0.0.0/24", "10.0.0.10", "10.0.0.20", reservations=reservations)
    bindings = Bindings()
    offered = [offer(bindings, subnet, client, 0) for client in clients(0, count)]
    assert offered == [bytes([10, 0, 0, 15 + number]) for number in range(count)]
