"""Questions to the system that need no kernel: states, networks, foreign platforms."""

import errno

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
