"""The peer of a script: what it sends, and how it judges what the host sends."""

import pytest

from wirelab.codecs import (
    SACK,
    TCP,
    UDP,
    EndOfOptions,
    FastOpen,
    FastOpenExperiment,
    ICMPv4,
    IPv4,
    MaximumSegmentSize,
    NoOperation,
    SACKPermitted,
    Timestamps,
    WindowScale,
    parse,
)
from wirelab.sim.packetdrill.matching import MismatchError, Strictness, Verdict
from wirelab.sim.packetdrill.packets import text_of
from wirelab.sim.packetdrill.parser import parse_script
from wirelab.sim.packetdrill.peer import Peer
from wirelab.sim.packetdrill.script_error import UnsupportedError

LOCAL, REMOTE = "192.168.0.1", "192.0.2.1"
ISN = 70_000
ACK, SYN, FIN, PSH, RST, ECE = 16, 2, 1, 8, 4, 64


def packet(text):
    """The only packet of a script's line."""
    return parse_script("+0 " + text).events[0].action


def live(text=b"", ip=None, ports=(8080, 49153), **fields):
    """A segment of the host under test."""
    header = IPv4(source=LOCAL, destination=REMOTE, **(ip or {}))
    return bytes(header / TCP(source_port=ports[0], destination_port=ports[1], **fields) / text)


@pytest.fixture
def peer():
    """A peer that has opened a connection to the host, whose numbers start at ISN."""
    peer = Peer(LOCAL, REMOTE)
    peer.listening()
    peer.inbound(packet("< S 10:10(0) win 100 <mss 1460,nop,nop,TS val 5 ecr 0>"))
    syn_ack = live(
        sequence_number=ISN,
        acknowledgment_number=11,
        flags=SYN | ACK,
        options=[MaximumSegmentSize(1460), NoOperation(), NoOperation(), Timestamps(9000, 5)],
    )
    matcher = peer.matcher(packet("> S. 0:0(0) ack 11 <mss 1460,nop,nop,TS val 100 ecr 5>"))
    assert matcher.offer(syn_ack) is Verdict.MATCHED
    return peer


def data(length=1000, offset=0, flags=ACK, **fields):
    """A data segment of the host, at an offset in its stream."""
    return live(
        bytes(offset + i & 0xFF for i in range(length)),
        sequence_number=ISN + 1 + offset,
        acknowledgment_number=11,
        flags=flags,
        **fields,
    )


def mismatch(peer, text, *segments):
    """What the last of these segments has wrong; those before it fit."""
    matcher = peer.matcher(packet(text))
    for segment in segments[:-1]:
        assert matcher.offer(segment) is Verdict.MORE
    with pytest.raises(MismatchError) as caught:
        matcher.offer(segments[-1])
    return caught.value.field, caught.value.expected, caught.value.got


# --- what the script sends -----------------------------------------------------------------------


def test_numbers_after_the_handshake_count_from_the_initial_ones(peer):
    """As tcpdump shows them: a SYN's are absolute, all others relative."""
    segment = parse(
        peer.inbound(packet("< P. 1:101(100) ack 1 win 7 <sack 1:5 7:9,nop,nop>")), IPv4
    )
    tcp = segment[TCP]
    assert (tcp.sequence_number, tcp.acknowledgment_number) == (11, ISN + 1)
    assert tcp.window == 7
    assert tcp.options[0] == SACK([(ISN + 1, ISN + 5), (ISN + 7, ISN + 9)])
    assert segment.payload == text_of(1, 100)
    assert (tcp.source_port, tcp.destination_port) == (49153, 8080)


def test_a_timestamp_echo_stands_for_the_live_value_that_was_matched(peer):
    """100 was 9000 on the wire; an echo of 103, which was never seen, keeps its distance."""
    for echo, sent in ((100, 9000), (103, 9003)):
        segment = peer.inbound(packet(f"< . 1:1(0) ack 1 win 7 <nop,nop,TS val 6 ecr {echo}>"))
        assert parse(segment, IPv4)[TCP].options[2] == Timestamps(6, sent)


def test_an_absolute_echo_goes_out_as_it_is(peer):
    """`ecr 7!`."""
    segment = peer.inbound(packet("< . 1:1(0) ack 1 win 7 <nop,nop,TS val 6 ecr 7!>"))
    assert parse(segment, IPv4)[TCP].options[2] == Timestamps(6, 7)


