"""All derivations agree on frames of every kind, and the gates that say so catch broken ones."""

from typing import Any

import pytest
from hypothesis import given, settings

from wirelab.codecs import (
    TCP,
    UDP,
    EncodeError,
    Ethernet,
    IPv4,
    IPv6,
    flow_template,
    packet,
    parse,
    projection,
    strategies,
)
from wirelab.codecs.capture import PcapngWriter, open_capture
from wirelab.codecs.compiler import agreement
from wirelab.codecs.compiler.agreement import (
    projection_difference,
    stack_difference,
    template_difference,
)
from wirelab.codecs.header import AUTO
from wirelab.codecs.layout import Layout
from wirelab.codecs.protocols import HEADERS, stacks
from wirelab.codecs.protocols.layouts import LAYOUTS

few = settings(max_examples=40, deadline=None)
WHOLE = ((Ethernet, IPv4, TCP), (Ethernet, IPv4, UDP), (Ethernet, IPv6, TCP), (Ethernet, IPv6, UDP))


def difference(frame):
    return stack_difference(frame) or projection_difference(frame)


@few
@given(strategies.frames())
def test_all_derivations_read_made_up_frames_alike(frame):
    assert difference(frame) is None


@few
@given(strategies.malformed())
def test_all_derivations_read_damaged_frames_alike(broken):
    assert difference(broken.frame) is None, broken.what


@pytest.mark.parametrize("stack", WHOLE, ids=lambda stack: "/".join(one.LAYER for one in stack))
def test_all_derivations_read_usual_stacks_alike_whole_and_damaged(stack):
    """These are the ones that have a way of their own."""

    @settings(max_examples=20, deadline=None)
    @given(strategies.malformed(*stack), strategies.frames(*stack))
    def check(broken, frame):
        assert difference(frame) is None
        assert difference(broken.frame) is None, broken.what

    check()


def test_all_derivations_read_a_capture_alike(tmp_path, frames):
    """What goes through a file is what was put in."""
    found = [*frames.values(), *strategies.samples(strategies.frames(), 40)]
    with (tmp_path / "frames.pcapng").open("wb") as file:
        writer = PcapngWriter(file)
        writer.add_interface()
        for number, frame in enumerate(found):
            writer.write(frame, number)
    with open_capture(tmp_path / "frames.pcapng") as capture:
        read = [captured.data for captured in capture]
    assert read == found
    assert [difference(frame) for frame in read] == [None] * len(found)


@pytest.mark.parametrize("stack", WHOLE, ids=lambda stack: "/".join(one.LAYER for one in stack))
def test_templates_write_what_headers_write(stack):
    made = strategies.packets(*stack)

    @settings(max_examples=15, deadline=None)
    @given(made, made)
    def check(one, other):
        assert template_difference(one, other) is None

    check()


def test_templates_of_any_stack_write_what_headers_write_or_are_refused():
    written = refused = 0
    for one in strategies.samples(strategies.packets(), 60):
        try:
            assert template_difference(one, one) is None
            written += 1
        except EncodeError:
            refused += 1
    assert written > refused


# Ways to break a derivation, each with frames, and the gate that must notice.


def end_too_early(patch):
    """The readers of usual stacks take the payload for a trailer."""
    read = stacks.USUAL

    def broken(reader):
        def run(frame, end, found):
            done = reader(frame, end, found)
            if done:
                found._stop = found._start
            return done

        return reader and run

    at_and_readers = [(at, tuple(broken(reader) for reader in readers)) for at, readers in read]
    patch.setattr(packet, "USUAL", at_and_readers)


def take_cut_frames_for_whole(patch):
    """The conditions of usual stacks are not asked."""
    broken = [Layout(one.headers, one.parts, one.steps, ("True",)) for one in LAYOUTS]
    patch.setattr(projection, "LAYOUTS", broken)


def weigh_nothing(patch):
    """A template's checksum does not follow the fields."""
    patch.setattr(
        flow_template._Plan,
        "_coefficients",
        lambda self, place: flow_template._Coefficients(
            0xFFFF - place.read(self.frame), [0] * len(self.variables), 1, 1
        ),
    )
    patch.setattr(flow_template._Plan, "samples", lambda self: [])


def forget_odd_payloads(patch):
    """The last byte of an odd payload counts as the lower one of its word."""
    source = flow_template._Plan.source
    patch.setattr(
        flow_template._Plan, "source", lambda self: source(self).replace("size & 1", "size & 0")
    )
    patch.setattr(flow_template._Plan, "samples", lambda self: [])


def shift_a_cell(patch):
    """A template writes bits one further to the left."""
    stop: Any = vars(flow_template._Place)["stop"]
    patch.setattr(flow_template._Place, "stop", property(lambda self: stop.fget(self) - 1))
    patch.setattr(flow_template._Plan, "samples", lambda self: [])


def reading(gate):
    def first(frames):
        agreement._compiled.cache_clear()
        try:
            return next(filter(None, map(gate, frames.values())), None)
        finally:
            agreement._compiled.cache_clear()

    return first


def computed_anew(header):
    return header.replace(**dict.fromkeys(header.COMPUTED, AUTO))


def writing(frames):
    """A template of each frame, given the values of the others of its kind."""
    packets = [parse(frames[name]) for name in ("tcp_data", "udp", "tcp_syn")]
    fresh = [one.with_layers(map(computed_anew, one.layers)) for one in packets]
    for one in fresh:
        other = one / b"odd"
        layers = [
            header.replace(ttl=9) if isinstance(header, IPv4) else header for header in other.layers
        ]
        if found := template_difference(one, other.with_layers(layers)):
            return found
    return None


MUTANTS = [
    (end_too_early, reading(stack_difference)),
    (take_cut_frames_for_whole, reading(projection_difference)),
    (weigh_nothing, writing),
    (forget_odd_payloads, writing),
    (shift_a_cell, writing),
]


@pytest.mark.parametrize(("break_it", "gate"), MUTANTS, ids=[one.__name__ for one, _ in MUTANTS])
def test_the_gates_catch_a_broken_derivation(break_it, gate, frames, monkeypatch):
    assert gate(frames) is None
    break_it(monkeypatch)
    try:
        found = gate(frames)
    except EncodeError as error:  # a template that refuses what it could write before
        found = str(error)
    assert found is not None


def test_every_usual_header_is_compared():
    assert {header for header in HEADERS if header in agreement.USUAL} >= {Ethernet, IPv4, TCP}
