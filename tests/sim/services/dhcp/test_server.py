"""What the server answers to each message."""

import pytest

from wirelab.codecs import ARP, Ethernet, ICMPv4, IPv4
from wirelab.codecs.options import UnknownOption
from wirelab.codecs.protocols.dhcp_options import (
    DHCPClientIdentifier,
    DHCPDomainName,
    DHCPLeaseTime,
    DHCPMaximumMessageSize,
    DHCPParameterRequestList,
    DHCPRebindingTime,
    DHCPRelayAgentInformation,
    DHCPRenewalTime,
    DHCPRequestedAddress,
    DHCPRouter,
    DHCPServerIdentifier,
    DHCPSubnetMask,
)
from wirelab.sim.host.durations import SECOND
from wirelab.sim.services.dhcp import BindingState, Subnet
from wirelab.sim.services.dhcp.messages import (
    DECLINE,
    DHCPREQUEST,
    DISCOVER,
    INFORM,
    RELEASE,
)

FIRST, SECOND_ONE = bytes([10, 0, 0, 100]), bytes([10, 0, 0, 101])
OTHER_MAC = b"\x02\0\0\0\0\xc2"
RELAY = bytes([10, 9, 0, 1])


def wants(address):
    return DHCPRequestedAddress(bytes(address))


# --- offers


def test_an_offer_has_address_times_mask_and_what_was_asked_for(office):
    """RFC 2131 section 4.3.1, table 3."""
    (offer,) = office.say(DISCOVER, DHCPParameterRequestList([15, 3, 42]))
    assert (offer.kind, offer.header.your_address) == (office.OFFER, FIRST)
    assert offer.header.transaction_id == 7
    assert offer.header.client_hardware_address == office.CLIENT_MAC
    kinds = [type(option) for option in offer.options[1:]]
    assert kinds == [
        DHCPServerIdentifier,
        DHCPLeaseTime,
        DHCPRenewalTime,
        DHCPRebindingTime,
        DHCPSubnetMask,
        DHCPDomainName,
        DHCPRouter,
    ]
    times = [offer.option(one).value for one in (DHCPLeaseTime, DHCPRenewalTime, DHCPRebindingTime)]
    assert times == [3600, 1800, 3150]


def test_a_client_that_cannot_be_reached_yet_gets_unicast_without_arp(office):
    """RFC 2131 section 4.1: to the hardware address and `yiaddr`, if the B flag is clear."""
    (offer,) = office.say(DISCOVER)
    assert (offer.mac, offer.address, offer.port) == (office.CLIENT_MAC, FIRST, 68)


def test_the_b_flag_makes_the_answer_a_broadcast(office):
    """RFC 2131 section 4.1."""
    (offer,) = office.say(DISCOVER, broadcast=True)
    assert (offer.mac, offer.address) == (b"\xff" * 6, office.EVERYBODY)


def test_offers_go_first_to_what_the_client_has_then_had_then_wants(office):
    """RFC 2131 section 4.3.1: the order in which an address is chosen."""
    assert office.lease().header.your_address == FIRST
    (again,) = office.say(DISCOVER, wants([10, 0, 0, 102]))
    assert again.header.your_address == FIRST
    (other,) = office.say(DISCOVER, wants([10, 0, 0, 102]), mac=OTHER_MAC)
    assert other.header.your_address == bytes([10, 0, 0, 102])
    office.now += 4000 * SECOND  # all is over
    (later,) = office.say(DISCOVER)
    assert later.header.your_address == FIRST


@pytest.mark.parametrize("wanted", [[10, 0, 0, 99], [10, 0, 0, 103], [192, 0, 2, 1]])
def test_an_address_outside_the_pool_is_not_given(office, wanted):
    """RFC 2131 section 4.3.1: "if that address is valid and not already allocated"."""
    (offer,) = office.say(DISCOVER, wants(wanted))
    assert offer.header.your_address == FIRST


