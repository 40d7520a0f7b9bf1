import pytest

from wirelab.codecs.addresses import ip_bytes, ipv4_bytes, ipv6_bytes
from wirelab.sim.host.config import InterfaceConfig
from wirelab.sim.host.interface import Interface, is_multicast, multicast_mac

MAC = b"\x02\0\0\0\0\x01"


def interface(address="10.1.2.3", prefix_length=22):
    return Interface(0, InterfaceConfig("eth0", MAC, ipv4_bytes(address), prefix_length))


def test_the_directed_broadcast_address_has_all_host_bits_set():
    """RFC 1122 section 3.2.1.3 (e)."""
    assert interface().ipv4[0].broadcast == ipv4_bytes("10.1.3.255")


@pytest.mark.parametrize("address", ["255.255.255.255", "10.1.3.255", "10.1.0.0"])
def test_every_form_of_broadcast_is_recognized(address):
    """RFC 1122 section 3.3.6, with the zero form of 4.2BSD."""
    assert interface().is_broadcast(ipv4_bytes(address))


@pytest.mark.parametrize("address", ["10.1.2.3", "10.1.2.255", "10.255.255.255"])
def test_other_addresses_are_no_broadcast(address):
    assert not interface().is_broadcast(ipv4_bytes(address))


@pytest.mark.parametrize("prefix_length", [31, 32])
def test_a_network_too_small_for_it_has_no_broadcast_address(prefix_length):
    """RFC 3021 section 2.1."""
    tiny = interface("10.1.2.2", prefix_length)
    assert tiny.ipv4[0].broadcast is None
    assert not tiny.is_broadcast(ipv4_bytes("10.1.2.2"))
    assert not tiny.is_broadcast(ipv4_bytes("10.1.2.3"))


def test_only_class_d_is_multicast():
    """RFC 1122 section 3.2.1.3."""
    texts = ["223.255.255.255", "224.0.0.0", "239.255.255.255", "240.0.0.0"]
    assert [is_multicast(ipv4_bytes(text)) for text in texts] == [False, True, True, False]


def test_a_group_shares_its_ethernet_address_with_31_others():
    """RFC 1112 section 6.4: only 23 bits are kept."""
    assert multicast_mac(ipv4_bytes("224.1.2.3")) == multicast_mac(ipv4_bytes("225.129.2.3"))


def test_an_interface_hears_broadcasts_and_all_hosts_only():
    """RFC 1122 section 3.3.7: join the all-hosts group."""
    heard = ["ffffffffffff", "01005e000001"]
    assert all(interface().hears_group(bytes.fromhex(mac)) for mac in heard)
    assert not interface().hears_group(bytes.fromhex("01005e0000fb"))


@pytest.mark.parametrize("mac", [b"\xff" * 6, b"\x01\0\x5e\0\0\x01", b"\x02" * 5])
def test_an_interface_refuses_an_address_that_is_no_single_station(mac):
    with pytest.raises(ValueError, match="interface eth0: mac is"):
        Interface(0, InterfaceConfig("eth0", mac, ipv4_bytes("10.0.0.1")))


@pytest.mark.parametrize(("address", "prefix_length"), [(b"\x0a\0\0", 24), (b"\x0a\0\0\x01", 33)])
def test_an_interface_refuses_an_impossible_address_or_prefix(address, prefix_length):
    with pytest.raises(ValueError, match="give 4 bytes and 0 to 32"):
        Interface(0, InterfaceConfig("eth0", MAC, address, prefix_length))


@pytest.mark.parametrize("mtu", [0, 67, 65_536])
def test_an_interface_refuses_an_impossible_mtu(mtu):
    """RFC 791 section 3.2: every link carries 68 bytes; no IPv4 packet has more than 65535."""
    with pytest.raises(ValueError, match=f"mtu is {mtu}; give 68 to 65535"):
        Interface(0, InterfaceConfig("eth0", MAC, ipv4_bytes("10.0.0.1"), 24, mtu))


def test_the_first_address_is_what_an_interface_sends_from():
    one = interface("10.0.0.1", 24)
    one.add(ipv4_bytes("192.0.2.1"), 24)
    assert one.address == ipv4_bytes("10.0.0.1")
    assert one.is_broadcast(ipv4_bytes("192.0.2.255"))
    one.remove(ipv4_bytes("10.0.0.1"))
    assert (one.address, one.prefix_length) == (ipv4_bytes("192.0.2.1"), 24)
    one.remove(ipv4_bytes("192.0.2.1"))
    assert one.address == bytes(4)
    assert not one.is_broadcast(ipv4_bytes("192.0.2.255"))


def test_an_address_is_given_once_and_taken_once():
    one = interface("10.0.0.1")
    with pytest.raises(ValueError, match=r"eth0 has 10\.0\.0\.1 already"):
        one.add(ipv4_bytes("10.0.0.1"), 24)
    with pytest.raises(ValueError, match="has no address 2001:db8::1"):
        one.remove(ipv6_bytes("2001:db8::1"))


def test_a_group_is_heard_as_long_as_anybody_wants_it():
    one = interface()
    mac = bytes.fromhex("01005e0000fb")
    one.hear_group(mac)
    one.hear_group(mac)
    one.unhear_group(mac)
    assert one.hears_group(mac)
    one.unhear_group(mac)
    assert not one.hears_group(mac)


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",
        "0.1.2.3",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "ff02::1",
        "::ffff:10.0.0.1",
    ],
)
def test_what_is_no_address_of_one_host_is_refused(text):
    """RFC 1122 section 3.2.1.3; RFC 4291 sections 2.5 and 2.7."""
    with pytest.raises(ValueError, match=f"interface eth0: {text} is no address of one interface"):
        interface().add(ip_bytes(text), 24)


def test_a_link_too_narrow_for_ipv6_gets_no_ipv6_address():
    """RFC 8200 section 5."""
    narrow = InterfaceConfig("eth0", MAC, mtu=1279, addresses=[(ipv6_bytes("2001:db8::1"), 64)])
    with pytest.raises(ValueError, match="mtu is 1279; IPv6 needs 1280 or more"):
        Interface(0, narrow)
