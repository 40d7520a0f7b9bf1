"""Questions to the system that need no kernel: states, networks, foreign platforms."""

import ctypes
import errno
import struct

import pytest

from wirelab.adapters import system
from wirelab.adapters.bsd import Entry
from wirelab.adapters.system import Interface, InterfaceAddress

MAC = bytes.fromhex("020000000001")


@pytest.mark.parametrize(
    ("prefix_length", "inside", "outside"),
    [
        (24, [198, 51, 100, 255], [198, 51, 101, 1]),
        (32, [198, 51, 100, 1], [198, 51, 100, 2]),
        (0, [8, 8, 8, 8], None),
        (20, [198, 51, 111, 255], [198, 51, 112, 0]),
    ],
)
def test_an_address_holds_what_is_on_its_network(prefix_length, inside, outside):
    held = InterfaceAddress(bytes([198, 51, 100, 1]), prefix_length)
    assert held.holds(bytes(inside))
    assert outside is None or not held.holds(bytes(outside))
    assert str(held) == f"198.51.100.1/{prefix_length}"


@pytest.mark.parametrize(
    ("up", "carrier", "state"),
    [(True, True, "up"), (True, False, "no carrier"), (False, False, "down")],
)
def test_states_have_names(up, carrier, state):
    assert Interface("eth0", 2, MAC, 1500, up, carrier, carrier, False).state == state


def test_a_system_that_cannot_be_asked_says_which_can(monkeypatch):
    monkeypatch.setattr("sys.platform", "sunos5")
    with pytest.raises(OSError, match="not written for sunos5: Linux or macOS") as caught:
        system.interfaces()
    assert caught.value.errno == errno.ENOSYS
    assert system.routes() == []


def test_macos_interfaces_come_from_its_list(monkeypatch):
    entry = Entry("en0", 4, 0x8863, MAC, 1500, [(bytes([192, 0, 2, 5]), 24)])
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr("wirelab.adapters.bsd.interfaces", lambda: [entry])
    found = system.interface("en0")
    assert (found.index, found.mac, found.state) == (4, MAC, "up")
    assert [str(held) for held in found.addresses] == ["192.0.2.5/24"]
    assert system.is_wifi("en0")
    assert not system.is_wifi("en5")


def test_an_unknown_interface_is_answered_with_the_known(monkeypatch):
    there = [Interface(name, 1, MAC, 1500, True, True, True, False) for name in ("lo", "eth0")]
    monkeypatch.setattr(system, "interfaces", lambda: there)
    with pytest.raises(OSError, match="no interface 'wlan9' here; there are: lo, eth0"):
        system.interface("wlan9")


def test_wifi_is_what_answers_the_wireless_ioctl():
    """Linux wireless extensions: EOPNOTSUPP from all others."""

    def refuse(request, argument):
        raise OSError(errno.EOPNOTSUPP, "no wireless extensions")

    def answer(request, argument):
        assert (request, argument[:5]) == (system.SIOCGIWNAME, b"wlan9")
        return argument

    assert system.is_wifi("wlan9", answer)
    assert not system.is_wifi("wlan9", refuse)


@pytest.mark.parametrize(
    ("gro", "flags", "merges"), [(1, 0, True), (0, 0, False), (0, system.ETHTOOL_FLAG_LRO, True)]
)
def test_hardware_merges_frames_when_ethtool_says_so(monkeypatch, gro, flags, merges):
    """Linux `struct ifreq` holds a pointer to `struct ethtool_value`: command, then answer."""

    def answer(request, argument):
        assert request == system.SIOCETHTOOL
        (address,) = struct.unpack_from("@P", argument, 16)
        value = (ctypes.c_uint32 * 2).from_address(address)
        value[1] = gro if value[0] == system.ETHTOOL_GET_GRO else flags
        return argument

    hardware = Interface("eth0", 2, MAC, 1500, True, True, True, False, kind="")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(system, "interface", lambda name: hardware)
    monkeypatch.setattr(system, "_ask", answer)
    assert system.merges_frames("eth0") is merges


def test_no_frames_are_merged_where_the_driver_does_not_answer(monkeypatch):
    def refuse(request, argument):
        raise OSError(errno.EOPNOTSUPP, "no such command")

    hardware = Interface("eth0", 2, MAC, 1500, True, True, True, False, kind="")
    monkeypatch.setattr(system, "interface", lambda name: hardware)
    monkeypatch.setattr(system, "_ask", refuse)
    assert not system.merges_frames("eth0")