def test_a_full_pool_is_silent_and_the_address_longest_free_is_given_first(office):
    """RFC 2131 section 4.3.1."""
    for number in range(3):
        office.lease(mac=bytes([2, 0, 0, 0, 1, number]))
        office.now += SECOND
    assert office.say(DISCOVER, mac=OTHER_MAC) == []
    office.now += 3600 * SECOND
    (offer,) = office.say(DISCOVER, mac=OTHER_MAC)
    assert offer.header.your_address == FIRST
    assert len(office.server.bindings) == 3


def test_an_offer_that_nobody_takes_is_free_again_after_a_minute(office):
    for number in range(3):
        office.say(DISCOVER, mac=bytes([2, 0, 0, 0, 1, number]))
    assert office.say(DISCOVER, mac=OTHER_MAC) == []
    office.now += 61 * SECOND
    assert len(office.say(DISCOVER, mac=OTHER_MAC)) == 1


def test_a_reservation_goes_to_its_client_alone(make_office):
    subnet = Subnet(
        "10.0.0.0/24",
        "10.0.0.100",
        "10.0.0.101",
        reservations={"02:00:00:00:00:c2": "10.0.0.100", b"\x00desk": "10.0.0.50"},
    )
    office = make_office([subnet])
    assert office.lease().header.your_address == SECOND_ONE
    assert office.lease(mac=OTHER_MAC).header.your_address == FIRST
    (desk,) = office.say(DISCOVER, DHCPClientIdentifier(0, b"desk"), mac=b"\x02\0\0\0\0\xc3")
    assert desk.header.your_address == bytes([10, 0, 0, 50])


def test_the_client_identifier_counts_more_than_the_hardware_address(office):
    """RFC 2131 section 4.2: a network card may be changed."""
    name = DHCPClientIdentifier(0, b"laptop")
    (offer,) = office.say(DISCOVER, name)
    (again,) = office.say(DISCOVER, name, mac=OTHER_MAC)
    assert offer.header.your_address == again.header.your_address == FIRST
    (other,) = office.say(DISCOVER)
    assert other.header.your_address == SECOND_ONE


def test_the_lease_time_that_is_asked_for_is_granted_up_to_the_limit(office):
    """RFC 2131 section 4.3.1."""
    for asked, granted in ((60, 60), (10**6, 24 * 3600), (0, 3600)):
        (offer,) = office.say(DISCOVER, DHCPLeaseTime(asked))
        assert offer.option(DHCPLeaseTime).value == granted


# --- the ping before an offer


def answer_arp(office):
    """Somebody has the address that the server asks for by ARP; returns it and the ping."""
    ((_, request),) = office.host.poll_transmit(office.now)
    target = ARP.parse(request, 14).target_protocol_address
    answer = ARP(
        operation=2,
        sender_hardware_address=OTHER_MAC,
        sender_protocol_address=target,
        target_hardware_address=office.SERVER_MAC,
        target_protocol_address=office.SERVER,
    )
    frame = Ethernet(destination=office.SERVER_MAC, source=OTHER_MAC, type=0x0806)
    office.host.receive_frame(0, frame.build(answer.build()), office.now)
    ((_, ping),) = office.host.poll_transmit(office.now)
    return target, ICMPv4.parse(ping, 34)


def test_an_address_is_pinged_and_offered_when_nobody_answers(make_office):
    """RFC 2131 section 3.1 (2)."""
    office = make_office(ping=True)
    assert office.say(DISCOVER) == []
    assert office.say(DISCOVER) == []  # again, while the ping is out
    (offer,) = office.wait(0.6)
    assert offer.header.your_address == FIRST


def test_an_address_that_answers_a_ping_is_abandoned_and_another_offered(make_office):
    """RFC 2131 section 3.1 (2): "servers SHOULD NOT"."""
    office = make_office(ping=True)
    office.put(DISCOVER)
    target, ping = answer_arp(office)
    assert target == FIRST
    ip = IPv4(source=target, destination=office.SERVER, protocol=1)
    same = {"identifier": ping.identifier, "sequence_number": ping.sequence_number}
    reply = ip.build(ICMPv4(type=0, **same).build(b"", ip))
    ethernet = Ethernet(destination=office.SERVER_MAC, source=OTHER_MAC, type=0x0800)
    assert office.host.receive_frame(0, ethernet.build(reply), office.now) is None
    assert office.sent() == []  # the next address is pinged
    (offer,) = office.wait(0.6)
    assert offer.header.your_address == SECOND_ONE
    assert office.told == [("abandon", FIRST), ("offer", SECOND_ONE)]


