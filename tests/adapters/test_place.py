"""Which link, and who we are on it."""

import argparse
from collections.abc import Callable

import pytest

from wirelab.adapters import options, place, system
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.place import Place, choose_place
from wirelab.adapters.system import Interface, InterfaceAddress
from wirelab.codecs.addresses import ipv4_bytes

HOST_MAC = b"\x06\0\0\0\0\x01"


def interface(name: str, *addresses: str) -> Interface:
    held = tuple(
        InterfaceAddress(ipv4_bytes(bare), int(prefix))
        for bare, _, prefix in (text.partition("/") for text in addresses)
    )
    return Interface(name, 2, HOST_MAC, 1500, True, True, True, False, "veth", held)


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Place]:
    """What becomes of a command line on a machine with eth0 and an unset tap7."""
    machine = [interface("eth0", "198.51.100.1/26"), interface("tap7")]
    monkeypatch.setattr(system, "interfaces", lambda: machine)
    monkeypatch.setattr(system, "is_wifi", lambda name: False)
    monkeypatch.setattr(system, "gateway", lambda name: ipv4_bytes("198.51.100.62"))
    monkeypatch.setattr(place, "default_kind", lambda: "afpacket")

    def choose(*words: str, addressless: bool = False) -> Place:
        parser = argparse.ArgumentParser()
        options.add_place(parser)
        return choose_place(parser.parse_args(words), addressless=addressless)

    return choose


def test_our_own_address_takes_the_interfaces_prefix_and_a_mac_of_our_own(chosen):
    made = chosen("-i", "eth0", "--ip", "198.51.100.7")
    assert (made.kind, str(made.network)) == ("afpacket", "198.51.100.7/26")
    assert made.mac == b"\x02\x57" + ipv4_bytes("198.51.100.7")
    assert (made.is_hosts, made.gateway) == (False, None)


def test_a_prefix_that_is_given_counts(chosen):
    assert str(chosen("-i", "eth0", "--ip", "10.1.2.3/8").network) == "10.1.2.3/8"
    assert str(chosen("-i", "eth0", "--ip", "10.1.2.3").network) == "10.1.2.3/24"


def test_a_guard_takes_the_hosts_address_mac_and_gateway(chosen):
    made = chosen("-i", "eth0", "--guard")
    assert (str(made.network), made.is_hosts, made.mac) == ("198.51.100.1/26", True, None)
    assert made.gateway == ipv4_bytes("198.51.100.62")


def test_the_hosts_address_means_the_hosts_mac(chosen):
    """Its kernel answers ARP for it, so frames come for that MAC only."""
    assert chosen("-i", "eth0", "--ip", "198.51.100.1").mac is None


def test_wifi_carries_only_the_hosts_mac(chosen, monkeypatch):
    monkeypatch.setattr(system, "is_wifi", lambda name: True)
    assert chosen("-i", "eth0", "--ip", "198.51.100.7").mac is None
    own = chosen("-i", "eth0", "--ip", "198.51.100.7", "--mac", "own").mac
    assert own == b"\x02\x57" + ipv4_bytes("198.51.100.7")


@pytest.mark.parametrize("words", [(), ("--ip", "198.51.100.7"), ("--guard",)])
def test_an_interface_that_is_not_there_is_told_with_those_that_are(words, chosen):
    with pytest.raises(CommandError, match="no interface 'eth99' here; there are: eth0") as caught:
        chosen("-i", "eth99", *words)
    assert caught.value.exit_code is Exit.IMPOSSIBLE


def test_a_tap_that_is_not_there_is_made_when_it_is_opened(chosen):
    made = chosen("-i", "tap99", "--link", "tap")
    assert (made.interface, made.address) == ("tap99", place.OWN_ADDRESS)


def test_without_an_address_the_way_out_is_told(chosen):
    with pytest.raises(CommandError) as caught:
        chosen("-i", "eth0")
    assert caught.value.exit_code is Exit.USAGE
    assert "--ip with a free one of the network of 198.51.100.1/26" in str(caught.value)


def test_a_kind_without_an_interface_is_a_usage_error(chosen):
    with pytest.raises(CommandError, match="--link pcap needs -i IF"):
        chosen("--link", "pcap")


