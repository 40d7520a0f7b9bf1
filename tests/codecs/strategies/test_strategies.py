"""The public strategies: what they promise, how they shrink, and that no header is left out."""

import re
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from wirelab.codecs import (
    ARP,
    AUTO,
    TCP,
    UDP,
    DecodeError,
    Dot1Q,
    EncodeError,
    Ethernet,
    ICMPv4,
    IPv4,
    IPv6,
    MaximumSegmentSize,
    UnknownOption,
    parse,
    strategies,
)
from wirelab.codecs.protocols import HEADERS
from wirelab.codecs.strategies.headers import BELOW
from wirelab.codecs.strategies.packets import followers

few = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
unshrunk = settings(
    max_examples=600, derandomize=True, database=None, phases=[Phase.generate], deadline=None
)
every_header = pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.LAYER)


def layers(packet):
    return [type(header) for header in packet.layers]


@every_header
def test_every_header_has_a_strategy_and_is_read_back(header):
    @few
    @given(strategies.headers(header))
    def check(value):
        built = value.build(b"", BELOW)
        assert header.parse(built).build(b"", BELOW) == built

    check()


@every_header
def test_every_header_has_a_strategy_of_wrong_ones_that_can_be_built(header):
    @few
    @given(strategies.headers(header, wrong=True))
    def check(value):
        assert isinstance(value, header)

    check()


@every_header
def test_the_plainest_header_is_what_the_constructor_makes(header):
    """Up to the number of what follows, which a header alone has to say itself."""
    (plainest,) = strategies.samples(strategies.headers(header), 1)
    number = {header.NEXT_FIELD: getattr(plainest, header.NEXT_FIELD)} if header.NEXT_FIELD else {}
    assert plainest == header(**number)


def test_fields_may_be_given_as_values_and_as_strategies():
    @few
    @given(strategies.headers(TCP, destination_port=80, flags=st.sampled_from([2, 18]), checksum=7))
    def check(value):
        assert value.destination_port == 80
        assert value.flags in (2, 18)
        assert value.checksum == 7

    check()


def test_a_field_that_does_not_exist_is_refused():
    with pytest.raises(EncodeError, match=r"TCP\.port: expected one of source_port"):
        strategies.headers(TCP, port=80)


@pytest.mark.parametrize("wrong", [5, "TCP", Ethernet()])
@pytest.mark.parametrize("strategy", [strategies.headers, strategies.options])
def test_what_is_no_class_of_headers_is_refused(strategy, wrong):
    with pytest.raises(TypeError, match="expected a class of headers, like TCP, got"):
        strategy(wrong)


def test_what_is_no_part_of_a_packet_is_refused():
    with pytest.raises(TypeError, match=r"part 2: expected .* like TCP, got 'TCP'"):
        strategies.packets(Ethernet, "TCP")  # type: ignore[arg-type]


def test_a_header_without_options_has_no_strategy_of_them():
    with pytest.raises(TypeError, match="UDP has no list"):
        strategies.options(UDP)


@few
@given(strategies.packets())
def test_any_stack_is_read_back_and_nothing_is_wrong_with_it(packet):
    read = parse(bytes(packet))
    assert layers(read)[: len(packet.layers)] == layers(packet)
    assert read.verify() == []
    assert bytes(read) == bytes(packet)


@few
@given(strategies.packets(Ethernet, Dot1Q, IPv4, TCP))
def test_a_stack_that_was_asked_for_is_what_comes(packet):
    assert layers(packet) == [Ethernet, Dot1Q, IPv4, TCP]
    assert layers(parse(bytes(packet))) == layers(packet)


@few
@given(strategies.packets(IPv4(ttl=9), strategies.headers(UDP, length=7), payload=b"x"))
def test_parts_may_be_headers_and_strategies_and_explicit_values_stay(packet):
    assert packet[UDP].length == 7
    assert packet.payload == b"x"


def test_headers_may_stand_alone():
    for header in HEADERS:
        for packet in strategies.samples(strategies.packets(header), 3):
            assert len(bytes(packet)) >= packet.layers[0].header_length


@few
@given(strategies.frames())
def test_frames_can_be_read_whatever_trails_them(frame):
    assert bytes(parse(frame)) == frame


@every_header
def test_what_the_tables_allow_above_a_header_is_read_back_from_it(header):
    """Derived from the tables, so a new protocol is met without a line here."""
    for above in followers(header):
        for packet in strategies.samples(strategies.packets(header, above), 2):
            assert layers(parse(bytes(packet), header))[:2] == [header, above]


@few
@given(strategies.malformed())
def test_malformed_frames_raise_nothing_but_a_decode_error(broken):
    try:
        packet = parse(broken.frame, strict=False)
    except DecodeError:
        return
    assert bytes(packet) == broken.frame, broken.what
    packet.verify()
    packet.show()


def found(strategy, condition):
    """Whether a value of that kind comes up among some hundreds."""
    try:
        find(strategy, condition, settings=unshrunk)
    except NoSuchExample:
        return False
    return True


def summed(packet):
    return getattr(parse(bytes(packet), first=IPv4).layers[-1], "checksum")  # noqa: B009


