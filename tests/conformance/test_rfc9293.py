"""What RFC 9293 demands and no test of a mechanism shows: the ids are those of its Appendix B."""

import pytest

from wirelab.codecs import ARP, Ethernet
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.events import Closed, Urgent
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.socket_options import TcpOptions
from wirelab.sim.reasons import Reason

SECOND_ADDRESS = b"\x0a\x01\0\x01"
BEHIND_SECOND = b"\x0a\x01\0\x02"
TIMESTAMPS = bytes([8, 10, 0, 0, 0, 7, 0, 0, 0, 0])


def ones_complement_sum(data):
    """RFC 1071 section 1, word by word."""
    data += bytes(len(data) % 2)
    total = sum(int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


# Section 3.1: the header


def test_what_is_sent_has_the_right_checksum(peer):
    """MUST-2: summed here by hand: SYN,ACK, text of even and odd length, FIN, reset."""
    connection = peer.open()
    segments = []
    for text in (b"even", b"odd"):
        connection.send(text, peer.rig.now)
        segments += peer.rig.frames()
        peer.acknowledgment += len(text)
        peer.send(".")
    connection.shutdown(peer.rig.now)
    segments += peer.rig.frames()
    connection.abort(peer.rig.now)
    segments += peer.rig.frames()
    assert len(segments) == 4
    for frame in segments:
        segment = frame[34:]
        pseudo_header = frame[26:34] + bytes([0, 6]) + len(segment).to_bytes(2)
        assert ones_complement_sum(pseudo_header + segment) == 0xFFFF


@pytest.mark.parametrize("by_kind", [False, True])
@pytest.mark.parametrize("sack", [False, True])
@pytest.mark.parametrize("timestamps", [False, True])
@pytest.mark.parametrize("window_scaling", [False, True])
def test_options_have_lengths_and_the_rest_of_the_header_is_zero(
    make_peer, options_of, by_kind, sack, timestamps, window_scaling
):
    """MUST-68, MUST-69; and every option but EOL and NOP is walked over by its length."""
    peer = make_peer(
        tcp=TcpConfig(
            options_by_kind=by_kind,
            sack=sack,
            timestamps=timestamps,
            window_scaling=window_scaling,
        )
    )
    peer.rig.host.tcp_connect(peer.rig.PEER, 80, peer.rig.now)
    [frame] = peer.rig.frames()
    options, rest = options_of(frame[54:])
    assert rest == bytes(len(rest))
    kinds = {option[0] for option in options} - {1}
    wanted = {3: window_scaling, 4: sack, 8: timestamps}
    assert kinds == {2} | {kind for kind, on in wanted.items() if on}


@pytest.mark.parametrize("before", [b"", b"\1", b"\1\1", b"\1\1\1", b"\x63\3x"])
def test_options_may_begin_at_any_byte(peer, options_of, before):
    """MUST-64: an MSS of 700 and timestamps that no word boundary helps to find."""
    peer.rig.host.tcp_listen(80, peer.rig.now)
    options = before + b"\x02\x04\x02\xbc" + b"\x04\x02" + TIMESTAMPS
    peer.send("S", options=options + bytes(-len(options) % 4))
    [frame] = peer.rig.frames()
    answered, _ = options_of(frame[54 : 34 + (frame[46] >> 4) * 4])
    [echo] = [option[6:] for option in answered if option[0] == 8]
    assert echo == TIMESTAMPS[2:6]
    assert b"\x04\x02" in answered


# Section 3.4: numbers


def test_the_initial_number_follows_the_clock(make_script):
    """MUST-8: one every 4 us, from outside: the same four of addresses and ports a second later."""
    numbers = []
    for now in (0, SECOND):
        script = make_script()
        script.now = now
        script.layer.connect(b"\x0a\0\0\x02", 80, now, source_port=5000)
        script.layer.poll_transmit(now)
        numbers.append(script.out[0].seq)
    assert (numbers[1] - numbers[0]) % 2**32 == 250_000


@pytest.mark.parametrize("text", [b"", b"x"])
@pytest.mark.parametrize("flags", ["U.", "R"])
def test_urgent_news_and_resets_pass_a_shut_window(make_script, flags, text):
    """MUST-66: whether they come alone or with text for which there is no room."""
    script = make_script(TcpConfig(receive_buffer=100))
    connection = script.establish()
    script.feed(".", 1, 1, bytes(100))
    assert script.pass_time(SECOND) == [(".", 1, 101, b"")]
    assert script.last[-1].header.window == 0
    script.feed(flags, 101, 1, text, urgent_pointer=1)
    if flags == "R":
        assert connection.error is Reason.TCP_RESET
    else:
        assert Urgent(connection) in script.node.events


# Section 3.8.3: giving up


def test_data_is_tried_for_a_hundred_seconds_at_least(script):
    """SHLD-11: R2, and not for ever."""
    connection = script.establish()
    connection.send(b"data", script.now)
    script.pass_time(100 * SECOND)
    assert connection.state == "ESTABLISHED"
    script.pass_time(3600 * SECOND)
    assert script.node.events_of(Closed) == [Closed(connection, Reason.TCP_TIMEOUT)]


def test_after_three_retransmissions_the_way_is_looked_into(peer):
    """MUST-20: R1: IP is told, and asks the neighbour whether it is still there."""
    connection = peer.open()
    connection.send(b"text", peer.rig.now)
    peer.rig.frames()
    kinds = []
    for _ in range(16):
        peer.rig.wait(1)
        kinds += [Ethernet.parse(frame).type for frame in peer.rig.frames()]
    assert kinds[:4] == [0x0800, 0x0800, 0x0806, 0x0800]  # asked with the third
    assert connection.state == "ESTABLISHED"


# Section 3.9.1: calls


def test_a_passive_open_leaves_connections_alone(wire):
    """MUST-41: whether it makes a listener or an error."""
    client, server, listener = wire.connect()
    with pytest.raises(HostError) as caught:
        wire.bob.layer.listen(80, wire.now)
    assert caught.value.reason is Reason.TCP_PORT_IN_USE
    wire.bob.layer.listen(81, wire.now)
    assert (client.state, server.state, listener.state) == ("ESTABLISHED", "ESTABLISHED", "LISTEN")
    client.send(b"still here", wire.now)
    wire.run(lambda: server.readable_bytes == 10)
    second = wire.alice.layer.connect(b"\x0a\0\0\x02", 80, wire.now)
    wire.run(lambda: second.state == "ESTABLISHED")


def test_a_port_may_be_listened_on_while_a_connection_leaves_from_it(script):
    """MUST-42: SYN-SENT; both sides say that they share (SO_REUSEADDR), as on every system."""
    options = TcpOptions(script.config)
    options.reuse_address = True
    binding = script.layer.bind(bytes(4), 4000, options)
    leaving = script.layer.connect(
        b"\x0a\0\0\x02", 80, script.now, options=options, binding=binding
    )
    script.layer.poll_transmit(script.now)
    again = script.layer.bind(bytes(4), 4000, options.copy())
    listener = script.layer.listen(4000, script.now, options=again.options, binding=again)
    assert (leaving.state, listener.state) == ("SYN-SENT", "LISTEN")
    script.port, script.PORT = 4000, 81
    assert script.feed("S", 0) is None
    assert script.poll()[-1][0] == "S."


def test_a_port_goes_on_listening_while_a_connection_to_it_is_opened(script):
    """MUST-42: SYN-RECEIVED."""
    listener = script.passive()
    assert listener.state == "LISTEN"
    script.PORT = 81
    assert script.feed("S", 0) is None
    assert [flags for flags, *_ in script.poll()] == ["S."]


def test_a_syn_leaves_from_the_address_of_its_way(make_rig):
    """MUST-44: IP is asked; the host has two addresses."""
    rig = make_rig(second=SECOND_ADDRESS)
    connection = rig.host.tcp_connect(BEHIND_SECOND, 80, rig.now)
    assert connection.local_address == SECOND_ADDRESS
    [(index, request)] = rig.host.poll_transmit(rig.now)
    ours = Ethernet.parse(request).source
    answer = ARP(
        operation=2,
        sender_hardware_address=b"\2\0\0\0\0\x22",
        sender_protocol_address=BEHIND_SECOND,
        target_hardware_address=ours,
        target_protocol_address=SECOND_ADDRESS,
    ).build()
    frame = Ethernet(destination=ours, source=b"\2\0\0\0\0\x22", type=0x0806).build(answer)
    assert rig.host.receive_frame(index, frame, rig.now) is None
    [syn] = rig.sent()
    assert (syn.ip.source, syn.transport.syn) == (SECOND_ADDRESS, True)


def test_a_connection_keeps_the_address_it_was_opened_to(make_peer):
    """MUST-45: though the way back is by the interface of another address."""
    peer = make_peer(second=SECOND_ADDRESS)
    connection = peer.open(destination=SECOND_ADDRESS)
    connection.send(b"text", peer.rig.now)
    connection.close(peer.rig.now)
    sent = peer.hear()
    assert {one.ip.source for one in sent} == {SECOND_ADDRESS}
    assert b"".join(one.payload for one in sent) == b"text"


@pytest.mark.parametrize("pieces", [2, 10])
def test_pushes_that_wait_become_one(script, pieces):
    """SHLD-27: each send pushes; what goes in one segment has one PSH, at its end."""
    connection = script.establish()
    connection.send(b"first", script.now)
    assert script.poll() == [("P.", 1, 1, b"first")]
    for _ in range(pieces):
        connection.send(b"more", script.now)
    script.feed(".", 1, 6)
    assert script.poll() == [("P.", 6, 1, b"more" * pieces)]


# Section 3.9.2: what IP hands up


STREAM_IDENTIFIER = b"\x88\x04ab"
UNHEARD_OF = b"\x9e\x04ab"


@pytest.mark.parametrize("options", [STREAM_IDENTIFIER, UNHEARD_OF])
def test_ip_options_are_no_matter_for_tcp(peer, options):
    """MUST-50: with the handshake and with text."""
    connection = peer.open(ip_options=options)
    assert peer.send("P.", b"text", ip_options=options) is None
    assert connection.receive(10, peer.rig.now) == b"text"


def everybody(destination):
    """Where a packet for many goes on the link."""
    return b"\xff" * 6 if destination[0] not in range(224, 240) else b"\x01\0\x5e" + destination[1:]


@pytest.mark.parametrize("flags", ["S", ".", "P.", "F.", "R"])
@pytest.mark.parametrize("destination", [b"\x0a\0\0\xff", b"\xff" * 4, b"\xe0\0\0\x01"])
@pytest.mark.parametrize("listens", [False, True])
def test_a_segment_for_many_is_for_nobody(peer, flags, destination, listens):
    """MUST-57: dropped without a word, SYN or not, listener or not."""
    if listens:
        peer.rig.host.tcp_listen(80, peer.rig.now)
    drop = peer.send(flags, destination=destination, to=everybody(destination))
    assert (drop.reason, drop.answered) == (Reason.TCP_BROADCAST, False)
    assert peer.rig.frames() == []


@pytest.mark.parametrize(
    "source",
    [b"\xff" * 4, b"\x0a\0\0\xff", b"\xe0\0\0\x01", b"\x7f\0\0\x01", bytes(4), b"\x0a\0\0\x01"],
)
def test_nobody_who_is_no_single_host_opens_a_connection(peer, source):
    """MUST-63: a SYN from everybody, from a group, from loopback, from nowhere, from ourselves."""
    listener = peer.rig.host.tcp_listen(80, peer.rig.now)
    assert not peer.send("S", source=source).answered
    assert peer.rig.frames() == []
    peer.rig.wait(10)
    assert peer.rig.frames() == []
    assert listener.accept(peer.rig.now) is WOULD_BLOCK
