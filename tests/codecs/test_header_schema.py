"""A header schema is a construct whose bit groups are flat and whose AUTO values are filled in."""

import pytest
from construct import BitsInteger, BitStruct, Bytes, Flag, Int8ub, Int16ub, Nibble, len_, this

from wirelab.codecs.constructs import Checksum, Violation, field
from wirelab.codecs.header_schema import Bound, HeaderSchema

TOY = HeaderSchema(
    "Toy",
    BitStruct(
        field("kind", Nibble, default=0),
        field("urgent", Flag, default=False),
        field("level", BitsInteger(3), default=0),
    ),
    field("name_length", Int8ub, auto=len_(this.name)),
    field("length", Int16ub, auto=this.header_length + this.payload_size),
    field("checksum", Checksum()),
    field("name", Bytes(this.name_length), default=b""),
    bound=Bound(this.length, "length", "RFC 0 section 0"),
)


def test_bits_are_fields_of_the_header():
    values = TOY.parse(bytes.fromhex("9d02000800004142"), strict=True)
    assert (values.kind, values.urgent, values.level, values.name) == (9, True, 5, b"AB")
    assert values.header_length == 8


def test_auto_values_are_filled_in():
    built = TOY.build({"kind": 9, "urgent": True, "level": 5, "name": b"AB"}, payload=b"\1\2\3\4")
    assert built[:4].hex() == "9d02000c"
    assert built[6:] == b"AB"


def test_explicit_values_go_out_as_they_are():
    built = TOY.build({"length": 1, "checksum": 2}, payload=b"")
    assert built.hex() == "000000010002"


@pytest.mark.parametrize(
    ("data", "name", "position", "expected", "got"),
    [
        ("", "kind", 0, "1 byte", "0 bytes"),
        ("0000", "length", 2, "2 bytes", "0 bytes"),
        ("00050008000041", "name", 6, "5 bytes", "1 byte"),
        ("000000050000", "length", 2, "6 to 6 (what is there)", 5),
        ("000000070000", "length", 2, "6 to 6 (what is there)", 7),
    ],
)
def test_violations_name_the_field_and_its_place(data, name, position, expected, got):
    with pytest.raises(Violation) as caught:
        TOY.parse(bytes.fromhex(data), strict=True)
    violation = caught.value
    assert (violation.name, violation.position) == (name, position)
    assert (violation.expected, violation.got) == (expected, got)


def test_leniently_a_length_may_contradict():
    assert TOY.parse(bytes.fromhex("000000070000"), strict=False).length == 7
