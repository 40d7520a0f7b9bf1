"""RFC 4862: addresses that a host makes of what routers advertise."""

import pytest

from wirelab.codecs import NDPrefixInformation, NDSourceLinkAddress
from wirelab.codecs.addresses import ip_text, ipv6_bytes
from wirelab.sim.host.autoconfiguration.interface_identifiers import IdentifierKind, stable
from wirelab.sim.host.autoconfiguration.means import AutoconfigurationConfig
from wirelab.sim.host.events import AddressAcquired, AddressConflict

PREFIX = "2001:db8:0:1::"
SECRET = bytes(range(16))
EUI64 = AutoconfigurationConfig(IdentifierKind.EUI64)
HOUR = 3600


def prefix(valid=2592000, preferred=604800, **changes):
    return NDPrefixInformation(
        PREFIX, valid_lifetime=valid, preferred_lifetime=preferred, **changes
    )


def made(host):
    """The host's entry of the advertised prefix, or None."""
    start = ipv6_bytes(PREFIX)[:8]
    return next((one for one in host.interfaces[0].ipv6 if one.address[:8] == start), None)


def state(host):
    entry = made(host)
    return None if entry is None else entry.state.value


def left(host, link):
    """Seconds that the address is valid."""
    return (made(host).valid_until - link.now) / 1e9


# --- making


def test_an_address_of_an_ethernet_address(link, make_frame, addresses_of):
    """RFC 4862 section 5.3, RFC 2464 section 4: the old way."""
    host = link.host("a", 1)
    host.autoconfigure(0, config=EUI64)
    link.wait(5)
    assert addresses_of(host) == {"fe80::ff:fe00:1": "PREFERRED"}


def test_a_stable_address_differs_on_each_network_and_tells_no_mac(link):
    """RFC 7217 section 5."""
    host = link.host("a", 1)
    host.autoconfigure(0, config=AutoconfigurationConfig(secret=SECRET))
    link.wait(5)
    (entry,) = host.interfaces[0].ipv6
    start = ipv6_bytes("fe80::")[:8]
    assert entry.address == start + stable(start, "eth0", 0, SECRET)
    assert b"\xff\xfe" not in entry.address


def test_an_address_is_tentative_before_it_is_preferred(client, advertise, link, events_of):
    """RFC 4862 sections 5.4 and 5.5.3 (d)."""
    events_of(client, object)
    advertise(prefix())
    assert state(client) == "TENTATIVE"
    link.wait(3)
    assert state(client) == "PREFERRED"
    assert [one.address for one in events_of(client, AddressAcquired)] == [made(client).address]


def test_the_new_address_is_what_packets_come_from(client, advertise, link):
    """RFC 6724: not while it is tentative."""
    far = ipv6_bytes("2001:db8:ffff::1")
    advertise(prefix())
    output = client._layers.speak_ipv6().output
    assert output.source_for(far) != made(client).address
    link.wait(3)
    assert output.source_for(far) == made(client).address


def test_an_address_brings_its_prefix_length_but_no_route(client, advertise, link):
    """RFC 5942 section 4."""
    before = len(client.routes)
    advertise(prefix(on_link=False), router_lifetime=0)
    assert made(client).prefix_length == 64
    assert len(client.routes) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"autonomous": False},
        {"preferred": 100, "valid": 50},
        {"valid": 0, "preferred": 0},
        {"prefix_length": 63},
        {"prefix_length": 200},
    ],
)
def test_no_address_is_made_of_what_does_not_allow_it(client, advertise, link, changes):
    """RFC 4862 section 5.5.3 (a), (c), (d)."""
    advertise(prefix(**changes))
    link.wait(3)
    assert made(client) is None


# --- lifetimes


def test_an_address_is_deprecated_and_then_gone(client, advertise, link):
    """RFC 4862 section 5.5.4."""
    advertise(prefix(valid=100, preferred=50))
    link.wait(49)
    assert state(client) == "PREFERRED"
    link.wait(1)
    assert state(client) == "DEPRECATED"
    link.wait(49)
    assert state(client) == "DEPRECATED"
    link.wait(1)
    assert made(client) is None


def test_a_preferred_lifetime_of_zero_deprecates_at_once(client, advertise, link):
    """RFC 4862 section 5.5.3 (e)."""
    advertise(prefix())
    link.wait(3)
    advertise(prefix(preferred=0))
    assert state(client) == "DEPRECATED"
    advertise(prefix())
    assert state(client) == "PREFERRED"


def test_an_address_deprecated_from_the_start_never_becomes_preferred(client, advertise, link):
    """RFC 4862 section 5.5.4."""
    advertise(prefix(preferred=0))
    link.wait(3)
    assert state(client) == "DEPRECATED"


