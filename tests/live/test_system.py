"""What we read over netlink, against what iproute2 says of the same kernel."""

import json

import pytest

from wirelab.adapters import system
from wirelab.codecs import ipv4_bytes, ipv4_text, mac_text

pytestmark = pytest.mark.live


def test_interfaces_and_addresses_agree_with_iproute2(wire):
    wire.ours.ip("addr add 10.1.2.3/20 dev eth0")
    wire.ours.ip("link set eth0 mtu 1280")
    with wire.ours:
        told = [
            (each.name, mac_text(each.mac), each.mtu, [str(held) for held in each.addresses])
            for each in system.interfaces()
        ]
    expected = [
        (
            each["ifname"],
            each["address"],
            each["mtu"],
            [f"{held['local']}/{held['prefixlen']}" for held in each["addr_info"]],
        )
        for each in json.loads(wire.ours.ip("-j addr show"))
    ]
    assert told == expected


def test_states_follow_the_administrator_and_the_cable(wire):
    with wire.ours:
        assert system.interface("eth0").state == "up"
        wire.peer.ip("link set eth0 down")
        assert system.interface("eth0").state == "no carrier"
        wire.ours.ip("link set eth0 down")
        assert system.interface("eth0").state == "down"


def test_the_gateway_is_that_of_the_interfaces_default_route(wire):
    with wire.ours:
        assert system.gateway("eth0") is None
        wire.ours.ip("route add default via 198.51.100.254")
        wire.ours.ip("route add 203.0.113.0/24 via 198.51.100.253")
        assert system.gateway("eth0") == ipv4_bytes("198.51.100.254")
        found = [(ipv4_text(route.destination), route.prefix_length) for route in system.routes()]
    assert sorted(found) == [("0.0.0.0", 0), ("198.51.100.0", 24), ("203.0.113.0", 24)]


def test_merging_is_seen_on_virtual_interfaces_and_wifi_is_not(wire):
    with wire.ours:
        assert system.merges_frames("eth0")
        assert not system.is_wifi("eth0")


def test_the_command_lists_them(wire):
    done = wire.ours.wirelab("interfaces")
    assert done.returncode == 0
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0] == ["NAME", "STATE", "MAC", "MTU", "ADDRESSES", "LINKS"]
    assert [row[0] for row in rows[1:]] == ["lo", "eth0"]
    mac = mac_text(wire.ours_mac)
    assert rows[2] == ["eth0", "up", mac, "1500", "198.51.100.1/24", "afpacket,pcap"]
    (_, described) = json.loads(wire.ours.wirelab("interfaces", "--json").stdout)
    assert described["mac"] == mac
    assert described["addresses"] == ["198.51.100.1/24"]
