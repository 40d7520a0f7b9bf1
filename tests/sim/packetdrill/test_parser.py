"""Scripts of both dialects as trees, and what is said about text that is no script."""

import pytest

from wirelab.sim.packetdrill.parser import parse_script, read_script
from wirelab.sim.packetdrill.script_error import ScriptError
from wirelab.sim.packetdrill.syntax import (
    AccurateEcn,
    AckRateRequest,
    Array,
    BitwiseOr,
    Braces,
    Call,
    Code,
    Command,
    Direction,
    EndOfOptions,
    Errno,
    EventTime,
    FastOpen,
    GreLayer,
    IcmpHeader,
    Integer,
    IpInfo,
    IpLayer,
    Md5,
    MplsEntry,
    MplsLayer,
    MplsStack,
    Mss,
    NoOperation,
    OtherHeader,
    OtherOption,
    Packet,
    Ports,
    QuotedOther,
    QuotedTcp,
    QuotedUdp,
    Sack,
    SackPermitted,
    Sequence,
    SequenceKind,
    String,
    Struct,
    SystemCall,
    TcpHeader,
    TimeKind,
    Timestamps,
    Tos,
    UdpHeader,
    Wildcard,
    WindowScale,
    Word,
)

MILLISECOND = 1_000_000


def action(text):
    """The only event's action."""
    (event,) = parse_script(text).events
    return event.action


def header(text):
    """What stands after the direction of the only event, a packet."""
    packet = action("+0 " + text)
    assert isinstance(packet, Packet)
    return packet.transport


def argument(text):
    """The expression, read as the only argument of a call."""
    call = action(f"+0 f({text}) = 0")
    assert isinstance(call, SystemCall)
    return call.arguments[0]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("0", EventTime(TimeKind.ABSOLUTE, 0)),
        ("+.105", EventTime(TimeKind.RELATIVE, 105 * MILLISECOND)),
        ("+1", EventTime(TimeKind.RELATIVE, 1000 * MILLISECOND)),
        ("*", EventTime(TimeKind.ANY)),
        ("0.1~0.25", EventTime(TimeKind.ABSOLUTE_RANGE, 100 * MILLISECOND, 250 * MILLISECOND)),
        ("+.3~+.310", EventTime(TimeKind.RELATIVE_RANGE, 300 * MILLISECOND, 310 * MILLISECOND)),
        ("0.0000000019", EventTime(TimeKind.ABSOLUTE, 1)),
    ],
)
def test_a_time_is_kept_to_the_nanosecond(text, time):
    """The language's times: absolute, relative, ranges and any."""
    (event,) = parse_script(f"{text} > . 1:1(0) ack 1").events
    assert event.time == time


def test_a_blocking_call_has_the_time_at_which_it_returns():
    """`T...T2 call()`."""
    (event,) = parse_script("+0...0.200 accept(3, ..., ...) = 4").events
    assert event.time == EventTime(TimeKind.RELATIVE, 0)
    assert event.action == SystemCall(
        "accept", (Integer(3), Wildcard(), Wildcard()), Integer(4), 200 * MILLISECOND
    )


def test_the_parts_of_a_script_stand_in_their_order():
    """Options, init command, events, cleanup command."""
    script = parse_script(
        "--ip_version=ipv4 --tolerance_usecs=75000\n--strict_segments\n"
        "`./defaults.sh\nsysctl -q x=1`\n"
        "// a comment\n0 `true` /* another\none */ +0 %{ assert tcpi_state == 1 }%\n`cleanup`\n"
    )
    assert [(one.name, one.value) for one in script.options] == [
        ("ip_version", "ipv4"),
        ("tolerance_usecs", "75000"),
        ("strict_segments", None),
    ]
    assert script.init == Command("./defaults.sh\nsysctl -q x=1")
    assert [event.action for event in script.events] == [
        Command("true"),
        Code("assert tcpi_state == 1"),
    ]
    assert script.cleanup == Command("cleanup")
    assert script.events[1].position == (7, 8)
    assert script.line(2) == "--strict_segments"


