import pytest

from wirelab.codecs.addresses import ipv4_bytes, ipv6_bytes
from wirelab.sim.host.ipv6 import scopes


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("fe80::1", scopes.LINK_SCOPE),
        ("::1", scopes.LINK_SCOPE),
        ("fec0::1", scopes.SITE_SCOPE),
        ("2001:db8::1", scopes.GLOBAL_SCOPE),
        ("fd00::1", scopes.GLOBAL_SCOPE),
        ("ff01::1", scopes.INTERFACE_SCOPE),
        ("ff02::1", scopes.LINK_SCOPE),
        ("ff05::2", scopes.SITE_SCOPE),
        ("ff0e::2", scopes.GLOBAL_SCOPE),
        ("::ffff:10.0.0.1", scopes.GLOBAL_SCOPE),
        ("::ffff:169.254.0.1", scopes.LINK_SCOPE),
    ],
)
def test_an_address_tells_how_far_it_reaches(text, scope):
    """RFC 6724 sections 3.1 and 3.2, RFC 7346 section 2."""
    assert scopes.scope_of(ipv6_bytes(text)) == scope


def test_addresses_of_ipv4_count_as_mapped_ones():
    """RFC 6724 section 3.2."""
    assert scopes.scope_of(ipv4_bytes("127.0.0.1")) == scopes.LINK_SCOPE
    assert scopes.scope_of(ipv4_bytes("192.0.2.1")) == scopes.GLOBAL_SCOPE


def test_the_solicited_node_group_has_the_last_24_bits():
    """RFC 4291 section 2.7.1, its own example."""
    address = ipv6_bytes("4037::01:800:200e:8c6c")
    assert scopes.solicited_node(address) == ipv6_bytes("ff02::1:ff0e:8c6c")


def test_the_interface_identifier_inverts_the_universal_bit():
    """RFC 2464 section 4, its own example."""
    mac = bytes.fromhex("34 56 78 9a bc de")
    assert scopes.link_local_from_mac(mac) == ipv6_bytes("fe80::3656:78ff:fe9a:bcde")


def test_only_what_reaches_no_further_than_the_link_needs_a_zone():
    """RFC 4007 section 6."""
    needing = ["fe80::1", "ff02::1", "ff01::1"]
    assert all(scopes.needs_zone(ipv6_bytes(text)) for text in needing)
    assert not any(scopes.needs_zone(ipv6_bytes(text)) for text in ("2001:db8::1", "ff05::1"))