# --- requests


def test_a_request_for_our_offer_is_acknowledged(office):
    """RFC 2131 section 4.3.2, "generated during SELECTING state"."""
    ack = office.lease()
    assert (ack.kind, ack.header.your_address) == (office.ACK, FIRST)
    assert office.told == [("offer", FIRST), ("lease", FIRST)]
    (binding,) = office.server.bindings
    assert (binding.state, binding.until) == (BindingState.LEASED, 3600 * SECOND)


def test_a_request_for_another_servers_offer_sets_ours_free(office):
    """RFC 2131 section 3.1 (4)."""
    office.say(DISCOVER)
    other = DHCPServerIdentifier(bytes([10, 0, 0, 2]))
    assert office.say(DHCPREQUEST, wants([10, 0, 0, 200]), other) == []
    (binding,) = office.server.bindings
    assert binding.state is BindingState.RELEASED


def test_a_request_for_an_address_that_was_not_offered_is_refused(office):
    """RFC 2131 section 4.3.2; a NAK is broadcast (section 4.1)."""
    office.say(DISCOVER)
    ours = DHCPServerIdentifier(office.SERVER)
    (nak,) = office.say(DHCPREQUEST, wants([10, 0, 0, 102]), ours)
    assert (nak.kind, nak.address, nak.header.your_address) == (
        office.NAK,
        office.EVERYBODY,
        bytes(4),
    )
    assert nak.option(DHCPLeaseTime) is None
    assert nak.option(DHCPSubnetMask) is None


def test_after_a_reboot_the_address_is_confirmed(office):
    """RFC 2131 section 4.3.2, "generated during INIT-REBOOT state"."""
    office.lease()
    (ack,) = office.say(DHCPREQUEST, wants(FIRST))
    assert (ack.kind, ack.header.your_address) == (office.ACK, FIRST)


@pytest.mark.parametrize("address", [[10, 0, 0, 101], [192, 0, 2, 7]])
def test_after_a_reboot_a_wrong_address_or_network_is_refused(office, address):
    """RFC 2131 section 4.3.2."""
    office.lease()
    (nak,) = office.say(DHCPREQUEST, wants(address))
    assert nak.kind == office.NAK


def test_an_unknown_client_after_a_reboot_gets_silence_from_who_is_not_authoritative(make_office):
    """RFC 2131 section 4.3.2: "MUST remain silent"; the wrong network is refused all the same."""
    office = make_office(authoritative=False)
    assert office.say(DHCPREQUEST, wants(FIRST)) == []
    (nak,) = office.say(DHCPREQUEST, wants([192, 0, 2, 7]))
    assert nak.kind == office.NAK


def test_a_renewal_goes_back_by_unicast_and_moves_the_end(office):
    """RFC 2131 section 4.3.2, "generated during RENEWING state"; section 4.1."""
    office.lease()
    office.now += 1800 * SECOND
    office.say(DHCPREQUEST, source=FIRST, to=office.SERVER, client_address=FIRST)
    (binding,) = office.server.bindings
    assert binding.until == 5400 * SECOND


def test_a_renewal_of_what_another_has_by_now_is_refused(office):
    """RFC 2131 section 4.3.2."""
    office.lease()
    office.now += 4000 * SECOND
    for number in range(3):
        office.lease(mac=bytes([2, 0, 0, 0, 1, number]))
    (nak,) = office.say(DHCPREQUEST, client_address=FIRST, source=FIRST)
    assert nak.kind == office.NAK


# --- the other messages


def test_a_declined_address_is_given_to_nobody_for_a_day(office):
    """RFC 2131 section 4.3.3."""
    office.lease()
    ours = DHCPServerIdentifier(office.SERVER)
    assert office.say(DECLINE, wants(FIRST), ours) == []
    assert office.told[-1] == ("abandon", FIRST)
    (offer,) = office.say(DISCOVER)
    assert offer.header.your_address == SECOND_ONE
    assert office.say(DISCOVER, wants(FIRST), mac=OTHER_MAC)[0].header.your_address != FIRST
    office.now += 25 * 3600 * SECOND
    (offer,) = office.say(DISCOVER, wants(FIRST), mac=b"\x02\0\0\0\0\xc9")
    assert offer.header.your_address == FIRST


