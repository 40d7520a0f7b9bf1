"""`wirelab arp`, `ping` and `udp` against the kernel."""

import json
import socket
from typing import Any

import pytest

from wirelab.codecs.addresses import mac_text

pytestmark = pytest.mark.live

HELLO = "Hello UDP!"
PORT = 49152


def place(wire: Any, *more: str) -> tuple[str, ...]:
    """The options that put us on the wire, with an address of our own."""
    return ("-i", wire.interface, "--ip", wire.own_address, *more)


# ARP


def test_we_resolve_the_kernel(wire):
    done = wire.ours.wirelab("arp", wire.peer_address, *place(wire))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{wire.peer_address} is at {mac_text(wire.peer_mac)}")


def test_json_gives_one_object_a_line(wire):
    done = wire.ours.wirelab("arp", wire.peer_address, "--json", *place(wire))
    answer = json.loads(done.stdout)
    assert (answer["address"], answer["mac"]) == (wire.peer_address, mac_text(wire.peer_mac))


def test_a_probe_leaves_no_trace_in_the_kernels_cache(wire):
    """RFC 5227 section 2.1.1."""
    done = wire.ours.wirelab("arp", wire.peer_address, "--probe", *place(wire))
    assert done.returncode == 0, done.stderr
    assert wire.own_address not in wire.peer.ip("neigh show")


def test_nobody_answers_for_a_free_address(wire):
    free = wire.own_address.rpartition(".")[0] + ".99"
    done = wire.ours.wirelab("arp", free, "-W", "0.3", *place(wire))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "reason=arp.timeout"


def test_the_kernel_resolves_us_and_arping_hears_us(wire, tool):
    """RFC 826: we answer, with the MAC that we say is ours."""
    ours = wire.ours.start_wirelab("udp", "listen", str(PORT), *place(wire))
    ours.wait_for("listening")
    heard = wire.peer.run(tool("arping"), "-c", "2", "-I", "eth0", wire.own_address)
    assert "02:57:" in heard.stdout.lower()
    wire.peer.run("ping", "-c", "1", "-W", "5", wire.own_address)
    assert "02:57:" in wire.peer.ip(f"neigh show {wire.own_address}")
    ours.interrupt()
    assert ours.finish() == 130


def test_an_address_that_is_taken_is_refused_with_its_owner(wire):
    done = wire.ours.wirelab("ping", "198.51.100.9", "-i", "eth0", "--ip", wire.peer_address)
    assert done.returncode == 3
    assert f"is already used by {mac_text(wire.peer_mac)}" in done.stderr


# ping


@pytest.mark.parametrize("link", ["afpacket", "pcap"])
def test_we_ping_the_kernel(wire, link):
    words = ("ping", wire.peer_address, "-c", "3", "--interval", "0.05", "--link", link)
    done = wire.ours.wirelab(*words, *place(wire))
    assert done.returncode == 0, done.stderr
    assert "3 packets transmitted, 3 received, 0% packet loss" in done.stdout
    assert done.stdout.count(f"64 bytes from {wire.peer_address}: icmp_seq=") == 3
    assert done.stderr.startswith(f"real link: {link} eth0")


def test_we_ping_the_kernel_over_a_tap_that_is_made_for_it(lab):
    """`wirelab ping 10.77.0.1 --link tap` needs nothing set up beforehand."""
    lab.need_tap()
    ours = lab.namespace("ours")
    done = ours.wirelab("ping", "10.77.0.1", "-c", "2", "--interval", "0.05", "--link", "tap")
    assert done.returncode == 0, done.stderr
    assert "2 packets transmitted, 2 received" in done.stdout


def test_the_kernel_pings_us(wire):
    ours = wire.ours.start_wirelab("tcp", "listen", "7", *place(wire))
    ours.wait_for("listening")
    done = wire.peer.run("ping", "-c", "3", "-i", "0.05", "-w", "10", wire.own_address)
    assert " 0% packet loss" in done.stdout


def test_an_interrupted_ping_prints_its_summary(wire):
    ours = wire.ours.start_wirelab("ping", wire.peer_address, *place(wire))
    ours.wait_for("icmp_seq=1")
    ours.interrupt()
    assert ours.finish() == 130
    assert "packets transmitted" in ours.output


def test_a_ping_ends_when_its_interface_disappears(wire):
    ours = wire.ours.start_wirelab("ping", wire.peer_address, *place(wire))
    ours.wait_for("icmp_seq=1")
    wire.ours.ip(f"link del {wire.interface}")
    assert ours.finish() == 1
    assert "packets transmitted" in ours.output
    assert ours.errors.splitlines()[-1] == "reason=link.down"


