"""What is read out of an offer or an acknowledgment."""

import pytest

from wirelab.codecs import DHCP
from wirelab.codecs.protocols.dhcp_options import (
    DHCPClasslessRoute,
    DHCPClasslessStaticRoute,
    DHCPDomainName,
    DHCPDomainSearch,
    DHCPInterfaceMTU,
    DHCPLeaseTime,
    DHCPMessageType,
    DHCPRebindingTime,
    DHCPRenewalTime,
    DHCPRouter,
    DHCPServerIdentifier,
    DHCPSubnetMask,
)
from wirelab.sim.host.config import Route
from wirelab.sim.host.durations import SECOND
from wirelab.sim.services.dhcp.lease import read_lease
from wirelab.sim.services.dhcp.messages import OFFER, REPLY, read, write

SERVER = bytes([10, 0, 0, 1])


def offered(*options, address=(10, 0, 0, 5)):
    """The lease of an offer with these options, asked for at 100 s."""
    message = DHCP(operation=REPLY, your_address=bytes(address))
    usual = [DHCPMessageType(OFFER), DHCPServerIdentifier(SERVER)]
    dialogue = read(write(message, [*usual, *options]), REPLY)
    assert dialogue is not None
    return read_lease(dialogue, 100 * SECOND)


def test_times_that_are_not_told_are_half_and_seven_eighths():
    """RFC 2131 section 4.4.5."""
    lease = offered(DHCPLeaseTime(800))
    assert [lease.renew_at, lease.rebind_at, lease.expires_at] == [
        at * SECOND for at in (500, 800, 900)
    ]


@pytest.mark.parametrize(
    ("t1", "t2", "at"),
    [(100, 200, (200, 300)), (900, 900, (500, 800)), (300, 200, (300, 300))],
)
def test_told_times_count_only_where_t1_t2_and_the_end_follow_each_other(t1, t2, at):
    """RFC 2131 section 4.4.5: "T1 MUST be earlier than T2, which, in turn, MUST be earlier"."""
    lease = offered(DHCPLeaseTime(800), DHCPRenewalTime(t1), DHCPRebindingTime(t2))
    assert (lease.renew_at, lease.rebind_at) == (at[0] * SECOND, at[1] * SECOND)


def test_an_offer_without_server_time_or_usable_address_is_none():
    """RFC 2131 table 3: MUST."""
    assert offered() is None
    for address in ((0, 0, 0, 5), (127, 0, 0, 1), (224, 0, 0, 1), (255, 255, 255, 255)):
        assert offered(DHCPLeaseTime(60), address=address) is None


def test_without_a_mask_the_class_of_the_address_says_it():
    """RFC 1122 section 3.2.1.3; a mask with holes is none."""
    assert offered(DHCPLeaseTime(60)).prefix_length == 8
    assert offered(DHCPLeaseTime(60), address=(172, 16, 0, 1)).prefix_length == 16
    holes = DHCPSubnetMask(bytes([255, 0, 255, 0]))
    assert offered(DHCPLeaseTime(60), holes, address=(192, 0, 2, 1)).prefix_length == 24
    mask = DHCPSubnetMask(bytes([255, 255, 255, 128]))
    assert offered(DHCPLeaseTime(60), mask).prefix_length == 25


def test_classless_routes_replace_the_routers():
    """RFC 3442: "MUST ignore the Router option"."""
    ways = [
        DHCPClasslessRoute(16, bytes([10, 7, 0, 0]), SERVER),
        DHCPClasslessRoute(24, bytes([10, 8, 0, 0]), bytes(4)),
    ]
    lease = offered(
        DHCPLeaseTime(60), DHCPRouter([bytes([10, 0, 0, 9])]), DHCPClasslessStaticRoute(ways)
    )
    assert lease.routes_by(2) == [
        Route(bytes([10, 7, 0, 0]), 16, 2, SERVER),
        Route(bytes([10, 8, 0, 0]), 24, 2, None),
    ]


def test_the_search_list_comes_before_the_domain():
    """RFC 3397 section 2."""
    domain = DHCPDomainName("lab.example")
    assert offered(DHCPLeaseTime(60), domain).search == ("lab.example",)
    listed = DHCPDomainSearch(["a.example", "b.example"])
    assert offered(DHCPLeaseTime(60), domain, listed).search == ("a.example", "b.example")
    assert offered(DHCPLeaseTime(60), DHCPDomainName(b"a\x1b[31m")).search == ()


def test_an_mtu_below_what_everybody_takes_is_not_believed():
    assert offered(DHCPLeaseTime(60), DHCPInterfaceMTU(1400)).mtu == 1400
    assert offered(DHCPLeaseTime(60), DHCPInterfaceMTU(68)).mtu is None
