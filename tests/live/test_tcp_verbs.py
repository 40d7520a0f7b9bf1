"""`wirelab tcp` against the kernel's TCP."""

import hashlib
import random
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.live

PORT = 4242
SIZE = 1_000_000
DATA = random.Random(1).randbytes(SIZE)

# The kernel's side of a connection: reads to the end, answers with the SHA-256 of what it read.
DIGEST = """
import hashlib, socket, sys
listener = socket.create_server(("0.0.0.0", int(sys.argv[1])))
print("ready", flush=True)
peer, _ = listener.accept()
digest = hashlib.sha256()
while data := peer.recv(65536):
    digest.update(data)
peer.sendall(digest.hexdigest().encode())
peer.close()
"""
# Sends a file, and reads to the end.
SEND = """
import socket, sys
listener = socket.create_server(("0.0.0.0", int(sys.argv[1])))
print("ready", flush=True)
peer, _ = listener.accept()
peer.sendall(open(sys.argv[2], "rb").read())
peer.shutdown(socket.SHUT_WR)
while peer.recv(65536):
    pass
peer.close()
"""


def options(wire: Any, mode: str) -> tuple[str, ...]:
    """The command-line options of one way to be on the wire."""
    own = ("-i", wire.interface, "--ip", wire.own_address)
    return {
        "tap": ("--link", "tap", *own),
        "afpacket": ("--link", "afpacket", *own),
        "afpacket, host's MAC": ("--link", "afpacket", "--mac", "host", *own),
        "pcap": ("--link", "pcap", *own),
        "guard": ("-i", wire.interface, "--guard"),
    }[mode]


MODES = ["tap", "afpacket", "afpacket, host's MAC", "pcap", "guard"]


def wire_for(lab: Any, mode: str) -> Any:
    return lab.tap_wire() if mode == "tap" else lab.wire()


def redirected(wire: Any, file: Path, *words: str) -> Any:
    """Our command line with stdin from a file: exit code, output and errors."""
    command = f'exec "$0" -m wirelab.adapters.cli "$@" < "{file}"'
    return wire.ours.run("sh", "-c", command, sys.executable, *words, check=False)


@pytest.mark.parametrize("mode", MODES)
def test_handshake_data_and_close_against_a_kernel_listener_without_a_reset(lab, mode):
    """RFC 9293 sections 3.5 and 3.6; in every mode of live.md's table."""
    wire = wire_for(lab, mode)
    listener = wire.peer.listen(PORT)
    capture = wire.peer.capture(wire.interface)
    ours = wire.ours.start_wirelab(
        "tcp", "connect", wire.peer_address, str(PORT), *options(wire, mode)
    )
    connection, _ = listener.accept()
    connection.settimeout(10)
    ours.write("Hello TCP!\n")
    assert connection.recv(100) == b"Hello TCP!\n"
    connection.sendall(b"Hello wirelab!\n")
    ours.wait_for("Hello wirelab!")
    ours.close_stdin()
    assert connection.recv(100) == b""  # our half is closed, theirs is not
    connection.sendall(b"and goodbye\n")
    connection.close()
    assert ours.finish() == 0, ours
    assert ours.output == "Hello wirelab!\nand goodbye\n"
    assert capture.resets() == []
    handshake = capture.tshark("tcp.flags.syn == 1", "ip.src", "tcp.flags.str")
    assert len(handshake) == 2
    fins = {row[0] for row in capture.tshark("tcp.flags.fin == 1", "ip.src")}
    assert len(fins) == 2
    assert capture.tshark("tcp.checksum.status == 0 && ip.src != " + wire.peer_address) == []


def test_the_hosts_own_address_without_a_guard_is_refused_beforehand(wire):
    """The project's first failure, told before it happens."""
    done = wire.ours.wirelab(
        "tcp", "connect", wire.peer_address, str(PORT), "-i", "eth0", "--ip", wire.host_address
    )
    assert done.returncode == 3
    assert "its kernel will reset our connections" in done.stderr
    assert "--guard" in done.stderr


def test_the_kernels_reset_is_seen_and_explained(wire):
    """The project's first failure, reproduced: the machine's own kernel resets the connection."""
    listener = wire.peer.listen(PORT)
    capture = wire.peer.capture()
    words = ("tcp", "connect", wire.peer_address, str(PORT), "-i", "eth0", "--no-preflight")
    ours = wire.ours.start_wirelab(*words, "--ip", wire.host_address)
    assert ours.finish() == 1
    assert ours.errors.splitlines()[-1] == "reason=live.kernel_rst"
    assert "the kernel reset 198.51.100.1:" in ours.errors
    assert "--ip with a free address, --link tap, or --guard" in ours.errors
    assert len(capture.resets()) >= 1
    listener.close()


def test_a_closed_port_is_refused(wire):
    """RFC 9293 section 3.10.7.1."""
    done = wire.ours.wirelab("tcp", "connect", wire.peer_address, "81", *options(wire, "afpacket"))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "reason=tcp.no_listener"