def test_a_defined_word_stands_for_its_value():
    """`--define=SYMBOL=value`; definitions from outside come first."""
    script = parse_script(
        '--define=CC="reno" --define=N=7\n+0 f(N, CC, OTHER) = 0',
        definitions={"OTHER": "EAGAIN"},
    )
    (event,) = script.events
    assert isinstance(event.action, SystemCall)
    assert event.action.arguments == (Integer(7), String(b"reno"), Word("EAGAIN"))


def test_a_segment_is_read_with_all_its_fields():
    """Ports, flags, sequence numbers, ACK, window, urgent pointer and options."""
    assert header(
        "< 53 > 8080 FPU. 1:1001(1000) ack 5 win 257 urg 3 <mss 1460,nop,wscale 7,eol>"
    ) == TcpHeader(
        1 | 8 | 16 | 32,
        Sequence(1, 1000),
        5,
        257,
        3,
        (Mss(1460), NoOperation(), WindowScale(7), EndOfOptions()),
        Ports(53, 8080),
    )


@pytest.mark.parametrize(
    ("text", "flags", "ace"),
    [
        (".", 16, None),
        ("-", 0, None),
        ("SEWA", 2 | 64 | 128 | 256, None),
        (".5", 16 | 64 | 256, 5),
        ("P.0", 24, 0),
    ],
)
def test_flags_are_letters_a_dot_and_a_counter(text, flags, ace):
    """A dot is ACK, `-` none at all, `.5` the AccECN counter (RFC 9768 section 3.2.2)."""
    got = header(f"> {text} 1:1(0)")
    assert (got.flags, got.ace) == (flags, ace)


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("sackOK", SackPermitted()),
        ("sack 1:2 3:4", Sack(((1, 2), (3, 4)))),
        ("TS val 100 ecr 0", Timestamps(100, 0)),
        ("TS val ... ecr 7!", Timestamps(None, 7, absolute_echo=True)),
        ("FO", FastOpen(b"")),
        ("FO 0123456789abcdef", FastOpen(bytes.fromhex("0123456789abcdef"))),
        ("FO 12345678", FastOpen(bytes.fromhex("12345678"))),
        ("FOEXP abcd", FastOpen(b"\xab\xcd", experimental=True)),
        ("exp-FO abcd", FastOpen(b"\xab\xcd", experimental=True)),
        ("md5 000102", Md5(b"\0\1\2")),
        ("md5 valid", Md5(None)),
        ("md5 invalid", Md5(None, valid=False)),
        ("AccECN0 ee0b 1 eceb 2 ee1b 3", AccurateEcn(0, (1, 2, 3))),
        ("exp-AccECN1 ee1b 1", AccurateEcn(1, (1,), experimental=True)),
        ("exp-tarr", AckRateRequest(None)),
        ("exp-tarr 4", AckRateRequest(4)),
        ("mp_capable v1 nokey", OtherOption("mp_capable", "mp_capable v1 nokey")),
    ],
)
def test_every_option_of_both_dialects_is_read(text, option):
    """The option names of google's and FreeBSD's grammars."""
    assert header(f"> . 1:1(0) <nop,{text},eol>").options == (
        NoOperation(),
        option,
        EndOfOptions(),
    )


def test_options_may_go_unchecked_or_be_none():
    """`<...>` is no check; nothing at all demands that there are none."""
    assert header("> S. 0:0(0) ack 1 <...>").options is None
    assert header("> S. 0:0(0) ack 1").options == ()


def test_freebsd_writes_absolute_and_ignored_sequence_numbers():
    """`1:2(1)!` is what stands on the wire, `...(0)` any."""
    assert header("> . 7:8(1)!").sequence == Sequence(7, 1, SequenceKind.ABSOLUTE)
    assert header("> . ...(9)").sequence == Sequence(0, 9, SequenceKind.IGNORED)


def test_sequence_numbers_wrap():
    """RFC 9293 section 3.4: arithmetic modulo 2**32."""
    assert header("> . 4294967295:1(2)").sequence.end == 1


