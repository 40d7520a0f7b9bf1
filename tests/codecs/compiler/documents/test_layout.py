"""The parts of headers and options, in words."""

from construct import Bytes, GreedyBytes, If, Int8ub, Int16ub, Int32ub, this

from wirelab.codecs.compiler.documents.layout import parts, tiles, words
from wirelab.codecs.constructs import View, field
from wirelab.codecs.reference import schema_of


def test_places_are_known_up_to_the_first_part_that_varies():
    found = parts(
        [
            field("count", Int8ub),
            field("key", If(this.count == 1, Int32ub)),
            field("last", Int16ub),
            field("rest", GreedyBytes),
        ]
    )
    assert [(part.name, part.offset, part.bits) for part in found] == [
        ("count", 0, 8),
        ("key", 8, 32),
        ("last", -1, 16),
        ("rest", -1, 0),
    ]
    assert found[1].condition == "count == 1"
    assert found[3].length == "up to the end"


def test_places_are_those_of_the_generated_table():
    from wirelab.codecs.protocols import HEADERS

    for header in HEADERS:
        table = {field.name: field for field in header.FIELDS}
        for part in parts(schema_of(header.LAYER).subcons):
            row = table[part.name]
            assert max(row.bits, 0) == part.bits, (header.LAYER, part.name)
            if min(row.bit_offset, part.offset) >= 0:
                assert row.bit_offset == part.offset, (header.LAYER, part.name)


def test_expressions_are_read_aloud():
    assert words(this.ihl * 4 - 20) == "ihl * 4 - 20"
    (part,) = parts([field("data", Bytes(this.length - 2))])
    assert part.length == "length - 2 bytes"


def test_views_are_drawn_only_if_they_divide_all_bits_among_them():
    whole = (View("high", 4, 4), View("low", 0, 4))
    assert [view.name for view in tiles(*parts([field("x", Int8ub, views=whole)]))] == [
        "high",
        "low",
    ]
    assert tiles(*parts([field("x", Int8ub, views=whole[:1])])) == []
    sometimes = (View("code", 0, 8, when=(3,)),)
    assert tiles(*parts([field("x", Int8ub, views=sometimes)])) == []
