"""The capture-file backend: generated code equals interpreted construct."""

from typing import Any

import construct
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs.compiler import blocks
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.protocols import pcap, pcapng
from wirelab.codecs.schemas import pcap as pcap_schemas
from wirelab.codecs.schemas import pcapng as pcapng_schemas
from wirelab.codecs.schemas.byte_order import BIG, LITTLE

U16, U32 = st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
BYTES = st.binary(max_size=40)
OPTIONS = st.lists(st.tuples(U16, BYTES), max_size=4).map(tuple)
ORDERS = ((pcap.LITTLE, LITTLE), (pcap.BIG, BIG))
SCHEMAS = {
    schema.__name__: (module, schema)
    for module, schemas in ((pcap, pcap_schemas), (pcapng, pcapng_schemas))
    for schema in schemas.SCHEMAS
}
STRATEGIES = {int: U16, bytes: BYTES, pcapng.Options: OPTIONS}


def generated(name):
    """The generated class of a schema."""
    module, _ = SCHEMAS[name]
    return getattr(module, "".join(word.capitalize() for word in name.split("_")))


def plain(value):
    """construct's value in the shape of ours."""
    if isinstance(value, construct.ListContainer):
        return tuple((option.code, option.value) for option in value)
    return value


@pytest.mark.parametrize("order", ORDERS, ids=("little", "big"))
@pytest.mark.parametrize("name", SCHEMAS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_building_and_parsing_agree_with_construct(name, order, data):
    ours, theirs = order
    body_class = generated(name)
    fields = [data.draw(STRATEGIES[kind]) for kind in body_class.__annotations__.values()]
    value = body_class(*fields)
    encoded = value.build(ours)
    assert body_class.parse(encoded, 0, len(encoded), ours) == value
    parsed = SCHEMAS[name][1](theirs).parse(encoded)
    assert [plain(parsed[field]) for field in body_class._fields] == list(value)


@pytest.mark.parametrize("order", ORDERS, ids=("little", "big"))
@pytest.mark.parametrize("name", SCHEMAS)
@settings(max_examples=60, deadline=None)
@given(junk=st.binary(max_size=60))
def test_any_bytes_are_read_alike_or_refused_alike(name, order, junk):
    ours, theirs = order
    body_class, schema = generated(name), SCHEMAS[name][1](theirs)
    try:
        expected = [plain(schema.parse(junk)[field]) for field in body_class._fields]
    except construct.ConstructError:
        expected = None
    try:
        got = list(body_class.parse(junk, 0, len(junk), ours))
    except DecodeError:
        got = None
    assert got == expected


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_body_cut_anywhere_is_refused_with_the_place(name):
    body_class = generated(name)
    values = {int: 7, bytes: b"01234", pcapng.Options: ((1, b"abc"),)}
    encoded = body_class(*(values[kind] for kind in body_class.__annotations__.values())).build(0)
    for length in range(1, len(encoded)):
        problem = None
        try:
            body_class.parse(encoded, 0, length, 0)
        except DecodeError as error:
            problem = error
        if problem is None:  # options may be missing altogether, and a rest be of any length
            rests = {"options", "padded_data", "padded_entry", "contents"}
            assert rests & {*body_class._fields}
        else:
            assert problem.layer == name
            assert problem.offset <= length


def test_a_schema_of_another_shape_is_refused():
    def odd(order):
        """Not known here."""
        return construct.Struct("a" / order.u16, "b" / construct.CString("ascii"))

    with pytest.raises(TypeError, match="odd: this backend does not know"):
        blocks.walk(odd)


@pytest.mark.parametrize(
    ("planted", "instead"),
    [("stop = offset + 20", "stop = offset + 16"), ("-length % 4", "-length % 2")],
)
def test_a_planted_fault_in_the_generated_code_is_caught(planted, instead):
    """The gates above would see an offset shifted or a padding rule widened."""
    source = blocks.generate()["pcapng.py"].replace(planted, instead)
    namespace: dict[str, Any] = {"__name__": "mutant"}
    exec(compile(source, "mutant", "exec"), namespace)
    value = pcapng.EnhancedPacket(1, 2, 3, 9, b"01234", ((1, b"a"), (1, b"b")))
    encoded = value.build(0)
    try:
        got = namespace["EnhancedPacket"].parse(encoded, 0, len(encoded), 0)
    except DecodeError:
        got = None
    assert got != value