def test_infinite_lifetimes_leave_no_timer(client, advertise, link):
    """RFC 4861 section 4.6.2: all ones."""
    advertise(prefix(valid=0xFFFFFFFF, preferred=0xFFFFFFFF), router_lifetime=0)
    link.wait(10**8)
    assert state(client) == "PREFERRED"
    assert made(client).valid_until is None


@pytest.mark.parametrize(
    ("valid", "then", "expected"),
    [
        (10 * HOUR, 20 * HOUR, 20 * HOUR),  # longer
        (10 * HOUR, 3 * HOUR, 3 * HOUR),  # more than two hours
        (10 * HOUR, 1 * HOUR, 2 * HOUR),  # less: two hours
        (0xFFFFFFFF, 1 * HOUR, 2 * HOUR),
        (1 * HOUR, 60, 1 * HOUR),  # less than what is left, and that is below two hours
        (1 * HOUR, 90 * 60, 90 * 60),  # more than what is left
    ],
)
def test_nobody_can_shorten_a_valid_lifetime_below_two_hours(
    client, advertise, link, valid, then, expected
):
    """RFC 4862 section 5.5.3 (e) 1 to 3."""
    advertise(prefix(valid=valid, preferred=10))
    advertise(prefix(valid=then, preferred=10))
    assert left(client, link) == expected


# --- duplicates


def test_an_address_of_an_ethernet_address_that_is_taken_stays_unused(
    link, addresses_of, events_of
):
    """RFC 4862 section 5.4.5: there is no other one to make."""
    link.host("owner", 9, address="fe80::ff:fe00:1")
    host = link.host("a", 1)
    host.autoconfigure(0, config=EUI64)
    link.wait(30)
    assert addresses_of(host) == {"fe80::ff:fe00:1": "DUPLICATED"}
    (event,) = events_of(host, AddressConflict)
    assert event.mac == b"\x02\0\0\0\0\x09"
    assert link.solicitations() == []


def test_a_stable_address_that_is_taken_is_made_anew(link, events_of, addresses_of):
    """RFC 7217 section 6."""
    start = ipv6_bytes("fe80::")[:8]
    taken = start + stable(start, "eth0", 0, SECRET)
    link.host("owner", 9, address=ip_text(taken))
    host = link.host("a", 1)
    host.autoconfigure(0, config=AutoconfigurationConfig(secret=SECRET))
    link.wait(30)
    assert [one.address for one in events_of(host, AddressConflict)] == [taken]
    second = start + stable(start, "eth0", 1, SECRET)
    assert addresses_of(host) == {ip_text(second): "PREFERRED"}
    assert len(link.solicitations()) == 3


def test_after_three_more_tries_a_host_gives_up(link, addresses_of):
    """RFC 7217 section 6: IDGEN_RETRIES."""
    start = ipv6_bytes("fe80::")[:8]
    for count in range(4):
        taken = start + stable(start, "eth0", count, SECRET)
        link.host(f"owner{count}", 10 + count, address=ip_text(taken))
    host = link.host("a", 1)
    host.autoconfigure(0, config=AutoconfigurationConfig(secret=SECRET))
    link.wait(60)
    assert list(addresses_of(host).values()) == ["DUPLICATED"]
    assert link.solicitations() == []


def test_a_short_secret_is_refused():
    """RFC 7217 section 5: at least 128 bits."""
    with pytest.raises(ValueError, match="give 16 or more"):
        AutoconfigurationConfig(secret=b"short")


def test_an_address_given_by_hand_is_left_alone(link, make_frame, advertise, client):
    """RFC 4862 section 5.5.3: its lifetimes are not the router's."""
    own = ipv6_bytes(PREFIX)[:8] + bytes(7) + b"\x05"
    client.add_address(own, 64, link.now)
    advertise(NDSourceLinkAddress(b"\x02\0\0\0\0\xf1"), prefix(valid=10, preferred=10))
    link.wait(20)
    assert [one.address for one in client.interfaces[0].ipv6][1:] == [own]


def test_a_prefix_of_another_length_says_nothing_of_an_address(client, advertise, link):
    """RFC 4862 section 5.5.3 (d) and (e): it is another prefix, though its bits are the same."""
    advertise(prefix())
    link.wait(5)
    before = left(client, link)
    advertise(prefix(prefix_length=48, preferred=0))
    assert (state(client), left(client, link)) == ("PREFERRED", before)


def test_no_address_is_made_among_the_special_ones(client, advertise, link, addresses_of):
    """RFC 4291 sections 2.5.3 and 2.5.5: ::/64 holds ::1 and IPv4's addresses."""
    before = addresses_of(client)
    advertise(NDPrefixInformation("::"))
    link.wait(5)
    assert addresses_of(client) == before
