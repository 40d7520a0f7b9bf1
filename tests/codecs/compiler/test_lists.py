"""Generated code for lists means what the constructs mean, for every shape they allow."""

from dataclasses import replace

import pytest
from construct import (
    Array,
    BitsInteger,
    BitStruct,
    Bytes,
    Const,
    Flag,
    GreedyBytes,
    GreedyRange,
    If,
    IfThenElse,
    Int8ub,
    Int16ub,
    Int24ub,
    Int32ub,
    Int64ub,
    Prefixed,
    Sequence,
    len_,
    this,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import EncodeError
from wirelab.codecs.compiler import option_classes, option_decoders
from wirelab.codecs.compiler.description import SchemaError
from wirelab.codecs.compiler.equality import item_values, load
from wirelab.codecs.compiler.modules import module_source
from wirelab.codecs.compiler.option_rows import lists_of
from wirelab.codecs.constructs import field
from wirelab.codecs.option_lists import Option, OptionList, Record, RecordList, WhenLength
from wirelab.codecs.options import MalformedOption, UnknownOption, encode_list
from wirelab.codecs.tlv import TlvStyle

STYLES = {
    "as in TCP": TlvStyle(padding=("NoOperation", 1), end=("EndOfOptions", 0), alignment=4),
    "as in IPv6": TlvStyle(counts_head=False, padding=("Pad", 0)),
    "as in Neighbor Discovery": TlvStyle(unit=8),
    "as in EDNS": TlvStyle(kind_bytes=2, length_bytes=2, counts_head=False),
    "as in RFC 4884": TlvStyle(kind_bytes=2, length_bytes=2, length_first=True),
    "as in DHCP": TlvStyle(counts_head=False, padding=("Pad", 0), end=("End", 255)),
}

ROUTE = Record(
    "Route",
    (
        field("prefix_length", Int8ub),
        field("prefix", Bytes((this.prefix_length + 7) // 8), format="bytes"),
        field("router", Bytes(4), format="ipv4"),
    ),
    source="RFC 3442",
)
GROUP = Record(
    "Group",
    (
        field("type", Int8ub),
        field("count", Int8ub, auto=len_(this.sources)),
        field("sources", Array(this.count, Bytes(2)), format="bytes"),
    ),
    source="RFC 3376",
)
INNER = (Option("InnerNumber", 1, (field("number", Int16ub),), source="ours"),)
INNER_LIST = OptionList(None, INNER, style=TlvStyle())


def bits(subtype):
    """Bits before and behind a constant that tells options of one kind apart."""
    return BitStruct(
        field("subtype", Const(subtype, BitsInteger(3))),
        field("wide", Flag, format="bool", default=False),
        field("present", Flag, format="bool", auto=this.number != None),  # noqa: E711
        field("low", BitsInteger(3), default=0),
    )


OPTIONS = (
    Option("Nothing", 2),
    Option("Numbers", 3, (field("a", Int8ub), field("b", Int32ub), field("c", Int64ub))),
    Option(
        "Pairs", 4, (field("a", Int8ub), field("pairs", GreedyRange(Sequence(Int8ub, Int16ub))))
    ),
    Option("Remainder", 5, (field("a", Int16ub), field("data", GreedyBytes, format="bytes"))),
    Option("Routes", 6, (field("routes", RecordList(ROUTE), format="options"),)),
    Option("Groups", 7, (field("n", Int8ub), field("groups", RecordList(GROUP, count=this.n)))),
    Option("Three", 8, (field("counter", Int24ub), field("address", Bytes(4), format="ipv4"))),
    Option(
        "Flagged",
        9,
        (
            bits(1),
            field("number", If(this.present, IfThenElse(this.wide, Int64ub, Int32ub))),
            field("last", Int8ub),
        ),
    ),
    Option("Other", 9, (bits(2), field("number", If(this.present, Bytes(2)), format="bytes"))),
    Option("Experiment", 9, (field("identifier", Const(0xF989, Int16ub)),)),
    Option(
        "Growing",
        10,
        (
            field("a", Int8ub),
            field("b", WhenLength(Int16ub, 3, 7)),
            field("c", WhenLength(Bytes(4), 7), format="bytes"),
        ),
    ),
    Option(
        "Texts",
        11,
        (field("text", Prefixed(Int8ub, GreedyBytes), format="text"), field("b", Int8ub)),
    ),
    Option("Long", 12, (field("data", Prefixed(Int16ub, GreedyBytes), format="bytes"),)),
    Option("Outer", 13, (field("a", Int8ub), field("options", INNER_LIST))),
    Option("Word", 14, (BitStruct(field("x", BitsInteger(20)), field("y", BitsInteger(4))),)),
    Option("Addresses", 15, (field("routers", GreedyRange(Bytes(4)), format="ipv4"),)),
)  # fmt: skip


def generated(style, options=OPTIONS):
    """The list, and the module that the compiler writes for it."""
    construct = OptionList(None, options, style=style, name="example.ExampleOption")
    lists = lists_of([], [("example", construct)])
    return construct, load(module_source("example", "An example.", [], lists))


@pytest.fixture(scope="module", params=STYLES)
def both(request):
    """Interpreted list and generated module, in each style."""
    return generated(STYLES[request.param])


def framed(style, kind, data):
    """An option as `OptionList` frames it, whatever its data."""
    return OptionList(None, (), style).build([("UnknownOption", {"kind": kind, "data": data})])


def decode_difference(construct, module, data):
    """What the two make of some bytes, if they differ."""
    expected = plain(construct.parse(data))
    try:
        items = module.decode_example_options(data)
        got = plain(item_values(items))
        again = b"".join(item.encode(construct.style) for item in items)
    except Exception as error:  # the gate must report whatever broken code does
        return f"{type(error).__name__}: {error}"
    if got != expected:
        return f"expected {expected}, got {got}"
    return None if again == data else f"{data.hex()} became {again.hex()}"


def plain(value):
    """Lists as tuples, dictionaries without construct's own entries."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(plain(one) for one in value)
    return value


any_option = st.tuples(st.integers(0, 16), st.binary(max_size=16))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_options_of_any_shape_are_decoded_alike_and_encoded_to_the_same_bytes(both, data):
    construct, module = both
    options = data.draw(st.lists(any_option, max_size=4))
    encoded = b"".join(framed(construct.style, kind, body) for kind, body in options)
    assert decode_difference(construct, module, encoded) is None


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=40))
def test_any_bytes_are_decoded_alike_and_encoded_to_the_same_bytes(both, data):
    construct, module = both
    assert decode_difference(construct, module, data) is None


BODIES = {
    2: ("", "00"),
    3: ("01000000020000000000000003", "01"),
    4: ("01020003040005", "0102"),
    5: ("000161", "00"),
    6: ("180a0a0a01020304000506070810c0a809090909", "210a0a0a"),
    7: ("0201020102030402000301", "0301020102030402010304"),
    8: ("0102030a000001", "010203"),
    9: ("2811111111ff", "38111111111111111122", "2001", "48aabb", "40", "f989", "f988", "08"),
    10: ("01", "010002", "01000203040506", "0102"),
    11: ("0361626307", "04616263"),
    12: ("0003616263", "0004616263"),
    13: ("0701040002", "070900"),
    14: ("fffff5", "ffff"),
    15: ("0a0000010a000002", "0a0000"),
}
"""Kind -> data that suits it, and data that does not."""


def vectors(style):
    """One list for each body, framed; and cut in the middle."""
    for kind, bodies in BODIES.items():
        for body in bodies:
            encoded = framed(style, kind, bytes.fromhex(body))
            yield from (encoded, encoded[:-1], encoded + b"\2", encoded * 2)


def test_every_shape_is_decoded_alike(both):
    construct, module = both
    found = [decode_difference(construct, module, data) for data in vectors(construct.style)]
    assert set(found) == {None}


def test_every_option_is_met_by_the_vectors():
    """Or the gates would prove less than they seem to."""
    construct, _ = generated(STYLES["as in EDNS"])
    met = {name for data in vectors(construct.style) for name, _ in construct.parse(data)}
    assert {option.name for option in OPTIONS} <= met


def test_built_values_are_encoded_alike(both):
    construct, module = both
    for data in vectors(construct.style):
        items = module.decode_example_options(data)
        assert encode_list("X", "options", items, construct.style) == construct.build(
            construct.parse(data)
        )


def test_computed_values_are_filled_in():
    _, module = generated(STYLES["as in EDNS"])
    assert module.Group(1, [b"ab", b"cd"]).count == 2
    assert module.Group(1, [b"ab", b"cd"]).encode() == b"\1\2abcd"
    flagged = module.Flagged(number=7, last=1)
    assert (flagged.present, flagged.wide) == (True, False)
    assert flagged.wire_data().hex() == "280000000701"
    assert module.Flagged(number=None, last=1).wire_data().hex() == "2001"


def test_text_and_addresses_are_taken_in_any_spelling():
    _, module = generated(STYLES["as in EDNS"])
    assert module.Texts("grüß", 1).text == "grüß".encode()
    assert module.Addresses(["10.0.0.1", b"\n\0\0\2"]).routers == (b"\n\0\0\1", b"\n\0\0\2")
    assert repr(module.Addresses(["10.0.0.1"])) == "Addresses(routers=('10.0.0.1', ))"
    assert module.Outer(1, b"\1\4\0\7").options == (module.InnerNumber(7),)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("Numbers", (256, 0, 0), r"Numbers\.a: expected 0 to 255, got 256"),
        ("Three", (1 << 24, "10.0.0.1"), r"Three\.counter: expected 0 to 16777215"),
        ("Word", (1 << 20, 0), r"Word\.x: expected 0 to 1048575"),
        ("Word", (0, -1), r"Word\.y: expected 0 to 15"),
        ("Growing", (1, None, b"abc"), r"Growing\.c: expected 4 bytes"),
        ("Groups", (1, "ab"), "sequence of groups"),
        ("Route", (24, b"ab", "10.0.0.1"), "as many bytes as announced"),
    ],
)
def test_values_that_do_not_fit_are_refused(name, arguments, message):
    _, module = generated(STYLES["as in DHCP"])
    with pytest.raises(EncodeError, match=message):
        getattr(module, name)(*arguments).encode(STYLES["as in DHCP"])


def test_a_length_that_the_style_cannot_say_is_refused():
    with pytest.raises(EncodeError, match="fit into their octets"):
        UnknownOption(9, bytes(300)).encode(STYLES["as in DHCP"])
    assert len(UnknownOption(9, bytes(300)).encode(STYLES["as in EDNS"])) == 304


def test_data_is_filled_up_to_the_unit():
    """RFC 4861 section 4.6: lengths count 8 bytes."""
    assert UnknownOption(5, b"abc").encode(TlvStyle(unit=8)) == b"\5\1abc\0\0\0"
    assert TlvStyle(unit=8) != TlvStyle()


def test_a_kind_of_two_bytes_cannot_have_paddings_of_one():
    with pytest.raises(ValueError, match="single byte"):
        TlvStyle(kind_bytes=2, padding=("Pad", 0))


def test_a_broken_length_ends_the_list():
    _, module = generated(STYLES["as in Neighbor Discovery"])
    assert module.decode_example_options(b"\5\0rest") == (MalformedOption(b"\5\0rest"),)


def test_one_name_for_two_lists_is_refused():
    first = OptionList(None, OPTIONS[:1], name="example.Same")
    second = OptionList(None, OPTIONS[1:2], name="example.Same")
    with pytest.raises(SchemaError, match="two lists"):
        lists_of([], [("example", first), ("example", second)])


def test_what_nothing_can_follow_must_stand_last():
    wrong = Option("Wrong", 1, (field("rest", GreedyBytes), field("more", Int8ub)))
    with pytest.raises(SchemaError, match="nothing can follow rest"):
        generated(STYLES["as in EDNS"], (wrong,))


# Ways to break the compiler; the gates must notice what it generates.


def forget_constants(patch):
    """Constants tell nothing apart."""
    read = option_decoders._Reader._field

    def broken(self, one, raw):
        return () if one.constant is not None else read(self, one, raw)

    patch.setattr(option_decoders._Reader, "_field", broken)


def shift_option_bits(patch):
    """Bit fields of options are read one bit too far to the left."""
    value = option_decoders.field_value
    patch.setattr(
        option_decoders,
        "field_value",
        lambda one, raw: value(replace(one, shift=one.shift + 1), raw),
    )


def forget_lengths(patch):
    """Parts that depend on the length of the data are always there."""
    read = option_decoders._Reader._conditional

    def broken(self, part):
        read(self, replace(part, lengths=tuple(range(99)) if part.lengths else ()))

    patch.setattr(option_decoders._Reader, "_conditional", broken)


def do_not_move(patch):
    """What follows a fixed run is read from the run's start."""

    def broken(self):
        self.ahead = 0

    patch.setattr(option_decoders._Reader, "flush", broken)


def widen_options(patch):
    """What is read in place is taken for a byte longer."""
    run = option_decoders._run
    patch.setattr(option_decoders, "_run", lambda body: replace(run(body), size=run(body).size + 1))


def pack_unshifted(patch):
    """Bit fields of options are written without their shift."""
    write = option_classes._shifted
    patch.setattr(
        option_classes, "_shifted", lambda one, tests: write(replace(one, shift=0), tests)
    )


def forget_units(patch):
    """The length counts bytes, whatever the style says."""
    write = option_decoders._head

    def broken(out, construct):
        style = TlvStyle(unit=1, padding=construct.style.padding, end=construct.style.end)
        write(out, OptionList(None, construct.options, style))

    patch.setattr(option_decoders, "_head", broken)


@pytest.mark.parametrize(
    "break_it",
    [
        widen_options,
        forget_constants,
        shift_option_bits,
        forget_lengths,
        do_not_move,
        pack_unshifted,
        forget_units,
    ],
)
def test_the_gates_catch_a_broken_list_compiler(break_it, monkeypatch):
    break_it(monkeypatch)
    found = set()
    for style in (STYLES["as in Neighbor Discovery"], STYLES["as in EDNS"]):
        construct, module = generated(style)
        found |= {decode_difference(construct, module, data) for data in vectors(style)}
    assert found != {None}
