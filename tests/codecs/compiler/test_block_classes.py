"""The backend for pcapng blocks: options on the wire equal interpreted construct, both ways."""

from typing import Any

import construct
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs.block_options import TEXT
from wirelab.codecs.compiler import block_classes
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.protocols import pcapng_blocks
from wirelab.codecs.schemas import byte_order, pcapng_options
from wirelab.codecs.schemas.pcapng_options import BlockOption

NAMES = {
    "section_header": "SectionHeaderBlock",
    "interface_description": "InterfaceDescriptionBlock",
    "enhanced_packet": "EnhancedPacketBlock",
    "obsolete_packet": "ObsoletePacketBlock",
    "name_resolution": "NameResolutionBlock",
    "interface_statistics": "InterfaceStatisticsBlock",
}
INTEGERS = {"B": (0, 255), "I": (0, 2**32 - 1), "l": (-(2**31), 2**31 - 1), "L": (0, 2**32 - 1)}
INTEGERS |= {"q": (-(2**63), 2**63 - 1), "Q": (0, 2**64 - 1)}


def values_of(shape):
    """A strategy for values of a construct."""
    inner = shape.subcon if isinstance(shape, construct.Renamed) else shape
    if isinstance(inner, construct.Struct):
        return st.tuples(*map(values_of, inner.subcons))
    if isinstance(inner, construct.FormatField):
        return st.integers(*INTEGERS[inner.fmtstr[1]])
    if inner is construct.GreedyBytes:
        return st.binary(min_size=1, max_size=20)
    if isinstance(inner, construct.StringEncoded):
        return st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20)
    return st.binary(min_size=inner.length, max_size=inner.length)


def built(shape, value):
    """What construct writes."""
    if isinstance(shape, construct.Struct):
        value = dict(zip([part.name for part in shape.subcons], value, strict=True))
    return shape.build(value)


def options_of(name, order):
    """All options that a block declares."""
    orders = getattr(byte_order, order.upper())
    return [*pcapng_options.every_block(orders), *pcapng_options.OPTIONS[name](orders)]


def differences(classes, name, order, draw):
    """Options that generated classes write or read otherwise than construct does."""
    kind = getattr(classes, NAMES[name])
    found = []
    for option in options_of(name, order):
        value = draw(values_of(option.value))
        ours = getattr(kind, option.name)
        theirs = built(option.value, value)
        try:
            wire = ours.layout.write(value, order)
        except Exception:  # a mutant may do anything
            wire = None
        if (ours.code, wire, ours.layout.read(theirs, order)) != (option.code, theirs, value):
            found.append(option.name)
    return found


@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_options_are_written_and_read_as_construct_does(name, order, data):
    assert differences(pcapng_blocks, name, order, data.draw) == []


@pytest.mark.parametrize(
    ("planted", "instead", "name", "option"),
    [
        ('speed_bits_s = OneOption[int](8, Layout("Q"))',
         'speed_bits_s = OneOption[int](8, Layout("I"))', "interface_description", "speed_bits_s"),
        ('packet_id = OneOption[int](5,', 'packet_id = OneOption[int](6,',
         "enhanced_packet", "packet_id"),
        ('Layout("4s4s")', 'Layout("8s")', "interface_description", "ipv4_addresses"),
        ('time_offset_s = OneOption[int](14, Layout("q"))',
         'time_offset_s = OneOption[int](14, Layout("Q"))',
         "interface_description", "time_offset_s"),
        ('Layout("B", rest=True)', 'Layout("H", rest=True)', "enhanced_packet", "hashes"),
    ],
)  # fmt: skip
def test_a_planted_fault_in_the_generated_classes_is_caught(planted, instead, name, option):
    source = block_classes.generate()["pcapng_blocks.py"]
    assert planted in source
    namespace: dict[str, Any] = {"__name__": "mutant"}
    exec(compile(source.replace(planted, instead), "mutant", "exec"), namespace)
    caught = set()

    @settings(max_examples=30, deadline=None, database=None, derandomize=True)
    @given(data=st.data())
    def gate(data):
        caught.update(differences(type("Mutant", (), namespace), name, "big", data.draw))

    gate()
    assert option in caught


def test_two_options_of_one_code_are_refused(monkeypatch):
    def twice(order):
        return (BlockOption("one", 2, TEXT, "x"), BlockOption("other", 2, TEXT, "y"))

    monkeypatch.setitem(pcapng_options.OPTIONS, "section_header", twice)
    with pytest.raises(TypeError, match="section_header: two options have one code or one name"):
        block_classes.generate()


def test_a_shape_that_is_not_known_is_refused():
    with pytest.raises(TypeError, match="this backend does not know"):
        block_classes.shape(construct.CString("ascii"))


def test_a_number_that_does_not_fit_is_the_caller_s_fault():
    with pytest.raises(EncodeError, match="speed_bits_s"):
        pcapng_blocks.InterfaceDescriptionBlock(link_type=1, speed_bits_s=1 << 64)
