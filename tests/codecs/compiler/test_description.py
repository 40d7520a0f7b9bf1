"""The walk over a schema understands what is listed, and refuses the rest."""

import pytest
from construct import BitsInteger, BitStruct, Int8ub, Int16ub, Int16ul, Prefixed, this

from wirelab.codecs.compiler.description import SchemaError, describe, expression
from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema


def test_expressions_become_python_with_few_parentheses():
    names = {"ihl": "(word >> 8 & 15)"}
    assert expression(this.ihl * 4 - 20, names.__getitem__) == "(word >> 8 & 15) * 4 - 20"


def test_expressions_into_nested_structures_are_refused():
    with pytest.raises(SchemaError, match="only this"):
        expression(this.below.source, lambda name: name)


@pytest.mark.parametrize(
    ("member", "message"),
    [
        (field("a", Int16ul), "big-endian"),
        (field("a", Prefixed(Int8ub, Int8ub)), "Prefixed cannot be compiled"),
        ("a" / Int16ub, "write fields with field"),
        (BitStruct(field("a", BitsInteger(3))), "3 bits are no word"),
    ],
    ids=["little-endian", "unknown construct", "without notes", "odd bits"],
)
def test_what_cannot_be_compiled_is_refused(member, message):
    with pytest.raises(SchemaError, match=message):
        describe(HeaderSchema("X", member))
