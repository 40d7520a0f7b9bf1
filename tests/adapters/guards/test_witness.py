"""The witness tells the kernel's RSTs from ours, with a tap that shows what it is given."""

from collections import deque
from typing import ClassVar

import pytest

from wirelab.adapters.guards import witness
from wirelab.adapters.guards.witness import Witness
from wirelab.adapters.links.libpcap import NO_PERMISSION, PcapError
from wirelab.adapters.links.link import LinkError
from wirelab.codecs import TCP, UDP, Ethernet, IPv4

OUTER = Ethernet(destination="02:00:00:00:00:02", source="02:00:00:00:00:01")
RST, ACK = 0x04, 0x10


class FakeTap:
    """Frames that left this machine."""

    frames: ClassVar[deque[bytes]]

    def __init__(self, *_):
        FakeTap.frames = deque()

    def next(self):
        return self.frames.popleft() if self.frames else None


@pytest.fixture
def seen(monkeypatch):
    monkeypatch.setattr(witness, "_PacketSocket", FakeTap)
    monkeypatch.setattr(witness, "_PcapTap", FakeTap)
    return Witness("eth0", bytes([198, 51, 100, 1]), [49152])


def segment(port=49152, sequence_number=1, flags=RST, options=b""):
    network = IPv4(source="198.51.100.1", destination="198.51.100.2", options=options)
    transport = TCP(
        source_port=port, destination_port=80, sequence_number=sequence_number, flags=flags
    )
    frame = bytes(OUTER / network / transport)
    return frame + bytes(60 - len(frame))


def test_a_reset_that_we_did_not_send_is_the_kernels(seen):
    FakeTap.frames.append(segment())
    found = seen.next()
    assert (found.source_port, found.destination_port) == (49152, 80)
    assert found.reason == "live.kernel_rst"
    assert str(found) == (
        "the kernel reset 198.51.100.1:49152 -> 198.51.100.2:80: it knows nothing of our "
        "connection. Use --ip with a free address, --link tap, or --guard."
    )
    assert seen.next() is None


def test_ports_are_read_behind_ip_options(seen):
    """RFC 791 section 3.1: the header's length is in its first octet."""
    FakeTap.frames.append(segment(options=bytes([1, 1, 1, 1])))
    assert seen.next().source_port == 49152


def test_each_reset_of_ours_is_left_out_once(seen):
    """The kernel's may look the same, and comes after ours."""
    seen.sent(segment())
    seen.sent(segment(sequence_number=2))
    FakeTap.frames.extend([segment(), segment(sequence_number=2), segment()])
    assert seen.next().source_port == 49152
    assert seen.next() is None


def test_only_resets_are_remembered(seen):
    seen.sent(segment(flags=ACK))
    seen.sent(bytes(OUTER / IPv4(source="10.0.0.1", destination="10.0.0.2") / UDP()))
    seen.sent(bytes(14))
    assert len(seen._own) == 0


def test_memory_is_bounded(seen):
    for number in range(1000):
        seen.sent(segment(sequence_number=number))
    assert len(seen._own) == witness.REMEMBERED


def test_what_is_no_reset_is_passed_over(seen):
    FakeTap.frames.extend([bytes(60), segment(flags=ACK), segment()[:50]])
    assert seen.next() is None


class FakePcap:
    """Opens; what comes next fails as told."""

    closed = 0

    def __init__(self, *_, **__):
        pass

    def set_filter(self, expression):
        raise PcapError(5, "eth0: no filter", -1)

    def close(self):
        FakePcap.closed += 1


def test_a_handle_that_takes_no_filter_is_given_back(monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr(witness, "Pcap", FakePcap)
    with pytest.raises(LinkError, match="no filter"):
        Witness("eth0", bytes([198, 51, 100, 1]), [49152])
    assert FakePcap.closed == 1


def test_without_permission_the_remedy_is_told_through_libpcap_too(monkeypatch):
    def refuse(*_, **__):
        raise PcapError(5, "en0: root needed", NO_PERMISSION[0])

    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr(witness, "Pcap", refuse)
    with pytest.raises(LinkError, match=r"raw access to en0 refused: needs .* /dev/bpf\*"):
        Witness("en0", bytes([198, 51, 100, 1]), [49152])
