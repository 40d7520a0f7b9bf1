"""`wirelab dissect` agrees with tshark on what really went over a wire."""

import os
import random
import subprocess

import pytest

from wirelab.codecs.dissect import REGISTRY, Kind

pytestmark = pytest.mark.live

FIELDS = [name for name, field in REGISTRY.items() if field.kind is not Kind.PROTOCOL]
TEXT = random.Random(3).randbytes(100_000).hex()
PORT = 50001  # no protocol that tshark knows by its number
ECHO = f"""
import socket
server = socket.create_server(("0.0.0.0", {PORT}))
print("ready", flush=True)
connection, _ = server.accept()
while data := connection.recv(65536):
    connection.sendall(data)
connection.close()
"""


@pytest.fixture
def real_capture(bridged_wire):
    """ARP, ping, UDP, closed ports, and TCP with losses; kernel against wirelab, and back."""
    wire = bridged_wire
    wire.middle.lose(2, "ours0", "peer0")
    capture = wire.peer.capture()
    place = ("-i", wire.interface, "--ip", wire.own_address)
    server = wire.peer.python(ECHO)
    server.wait_for("ready")
    client = wire.ours.start_wirelab("tcp", "connect", wire.peer_address, str(PORT), *place)
    client.write(TEXT)
    client.close_stdin()
    assert client.finish(60) == 0, client.errors
    assert TEXT in client.output
    wire.ours.wirelab("ping", wire.peer_address, "-c", "3", *place)
    wire.ours.wirelab("udp", "send", wire.peer_address, str(PORT), "Hello UDP!", "--wait", *place)
    wire.ours.wirelab("tcp", "connect", wire.peer_address, "50009", *place)
    return capture.stop()


def test_every_field_of_every_frame_is_what_tshark_prints(real_capture, tshark, wire):
    words = [word for name in FIELDS for word in ("-e", name)]
    # The bridge's kernel also speaks IGMP, which is no codec of ours yet.
    arguments = ["-r", str(real_capture), "-Y", "arp or icmp or udp or tcp", "-T", "fields", *words]
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    theirs = subprocess.run(
        [tshark, "-n", *arguments], capture_output=True, text=True, env=environment, check=True
    ).stdout
    ours = wire.ours.wirelab("dissect", *arguments).stdout
    rows = list(zip(ours.splitlines(), theirs.splitlines(), strict=True))
    differences = [
        (number, name, one, other)
        for number, (mine, reference) in enumerate(rows, 1)
        for name, one, other in zip(FIELDS, mine.split("\t"), reference.split("\t"), strict=True)
        if one != other
    ]
    assert differences == []
    assert len(rows) > 200
