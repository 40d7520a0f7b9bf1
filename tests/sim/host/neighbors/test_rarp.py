"""Reverse ARP (RFC 903): who asks and who answers."""

import pytest

from wirelab.codecs import RARP, Ethernet
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.events import ReverseFailed, ReverseResolved
from wirelab.sim.host.neighbors.rarp import REVERSE_REPLY, REVERSE_REQUEST, TYPE_RARP
from wirelab.sim.reasons import Reason

GIVEN = b"\x0a\0\0\x63"
DISKLESS_MAC = b"\x02\0\0\0\0\x63"


def frame(rig, operation, mac, address=bytes(4), sender=None, to=None, **changes):
    """A RARP packet from the neighbour."""
    body = RARP(
        operation=operation,
        sender_hardware_address=rig.PEER_MAC,
        sender_protocol_address=rig.PEER if sender is None else sender,
        target_hardware_address=mac,
        target_protocol_address=address,
        **changes,
    )
    header = Ethernet(destination=to or rig.MAC, source=rig.PEER_MAC, type=TYPE_RARP)
    return header.build(body.build())


def sent(rig):
    frames = [(Ethernet.parse(one), one) for one in rig.frames()]
    return [(header, RARP.parse(one, 14)) for header, one in frames if header.type == TYPE_RARP]


def test_a_station_asks_everybody_with_its_mac_address_alone(rig):
    """RFC 903: the sender's and the target's hardware address are its own."""
    rig.host.neighborhood().ask_own_address(0)
    [(header, request)] = sent(rig)
    assert header.destination == rig.BROADCAST_MAC
    assert request.operation == REVERSE_REQUEST
    assert request.sender_hardware_address == request.target_hardware_address == rig.MAC
    assert request.sender_protocol_address == request.target_protocol_address == bytes(4)


def test_the_answer_is_told_and_added_if_asked_for(rig):
    rig.host.neighborhood().ask_own_address(0, prefix_length=24)
    assert rig.receive(frame(rig, REVERSE_REPLY, rig.MAC, GIVEN)) is None
    assert rig.events() == [ReverseResolved(rig.MAC, GIVEN, rig.PEER, 0)]
    assert rig.host.interfaces[0].find(GIVEN) is not None
    assert rig.receive(frame(rig, REVERSE_REPLY, rig.MAC, GIVEN)).reason is Reason.RARP_NOT_FOR_ME


def test_without_a_prefix_length_the_answer_is_only_told(rig):
    rig.host.neighborhood().ask_own_address(0)
    rig.receive(frame(rig, REVERSE_REPLY, rig.MAC, GIVEN))
    assert len(rig.events()) == 1
    assert rig.host.interfaces[0].find(GIVEN) is None


def test_without_an_answer_it_asks_four_times_ever_more_slowly(rig):
    rig.host.neighborhood().ask_own_address(0)
    times = []
    for _ in range(40):
        times += [rig.now for _ in sent(rig)]
        rig.wait(0.5)
    assert times == [0, 1 * SECOND, 3 * SECOND, 7 * SECOND]
    assert rig.events() == [ReverseFailed(rig.MAC, 0)]


@pytest.mark.parametrize("address", [bytes(4), b"\x7f\0\0\x01", b"\xe0\0\0\x01", b"\xff" * 4])
def test_an_answer_that_is_no_address_of_a_host_is_refused(rig, address):
    rig.host.neighborhood().ask_own_address(0, prefix_length=24)
    refused = rig.receive(frame(rig, REVERSE_REPLY, rig.MAC, address))
    assert refused.reason is Reason.RARP_BAD_PACKET
    assert rig.events() == []


def test_an_answer_for_another_station_is_not_taken(rig):
    rig.host.neighborhood().ask_own_address(0, prefix_length=24)
    refused = rig.receive(frame(rig, REVERSE_REPLY, DISKLESS_MAC, GIVEN))
    assert refused.reason is Reason.RARP_NOT_FOR_ME
    assert rig.host.interfaces[0].find(GIVEN) is None


def test_a_server_tells_stations_of_its_table_their_addresses(rig):
    """RFC 903: the answer goes to the asker, with the server as sender."""
    rig.host.neighborhood().serve_reverse({DISKLESS_MAC: GIVEN})
    asked = frame(rig, REVERSE_REQUEST, DISKLESS_MAC, sender=bytes(4), to=rig.BROADCAST_MAC)
    assert rig.receive(asked) is None
    [(header, answer)] = sent(rig)
    assert header.destination == rig.PEER_MAC
    assert answer.operation == REVERSE_REPLY
    assert (answer.sender_hardware_address, answer.sender_protocol_address) == (
        rig.MAC,
        rig.ADDRESS,
    )
    assert (answer.target_hardware_address, answer.target_protocol_address) == (
        DISKLESS_MAC,
        GIVEN,
    )


def test_a_server_is_silent_about_stations_it_does_not_know(rig):
    rig.host.neighborhood().serve_reverse({DISKLESS_MAC: GIVEN})
    refused = rig.receive(frame(rig, REVERSE_REQUEST, rig.PEER_MAC))
    assert refused.reason is Reason.RARP_NOT_FOR_ME
    assert sent(rig) == []


@pytest.mark.parametrize(
    "changes", [{"hardware_type": 6}, {"protocol_type": 0x86DD}, {"operation": 1}]
)
def test_what_is_no_rarp_of_ethernet_and_ipv4_is_refused(rig, changes):
    rig.host.neighborhood().serve_reverse({DISKLESS_MAC: GIVEN})
    values = {"operation": REVERSE_REQUEST} | changes
    assert rig.receive(frame(rig, mac=DISKLESS_MAC, **values)).reason is Reason.RARP_BAD_PACKET


def test_a_cut_packet_is_refused(rig):
    rig.host.neighborhood().serve_reverse({DISKLESS_MAC: GIVEN})
    cut = frame(rig, REVERSE_REQUEST, DISKLESS_MAC)[:30]
    assert rig.receive(cut).reason is Reason.RARP_BAD_PACKET


def test_an_answer_to_no_single_station_is_not_sent(rig):
    rig.host.neighborhood().serve_reverse({DISKLESS_MAC: GIVEN})
    asked = frame(rig, REVERSE_REQUEST, DISKLESS_MAC)
    forged = asked[:22] + b"\xff" * 6 + asked[28:]
    assert rig.receive(forged).reason is Reason.RARP_BAD_PACKET
    assert sent(rig) == []


def test_a_host_that_neither_asks_nor_answers_does_not_speak_it(rig):
    assert rig.receive(frame(rig, REVERSE_REQUEST, rig.MAC)).reason is Reason.ETH_UNKNOWN_TYPE


def test_a_table_holds_addresses_only(rig):
    with pytest.raises(ValueError, match="give 4 bytes"):
        rig.host.neighborhood().serve_reverse({DISKLESS_MAC: "10.0.0.99"})
