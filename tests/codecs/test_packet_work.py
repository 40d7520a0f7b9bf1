"""Work grows no faster than the input, and nesting is bounded: steps are counted, not seconds."""

import sys
from itertools import pairwise
from typing import Any

import pytest

from wirelab.codecs import (
    DNS,
    UDP,
    DecodeError,
    Dot1Q,
    EncodeError,
    Ethernet,
    IPv4,
    parse,
    strategies,
)
from wirelab.codecs.option_lists import OptionList, RecordList
from wirelab.codecs.packet import MAXIMUM_LAYERS
from wirelab.codecs.protocols import HEADERS
from wirelab.codecs.reference import schema_of
from wirelab.codecs.strategies.headers import BELOW

SLACK = 1.3
"""Twice the input may take at most so many times twice the steps."""


def steps(run):
    """Executed lines of the library, in all functions that `run` calls."""
    count = 0

    def count_lines(frame, event, argument):
        nonlocal count
        if "wirelab" not in frame.f_code.co_filename:
            return None
        if event == "line":
            count += 1
        return count_lines

    before = sys.gettrace()
    sys.settrace(count_lines)
    try:
        run()
    finally:
        sys.settrace(before)
    return count


def use(frame, first):
    """Parse a frame leniently, and look at everything in it."""

    def run():
        try:
            packet = parse(frame, first, strict=False)
        except DecodeError:
            return
        for header in packet.layers:
            for field in header.FIELDS:
                repr(getattr(header, field.name))
        packet.verify()
        packet.quoted  # noqa: B018 (reading it does the work)
        packet.summary()

    run()  # once before, so that what is loaded on demand is there
    return steps(run)


def lists():
    """Each list of each header, with each of its elements."""
    for header in HEADERS:
        for name, notes in schema_of(header.LAYER).noted():
            if isinstance(notes.subcon, (OptionList, RecordList)):
                yield pytest.param(header, name, id=f"{header.LAYER}.{name}")


@pytest.mark.parametrize(("header", "name"), [*lists()])
def test_twice_as_many_elements_take_twice_the_steps(header, name):
    kinds = {type(one): one for one in strategies.samples(strategies.options(header, name), 60)}
    for element in kinds.values():
        counts = []
        for count in (40, 80, 160):
            try:
                built = header(**{name: [element] * count}).build(b"", BELOW)
            except EncodeError:  # no room for so many, so there is a bound already
                break
            counts.append(use(built, header))
        if len(counts) == 3:
            assert counts[2] - counts[1] <= SLACK * 2 * (counts[1] - counts[0]) + 20, element


def test_the_lists_that_may_be_long_are_counted():
    """Else the test above would say nothing."""
    long = [header for header in HEADERS if header.LAYER in ("MLDv2Report", "IGMPv3Report")]
    for header in long:
        (element,) = strategies.samples(strategies.options(header), 1)
        few, many = (
            use(header(**{"records": [element] * count}).build(b"", BELOW), header)
            for count in (40, 160)
        )
        assert many > few * 2
    assert len(long) == 2


def test_the_counter_sees_work_that_grows_faster_than_its_input():
    source = "def walk(n):\n    for _ in range(n):\n        for _ in range(n):\n            pass\n"
    names: dict[str, Any] = {}
    exec(compile(source, "wirelab_planted.py", "exec"), names)
    assert steps(lambda: names["walk"](80)) > SLACK * 2 * steps(lambda: names["walk"](40))


def message(names):
    """An answer with one address record for each encoded name; its names begin at byte 12."""
    head = bytes(6) + len(names).to_bytes(2, "big") + bytes(4)
    return head + b"".join(
        name + bytes.fromhex("0001 0001 00000000 0004 0a000001") for name in names
    )


def pointer(place):
    return (0xC000 | place).to_bytes(2, "big")


LABELS = b"".join([b"\x01a"] * 100) + b"\0"


def chained(count):
    """Each name is a pointer to the one before."""
    places = [12, *range(29, 29 + count * 16, 16)]
    return [b"\x01a\0", *map(pointer, places[:count])]


def prefixed(count):
    """Each name is one label before a pointer to the one before, until that is too long."""
    places = [12, *range(29, 29 + count * 18, 18)]
    return [b"\x01a\0", *(b"\x01b" + pointer(place) for place in places[:count])]


MESSAGES = {
    "pointers to one long name": lambda count: [LABELS, *[pointer(12)] * count],
    "long names": lambda count: [LABELS] * count,
    "each name points to the one before": chained,
    "each name prolongs the one before": prefixed,
    "each name points at itself": lambda count: [pointer(12 + at * 16) for at in range(count)],
    "each name points ahead": lambda count: [pointer(12 + (at + 1) * 16) for at in range(count)],
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_dns_names_take_steps_in_proportion_to_the_message(kind):
    """RFC 1035 section 4.1.4 has pointers, with which a small message can claim much."""
    counts = [use(message(MESSAGES[kind](count)), DNS) for count in (150, 300, 600)]
    growth = [after - before for before, after in pairwise(counts)]
    assert growth[1] <= SLACK * 2 * max(growth[0], 100)


def nested(header, count, **values):
    frame = b"payload"
    for _ in range(count):
        frame = header(**values).build(frame, BELOW, header)
    return frame


NESTS = [header for header in HEADERS if header.NEXT_TABLE in header.NUMBERS]


@pytest.mark.parametrize("header", NESTS, ids=lambda header: header.LAYER)
def test_a_header_in_itself_is_read_to_a_bounded_depth(header):
    deep = [use(nested(header, count), header) for count in (MAXIMUM_LAYERS * 2, 200, 400)]
    assert len(parse(nested(header, 200), header, strict=False).layers) <= MAXIMUM_LAYERS
    assert deep[1] <= deep[0] * SLACK
    assert deep[2] <= deep[0] * SLACK


def test_tags_and_tunnels_together_are_read_to_a_bounded_depth():
    layers = Ethernet() / Dot1Q()
    for _ in range(40):
        layers = layers / Dot1Q()
    for _ in range(40):
        layers = layers / IPv4()
    frame = bytes(layers / UDP() / b"x")
    packet = parse(frame)
    assert len(packet.layers) == MAXIMUM_LAYERS
    assert bytes(packet) == frame


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.LAYER)
def test_a_payload_of_any_size_takes_the_same_steps(header):
    """But for headers that end with all the rest, whose payload is a list or text."""
    built = [
        strategies.samples(strategies.packets(header, payload=bytes(size)), 1)[0]
        for size in (1000, 4000, 16000)
    ]
    small, middle, large = (use(bytes(packet), header) for packet in built)
    assert large <= SLACK * 16 * small
    assert large - middle <= SLACK * 4 * (middle - small) + 100


@pytest.mark.parametrize(
    ("port", "payload"),
    [(53, b"\xff" * 8), (67, b"x" * 20), (4789, b"abc"), (213, b"\xff" * 20)],
    ids=["DNS", "DHCP", "VXLAN", "IPX"],
)
@pytest.mark.parametrize("strict", [True, False])
def test_a_port_that_suggests_wrongly_costs_little(port, payload, strict):
    """Nobody reads why the payload is not what its port suggests, so nobody shall find out."""

    def frame(destination_port):
        ends = IPv4(source="10.0.0.1", destination="10.0.0.2")
        return bytes(Ethernet() / ends / UDP(50000, destination_port) / payload)

    wrong, none = frame(port), frame(50001)
    assert parse(wrong, strict=strict).payload == payload
    plain = steps(lambda: parse(none, strict=strict))
    assert steps(lambda: parse(wrong, strict=strict)) <= plain + 170
