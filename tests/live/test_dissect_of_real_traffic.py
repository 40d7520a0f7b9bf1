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
for _ in range(2):
    connection, _ = server.accept()
    while data := connection.recv(65536):
        connection.sendall(data)
    connection.close()
"""
KERNEL = f"""
import socket, sys, threading
peer = (sys.argv[1], {PORT})
data = bytes(range(256)) * 200
with socket.create_connection(peer) as connection:
    sender = threading.Thread(target=connection.sendall, args=(data,))
    sender.start()
    received = 0
    while received < len(data):
        received += len(connection.recv(65536))
    sender.join()
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for size in (1, 1472, 1473, 5000):  # the last two in fragments, all to a closed port
    datagrams.sendto(bytes(size), (sys.argv[1], {PORT} + 1))
datagrams.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, bytes((7, 7, 4, 0, 0, 0, 0, 0)))
datagrams.sendto(b"recorded", (sys.argv[1], {PORT} + 1))
datagrams.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)
datagrams.sendto(b"short-lived", (sys.argv[1], {PORT} + 1))
print("done", flush=True)
"""


@pytest.fixture
def real_capture(bridged_wire):
    """ARP, ping, UDP, closed ports, fragments, IP options, and TCP with losses.

    Kernel against wirelab, and kernel against kernel.
    """
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
    kernel = wire.ours.python(KERNEL, wire.peer_address)
    kernel.wait_for("done", timeout=60)
    wire.ours.run("ping", "-c", "2", "-i", "0.2", "-s", "4000", wire.peer_address, check=False)
    wire.ours.wirelab("ping", wire.peer_address, "-c", "3", *place)
    wire.ours.wirelab("udp", "send", wire.peer_address, str(PORT), "Hello UDP!", "--wait", *place)
    wire.ours.wirelab("tcp", "connect", wire.peer_address, "50009", *place)
    return capture.stop()


def test_every_field_of_every_frame_is_what_tshark_prints(real_capture, tshark, wire):
    words = [word for name in FIELDS for word in ("-e", name)]
    arguments = ["-r", str(real_capture), "-T", "fields", *words]
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
