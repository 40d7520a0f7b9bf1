"""`wirelab interfaces`, on machines made for it."""

import json

import pytest

from wirelab.adapters import preflight, system
from wirelab.adapters.cli import main
from wirelab.adapters.commands import interfaces
from wirelab.adapters.links import libpcap
from wirelab.adapters.system import Interface, InterfaceAddress

MAC = bytes.fromhex("020000000001")


@pytest.fixture
def machine(monkeypatch):
    """Two interfaces; returns a switch for raw access."""
    rights = {"raw": True}
    there = [
        Interface("lo", 1, bytes(6), 65_536, True, True, True, loopback=True),
        Interface(
            "wlan0",
            2,
            MAC,
            1500,
            True,
            True,
            True,
            loopback=False,
            addresses=(InterfaceAddress(bytes([192, 0, 2, 5]), 24),),
        ),
        Interface("eth1", 3, MAC, 1500, False, False, False, loopback=False),
    ]
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(system, "interfaces", lambda: there)
    monkeypatch.setattr(system, "is_wifi", lambda name: name == "wlan0")
    monkeypatch.setattr(libpcap, "is_available", lambda: True)
    monkeypatch.setattr(preflight, "raw_access", lambda kind: rights["raw"])
    return rights


def test_the_table_names_each_with_its_state_and_links(machine, capsys):
    assert main(["interfaces"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "NAME   STATE       MAC                MTU    ADDRESSES     LINKS",
        "lo     up          00:00:00:00:00:00  65536  -             -",
        "wlan0  up (Wi-Fi)  02:00:00:00:00:01  1500   192.0.2.5/24  afpacket,pcap",
        "eth1   down        02:00:00:00:00:01  1500   -             -",
    ]


def test_json_has_the_same(machine, capsys):
    assert main(["interfaces", "--json"]) == 0
    described = json.loads(capsys.readouterr().out)
    assert described[1] == {
        "name": "wlan0",
        "state": "up",
        "mac": "02:00:00:00:00:01",
        "mtu": 1500,
        "addresses": ["192.0.2.5/24"],
        "wifi": True,
        "links": ["afpacket", "pcap"],
    }


def test_without_rights_the_remedy_goes_to_stderr(machine, capsys):
    machine["raw"] = False
    assert main(["interfaces"]) == 0
    printed = capsys.readouterr()
    assert "afpacket" not in printed.out
    assert "needs CAP_NET_RAW" in printed.err


def test_where_libpcap_is_the_only_way_its_absence_is_told(machine, capsys, monkeypatch):
    """macOS: the rights are there, the library is not."""
    monkeypatch.setattr(interfaces, "default_kind", lambda: "pcap")
    monkeypatch.setattr(libpcap, "is_available", lambda: False)
    assert main(["interfaces"]) == 0
    printed = capsys.readouterr()
    assert "pcap" not in printed.out
    assert printed.err.startswith("wirelab: libpcap not found: apt install")


def test_a_system_that_cannot_be_asked_ends_with_3(machine, capsys, monkeypatch):
    def refuse():
        raise OSError(38, "listing interfaces is not written for sunos5: Linux or macOS")

    monkeypatch.setattr(system, "interfaces", refuse)
    assert main(["interfaces"]) == 3
    assert "not written for sunos5" in capsys.readouterr().err