@pytest.mark.parametrize(
    ("text", "info"),
    [
        ("[ect0]", IpInfo(Tos(2, 3))),
        ("(ect01)", IpInfo(Tos(0, 0, any_ect=True))),
        ("[tos 0x10, ttl 3]", IpInfo(Tos(0x10, 0xFF), 3)),
        ("[flowlabel 0x1]", IpInfo(flow_label=1)),
        ("[dscp AF21, ecn ce, hlim 5]", IpInfo(Tos(18 << 2 | 3, 0xFF), 5)),
        ("[dscp voice-admit]", IpInfo(Tos(44 << 2, 0xFC))),
        ("[noecn]", IpInfo(Tos(0, 3))),
    ],
)
def test_ip_information_stands_in_brackets_or_parentheses(text, info):
    """RFC 3168 section 5, RFC 2474 section 3: what is said of the octet is a value and a mask."""
    packet = action(f"+0 > {text} . 1:1(0)")
    assert isinstance(packet, Packet)
    assert packet.ip == info


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "icmp unreachable frag_needed mtu 1200 [1:1461(1460)]",
            IcmpHeader("unreachable", "frag_needed", 1200, None, QuotedTcp(Sequence(1, 1460))),
        ),
        (
            "[1:1(0)] icmp unreachable port_unreachable",
            IcmpHeader("unreachable", "port_unreachable", None, None, QuotedTcp(Sequence(1, 0))),
        ),
        ("icmp echo_request id 7", IcmpHeader("echo_request", None, None, 7)),
        (
            "icmp redirect code_1 [udp (9)]",
            IcmpHeader("redirect", "code_1", quoted=QuotedUdp(9)),
        ),
        (
            "icmp echo_reply [raw(12)]",
            IcmpHeader("echo_reply", quoted=QuotedOther("raw", (12,))),
        ),
        ("udp 5 > 6 (1000)", UdpHeader(1000, Ports(5, 6))),
        ("udp (0)", UdpHeader(0)),
        ("sctp: DATA[flgs=BE, len=16]", OtherHeader("sctp", "sctp: DATA[flgs=BE, len=16]")),
    ],
)
def test_other_transports_are_read(text, message):
    """ICMP with what it quotes (before or after it), UDP, and SCTP as a whole."""
    assert header(f"< {text}") == message


def test_a_packet_may_lie_in_others():
    """Encapsulation, from the outside in."""
    packet = action(
        "+0 > ipv4 [ttl 3] 192.0.2.1 > 192.0.2.2: gre flags [key present], sum 0, off 0, key=7, "
        "seq 0: mpls (label 5, tc 0, [S], ttl 64): ipv6 ::1 > 2001:db8::1: . 1:1(0)"
    )
    assert isinstance(packet, Packet)
    assert packet.outer == (
        IpLayer(4, "192.0.2.1", "192.0.2.2", IpInfo(ttl=3)),
        GreLayer(0x2000, 0, 0, 7, 0),
        MplsLayer((MplsEntry(5, 0, True, 64),)),
        IpLayer(6, "::1", "2001:db8::1"),
    )
    assert packet.direction is Direction.OUTBOUND


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("-1", Integer(-1)),
        ("0x1F", Integer(31, hexadecimal=True)),
        ("POLLIN | POLLOUT|0x4", BitwiseOr((Word("POLLIN"), Word("POLLOUT"), Integer(4, True)))),
        ("[1, ...]", Array((Integer(1), Wildcard()))),
        ("[]", Array(())),
        ('"a\\n" "\\x41b"...', String(b"a\nAb", open_ended=True)),
        ("{..., 1000}", Braces((Wildcard(), Integer(1000)))),
        ("htonl(0x7)", Call("htonl", (Integer(7, True),))),
        ("{(label 5, tc 0, ttl 6)}", MplsStack((MplsEntry(5, 0, False, 6),))),
        ("{flags 0x2000 sum 0 off 0 key 1 seq 2}", GreLayer(0x2000, 0, 0, 1, 2)),
    ],
)
def test_arguments_are_expressions(text, expression):
    """The expressions of both grammars."""
    assert argument(text) == expression


