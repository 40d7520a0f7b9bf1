import pytest

from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host.events import Accepted, Connected, EchoReply
from wirelab.sim.host.loopback import LOOPBACK
from wirelab.sim.reasons import Reason


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.8.7", "10.0.0.1"])
def test_a_host_reaches_itself_without_any_link(rig, address):
    """RFC 1122 section 3.2.1.3 (g): 127.0.0.0/8 never leaves the host."""
    rig.host.ping(ipv4_bytes(address), 1, 2, b"data", rig.now)
    assert rig.frames() == []
    [reply] = rig.events()
    assert isinstance(reply, EchoReply)
    assert (reply.source, reply.payload) == (ipv4_bytes(address), b"data")


def test_what_a_host_sends_to_itself_is_in_books_of_its_own(rig):
    """Frames in are those of links; `balanced` asks for both."""
    assert rig.host.counters.loopback is None
    rig.host.ping(ipv4_bytes("127.0.0.1"), 1, 2, b"", rig.now)
    rig.frames()
    counters = rig.host.counters
    assert (counters.frames_in, counters.frames_out) == (0, 0)
    assert counters.loopback is not None
    assert (counters.loopback.frames_in, counters.loopback.delivered) == (2, 2)
    assert counters.balanced


def test_tcp_talks_to_itself_in_one_instant(rig):
    listener = rig.host.tcp_listen(80, rig.now)
    client = rig.host.tcp_connect(rig.ADDRESS, 80, rig.now)
    assert rig.frames() == []
    events = rig.events()
    assert [type(event) for event in events] == [Connected, Accepted]
    server = listener.accept(rig.now)
    data = bytes(range(256)) * 200
    sent = client.send(data, rig.now)
    assert rig.frames() == []
    assert server.receive(len(data), rig.now) == data[:sent]
    assert sent > 50_000


def test_the_driver_is_called_back_at_once_for_what_programs_have_to_say(rig):
    """They see what arrived only after `poll_transmit`."""
    rig.host.ping(ipv4_bytes("127.0.0.1"), 1, 2, b"", rig.now)
    rig.frames()
    assert rig.host.poll_at() == rig.now
    rig.host.handle_timers(rig.now)
    assert rig.host.poll_at() is None


def test_a_closed_port_of_ours_refuses_us(rig):
    """RFC 1122 section 4.1.3.1, as from anybody else."""
    socket = rig.host.udp_bind(4000, rig.now)
    socket.send_to(b"x", ipv4_bytes("127.0.0.1"), 81, rig.now)
    rig.frames()
    assert socket.error is Reason.ICMP_PORT_UNREACHABLE


@pytest.mark.parametrize("field", ["source", "destination"])
def test_loopback_addresses_from_a_link_are_not_believed(met, field):
    """RFC 1122 section 3.2.1.3 (g): MUST NOT appear outside a host."""
    drop = met.receive(met.frame(None, bytes(8), **{field: ipv4_bytes("127.0.0.1")}))
    expected = {"source": Reason.IP_BAD_SOURCE, "destination": Reason.IP_NOT_FOR_ME}
    assert drop.reason is expected[field]


def test_a_broadcast_of_ours_is_heard_by_ourselves(met):
    """RFC 1122 section 3.3.6; the link does not give it back."""
    socket = met.host.udp_bind(4000, met.now)
    socket.send_to(b"all", met.BROADCAST, 4000, met.now)
    [sent] = met.sent()
    assert sent.ethernet.destination == met.BROADCAST_MAC
    assert socket.receive_from(met.now).data == b"all"


def test_two_programs_that_answer_each_other_for_ever_do_not_hold_the_host(rig):
    """A poll ends; what is left waits for the next one, at the same instant."""
    loopback = rig.host._loopback
    packets = []

    def receive(interface, frame, now):
        packets.append(frame)
        loopback.transmit((LOOPBACK.index, frame))

    loopback._receive = receive
    rig.host.ping(ipv4_bytes("127.0.0.1"), 1, 2, b"", rig.now)
    rig.frames()
    assert 100 <= len(packets) <= 10_000
    assert rig.host.poll_at() == rig.now


def test_a_connection_to_oneself_is_the_simultaneous_one(rig):
    """RFC 9293 section 3.5: both ends are one."""
    connection = rig.host.tcp_connect(rig.ADDRESS, 40_000, rig.now, source_port=40_000)
    rig.frames()
    assert connection.state == "ESTABLISHED"
    connection.send(b"echo", rig.now)
    rig.frames()
    assert connection.receive(10, rig.now) == b"echo"
