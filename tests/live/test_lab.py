"""The lab itself: what the other live tests stand on."""

import os
import socket

import pytest

pytestmark = pytest.mark.live


def test_two_kernels_talk_over_the_wire_and_the_capture_misses_nothing(wire):
    """The capture is complete when it stops, with nothing slept away."""
    capture = wire.peer.capture()
    with wire.ours:
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver = wire.peer.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind((wire.peer_address, 49152))
    with sender:
        for number in range(20):
            sender.sendto(b"Hello UDP! %d" % number, (wire.peer_address, 49152))
    assert receiver.recv(100) == b"Hello UDP! 0"
    assert len(capture.tshark("udp.port == 49152", "ip.src")) == 20
    assert len([frame for frame in capture.frames() if b"Hello UDP!" in frame]) == 20


def test_loss_in_the_middle_hits_both_directions(bridged_wire):
    """Loss sits in front of the far kernel's taps, so that raw links see it too."""
    bridged_wire.middle.lose(100, "peer0")
    words = ("ping", "-c", "1", "-W", "0.2", bridged_wire.peer_address)
    assert bridged_wire.ours.run(*words, check=False).returncode == 1


def test_a_namespace_is_left_as_it_was_entered(wire):
    before = os.readlink("/proc/thread-self/ns/net")
    with wire.ours, wire.peer:
        assert os.readlink("/proc/thread-self/ns/net") != before
    assert os.readlink("/proc/thread-self/ns/net") == before


def test_nginx_serves_in_a_namespace(lab, wire, tmp_path):
    (tmp_path / "index.html").write_text("hello\n")
    lab.nginx(wire.peer, tmp_path)
    url = f"http://{wire.peer_address}/index.html"
    assert wire.ours.run("curl", "-sS", "--max-time", "5", url).stdout == "hello\n"