def test_a_struct_keeps_its_fields_and_their_lengths():
    """sockaddr, msghdr and their like are one form: names with values."""
    message = argument("{msg_name(...)=..., msg_iov(2)=[{..., 10}, {..., 20}], msg_flags=0}")
    assert isinstance(message, Struct)
    assert [(one.name, one.length) for one in message.fields] == [
        ("msg_name", Wildcard()),
        ("msg_iov", Integer(2)),
        ("msg_flags", None),
    ]
    assert message.get("msg_flags") == Integer(0)
    assert message.get("msg_control") is None


def test_a_call_may_fail_with_an_errno_and_a_comment():
    """`= -1 ERRNO (text)`, `= 2 (flags O_RDWR)`."""
    call = action("+0 read(4, ..., 9) = -1 EAGAIN (Resource temporarily unavailable)")
    assert isinstance(call, SystemCall)
    assert call.errno == Errno("EAGAIN", "Resource temporarily unavailable")
    call = action("+0 fcntl(3, F_GETFL) = 0x02 (flags O_RDWR|O_NONBLOCK)")
    assert isinstance(call, SystemCall)
    assert call.note == "flags O_RDWR|O_NONBLOCK"


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("0 < S 0:0(0) win 5 <mss 70000>", (1, 25), "mss is 70000, but it lies between 0 and"),
        ("0 < S 0:0(0) <mss 1460>", (1, 14), '"ack" or "win", got "<"'),
        ("0 > . 1:5(3)", (1, 7), "1 and 3 bytes make 4, not 5"),
        ("0 > SX 0:0(0)", (1, 5), '"X" of "SX" is no TCP flag'),
        ("0 > E.5 0:0(0)", (1, 5), "gives the ECN bits twice"),
        ("0 > . 1:1(0) <wscal 7>", (1, 15), 'got "wscal"'),
        ("0 > . 1:1(0) <FO abc>", (1, 18), "no even number of hexadecimal digits"),
        ("0 > . 1:1(0) <FO>x", (1, 18), "expected"),
        ("0 < . 1:1(0) win 1 <...>", (1, 20), "write the options out"),
        ("0 < [ect01] . 1:1(0) win 1", (1, 5), "say ect0 or ect1"),
        ("* < . 1:1(0) win 1", (1, 1), "* only fits a packet that is expected (>)"),
        ("0.2~0.1 > . 1:1(0)", (1, 1), "ends before it starts"),
        ("0\n\n  f(1, = 0", (3, 8), 'got "="'),
        ('0 f("a) = 0', (1, 5), "a string that never ends"),
        ("0 `sysctl", (1, 3), "the closing backquote is missing"),
        ("0 %{ assert x", (1, 3), "}% is missing"),
        ("/* 0 f() = 0", (1, 1), "*/ is missing"),
        ("0 f({a=1, 2}) = 0", (1, 11), "expected name = value"),
        ("", (1, 1), "expected an option --name=value"),
        ("0 f() = 0 `a` `b`", (1, 15), "expected the end of the script"),
    ],
)  # fmt: skip
def test_an_error_says_where_and_what_was_expected(text, place, problem):
    """The way out stands in the message: place, expectation, what is there instead."""
    with pytest.raises(ScriptError) as caught:
        parse_script(text, "a.pkt")
    assert caught.value.position == place
    assert problem in caught.value.problem
    assert str(caught.value).startswith(f"a.pkt:{place[0]}:{place[1]}: ")


def test_an_error_shows_the_line_with_a_caret_below_the_place():
    """Tabs in front of the place stay tabs, so that the caret stands below it."""
    with pytest.raises(ScriptError) as caught:
        parse_script("+0\t< Q 0:0(0) win 1", "a.pkt")
    assert str(caught.value).endswith("\n  +0\t< Q 0:0(0) win 1\n    \t  ^")


def test_a_script_is_read_from_a_file_whatever_bytes_its_comments_have(tmp_path):
    """A comment in Latin-1 is no reason to refuse a script."""
    path = tmp_path / "a.pkt"
    path.write_bytes(b"// Muller \xfc\n0 f() = 0\n")
    assert read_script(path).path == str(path)
