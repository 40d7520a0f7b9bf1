"""`wirelab http get` and `wirelab serve` against real servers and clients."""

import random
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.live

DATA = random.Random(2).randbytes(1_000_000)


@pytest.fixture
def site(tmp_path):
    """A folder with a page and a megabyte."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<p>hello")
    (folder / "data").write_bytes(DATA)
    folder.chmod(0o755)
    return folder


def place(wire: Any) -> tuple[str, ...]:
    return ("-i", wire.interface, "--ip", wire.own_address)


def python_server(wire: Any, site: Path) -> None:
    server = wire.peer.start(sys.executable, "-u", "-m", "http.server", "80", "-d", site)
    server.wait_for("Serving HTTP")


def test_we_fetch_from_pythons_server(wire, site, tmp_path):
    """HTTP/1.0, close-delimited in spirit: the server closes first."""
    python_server(wire, site)
    capture = wire.peer.capture()
    url = f"http://{wire.peer_address}/data"
    done = wire.ours.wirelab("http", "get", url, "-o", str(tmp_path / "copy"), *place(wire))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "copy").read_bytes() == DATA
    assert capture.resets() == []


def test_we_fetch_from_nginx(lab, wire, site, tmp_path):
    lab.nginx(wire.peer, site)
    capture = wire.peer.capture()
    for path, content in (("", b"<p>hello"), ("data", DATA)):
        url = f"http://{wire.peer_address}/{path}"
        done = wire.ours.wirelab("http", "get", url, "-o", str(tmp_path / "copy"), *place(wire))
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "copy").read_bytes() == content
    assert capture.resets() == []


def test_a_missing_page_is_an_answer_and_a_failure_if_wished(wire, site):
    """As with curl and curl --fail."""
    python_server(wire, site)
    url = f"http://{wire.peer_address}/missing"
    done = wire.ours.wirelab("http", "get", url, *place(wire))
    assert (done.returncode, "404" in done.stderr) == (0, True)
    done = wire.ours.wirelab("http", "get", url, "--fail", *place(wire))
    assert (done.returncode, done.stdout) == (1, "")
    assert "404" in done.stderr
    assert done.stderr.splitlines()[-1] == "reason=app.http_status"


def test_curl_fetches_from_our_server(wire, site, tool, tmp_path):
    """Keep-alive: both files over one connection; and a path that leads out finds nothing."""
    capture = wire.peer.capture()
    ours = wire.ours.start_wirelab("serve", str(site), "-p", "8080", *place(wire))
    ours.wait_for("serving")
    base = f"http://{wire.own_address}:8080"
    done = wire.peer.run(
        *(
            tool("curl"),
            "-sS",
            "--max-time",
            "20",
            "--path-as-is",
            "-w",
            "%{http_code} %{num_connects}\n",
        ),
        *("-o", tmp_path / "page", f"{base}/"),
        *("-o", tmp_path / "data", f"{base}/data"),
        *("-o", tmp_path / "secret", f"{base}/../../etc/passwd"),
    )
    assert done.stdout == "200 1\n200 0\n404 0\n"
    assert (tmp_path / "page").read_text() == "<p>hello"
    assert (tmp_path / "data").read_bytes() == DATA
    assert capture.resets() == []  # before Ctrl-C, which resets what is still open
    ours.interrupt()
    assert ours.finish() == 130
    assert "GET /data 200 1000000" in ours.output


def test_many_clients_are_served_at_once(wire, site, tool):
    """live.md, interop row 15 in small."""
    ours = wire.ours.start_wirelab("serve", str(site), "-c", "20", *place(wire))
    ours.wait_for("serving")
    urls = [f"http://{wire.own_address}/index.html" for _ in range(20)]
    done = wire.peer.run(
        *(tool("curl"), "-sS", "--max-time", "20", "--retry", "5", "--retry-connrefused"),
        *("--parallel", "--parallel-immediate", "--no-keepalive", "-H", "Connection: close", *urls),
    )
    assert done.stdout == "<p>hello" * 20
    assert ours.finish() == 0, ours


# Clients that a server must survive; the last one, who asks in order, shows that it did.
BAD_CLIENTS = """
import socket, struct, sys
def connect():
    return socket.create_connection((sys.argv[1], 80), 10)
def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
reset(connect())
client = connect()
client.sendall(b"GET /data HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
client.recv(1000)
reset(client)
client = connect()
client.sendall(bytes(range(256)) * 300)
assert client.recv(12) == b"HTTP/1.1 400"
silent, deaf = connect(), connect()
deaf.sendall(b"GET /data HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
client = connect()
client.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
client.shutdown(socket.SHUT_WR)
print(client.makefile().read())
"""


def test_bad_clients_do_not_stop_the_server_and_a_lost_interface_does(wire, site):
    """live.md, interop rows 12 and 15; then exit 1, since the network said no."""
    ours = wire.ours.start_wirelab("serve", str(site), *place(wire))
    ours.wait_for("serving")
    clients = wire.peer.python(BAD_CLIENTS, wire.own_address)
    assert clients.finish() == 0, clients
    assert clients.output.endswith("<p>hello\n")
    wire.ours.ip("link del eth0")
    assert ours.finish() == 1, ours
    assert ours.errors.splitlines()[-1] == "reason=link.down"
    assert "Traceback" not in ours.errors
