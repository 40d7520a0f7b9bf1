"""169.254.x.y (RFC 3927), as a host does it on the wire."""

from itertools import islice

import pytest

from wirelab.codecs import ARP
from wirelab.sim.host.events import AddressAcquired, AddressLost
from wirelab.sim.host.neighbors.link_local import candidates

STRANGER_MAC = b"\x02\0\0\0\0\x09"


@pytest.fixture
def link_local(rig):
    """A host that has chosen an address, and has said so."""
    rig.host.neighborhood().link_local.start(0)
    rig.wait(20)
    rig.frames()
    rig.events()
    return rig


def taken(rig):
    return rig.host.neighborhood().link_local.address


def test_candidates_are_of_the_network_but_not_of_its_reserved_ends(rig):
    """RFC 3927 section 2.1: 169.254.1.0 to 169.254.254.255."""
    found = list(islice(candidates(rig.MAC), 2000))
    assert all(address[:2] == b"\xa9\xfe" and 1 <= address[2] <= 254 for address in found)
    assert {address[2] for address in found} == set(range(1, 255))


def test_a_station_tries_the_same_addresses_after_a_restart_and_others_try_others(rig):
    """RFC 3927 section 2.1."""
    mine, again, others = (
        list(islice(candidates(mac), 5)) for mac in (rig.MAC, rig.MAC, rig.PEER_MAC)
    )
    assert mine == again
    assert not set(mine) & set(others)


def test_an_address_is_found_without_anybodys_help(rig):
    """RFC 3927 section 2.2."""
    rig.host.neighborhood().link_local.start(0)
    assert rig.host.neighborhood().link_local.is_running
    rig.wait(20)
    [event] = rig.events()
    assert event == AddressAcquired(next(candidates(rig.MAC)), 0)
    entry = rig.host.interfaces[0].find(event.address)
    assert (entry.prefix_length, event.address) == (16, taken(rig))


def test_an_address_that_somebody_has_is_followed_by_the_next_candidate(rig):
    """RFC 3927 section 2.2.1."""
    first, second = islice(candidates(rig.MAC), 2)
    rig.host.neighborhood().link_local.start(0)
    rig.wait(1.5)
    rig.receive(rig.arp_frame(sender=first, mac=STRANGER_MAC))
    rig.wait(20)
    assert taken(rig) == second
    assert rig.events() == [AddressAcquired(second, 0)]


def test_an_address_that_is_contested_twice_is_changed(link_local):
    """RFC 3927 section 2.5 (b)."""
    rig = link_local
    first = taken(rig)
    for _ in range(2):
        rig.receive(rig.arp_frame(sender=first, mac=STRANGER_MAC))
    assert rig.host.interfaces[0].find(first) is None
    assert rig.events()[-1] == AddressLost(first, STRANGER_MAC, 0)
    rig.wait(20)
    assert rig.events() == [AddressAcquired(taken(rig), 0)]
    assert taken(rig) not in (None, first)


def test_answers_and_questions_from_a_link_local_address_are_broadcast(link_local):
    """RFC 3927 section 2.5: so that a conflict shows soon."""
    rig = link_local
    neighbor = taken(rig)[:2] + b"\x07\x07"
    rig.receive(rig.arp_frame(sender=neighbor, target=taken(rig)))
    [(header, answer)] = rig.arps()
    assert (header.destination, answer.operation) == (rig.BROADCAST_MAC, 2)
    assert answer.target_hardware_address == rig.PEER_MAC
    rig.wait(61)  # the entry of the neighbour is old now
    rig.host.resolve(neighbor, rig.now)
    [(header, request)] = rig.arps()
    assert (header.destination, request.operation) == (rig.BROADCAST_MAC, 1)
    assert request.sender_protocol_address == taken(rig)


def test_stopping_gives_the_address_up_and_starting_takes_another_look(link_local):
    """RFC 3927 section 1.9: a host with a better address needs none."""
    rig = link_local
    machine = rig.host.neighborhood().link_local
    address = taken(rig)
    machine.stop(rig.now)
    machine.stop(rig.now)
    assert rig.host.interfaces[0].find(address) is None
    assert not machine.is_running
    rig.wait(60)
    assert (rig.frames(), rig.events()) == ([], [])
    machine.start(rig.now)
    machine.start(rig.now)
    rig.wait(20)
    assert len(rig.events()) == 1


def test_two_hosts_that_want_the_same_address_get_different_ones(make_rig):
    """RFC 3927 section 2.2.1, with both probing at once on one wire."""
    rigs = [make_rig(seed) for seed in (1, 2)]
    first = next(candidates(rigs[0].MAC))
    rigs[0].host.neighborhood().link_local.start(0)
    rigs[1].host.acquire_address(first, 16, 0)
    for _ in range(400):
        for rig in rigs:
            rig.wait(0.05)
        for rig, other in (rigs, reversed(rigs)):
            for frame in rig.frames():
                stranger = frame[:6] + STRANGER_MAC + frame[12:22] + STRANGER_MAC + frame[28:]
                assert ARP.parse(stranger, 14).sender_hardware_address == STRANGER_MAC
                other.receive(stranger)
    has = [rig.host.interfaces[0].find(first) is not None for rig in rigs]
    assert has.count(True) <= 1
    assert taken(rigs[0]) is not None