@pytest.mark.parametrize(
    ("words", "ours", "kernels"),
    [
        ((), "10.77.0.2/24", "10.77.0.1"),
        (("-i", "tap7"), "10.77.0.2/24", "10.77.0.1"),
        (("--ip", "198.51.100.2"), "198.51.100.2/24", "198.51.100.1"),
        (("--ip", "10.0.0.1"), "10.0.0.1/24", "10.0.0.2"),
        (("--ip", "10.0.0.1/31"), "10.0.0.1/31", "10.0.0.0"),  # RFC 3021
        (("--ip", "10.0.0.5", "--kernel-ip", "10.0.0.9"), "10.0.0.5/24", "10.0.0.9"),
    ],
)
def test_a_tap_that_nobody_set_up_gets_an_address_at_its_kernels_end(chosen, words, ours, kernels):
    made = chosen("--link", "tap", *words)
    assert (str(made.network), made.kernel_address) == (ours, ipv4_bytes(kernels))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--ip", "0.0.0.0"), "no host can have this address"),
        (("--ip", "127.0.0.5"), "no host can have this address"),
        (("--ip", "224.0.0.1"), "no host can have this address"),
        (("--ip", "198.51.100.63"), "is the broadcast address of its network 198.51.100.63/26"),
        (("--ip", "198.51.100.0"), "is the number of its network 198.51.100.0/26"),
        (("--ip", "198.51.100.7", "--gateway", "10.9.9.9"), "is not on our network"),
    ],
)
def test_what_no_host_can_have_is_refused(chosen, words, complaint):
    """RFC 1122 sections 3.2.1.3 and 3.3.1.2."""
    with pytest.raises(CommandError, match=complaint) as caught:
        chosen("-i", "eth0", *words)
    assert caught.value.exit_code is Exit.USAGE


def test_on_a_point_to_point_network_both_addresses_are_hosts(chosen):
    """RFC 3021: a /31 has neither number nor broadcast address."""
    assert chosen("-i", "eth0", "--ip", "10.0.0.1/31").prefix_length == 31


def test_who_begins_without_an_address_has_a_mac_that_is_the_same_each_time(chosen):
    """RFC 2131 section 2.1: the server knows us by it."""
    made = chosen("-i", "eth0", addressless=True)
    assert made.address == bytes(4)
    assert made.mac == b"\x02\x57" + HOST_MAC[2:]
    assert chosen("-i", "eth0", "--mac", "host", addressless=True).mac is None


def test_a_new_tap_derives_the_mac_of_who_begins_without_an_address(chosen):
    made = chosen("--link", "tap", "--kernel-ip", "10.9.0.1", addressless=True)
    assert (made.mac, made.kernel_address) == (None, ipv4_bytes("10.9.0.1"))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--ip", "198.51.100.7"), "--ip: we begin without an address; --request"),
        (("--gateway", "198.51.100.7"), "--gateway: we begin without"),
        (("--guard",), "--guard: we begin without"),
    ],
)
def test_what_the_network_will_tell_is_not_to_be_given(chosen, words, complaint):
    with pytest.raises(CommandError, match=complaint) as caught:
        chosen("-i", "eth0", *words, addressless=True)
    assert caught.value.exit_code is Exit.USAGE


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--ip", "2001:db8::5", "--gateway", "10.0.0.1"], "--gateway 10.0.0.1 is of another"),
        (["--ip", "2001:db8::5", "--gateway", "2001:db9::1"], "name a router of this link"),
        (["--ip", "ff02::1"], "no host can have this address"),
        (["--ip", "::1"], "no host can have this address"),
        (["--ip", "2001:db8::5/129"], "the prefix length must be 0 to 128"),
        (["--ip", "2001:db8::5", "--guard"], "--guard knows IPv4 only"),
    ],
)
def test_families_do_not_mix_and_the_way_out_is_told(chosen, words, text):
    """RFC 4291 sections 2.5.2, 2.5.3 and 2.7."""
    with pytest.raises(CommandError, match=text) as raised:
        chosen("-i", "eth0", *words)
    assert raised.value.exit_code is Exit.USAGE


def test_an_ipv6_address_of_ours_has_64_bits_of_network_and_a_mac(chosen):
    made = chosen("-i", "eth0", "--ip", "2001:db8::5", "--gateway", "fe80::1")
    assert str(made.network) == "2001:db8::5/64"
    assert made.mac == b"\x02\x57\0\0\0\x05"
