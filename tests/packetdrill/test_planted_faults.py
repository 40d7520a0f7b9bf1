"""The interpreter catches what is wrong: scripts of ours against a host with a fault planted in it.

Each script passes against the host as it is (`test_scripts.py`); with the fault it fails, at the
line and with the difference that the fault makes.
"""

from dataclasses import replace
from errno import EPIPE
from pathlib import Path

import pytest

from wirelab.codecs import AUTO, TCP, Ethernet, IPv4, SACKPermitted, TCPFlags, parse
from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.host import Host
from wirelab.sim.host.profiles import PROFILES, rfc
from wirelab.sim.host.sockets.stream import StreamSocket
from wirelab.sim.packetdrill.outcome import Verdict
from wirelab.sim.packetdrill.run import run_script

HERE = Path(__file__).parent
honest_transmit = Host.poll_transmit
honest_recv = StreamSocket.recv


def run(script, **options):
    """The outcome of one of our scripts."""
    return run_script(HERE / f"{script}.pkt", **options)


def failure(script, **options):
    """What the interpreter says about a script that must not pass, in one line."""
    outcome = run(script, **options)
    assert outcome.verdict is Verdict.FAIL, outcome
    return outcome.what


def rebuilt(frame, change_ip=None, **changes):
    """A frame with other fields in its TCP (or IPv4) header, checksums right."""
    packet = parse(frame)
    ip = packet[IPv4].replace(checksum=AUTO, **(change_ip or {}))
    tcp = packet[TCP].replace(checksum=AUTO, **changes)
    return bytes(packet[Ethernet] / ip / tcp / packet.payload)


@pytest.fixture
def tamper(monkeypatch):
    """Lets a function see every TCP frame of the host: it gives what goes out instead."""

    def install(fault):
        def transmit(host, now):
            frames = honest_transmit(host, now)
            return [
                (index, changed)
                for index, frame in frames
                for packet in [parse(frame)]
                for changed in (fault(frame, packet, now) if TCP in packet else [frame])
            ]

        monkeypatch.setattr(Host, "poll_transmit", transmit)

    return install


@pytest.fixture
def configure(monkeypatch):
    """Gives the host of the rfc profile other values."""

    def install(**values):
        monkeypatch.setitem(PROFILES, "rfc", lambda: replace(rfc(), **values))

    return install


def is_ack(packet):
    """A segment without text, SYN, FIN and RST."""
    return not packet.payload and packet[TCP].flags == TCPFlags.ACK


def test_a_wrong_ack_is_caught(tamper):
    """One byte too few is acknowledged."""
    tamper(
        lambda frame, packet, now: [
            rebuilt(frame, acknowledgment_number=packet[TCP].acknowledgment_number - 1)
            if is_ack(packet)
            else frame
        ]
    )
    said = failure("delayed-ack/every-second-segment")
    assert said.startswith("ack: expected 2921, got 2920")


def test_a_missing_retransmission_is_caught(tamper):
    """Text is sent once and never again."""
    tamper(lambda frame, packet, now: [] if packet.payload and now > SECOND else [frame])
    assert "does not come" in failure("rto/first-text")


def test_a_wrong_window_is_caught(tamper):
    """The window is one byte too large."""
    tamper(
        lambda frame, packet, now: (
            [rebuilt(frame, window=packet[TCP].window + 1)] if is_ack(packet) else [frame]
        )
    )
    assert failure("window/shrinks-as-text-waits").startswith("win: expected 3000, got 3001")


@pytest.mark.parametrize(("rto", "said"), [(1300, "does not come"), (700, "too early")])
def test_a_timer_that_is_late_or_early_is_caught(configure, rto, said):
    """The retransmission timer is off by 0.3 s."""
    configure(minimum_rto=rto * MILLISECOND, initial_rto=rto * MILLISECOND)
    assert said in failure("rto/first-text")


def test_a_timer_that_is_late_within_the_tolerance_passes(configure):
    """4 ms, or an eighth of the pause before: what real systems are granted."""
    configure(minimum_rto=1003 * MILLISECOND)
    assert run("rto/first-text").verdict is Verdict.PASS


def test_a_wrong_order_of_sack_blocks_is_caught(tamper):
    """The newest block stands last."""

    def turned(frame, packet, now):
        options = packet[TCP].options
        if len(options) < 3 or not hasattr(options[2], "blocks"):
            return [frame]
        sack = type(options[2])(tuple(reversed(options[2].blocks)))
        return [rebuilt(frame, options=[*options[:2], sack])]

    tamper(turned)
    said = failure("sack/reports-the-newest-first")
    assert said.startswith("options: expected <nop,nop,sack 3001:4001 1001:2001>")


