"""The constructs of our own work like any construct."""

import ast
import inspect

import pytest
from construct import Container, Int8ub, Int16ub, StreamError, Struct, this

from wirelab.codecs.compiler.modules import schema_modules
from wirelab.codecs.constructs import Checksum, PseudoHeader, Rule, Violation, field
from wirelab.codecs.option_lists import Option, OptionList
from wirelab.codecs.registries import Registry


def test_no_schema_has_a_lambda():
    """A lambda can be called but not compiled; `this` expressions can be both."""
    for module in schema_modules():
        tree = ast.parse(inspect.getsource(module))
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)], module


def test_a_field_left_out_is_its_default_or_computed():
    pair = Struct(field("a", Int8ub, default=7), field("b", Int8ub, auto=this.a + 1))
    assert pair.build({}) == b"\7\x08"
    assert pair.build({"a": 1, "b": 9}) == b"\1\x09"
    assert pair.parse(b"\1\x09").b == 9


def test_an_unknown_note_is_refused():
    with pytest.raises(TypeError, match="colour"):
        field("a", Int8ub, colour="red")


def test_a_rule_names_the_field_expected_and_got():
    ruled = Struct(field("a", Int8ub), Rule(this.a > 4, "a", "at least 5", "RFC 1 section 1"))
    assert ruled.parse(b"\5").a == 5
    assert ruled.build({"a": 3}) == b"\3"
    with pytest.raises(Violation) as caught:
        ruled.parse(b"\4")
    violation = caught.value
    assert (violation.name, violation.expected, violation.got) == ("a", "at least 5", 4)


OPTIONS = OptionList(
    this._params.size,
    [Option("Pair", 9, (field("a", Int8ub), field("b", Int16ub)))],
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("0905010002", (("Pair", {"a": 1, "b": 2}),)),
        ("0101", (("NoOperation", {}), ("NoOperation", {}))),
        ("0001ff", (("EndOfOptions", {"padding": b"\1\xff"}),)),
        ("09040102", (("UnknownOption", {"kind": 9, "data": b"\1\2"}),)),
        ("0909", (("MalformedOption", {"data": b"\x09\x09"}),)),
    ],
    ids=["known", "padding", "end", "unknown length", "malformed"],
)
def test_option_lists(data, expected):
    raw = bytes.fromhex(data)
    assert OPTIONS.parse(raw, size=len(raw)) == expected
    assert OPTIONS.build(expected) == raw + bytes(-len(raw) % 4)


def test_an_option_list_longer_than_the_bytes_is_refused():
    with pytest.raises(StreamError):
        OPTIONS.parse(b"\1", size=2)


def test_the_checksum_of_a_pseudo_header_and_payload():
    """The datagram of the fixture "udp", whose checksum scapy computed."""
    checksum = Checksum(pseudo=PseudoHeader(17), zero_means_none=True)
    below = Container(source=b"\n\0\0\1", destination=b"\n\0\0\2")
    header = bytes.fromhex("c001c00000120000")
    assert checksum.compute(header, b"Hello UDP!", below) == 0xA26D


def test_a_registry_knows_its_home_also_after_copying():
    registry = Registry("arp.OPERATIONS", {1: "request"})
    make, arguments = registry.__reduce__()
    assert make(*arguments) == registry
    assert make(*arguments).home == "arp.OPERATIONS"
