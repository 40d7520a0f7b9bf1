import pytest

from wirelab.sim.host.config import Route
from wirelab.sim.host.redirects import LIFETIME, MAXIMUM_REDIRECTS, Redirects
from wirelab.sim.host.timers import Timers

FAR, OTHER = b"\xc6\x33\x64\x07", b"\xc6\x33\x64\x08"
FIRST, SECOND_ONE = b"\x0a\0\0\x02", b"\x0a\0\0\x03"


@pytest.fixture
def changed():
    return []


@pytest.fixture
def timers():
    return Timers()


@pytest.fixture
def redirects(timers, changed):
    return Redirects(timers, changed.append)


def test_a_redirect_counts_for_one_destination_by_one_interface(redirects, changed):
    redirects.follow(FAR, 0, FIRST, 0)
    assert redirects.gateway(FAR, 0) == FIRST
    assert redirects.gateway(FAR, 1) is None
    assert redirects.gateway(OTHER, 0) is None
    assert changed == [FAR]


def test_a_dead_gateway_is_forgotten(redirects, changed):
    """RFC 1122 section 3.3.1.4."""
    redirects.follow(FAR, 0, FIRST, 0)
    redirects.follow(OTHER, 0, SECOND_ONE, 0)
    redirects.forget(FIRST)
    assert redirects.gateway(FAR, 0) is None
    assert redirects.gateway(OTHER, 0) == SECOND_ONE
    assert changed == [FAR, OTHER, FAR]


def test_redirects_age(redirects, timers, changed):
    redirects.follow(FAR, 0, FIRST, 0)
    timers.run(LIFETIME)
    assert redirects.gateway(FAR, 0) is None
    assert changed == [FAR, FAR]


def test_a_flood_of_redirects_is_bounded(redirects):
    for number in range(MAXIMUM_REDIRECTS + 5):
        redirects.follow(number.to_bytes(4, "big"), 0, FIRST, number)
    assert len(redirects) == MAXIMUM_REDIRECTS


def test_nothing_outlives_the_routing_table_that_it_corrected(make_rig):
    """RFC 1122 section 3.3.1.2: what was far may be a neighbour now, or the router gone."""
    rig = make_rig(routes=[Route(bytes(4), 0, 0, FIRST)])
    rig.host._layers.icmp.redirects.follow(FAR, 0, SECOND_ONE, 0)
    assert rig.host._layers.ipv4.output.first_hop(FAR).next_hop == SECOND_ONE
    rig.host.add_address(FAR[:3] + b"\x01", 24, 0)
    assert rig.host._layers.ipv4.output.first_hop(FAR).next_hop == FAR
    assert rig.host.poll_at() is None  # nor does its timer run on