def test_a_missing_option_is_caught(tamper):
    """The SYN,ACK comes without SACK-permitted."""

    def without(frame, packet, now):
        kept = [one for one in packet[TCP].options if not isinstance(one, SACKPermitted)]
        return [rebuilt(frame, options=kept, data_offset=5 + (sum(map(_length, kept)) + 3) // 4)]

    def _length(option):
        return len(option.encode())

    tamper(without)
    assert failure("options/only-what-was-offered").startswith("options: expected <mss 1460,nop")


def test_a_wrong_errno_is_caught(monkeypatch):
    """A reset is told as a broken pipe."""

    def broken(socket, *arguments, **options):
        try:
            return honest_recv(socket, *arguments, **options)
        except ConnectionResetError as error:
            raise BrokenPipeError(EPIPE, "planted") from error

    monkeypatch.setattr(StreamSocket, "recv", broken)
    said = failure("reset/exact-rst")
    assert "returned" in said


def test_a_wrong_result_of_a_call_is_caught(monkeypatch):
    """The last byte of what was received is lost."""
    monkeypatch.setattr(
        StreamSocket,
        "recv",
        lambda socket, *arguments, **options: honest_recv(socket, *arguments, **options)[:-1],
    )
    assert "returned" in failure("handshake/text-with-the-third-segment")


def test_a_wrong_sequence_number_is_caught(tamper):
    """Text is numbered one too high."""
    tamper(
        lambda frame, packet, now: [
            rebuilt(frame, sequence_number=packet[TCP].sequence_number + 1)
            if packet.payload
            else frame
        ]
    )
    assert failure("nagle/nodelay").startswith("sequence: expected 1:101(100), got 2:102(100)")


def test_a_missing_push_is_caught_unless_it_is_not_looked_at(tamper):
    """`--ignore-psh` lets it through, and nothing else."""
    tamper(
        lambda frame, packet, now: (
            [rebuilt(frame, flags=packet[TCP].flags & ~TCPFlags.PSH)] if packet.payload else [frame]
        )
    )
    assert failure("nagle/nodelay").startswith("flags: expected P., got .")
    assert run("nagle/nodelay", ignore_psh=True).verdict is Verdict.PASS


def test_a_segment_too_many_is_caught(tamper):
    """Every ACK is sent twice."""
    tamper(lambda frame, packet, now: [frame, frame] if is_ack(packet) else [frame])
    assert failure("reassembly/many-holes")


def test_an_answer_where_silence_is_demanded_is_caught(tamper):
    """A host that answers a reset (RFC 9293 section 3.10.7.1 forbids it)."""
    answers: list[bytes] = []

    def answering(frame, packet, now):
        if not answers:
            answers.append(frame)
            return [rebuilt(frame, flags=TCPFlags.ACK), frame]
        return [frame]

    tamper(answering)
    assert failure("handshake/closed-ignores-rst")


def test_a_wrong_ecn_mark_is_caught(tamper):
    """Pure ACKs are marked ECN-capable."""
    tamper(
        lambda frame, packet, now: (
            [rebuilt(frame, change_ip={"ecn": 2})] if is_ack(packet) else [frame]
        )
    )
    assert failure("ecn/pure-acks-are-not-marked").startswith("ecn: expected 0x0, got 0x2")


def test_other_bytes_in_a_retransmission_are_caught(tamper):
    """What is sent again differs from what was sent first."""

    def forged(frame, packet, now):
        if not packet.payload or now < SECOND:
            return [frame]
        text = bytes(len(packet.payload))
        return [bytes(packet[Ethernet] / packet[IPv4] / packet[TCP].replace(checksum=AUTO) / text)]

    tamper(forged)
    assert failure("rto/first-text").startswith("text: expected the same byte")


def test_a_wrong_congestion_window_is_caught(configure):
    """The initial window is four segments instead of ten."""
    configure(initial_window=4)
    assert failure("congestion/initial-window")


def test_a_reset_instead_of_a_fin_is_caught(tamper):
    """The connection is torn down instead of closed."""
    tamper(
        lambda frame, packet, now: [
            rebuilt(frame, flags=packet[TCP].flags & ~TCPFlags.FIN | TCPFlags.RST)
            if packet[TCP].flags & TCPFlags.FIN
            else frame
        ]
    )
    assert failure("close/active-close").startswith("flags: expected F., got R.")


def test_segments_in_the_wrong_order_are_caught(monkeypatch):
    """The frames of a batch go out backwards."""
    monkeypatch.setattr(
        Host, "poll_transmit", lambda host, now: list(reversed(honest_transmit(host, now)))
    )
    assert failure("mss/peers-limit") == "flags: expected ., got P."


def test_an_answer_to_the_wrong_address_is_no_answer(tamper):
    """A segment that goes to somebody else never arrives."""
    tamper(
        lambda frame, packet, now: [
            rebuilt(frame, change_ip={"destination": ipv4_bytes("192.0.2.99")})
        ]
    )
    assert "does not come" in failure("handshake/passive-open")


@pytest.mark.parametrize(("layer", "name"), [(IPv4, "IPv4"), (TCP, "TCP")])
def test_a_wrong_checksum_is_caught(tamper, layer, name):
    """Nobody would take such a segment, whatever else it says."""
    tamper(
        lambda frame, packet, now: [
            bytes(
                packet[Ethernet]
                / packet[IPv4].replace(checksum=1 if layer is IPv4 else AUTO)
                / packet[TCP].replace(checksum=1 if layer is TCP else AUTO)
                / packet.payload
            )
        ]
    )
    said = f"checksum: expected a right one, got a wrong one of {name}"
    assert failure("handshake/passive-open") == said


def test_a_missing_option_in_the_second_of_segments_expected_as_one_is_caught(tamper):
    """Timestamps are in each segment once they are agreed on (RFC 7323 section 3.2)."""
    tamper(
        lambda frame, packet, now: [
            rebuilt(frame, {"total_length": AUTO}, options=b"", data_offset=AUTO)
            if packet[TCP].flags & TCPFlags.PSH and packet.payload
            else frame
        ]
    )
    assert failure("timestamps/in-each-segment").startswith("options: expected <nop,nop,TS val")


def test_a_packet_that_is_none_is_caught(tamper):
    """Its total length says more than there is."""
    tamper(lambda frame, packet, now: [frame[:-4]])
    assert "is no sound packet: IPv4.total_length" in failure("handshake/passive-open")
