import pytest

from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.host.interface_address import AddressState, InterfaceAddress


def test_both_families_have_a_network_and_only_ipv4_a_broadcast_address():
    """RFC 1122 section 3.2.1.3 (e); RFC 4291 section 2: IPv6 has none."""
    four = InterfaceAddress(ip_bytes("10.1.2.3"), 22)
    assert (four.network, four.broadcast) == (ip_bytes("10.1.0.0"), ip_bytes("10.1.3.255"))
    six = InterfaceAddress(ip_bytes("2001:db8::1"), 64)
    assert (six.network, six.broadcast) == (ip_bytes("2001:db8::"), None)
    assert six.state is AddressState.PREFERRED


@pytest.mark.parametrize(
    ("own", "prefix_length", "other", "on_link"),
    [
        ("10.1.2.3", 22, "10.1.3.9", True),
        ("10.1.2.3", 22, "10.1.4.9", False),
        ("10.1.2.3", 0, "192.0.2.1", True),
        ("2001:db8::1", 64, "2001:db8::ffff", True),
        ("2001:db8::1", 64, "2001:db8:0:1::1", False),
        ("2001:db8::1", 64, "10.1.2.3", False),
    ],
)
def test_what_shares_the_prefix_is_on_the_network(own, prefix_length, other, on_link):
    """RFC 1122 section 3.3.1.1."""
    assert InterfaceAddress(ip_bytes(own), prefix_length).contains(ip_bytes(other)) is on_link
