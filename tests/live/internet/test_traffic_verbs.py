"""The traffic verbs over IPv6: our own address on a TAP, the kernel at its other end."""

import socket
import threading

import pytest

pytestmark = pytest.mark.live

KERNEL, OURS = "2001:db8:7::2", "2001:db8:7::77"


@pytest.fixture
def six(tap_wire):
    """The wire, its kernel's end with an IPv6 address."""
    tap_wire.peer.sysctl("net.ipv6.conf.tap0.disable_ipv6", 0)
    tap_wire.peer.ip(f"addr add {KERNEL}/64 dev tap0 nodad")
    return tap_wire


def place(wire):
    return ("-i", wire.interface, "--link", "tap", "--ip", f"{OURS}/64")


def test_the_kernel_answers_our_pings_once_our_address_is_known_to_be_free(six):
    """RFC 4443 section 4.2; RFC 4862 section 5.4."""
    done = six.ours.wirelab("ping", KERNEL, "-c", "2", "--interval", "0.1", *place(six))
    assert done.returncode == 0, done.stderr
    assert "2 packets transmitted, 2 received" in done.stdout
    assert f"our address {OURS}/64" in done.stderr


def test_a_connection_to_the_kernel_carries_what_is_said_both_ways(six):
    """RFC 9293 over RFC 8200."""
    with six.peer, socket.create_server((KERNEL, 7000), family=socket.AF_INET6) as listener:
        listener.settimeout(20)

        def serve():
            accepted, _ = listener.accept()
            with accepted:
                accepted.sendall(b"hello over six\n")

        server = threading.Thread(target=serve)
        server.start()
        done = six.ours.wirelab("tcp", "connect", "-n", KERNEL, "7000", *place(six))
        server.join()
    assert done.returncode == 0, done.stderr
    assert done.stdout == "hello over six\n"


def test_an_address_of_the_other_family_is_refused_with_the_way_out(six):
    done = six.ours.wirelab("ping", "198.51.100.2", "-c", "1", *place(six))
    assert done.returncode == 3
    assert "give --ip an IPv4 address of ours, such as --ip 10.0.0.5/24" in done.stderr