EDGES = {
    "a UDP checksum that comes out as zero": (
        strategies.packets(IPv4, UDP),
        lambda packet: summed(packet) == 0xFFFF,
    ),
    "a TCP checksum that comes out as zero": (
        strategies.packets(IPv4, TCP),
        lambda packet: summed(packet) == 0,
    ),
    "as many options as there is room for": (
        strategies.headers(TCP),
        lambda header: header.header_length == 60,
    ),
    "an option of an unknown kind": (
        strategies.options(TCP),
        lambda option: isinstance(option, UnknownOption),
    ),
    "an address of all ones": (
        strategies.headers(IPv4),
        lambda header: header.destination == b"\xff" * 4,
    ),
    "the largest sequence number": (
        strategies.headers(TCP),
        lambda header: header.sequence_number == 0xFFFFFFFF,
    ),
    "an odd payload": (strategies.packets(IPv4, UDP), lambda packet: len(packet.payload) % 2 == 1),
    "a payload of zeros": (
        strategies.packets(IPv4, UDP),
        lambda packet: len(packet.payload) > 8 and not any(packet.payload),
    ),
    "a fragment": (strategies.headers(IPv4), lambda header: not header.starts_payload),
    "addresses of unusual length": (
        strategies.headers(ARP),
        lambda header: header.hardware_length not in (0, 6),
    ),
    "padding": (strategies.frames(Ethernet, ARP), lambda frame: len(frame) == 60),
    "a trailer": (strategies.frames(Ethernet, IPv4, ICMPv4), lambda frame: parse(frame).trailer),
    "IP in IP": (
        strategies.packets(),
        lambda packet: sum(kind in (IPv4, IPv6) for kind in layers(packet)) == 2,
    ),
    "a length that lies, with checksums that are right for it": (
        strategies.malformed(IPv4, UDP),
        lambda broken: broken.what.startswith("UDP.length is "),
    ),
    "deeper nesting than anybody reads": (
        strategies.malformed(Ethernet, IPv4),
        lambda broken: re.search(r"IPv4 stands there (1[7-9]|[234]\d)", broken.what),
    ),
    "headers in a wrong order": (
        strategies.malformed(Ethernet, IPv4, UDP),
        lambda broken: broken.what.startswith("headers stand as"),
    ),
    "options of garbage": (
        strategies.malformed(Ethernet, IPv4, TCP),
        lambda broken: broken.what.startswith("TCP.options are"),
    ),
    "a cut": (strategies.malformed(), lambda broken: "cut to" in broken.what),
    "a flipped bit": (strategies.malformed(), lambda broken: "flipped" in broken.what),
}


@pytest.mark.parametrize("name", EDGES)
def test_what_breaks_programs_comes_up(name):
    assert found(*EDGES[name])


def test_a_failing_example_shrinks_to_one_readable_line():
    """Only what the failure needs differs from the defaults."""
    packet = find(
        strategies.packets(Ethernet, IPv4, TCP),
        lambda packet: any(isinstance(one, MaximumSegmentSize) for one in packet[TCP].options),
        settings=settings(database=None, max_examples=2000),
    )
    assert packet == Ethernet() / IPv4() / TCP(options=[MaximumSegmentSize(0)])
    assert packet.payload == b""


def test_a_failing_payload_shrinks_to_its_first_byte():
    packet = find(strategies.packets(IPv4, UDP), lambda packet: len(packet.payload) > 0)
    assert packet == IPv4() / UDP(destination_port=0) / b"\0"


def test_what_was_done_shrinks_with_the_frame():
    broken = find(strategies.malformed(IPv4, UDP), lambda broken: "UDP.length" in broken.what)
    assert broken.what in ("UDP.length is 7 instead of 8", "UDP.length is 0 instead of 8")
    assert len(broken.frame) == 28


def test_samples_are_the_same_at_every_call():
    assert strategies.samples(strategies.frames(), 20) == strategies.samples(
        strategies.frames(), 20
    )


def test_without_hypothesis_the_message_says_what_to_install():
    program = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "try:\n    from wirelab.codecs import strategies\n"
        "except ImportError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "pip install 'wirelab[strategies]'" in done.stdout


USERS_TEST = """
from hypothesis import given
from wirelab.codecs import IPv4, TCP, parse, strategies

@given(strategies.malformed())
def test_my_program_survives(broken):
    assert broken.what

@given(strategies.packets())
def test_my_program_takes_any_stack(packet):
    assert bytes(packet)

@given(strategies.packets(IPv4, strategies.headers(TCP, destination_port=80)))
def test_my_program_reads_requests(packet):
    assert parse(bytes(packet), first=IPv4)[TCP].destination_port == 80
"""


def test_a_users_first_test_passes_with_hypothesis_own_settings(tmp_path):
    """Deadlines and health checks are on there: drawing must be quick from the first time on."""
    (tmp_path / "test_mine.py").write_text(USERS_TEST)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "3 passed" in done.stdout, done.stdout


def test_a_draw_loads_the_declarations_of_the_headers_that_it_makes():
    """All sixty would make the first draw of a user's test a slow one."""
    program = (
        "import sys\nfrom wirelab.codecs import IPv4, TCP, strategies\n"
        "(broken,) = strategies.samples(strategies.malformed(IPv4, TCP), 1)\n"
        "print(sum(name.startswith('wirelab.codecs.schemas.') for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert 2 <= int(done.stdout) <= 6


def test_lengths_and_checksums_are_auto():
    assert strategies.samples(strategies.headers(UDP), 1)[0].length is AUTO