def test_a_host_that_is_silent_to_pings_is_a_timeout(wire):
    wire.peer.sysctl("net.ipv4.icmp_echo_ignore_all", 1)
    words = ("ping", wire.peer_address, "-c", "1", "-W", "0.3")
    done = wire.ours.wirelab(*words, *place(wire))
    assert done.returncode == 1
    assert "1 packets transmitted, 0 received, 100% packet loss" in done.stdout
    assert done.stderr.splitlines()[-1] == "reason=live.timeout"


def test_an_icmp_error_is_told_by_its_reason(wire):
    """RFC 792: an administrative refusal of the echo request."""
    wire.peer.nft(
        "table ip t {\n chain in {\n type filter hook input priority 0;\n"
        " icmp type echo-request reject with icmp type admin-prohibited\n }\n}\n"
    )
    words = ("ping", wire.peer_address, "-c", "1", "-W", "2")
    done = wire.ours.wirelab(*words, *place(wire))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "reason=icmp.prohibited"


# UDP


def hello_rows(capture: Any, *fields: str) -> Any:
    """What Wireshark's filter of the exercise finds."""
    return capture.tshark(f"udp.port == {PORT}", "udp.checksum.status", *fields)


def test_hello_udp_reaches_the_kernel_and_wireshark_finds_it(wire):
    receiver = wire.peer.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind((wire.peer_address, PORT))
    capture = wire.peer.capture()
    words = ("udp", "send", wire.peer_address, str(PORT), HELLO, "--source-port", str(PORT))
    done = wire.ours.wirelab(*words, *place(wire))
    assert done.returncode == 0, done.stderr
    assert receiver.recvfrom(100) == (HELLO.encode(), (wire.own_address, PORT))
    rows = hello_rows(capture, "ip.src", "udp.srcport", "data.data")
    assert rows == [["1", wire.own_address, str(PORT), HELLO.encode().hex()]]


def test_hello_udp_from_the_kernel_is_printed_and_answered(wire):
    capture = wire.peer.capture()
    words = ("udp", "listen", str(PORT), "-c", "1", "--echo")
    ours = wire.ours.start_wirelab(*words, *place(wire))
    ours.wait_for("listening")
    sender = wire.peer.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.sendto(HELLO.encode(), (wire.own_address, PORT))
    assert sender.recv(100) == HELLO.encode()
    assert ours.finish() == 0
    assert ours.output == f"{HELLO}\n"
    statuses = [row[0] for row in hello_rows(capture) if row]
    assert len(statuses) == 2
    assert statuses[1] == "1"  # ours; the kernel leaves its own to the hardware of the veth pair


def test_hello_udp_goes_both_ways_over_a_tap(tap_wire):
    receiver = tap_wire.ours.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind((tap_wire.peer_address, PORT))
    words = ("udp", "send", tap_wire.peer_address, str(PORT), "--wait", "5", "--link", "tap")
    ours = tap_wire.ours.start_wirelab(*words, *place(tap_wire))
    data, sender = receiver.recvfrom(100)
    receiver.sendto(data.upper(), sender)
    assert ours.finish() == 0
    assert ours.output == "HELLO UDP!\n"


def test_a_closed_udp_port_is_told(wire):
    words = ("udp", "send", wire.peer_address, "9", "--wait", "5")
    done = wire.ours.wirelab(*words, *place(wire))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "reason=icmp.port_unreachable"
    assert f"layer 4 UDP, on {wire.peer_address} " in done.stderr


def test_raw_output_is_what_the_kernel_sent_byte_for_byte(wire):
    words = ("udp", "listen", str(PORT), "-c", "2", "--raw", *place(wire))
    ours = wire.ours.start_wirelab(*words)
    ours.wait_for("listening")
    sender = wire.peer.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM)
    for data in (b"\x1b[1m\0", b"\tno line feed"):
        sender.sendto(data, (wire.own_address, PORT))
    assert ours.finish() == 0
    assert ours.output == "\x1b[1m\0\tno line feed"


def test_the_hosts_own_address_sends_and_receives_udp_under_a_guard(wire):
    """The kernel must not say "port unreachable" for us."""
    receiver = wire.peer.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind((wire.peer_address, PORT))
    capture = wire.peer.capture()
    words = ("udp", "send", wire.peer_address, str(PORT), "--wait", "5", "-i", "eth0", "--guard")
    ours = wire.ours.start_wirelab(*words)
    data, sender = receiver.recvfrom(100)
    assert sender[0] == wire.host_address
    receiver.sendto(data, sender)
    assert ours.finish() == 0
    assert capture.tshark("icmp") == []
