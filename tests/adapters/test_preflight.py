"""Every check with its text, on machines made for it."""

import dataclasses

import pytest

from wirelab.adapters.preflight import Machine, Plan, check
from wirelab.adapters.system import Interface, InterfaceAddress

HOST = bytes([198, 51, 100, 1])
OURS = bytes([198, 51, 100, 77])
PEER = bytes([198, 51, 100, 2])
PEER_MAC = bytes.fromhex("020000000b01")


def interface(name, up=True, loopback=False, address=None):
    held = () if address is None else (InterfaceAddress(address, 24),)
    return Interface(name, 2, bytes(6), 1500, up, up, up, loopback, "", held)


MACHINE = Machine(
    interfaces=lambda: [
        interface("lo", loopback=True, address=bytes([127, 0, 0, 1])),
        interface("eth0", address=HOST),
        interface("eth1", up=False),
    ],
    forwards=lambda: False,
    proxies_arp=lambda name: False,
    is_wifi=lambda name: name == "wlan0",
    has_libpcap=lambda: True,
    has_tap_device=lambda: True,
    platform="linux",
    raw_access=lambda kind: True,
    port_is_free=lambda address, port, protocol: True,
)
PLAN = Plan("afpacket", "eth0", OURS, destination=PEER)


def found(plan=PLAN, probe=None, **answers):
    """What a plan meets on the usual machine with other answers."""
    machine = dataclasses.replace(MACHINE, **answers)
    return {problem.check: problem for problem in check(plan, machine, probe)}


def plan(**changes):
    return dataclasses.replace(PLAN, **changes)


def test_nothing_is_said_when_nothing_is_wrong():
    assert found() == {}
    assert found(plan(kind="pcap", own_mac=False)) == {}
    assert found(plan(kind="tap", interface="tap0", destination=HOST)) == {}


CASES = [
    (
        "address_is_hosts",
        plan(address=HOST),
        {},
        "198.51.100.1 belongs to this host: its kernel will reset our connections. Use --ip with "
        "a free address, --link tap, or --guard to keep the kernel off the chosen ports.",
    ),
    (
        "forwarding",
        plan(own_mac=False),
        {"forwards": lambda: True},
        "IP forwarding is on: the kernel would redirect or forward packets for 198.51.100.77. "
        "Use own MAC, --link tap, or --guard.",
    ),
    (
        "wifi",
        plan(interface="wlan0"),
        {"interfaces": lambda: [interface("wlan0")]},
        "wlan0 is Wi-Fi: access points drop frames from other MACs. Use --mac host.",
    ),
    ("link_down", plan(interface="eth1"), {}, 'eth1 is down: run "ip link set eth1 up".'),
    (
        "no_permission",
        PLAN,
        {"raw_access": lambda kind: False},
        "raw access to eth0 refused: needs CAP_NET_RAW (sudo, or setpriv --ambient-caps +net_raw)"
        "; macOS: read and write on /dev/bpf*; or --link tap with a TAP created for your user.",
    ),
    (
        "no_libpcap",
        plan(kind="pcap"),
        {"has_libpcap": lambda: False},
        "libpcap not found: apt install libpcap0.8 / install Npcap; on Linux --link afpacket "
        "needs no library.",
    ),
    (
        "port_in_use",
        plan(address=HOST, guard=True, ports=(49152,)),
        {"port_is_free": lambda address, port, protocol: False},
        "port 49152 is in use by the kernel (EADDRINUSE); choose another --source-port.",
    ),
    (
        "destination_is_this_host",
        plan(destination=HOST),
        {},
        "eth0 does not loop frames back to this host's own kernel; use --link tap.",
    ),
    (
        "off_link",
        plan(destination=bytes([203, 0, 113, 9])),
        {},
        "203.0.113.9 is not on our network (198.51.100.77/24); --allow-global sends to it "
        "through the gateway.",
    ),
    (
        "no_ethernet",
        plan(interface="lo"),
        {},
        "lo carries no Ethernet, only this host's talk with itself; use --link tap.",
    ),
    (
        "no_ethernet",
        plan(interface="tun0"),
        {"interfaces": lambda: [dataclasses.replace(interface("tun0"), mac=b"")]},
        "tun0 carries no Ethernet (it has no MAC); choose another interface.",
    ),
    (
        "no_tap_device",
        plan(kind="tap"),
        {"has_tap_device": lambda: False, "raw_access": lambda kind: False},
        '/dev/net/tun does not exist: run "modprobe tun", or use --link afpacket.',
    ),
    (
        "not_on_this_system",
        plan(kind="tap"),
        {"platform": "darwin", "raw_access": lambda kind: False},
        "--link tap is for Linux; here use --link pcap.",
    ),
    (
        "no_interface",
        plan(interface="eth7"),
        {},
        "no interface 'eth7' here; there are: lo, eth0, eth1.",
    ),
]


@pytest.mark.parametrize(("name", "planned", "answers", "text"), CASES)
def test_each_fatal_problem_has_its_text(name, planned, answers, text):
    problems = found(planned, **answers)
    assert list(problems) == [name]
    assert (problems[name].text, problems[name].fatal) == (text, True)


def test_proxy_arp_is_a_warning():
    (problem,) = found(proxies_arp=lambda name: True).values()
    assert problem.text == "proxy_arp on eth0 may answer ARP for 198.51.100.77."
    assert not problem.fatal


def test_a_guard_makes_the_hosts_address_and_forwarding_good():
    assert found(plan(address=HOST, guard=True, ports=(49152, 0))) == {}
    assert found(plan(own_mac=False, guard=True), forwards=lambda: True) == {}


def test_going_beyond_the_gateway_can_be_meant():
    assert found(plan(destination=bytes([203, 0, 113, 9]), allow_global=True)) == {}


def test_wifi_carries_the_hosts_mac():
    there = {"interfaces": lambda: [interface("wlan0")]}
    assert found(plan(interface="wlan0", own_mac=False), **there) == {}


def test_a_taken_address_is_told_with_its_owner():
    """RFC 5227 section 2.1.1."""
    (problem,) = found(probe=lambda address: PEER_MAC).values()
    expected = "198.51.100.77 is already used by 02:00:00:00:0b:01; choose another --ip."
    assert problem.text == expected
    assert found(probe=lambda address: None) == {}


def test_nothing_is_probed_when_the_plan_is_hopeless_or_the_address_our_own():
    def probe(address):
        raise AssertionError("frames were sent")

    assert list(found(plan(interface="eth1"), probe=probe)) == ["link_down"]
    assert found(plan(address=HOST, guard=True), probe=probe) == {}
