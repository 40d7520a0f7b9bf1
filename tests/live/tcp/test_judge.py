"""The judge of these tests finds what has no cause; else the others would prove nothing."""

import asyncio

import pytest

from wirelab.adapters.links.impaired import Impairments
from wirelab.sim.host import profiles
from wirelab.sim.trace import Trace
from wirelab.sim.trace.records import FrameRecord

pytestmark = pytest.mark.live

ACK_ALONE = 0x10  # RFC 9293 section 3.1
DATA = bytes(range(256)) * 400


@pytest.fixture
def lossy(station):
    """A run to the kernel and back, with losses of which each is accounted for."""

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await station.joined()

        async def echo():
            while data := await loop.sock_recv(peer, 1 << 16):
                await loop.sock_sendall(peer, data)
            peer.close()

        echoing = asyncio.ensure_future(echo())
        sending = asyncio.ensure_future(stream.send(DATA))
        assert await stream.receive_exactly(len(DATA)) == DATA
        await sending
        stream.close()
        await echoing

    impairments = Impairments(loss=0.05)
    station.run(program, tcp=profiles.linux(), outgoing=impairments, incoming=impairments)
    return station


def copy_of(trace, changed=lambda record: [record.data]):
    """The frames alone, no timers; each as `changed` gives it, once or more."""
    copy = Trace()
    for record in trace.frames():
        for data in changed(record):
            copy.frame_handed_over(record.sender, data, record.sent_at)
    return copy


def test_retransmissions_without_loss_and_timers_have_no_cause(lossy):
    complaints = lossy.complaints([(copy_of(lossy.trace), [])])
    lost = [one for one in lossy.impairments if one.outgoing and len(one.frame) > 1000]
    assert len(complaints) >= len(lost) > 0


def test_the_schedule_of_losses_explains_them(lossy):
    """All but those whose cause was a timer of ours."""
    complaints = lossy.complaints([(copy_of(lossy.trace), lossy.impairments)])
    assert len(complaints) <= lossy.timers().total()


def test_acks_that_nothing_asked_for_have_no_cause(lossy):
    """Every plain ACK three times; the first of each is still explained."""
    acks = [
        record
        for record in lossy.trace.frames()
        if record.sender == "us" and is_ack_alone(record.data)
    ]

    def changed(record):
        return [record.data] * (3 if record in acks else 1)

    complaints = lossy.complaints([(copy_of(lossy.trace, changed), lossy.impairments)])
    known = lossy.complaints([(copy_of(lossy.trace), lossy.impairments)])
    assert len(complaints) > len(known) + len(acks) / 2


def test_a_wrong_checksum_of_ours_is_told(lossy):
    """One bit of one segment's text."""
    ours = [record for record in lossy.trace.frames() if record.sender == "us"]
    texts = [record for record in ours if len(record.data) > 1000]
    flipped = copy_of(lossy.trace, lambda record: [damaged(record, texts[0])])
    (complaint,) = lossy.complaints([(flipped, lossy.impairments)])[:1]
    assert "Bad checksum" in complaint


def is_ack_alone(frame):
    """Nothing but an ACK with its timestamps, over either family."""
    tcp_at = 34 if frame[12:14] == b"\x08\x00" else 54
    return len(frame) == tcp_at + 32 and frame[tcp_at + 13] == ACK_ALONE


def damaged(record: FrameRecord, chosen: FrameRecord) -> bytes:
    """The frame, its last bit flipped if it is the chosen one."""
    data = record.data
    return data[:-1] + bytes([data[-1] ^ 1]) if record is chosen else data