def test_a_silent_drop_is_a_timeout(wire):
    wire.peer.nft(
        "table ip t {\n chain in {\n type filter hook input priority 0;\n"
        " tcp dport 81 drop\n }\n}\n"
    )
    done = wire.ours.wirelab(
        "tcp", "connect", wire.peer_address, "81", "-W", "0.5", *options(wire, "afpacket")
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "reason=tcp.timeout"


def test_a_reject_by_icmp_ends_the_attempt_with_its_reason(wire):
    """RFC 1122 section 4.2.3.9: hard errors."""
    wire.peer.nft(
        "table ip t {\n chain in {\n type filter hook input priority 0;\n"
        " tcp dport 81 reject with icmp type port-unreachable\n }\n}\n"
    )
    done = wire.ours.wirelab("tcp", "connect", wire.peer_address, "81", *options(wire, "afpacket"))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "reason=icmp.port_unreachable"


@pytest.mark.parametrize("mode", ["afpacket", "guard"])
def test_a_kernel_client_talks_to_our_listener(wire, mode):
    """Passive open; the client closes first, with a half-close."""
    address = wire.host_address if mode == "guard" else wire.own_address
    capture = wire.peer.capture()
    ours = wire.ours.start_wirelab("tcp", "listen", str(PORT), "-c", "1", *options(wire, mode))
    ours.wait_for("listening")
    client = wire.peer.python(
        "import socket, sys\n"
        f"s = socket.create_connection(({address!r}, {PORT}), 10)\n"
        "s.sendall(b'Hello TCP!\\n'); s.shutdown(socket.SHUT_WR)\n"
        "print(s.makefile().read(), end='')\n"
    )
    ours.wait_for("Hello TCP!")
    ours.write("and back\n")
    ours.close_stdin()
    assert client.finish() == 0, client
    assert client.output == "and back\n"
    assert ours.finish() == 0, ours
    assert capture.resets() == []


def test_a_listener_serves_one_client_after_the_other(wire):
    ours = wire.ours.start_wirelab(
        "tcp", "listen", str(PORT), "-c", "2", "--no-stdin", *options(wire, "afpacket")
    )
    ours.wait_for("listening")
    clients = wire.peer.python(
        "import socket\n"
        "for text in (b'one\\n', b'two\\n'):\n"
        f"    s = socket.create_connection(({wire.own_address!r}, {PORT}), 10)\n"
        "    s.sendall(text); s.shutdown(socket.SHUT_WR); s.recv(10); s.close()\n"
    )
    assert clients.finish() == 0, clients
    assert ours.finish() == 0
    assert ours.output == "one\ntwo\n"


@pytest.mark.parametrize("mode", ["tap", "afpacket", "pcap"])
def test_a_megabyte_to_the_kernel_arrives_whole(lab, tmp_path, mode):
    wire = wire_for(lab, mode)
    (tmp_path / "data").write_bytes(DATA)
    peer = wire.peer.python(DIGEST, str(PORT))
    peer.wait_for("ready")
    words = ("tcp", "connect", wire.peer_address, str(PORT), *options(wire, mode))
    done = redirected(wire, tmp_path / "data", *words)
    assert done.returncode == 0, done.stderr
    assert done.stdout == hashlib.sha256(DATA).hexdigest()
    assert peer.finish() == 0


@pytest.mark.parametrize("mode", ["tap", "afpacket", "pcap"])
def test_a_megabyte_from_the_kernel_arrives_whole(lab, tmp_path, mode):
    """On a veth pair the kernel hands over frames of up to 64 KiB with partial checksums."""
    wire = wire_for(lab, mode)
    (tmp_path / "data").write_bytes(DATA)
    peer = wire.peer.python(SEND, str(PORT), str(tmp_path / "data"))
    peer.wait_for("ready")
    words = ("tcp", "connect", wire.peer_address, str(PORT), *options(wire, mode))
    command = f'"$0" -m wirelab.adapters.cli "$@" --no-stdin > "{tmp_path}/copy"'
    done = wire.ours.run("sh", "-c", command, sys.executable, *words, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "copy").read_bytes() == DATA
    assert peer.finish() == 0


def test_a_megabyte_each_way_survives_two_percent_loss(bridged_wire, tmp_path):
    """RFC 6298, RFC 5681: retransmission by us and by the kernel."""
    wire = bridged_wire
    wire.middle.lose(2, "ours0", "peer0")
    (tmp_path / "data").write_bytes(DATA)
    peer = wire.peer.python(DIGEST, str(PORT))
    sender = wire.peer.python(SEND, str(PORT + 1), str(tmp_path / "data"))
    peer.wait_for("ready")
    sender.wait_for("ready")
    place = options(wire, "afpacket")
    capture = wire.ours.capture()
    up = redirected(wire, tmp_path / "data", "tcp", "connect", wire.peer_address, str(PORT), *place)
    assert up.returncode == 0, up.stderr
    assert up.stdout == hashlib.sha256(DATA).hexdigest()
    down = wire.ours.run(
        "sh",
        "-c",
        f'"$0" -m wirelab.adapters.cli "$@" --no-stdin > "{tmp_path}/copy"',
        sys.executable,
        *("tcp", "connect", wire.peer_address, str(PORT + 1), *place),
        check=False,
    )
    assert down.returncode == 0, down.stderr
    assert (tmp_path / "copy").read_bytes() == DATA
    again = capture.tshark("tcp.analysis.retransmission && ip.src == " + wire.own_address)
    assert len(again) > 5  # about 2 % of 700 segments


def test_what_was_sent_and_received_is_in_the_capture_file(wire, tmp_path, tshark):
    """-w: our tap on the link, readable by Wireshark, stamped with the wall clock."""
    listener = wire.peer.listen(PORT)
    file = tmp_path / "run.pcapng"
    ours = wire.ours.start_wirelab(
        *("tcp", "connect", wire.peer_address, str(PORT), "-n", "-w", str(file)),
        *options(wire, "afpacket"),
    )
    connection, _ = listener.accept()
    connection.close()
    assert ours.finish() == 0, ours
    rows = wire.ours.run(
        *(tshark, "-n", "-r", file, "-T", "fields", "-e", "tcp.flags.str", "-Y", "tcp")
    ).stdout.split("\n")
    assert "S" in rows[0]
    assert len(rows) >= 7