def test_nobody_can_decline_or_release_for_another(office):
    office.lease()
    office.say(DECLINE, wants(FIRST), mac=OTHER_MAC)
    office.say(RELEASE, client_address=FIRST, mac=OTHER_MAC)
    (binding,) = office.server.bindings
    assert binding.state is BindingState.LEASED


def test_a_released_address_is_free_but_remembered(office):
    """RFC 2131 section 4.3.4."""
    office.lease()
    assert office.say(RELEASE, client_address=FIRST, source=FIRST, to=office.SERVER) == []
    (binding,) = office.server.bindings
    assert binding.state is BindingState.RELEASED
    assert office.say(DISCOVER)[0].header.your_address == FIRST


def test_inform_is_answered_with_parameters_and_no_lease(office):
    """RFC 2131 section 4.3.5."""
    address = bytes([10, 0, 0, 7])
    office.host.add_neighbor(address, office.CLIENT_MAC, 0)
    (ack,) = office.say(INFORM, client_address=address, source=address)
    assert (ack.kind, ack.address, ack.header.your_address) == (office.ACK, address, bytes(4))
    assert ack.option(DHCPLeaseTime) is None
    assert ack.option(DHCPRouter).addresses == (office.SERVER,)
    assert len(office.server.bindings) == 0


# --- relay agents


def test_what_a_relay_agent_sends_is_served_from_its_subnet(make_office):
    """RFC 2131 section 4.1: to the agent's server port; RFC 3046 section 2.2: option 82 back."""
    far = Subnet("10.9.0.0/24", "10.9.0.10", "10.9.0.20")
    office = make_office([Subnet("10.0.0.0/24", "10.0.0.100", "10.0.0.102"), far])
    office.host.add_route(type(office.host.routes[0])(bytes([10, 9, 0, 0]), 24))
    office.host.add_neighbor(RELAY, OTHER_MAC, 0)
    tag = DHCPRelayAgentInformation(b"\x01\x04port")
    where = {"relay_address": RELAY, "source": RELAY, "to": office.SERVER, "hops": 1}
    (offer,) = office.say(DISCOVER, tag, **where)
    assert (offer.address, offer.port) == (RELAY, 67)
    assert offer.header.your_address == bytes([10, 9, 0, 10])
    assert offer.header.relay_address == RELAY
    assert offer.options[-1] == tag
    (nak,) = office.say(DHCPREQUEST, wants([10, 0, 0, 100]), **where)
    assert (nak.kind, nak.address, nak.header.broadcast) == (office.NAK, RELAY, True)


def test_a_relay_agent_of_a_subnet_that_is_not_served_gets_nothing(office):
    where = {"relay_address": RELAY, "source": RELAY, "to": office.SERVER}
    assert office.say(DISCOVER, **where) == []


# --- sizes


def test_options_beyond_the_message_size_spill_into_file_and_sname(make_office):
    """RFC 2131 section 4.1: option overload."""
    long = [UnknownOption(kind, bytes(100)) for kind in (224, 225, 226, 227)]
    office = make_office([Subnet("10.0.0.0/24", "10.0.0.100", "10.0.0.102", options=long)])
    (offer,) = office.say(DISCOVER)
    found = [option for option in offer.options if isinstance(option, UnknownOption)]
    assert len(offer.header.build()) + 28 <= 576
    assert offer.header.file[:2] == bytes([226, 100])
    assert found[:2] == long[:2]
    assert long[2] in found
    (offer,) = office.say(DISCOVER, DHCPMaximumMessageSize(1500))
    assert all(option in offer.options for option in long)
    assert offer.header.file == bytes(128)


def test_what_is_no_dhcp_message_is_ignored(office):
    """BOOTP without a message type, another cookie, replies, rubbish."""
    office.say(DISCOVER, magic_cookie=1)
    office.say(DISCOVER, operation=2)
    office.say(99)
    assert len(office.server.bindings) == 0
