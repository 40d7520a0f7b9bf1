"""Names, prefixes and addresses in options: written and shown as such, kept as bytes."""

import pytest

from wirelab.codecs import (
    DHCP,
    NDPREF64,
    DHCPClasslessRoute,
    DHCPClasslessStaticRoute,
    DHCPDomainSearch,
    ICMPInterface,
    ICMPProbeAddress,
    ICMPv6,
    IPv6,
    NDCaptivePortal,
    NDRouteInformation,
    NDSearchList,
    RouterAdvertisement,
    parse,
)
from wirelab.codecs.errors import DecodeError, EncodeError


def advertised(*options):
    """Options of a router advertisement, as a host reads them."""
    packet = IPv6() / ICMPv6() / RouterAdvertisement(options=options)
    return parse(bytes(packet), first=IPv6)[RouterAdvertisement].options


def test_a_search_list_takes_and_shows_names():
    """RFC 8106 section 5.2: uncompressed, filled up with zeros."""
    option = NDSearchList(["example.com", "lab.example"])
    assert option.data == b"\7example\3com\0\3lab\7example\0" + bytes(6)
    assert option.names == ("example.com", "lab.example")
    assert repr(option).startswith("NDSearchList(data=['example.com', 'lab.example'], lifetime=")
    assert advertised(option) == (option,)


def test_the_domains_of_dhcp_are_compressed_and_shown_however_they_were_sent():
    """RFC 3397 section 2."""
    option = DHCPDomainSearch(["eng.apple.com", "marketing.apple.com"])
    assert option.data == b"\3eng\5apple\3com\0\x09marketing\xc0\x04"
    assert repr(option) == "DHCPDomainSearch(data=['eng.apple.com', 'marketing.apple.com'])"
    plain = DHCPDomainSearch(b"\1a\1b\0\1c\1b\0")
    assert plain.names == ("a.b", "c.b")
    assert parse(bytes(DHCP(options=[plain])), first=DHCP)[DHCP].options == (plain,)


def test_bytes_that_are_no_names_are_shown_as_bytes():
    option = DHCPDomainSearch(b"\xc0\x00")
    assert repr(option) == "DHCPDomainSearch(data=b'\\xc0\\x00')"
    with pytest.raises(DecodeError, match="pointer"):
        _ = option.names


@pytest.mark.parametrize(
    ("option", "kept", "shown"),
    [
        (NDRouteInformation(48, "2001:db8::"), 16, "prefix='2001:db8::'"),
        (NDRouteInformation(48, b"\x20\x01\x0d\xb8\0\0\0\0"), 8, "prefix='2001:db8::'"),
        (NDRouteInformation(0, b""), 0, "prefix='::'"),
        (NDPREF64("64:ff9b::"), 12, "prefix='64:ff9b::'"),
    ],
)
def test_prefixes_are_addresses_whatever_part_of_them_is_sent(option, kept, shown):
    """RFC 4191 section 2.3; RFC 8781 section 4."""
    assert len(option.prefix) == kept
    assert shown in repr(option)
    assert advertised(option) == (option,)


def test_a_route_of_dhcp_keeps_the_bytes_that_its_mask_covers():
    """RFC 3442."""
    for destination in ("10.17.0.0", b"\x0a\x11"):
        route = DHCPClasslessRoute(16, destination, "10.0.0.1")
        assert route.destination == b"\x0a\x11"
        assert "destination='10.17.0.0'" in repr(route)
    option = DHCPClasslessStaticRoute([DHCPClasslessRoute(0, "0.0.0.0", "10.0.0.1")])
    assert option.wire_data() == bytes((0, 10, 0, 0, 1))


@pytest.mark.parametrize(
    ("address", "size"), [("10.0.0.1", 4), ("02:00:00:00:00:01", 6), ("fe80::1", 16)]
)
def test_a_probed_address_may_be_of_any_kind(address, size):
    """RFC 8335 section 2.1."""
    probe = ICMPProbeAddress(address)
    assert probe.address_length == size
    assert f"address='{address}'" in repr(probe)


def test_the_address_of_an_interface_is_shown_as_one():
    """RFC 5837 section 4.2."""
    interface = ICMPInterface(has_address=True, address_family=1, reserved2=0, address="10.0.0.1")
    assert "address='10.0.0.1'" in repr(interface)


def test_the_uri_of_a_captive_portal_is_text():
    """RFC 8910 section 2.3."""
    assert NDCaptivePortal("https://example.com/").uri == b"https://example.com/"


@pytest.mark.parametrize(
    "make",
    [
        lambda: NDSearchList(5),  # type: ignore[arg-type]
        lambda: NDSearchList(["a..b"]),
        lambda: NDRouteInformation(64, "10.0.0.1"),
        lambda: ICMPProbeAddress("nowhere"),
    ],
)
def test_what_is_none_of_the_kind_is_refused(make):
    with pytest.raises(EncodeError):
        make()