def test_options_of_a_script_go_out_in_their_order(peer):
    """Padding is the script's, too."""
    segment = peer.inbound(packet("< S 0:0(0) win 1 <FO abcd,wscale 3,sackOK,FOEXP ab,eol,eol>"))
    assert parse(segment, IPv4)[TCP].options == (
        FastOpen(b"\xab\xcd"),
        WindowScale(3),
        SACKPermitted(),
        FastOpenExperiment(b"\xab"),
        EndOfOptions(b"\0"),
    )


def test_ip_information_goes_out(peer):
    """`[tos 0x0b, ttl 3]`."""
    header = parse(peer.inbound(packet("< [tos 0x0b, ttl 3] . 1:1(0) ack 1 win 1")), IPv4)[IPv4]
    assert (header.dscp, header.ecn, header.ttl) == (2, 3, 3)


def test_an_icmp_error_quotes_the_segment_of_the_host(peer):
    """RFC 792: the IP header and at least 8 bytes, with the live sequence number."""
    error = parse(
        peer.inbound(packet("< icmp unreachable frag_needed mtu 1200 [1:1461(1460)]")), IPv4
    )
    assert (error[ICMPv4].type, error[ICMPv4].code, error[ICMPv4].next_hop_mtu) == (3, 4, 1200)
    assert error.quoted is not None
    assert error.quoted[TCP].sequence_number == ISN + 1
    assert error.quoted[IPv4].total_length == 1500
    assert (error.quoted[TCP].source_port, error.quoted[TCP].destination_port) == (8080, 49153)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("< ipv4 192.0.2.1 > 192.0.2.2: . 1:1(0) win 1", "within IP"),
        ("< sctp: DATA[]", "a sctp packet"),
        ("< [flowlabel 0x1] . 1:1(0) win 1", "a flow label"),
        ("< . 1:1(0) win 1 /udp(1 > 2)", "TCP within UDP"),
        ("< . 1:1(0) win 1 <md5 valid>", "a TCP option"),
        ("< . 1:1(0) win 1 <nop>", "fill them up to a multiple of 4"),
        ("< icmp unreachable nowhere", "unreachable nowhere"),
        ("< icmp unreachable [sctp(5)]", "a quoted sctp packet"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(peer, text, what):
    """Neither a pass nor a failure: the script asks for something that is not here."""
    with pytest.raises(UnsupportedError, match=what):
        peer.inbound(packet(text))


# --- what the host sends -----------------------------------------------------------------------


def test_a_segment_that_fits_is_matched(peer):
    """All fields equal, the window unchecked."""
    matcher = peer.matcher(packet("> P. 1:1001(1000) ack 1"))
    assert matcher.offer(data(flags=ACK | PSH, window=77)) is Verdict.MATCHED


@pytest.mark.parametrize(
    ("text", "segment", "difference"),
    [
        ("> . 1:1001(1000) ack 2", data(), ("ack", "2", "1")),
        ("> . 2:1002(1000) ack 1", data(), ("sequence", "2:1002(1000)", "1:1001(1000)")),
        ("> . 1:501(500) ack 1", data(), ("sequence", "1:501(500)", "1:1001(1000)")),
        ("> P. 1:1001(1000) ack 1", data(), ("flags", "P.", ".")),
        ("> F. 1:1001(1000) ack 1", data(), ("flags", "F.", ".")),
        ("> . 1:1001(1000) ack 1", data(flags=ACK | ECE), ("flags", ".", "E.")),
        ("> .5 1:1001(1000) ack 1", data(flags=ACK | ECE), ("flags", ".5", ".1")),
        ("> . 1:1001(1000) ack 1 win 9", data(window=8), ("win", "9", "8")),
        ("> . 1:1001(1000) ack 1 urg 3", data(), ("urg", "3", "0")),
        (
            "> . 1:1001(1000) ack 1 <nop,nop,sackOK>",
            data(options=[SACKPermitted(), NoOperation(), NoOperation()]),
            ("options", "<nop,nop,sackOK>", "<sackOK,nop,nop>"),
        ),
        (
            "> . 1:1001(1000) ack 1",
            data(options=[NoOperation()] * 4),
            ("options", "<>", "<nop,nop,nop,nop>"),
        ),
        ("> [ect0] . 1:1001(1000) ack 1", data(), ("ecn", "0x2", "0x0")),
        ("> [ect01] . 1:1001(1000) ack 1", data(ip={"ecn": 3}), ("ecn", "ect0 or ect1", "0x3")),
        ("> [tos 0x10] . 1:1001(1000) ack 1", data(), ("tos", "0x10", "0x0")),
        ("> [ttl 63] . 1:1001(1000) ack 1", data(), ("ttl", "63", "64")),
    ],
)
def test_each_field_that_differs_is_named(peer, text, segment, difference):
    """The message has the field, what the script says and what came."""
    assert mismatch(peer, text, segment) == difference


def test_a_wildcard_leaves_options_alone(peer):
    """`<...>`."""
    matcher = peer.matcher(packet("> . 1:1001(1000) ack 1 <...>"))
    assert matcher.offer(data(options=[NoOperation()] * 4)) is Verdict.MATCHED


def test_timestamps_are_shown_on_the_clock_of_the_script(peer):
    """The first pair sets the clocks equal; a tolerance makes the value count."""
    options = [NoOperation(), NoOperation(), Timestamps(9010, 5)]
    wanted = "> . 1:1001(1000) ack 1 <nop,nop,TS val 107 ecr 5>"
    peer.strictness = Strictness(timestamp_tolerance=2)
    assert mismatch(peer, wanted, data(options=options)) == (
        "options",
        "<nop,nop,TS val 107 ecr 5>",
        "<nop,nop,TS val 110 ecr 5>",
    )
    peer.strictness = Strictness(timestamp_tolerance=3)
    assert peer.matcher(packet(wanted)).offer(data(options=options)) is Verdict.MATCHED


def test_a_wrong_timestamp_echo_is_a_wrong_option(peer):
    """RFC 7323 section 4.3: TSecr is the peer's newest in-order TSval."""
    options = [NoOperation(), NoOperation(), Timestamps(9010, 4)]
    wanted = "> . 1:1001(1000) ack 1 <nop,nop,TS val 110 ecr 5>"
    assert mismatch(peer, wanted, data(options=options))[0] == "options"
    peer.strictness = Strictness(timestamp_echo=False)
    assert peer.matcher(packet(wanted)).offer(data(options=options)) is Verdict.MATCHED


def test_sack_blocks_of_the_host_count_from_the_peers_number(peer):
    """The blocks tell the script's own numbers."""
    segment = data(0, options=[NoOperation(), NoOperation(), SACK([(21, 31)])])
    matcher = peer.matcher(packet("> . 1:1(0) ack 1 <nop,nop,sack 11:21>"))
    assert matcher.offer(segment) is Verdict.MATCHED


def test_segments_in_a_row_are_one_until_the_expected_length(peer):
    """A script may expect what a kernel would have handed to segmentation offload."""
    matcher = peer.matcher(packet("> P. 1:2501(2500) ack 1"))
    assert matcher.offer(data(1000)) is Verdict.MORE
    assert matcher.offer(data(1000, 1000)) is Verdict.MORE
    assert matcher.offer(data(500, 2000, ACK | PSH)) is Verdict.MATCHED


@pytest.mark.parametrize(
    ("second", "field"),
    [
        (data(1000, 1001), "sequence number of the next segment"),
        (data(999, 1000), "length of the next segment"),
        (data(1000, 1000, window=7), "window of the next segment"),
        (data(1000, 1000, ACK | RST), "flags of the next segment"),
    ],
)
def test_segments_of_another_kind_do_not_join(peer, second, field):
    """Contiguous, equally long but for the last, and with the same header."""
    assert mismatch(peer, "> . 1:3001(3000) ack 1", data(1000), second)[0] == field


def test_too_much_text_is_no_match(peer):
    """The last segment brings more than was expected."""
    assert mismatch(peer, "> . 1:1501(1500) ack 1", data(1000), data(1000, 1000)) == (
        "length",
        "1500",
        "2000",
    )


def test_a_first_segment_with_a_wrong_ack_fails_at_once(peer):
    """Not only when all of the text has come."""
    assert mismatch(peer, "> . 1:3001(3000) ack 9", data(1000))[0] == "ack"


def test_strict_segments_are_never_joined(peer):
    """`--strict_segments`."""
    peer.strictness = Strictness(strict_segments=True)
    assert mismatch(peer, "> . 1:2001(2000) ack 1", data(1000))[0] == "sequence"


def test_psh_can_be_left_unchecked(peer):
    """`--ignore-psh`: it follows the sender's buffer boundaries."""
    peer.strictness = Strictness(ignore_psh=True)
    matcher = peer.matcher(packet("> P. 1:1001(1000) ack 1"))
    assert matcher.offer(data()) is Verdict.MATCHED


def test_a_retransmission_must_carry_the_bytes_that_were_sent_first(peer):
    """RFC 9293 section 3.8.1: the same octets have the same numbers."""
    peer.matcher(packet("> . 1:1001(1000) ack 1")).offer(data())
    changed = live(bytes(1000), sequence_number=ISN + 1, acknowledgment_number=11, flags=ACK)
    assert mismatch(peer, "> . 1:1001(1000) ack 1", changed)[:2] == (
        "text",
        "the same byte at 2 as when it was sent first",
    )


def test_segments_of_other_connections_are_foreign(peer):
    """Nobody expected anything of them."""
    matcher = peer.matcher(packet("> . 1:1001(1000) ack 1"))
    assert matcher.offer(data(ports=(8080, 1))) is Verdict.FOREIGN
    assert not peer.is_known(data(ports=(8080, 1)))
    assert peer.is_known(data())


def test_the_host_chooses_its_port_when_it_connects():
    """The port is learnt from the SYN, the initial sequence number, too."""
    peer = Peer(LOCAL, REMOTE)
    peer.connecting()
    syn = live(ports=(40000, 8080), sequence_number=7, flags=SYN)
    assert peer.matcher(packet("> S 0:0(0)")).offer(syn) is Verdict.MATCHED
    answer = parse(peer.inbound(packet("< S. 0:0(0) ack 1 win 9")), IPv4)[TCP]
    assert (answer.destination_port, answer.acknowledgment_number) == (40000, 8)


def test_a_second_client_gets_a_port_of_its_own(peer):
    """After `listen` the next inbound SYN opens a new conversation."""
    peer.listening()
    syn = parse(peer.inbound(packet("< S 0:0(0) win 9")), IPv4)[TCP]
    assert syn.source_port == 49154
    peer.accepted(49153)
    assert parse(peer.inbound(packet("< . 1:1(0) ack 1 win 9")), IPv4)[TCP].source_port == 49153


def test_a_new_syn_begins_a_new_incarnation_once_it_is_answered(peer):
    """RFC 9293 section 3.6.1: TIME-WAIT may be reopened by a SYN with a higher number."""
    peer.inbound(packet("< S 5000:5000(0) win 9"))
    assert parse(peer.inbound(packet("< . 1:1(0) ack 1 win 9")), IPv4)[TCP].sequence_number == 11
    answer = live(sequence_number=99, acknowledgment_number=5001, flags=SYN | ACK)
    assert peer.matcher(packet("> S. 0:0(0) ack 5001")).offer(answer) is Verdict.MATCHED
    first = parse(peer.inbound(packet("< . 1:1(0) ack 1 win 9")), IPv4)[TCP]
    assert (first.sequence_number, first.acknowledgment_number) == (5001, 100)


def test_a_live_packet_is_described_in_the_words_of_the_script(peer):
    """For the `got` of a report: the script's numbers, other connections with their ports."""
    options = [NoOperation(), NoOperation(), Timestamps(9010, 5)]
    assert peer.describe(data(5, flags=ACK | PSH, window=9, options=options)) == (
        "> P. 1:6(5) ack 1 win 9 <nop,nop,TS val 110 ecr 5>"
    )
    assert peer.describe(data(0, ports=(1, 2), window=9)) == (
        f"> 1 > 2 . {ISN + 1}:{ISN + 1}(0) ack 11 win 9"
    )
    message = IPv4(source=LOCAL, destination=REMOTE) / ICMPv4(type=3, code=3) / bytes(28)
    assert peer.describe(bytes(message)) == "> icmp unreachable port_unreachable"


def test_datagrams_and_messages_are_matched_by_what_a_script_can_say():
    """UDP by length and ports, ICMP by type, code, MTU and identifier."""
    peer = Peer(LOCAL, REMOTE)
    peer.connecting()
    datagram = bytes(
        IPv4(source=LOCAL, destination=REMOTE)
        / UDP(source_port=9, destination_port=8080)
        / bytes(10)
    )
    assert peer.matcher(packet("> udp (10)")).offer(datagram) is Verdict.MATCHED
    assert mismatch(peer, "> udp (11)", datagram) == ("length", "11", "10")
    reply = bytes(IPv4(source=LOCAL, destination=REMOTE) / ICMPv4(type=0, identifier=7))
    assert peer.matcher(packet("> icmp echo_reply id 7")).offer(reply) is Verdict.MATCHED
    assert mismatch(peer, "> icmp echo_reply id 8", reply) == ("icmp id", "8", "7")
    assert mismatch(peer, "> icmp echo_request", reply)[0] == "icmp type"
    assert mismatch(peer, "> icmp echo_reply code_1", reply)[0] == "icmp code"
