"""Links and guards outlive the rights that opened them."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.live

CODE = """
import os, sys
from wirelab.adapters.guards import guard_ports
from wirelab.adapters.links import LinkError, open_link
from wirelab.adapters.privileges import drop_privileges
from wirelab.codecs import ipv4_bytes
link = open_link("afpacket", "eth0", mac=bytes.fromhex("020000000077"))
with guard_ports(ipv4_bytes(sys.argv[1]), [49152], only="nftables"):
    print(drop_privileges({"SUDO_UID": "65534", "SUDO_GID": "65533"}))
    print(os.getresuid(), os.getresgid(), os.getgroups())
    print(link.send(bytes(60)), link.recv())
    try:
        open_link("afpacket", "eth0")
    except LinkError as error:
        print(error.strerror[:29])
"""


def test_an_open_link_works_on_after_the_rights_are_gone(wire):
    process = wire.ours.python(CODE, wire.host_address)
    code = process.finish()
    if Path("/proc/self/setgroups").read_text().strip() == "deny":
        # Root of a user namespace has nobody to become: refused, and not passed over in silence.
        assert (code, "PermissionError" in process.errors) == (1, True)
        return
    assert code == 0, process.errors
    assert process.output.splitlines() == [
        "65534",
        "(65534, 65534, 65534) (65533, 65533, 65533) [65533]",
        "True None",
        "raw access to eth0 refused: n",
    ]
