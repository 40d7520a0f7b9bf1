"""Choosing a link: by name, by platform, and with a reason where it cannot be."""

import errno
import os
import subprocess
import sys

import pytest

from wirelab.adapters.links import KINDS, LinkError, default_kind, open_link


@pytest.mark.parametrize(
    ("platform", "kind"), [("linux", "afpacket"), ("darwin", "pcap"), ("win32", "pcap")]
)
def test_the_default_needs_no_library_where_it_can(platform, kind):
    assert default_kind(platform) == kind


@pytest.mark.parametrize("kind", ["tap", "afpacket"])
def test_linux_only_kinds_say_so_elsewhere(kind):
    with pytest.raises(LinkError, match=f"--link {kind} is for Linux; here use --link pcap"):
        open_link(kind, "en0", platform="darwin")


@pytest.mark.parametrize("vlan", [0, 4095, -1])
def test_a_vlan_is_1_to_4094(vlan):
    """IEEE 802.1Q clause 9.6: 0 is a priority without a VLAN, 4095 is reserved."""
    with pytest.raises(LinkError, match=rf"VLAN {vlan}: use 1 to 4094"):
        open_link("pcap", "eth0", vlan=vlan)


ELSEWHERE = """
import importlib, os, socket, sys
sys.modules["fcntl"] = None
for module, names in (
    (socket, ["AF_PACKET", "AF_NETLINK", "NETLINK_ROUTE", "SOCK_CLOEXEC"]),
    (os, ["geteuid", "setuid", "setgid", "setgroups", "setresuid", "setresgid"]),
):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
for name in sys.argv[1:]:
    importlib.import_module(f"wirelab.adapters.{name}")
"""


def test_every_module_loads_where_linux_and_posix_are_missing():
    """Windows has none of these names; what cannot be used there says so when it is used."""
    parts = ["bsd", "system", "netlink", "policy", "preflight", "privileges", "commands.interfaces"]
    parts += [module.removeprefix("wirelab.adapters.") for module, _ in KINDS.values()]
    parts += ["links.capturefile", "guards.minttl", "guards.nftables", "guards.witness"]
    words = [sys.executable, "-c", ELSEWHERE, *parts]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0


def test_an_unknown_kind_is_answered_with_those_there_are():
    with pytest.raises(LinkError, match="no link 'pigeon'; there are: tap, afpacket, pcap"):
        open_link("pigeon", "eth0")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (errno.ENOENT, '/dev/net/tun does not exist: run "modprobe tun"'),
        (errno.ENODEV, '/dev/net/tun does not exist: run "modprobe tun"'),
        (errno.EACCES, "no TAP tap0 for this user"),
        (errno.EMFILE, "/dev/net/tun: Too many open files"),
    ],
)
def test_a_tap_device_that_cannot_be_opened_says_why(monkeypatch, number, text):
    """A node without its driver answers ENODEV."""

    def refuse(path, flags):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(LinkError, match=text):
        open_link("tap", "tap0", platform="linux")
