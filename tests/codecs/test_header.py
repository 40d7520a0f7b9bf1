"""What all headers have in common: values, copies, patterns, text, fields."""

import copy
import mmap
import pickle

import pytest

from wirelab import codecs
from wirelab.codecs import (
    ARP,
    AUTO,
    DNS,
    TCP,
    UDP,
    Dot1Q,
    EncodeError,
    Ethernet,
    ICMPv4,
    IPv4,
    TCPFlags,
    WindowScale,
    parse,
)
from wirelab.codecs.protocols import HEADERS, HOMES

UDP_BYTES = bytes.fromhex("c001c0000012a26d") + b"Hello UDP!"
EXAMPLES = [
    Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01", 0x0800),
    Dot1Q(5, True, 100, 0x0800),
    ARP(sender_protocol_address="10.0.0.1", target_protocol_address="10.0.0.2"),
    IPv4(source="10.0.0.1", destination="10.0.0.2", protocol=17, dont_fragment=True),
    ICMPv4(identifier=1, sequence_number=2),
    UDP(49153, 49152, 18, 0xA26D),
    TCP(80, 50000, flags=TCPFlags.SYN | TCPFlags.ACK, checksum=7, options=[WindowScale(7)]),
]
each_example = pytest.mark.parametrize("header", EXAMPLES, ids=lambda header: header.LAYER)


@each_example
def test_repr_is_how_to_make_it(header):
    public = {name: getattr(codecs, name) for name in [*HOMES, "AUTO", "EndOfOptions"]}
    assert eval(repr(header), public) == header


def test_each_public_name_is_found_at_its_home():
    names = {*HOMES, "AUTO", "parse", "Packet", "DecodeError"}
    assert names <= set(dir(codecs))
    assert all(getattr(codecs, name) is not None for name in names)
    with pytest.raises(AttributeError, match="no attribute 'TPC'"):
        codecs.TPC  # noqa: B018


@each_example
def test_copies_and_pickles_are_equal(header):
    assert pickle.loads(pickle.dumps(header)) == header
    assert copy.copy(header) == header == copy.deepcopy(header)


@each_example
def test_bytes_parse_back_to_the_same_bytes(header):
    data = bytes(header)
    assert len(data) == header.header_length
    assert bytes(type(header).parse(data, strict=False)) == data


@each_example
def test_replace_changes_a_copy(header):
    first = header.VALUES[0]
    old = getattr(header, first)
    new = bytes(6) if isinstance(old, bytes) else 1 - bool(old)
    changed = header.replace(**{first: new})
    assert getattr(changed, first) == new != old == getattr(header, first)
    assert changed != header
    assert changed.replace(**{first: old}) == header


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.LAYER)
def test_fields_lie_side_by_side_in_wire_order(header):
    position = 0
    for field in header.FIELDS:
        if field.view_of or field.bits < 0 or field.optional:
            continue
        assert field.bit_offset == position, field.name
        position += field.bits
    assert position % 8 == 0


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.LAYER)
def test_every_field_has_a_source_and_every_value_a_field(header):
    assert all(field.source for field in header.FIELDS)
    assert tuple(field.name for field in header.FIELDS if not field.view_of) == header.VALUES


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer_can_be_parsed(kind):
    header = UDP.parse(kind(b"??" + UDP_BYTES), 2)
    assert (header.source_port, header.destination_port, header.length) == (49153, 49152, 18)


def test_a_mapped_file_can_be_parsed(tmp_path):
    path = tmp_path / "frame"
    path.write_bytes(bytes(TCP(options=[WindowScale(7)], checksum=0)))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        header = TCP.parse(mapped)
    assert header.options[0] == WindowScale(7)


def test_a_parsed_header_does_not_hold_on_to_a_changing_buffer():
    buffer = bytearray(bytes(TCP(options=[WindowScale(7)], checksum=0)))
    header = TCP.parse(buffer)
    buffer[:] = bytes(len(buffer))
    assert header.options[0] == WindowScale(7)


def test_headers_match_patterns():
    match UDP.parse(UDP_BYTES):
        case UDP(destination_port=49152, length=length):
            assert length == 18
        case other:
            pytest.fail(f"no match: {other}")


def test_headers_are_no_dictionary_keys():
    with pytest.raises(TypeError, match="unhashable"):
        hash(UDP())


def test_values_that_depend_on_the_header_alone_follow_a_replacement():
    """data_offset was in step with the options, so it stays in step."""
    header = TCP(options=[WindowScale(7)])
    assert (header.data_offset, header.replace(options=()).data_offset) == (6, 5)


def test_values_that_were_wrong_on_purpose_stay_wrong():
    header = TCP(options=[WindowScale(7)], data_offset=9)
    assert header.replace(options=()).data_offset == 9


def test_views_can_be_replaced():
    header = TCP(flags=TCPFlags.SYN).replace(ack=True, syn=False)
    assert header.flags == TCPFlags.ACK
    assert ICMPv4(identifier=1, sequence_number=2).replace(identifier=7).rest_of_header == 0x70002
    gateway = ICMPv4(type=5).replace(gateway="10.0.0.1")
    assert gateway.gateway == b"\n\0\0\1"


def test_payload_end_follows_the_length_rule():
    """Ethernet padding lies behind what IPv4 says."""
    header = IPv4(total_length=30, protocol=17)
    assert header.payload_end(14, 60) == 44
    assert IPv4(total_length=0, protocol=17).payload_end(14, 60) == 60
    assert IPv4(total_length=100, protocol=17).payload_end(14, 60) == 60
    assert UDP(length=8).payload_end(34, 60) == 42
    assert TCP().payload_end(34, 60) == 60


def test_lengths_are_strictly_those_of_the_buffer():
    assert UDP.parse(UDP_BYTES[:10], strict=False).length == 18
    assert UDP.parse(UDP_BYTES + b"padding").length == 18


def test_auto_is_filled_in_by_build_and_changes_nothing():
    header = UDP(49153, 49152)
    built = header.build(b"Hello UDP!", IPv4(source="10.0.0.1", destination="10.0.0.2"))
    assert built == UDP_BYTES
    assert header.length is AUTO
    assert header.checksum is AUTO


def test_explicit_values_go_out_as_they_are():
    assert UDP(1, 2, length=3, checksum=4).build(b"x").hex() == "0001000200030004" + "78"


def test_field_text_names_numbers():
    assert IPv4(protocol=6).field_text("protocol") == "6 (TCP)"
    assert Ethernet(type=0x0806).field_text("type") == "0x0806 (ARP)"
    assert Ethernet().field_text("destination") == "ff:ff:ff:ff:ff:ff"
    assert Ethernet().field_text("type") == "AUTO"


def test_a_field_that_is_none_is_refused_with_those_that_are():
    with pytest.raises(LookupError, match="UDP has no field 'dport', but source_port, dest"):
        UDP().field_text("dport")


def test_positional_arguments_are_in_wire_order():
    assert TCP(1, 2, 3, 4).acknowledgment_number == 4


def test_a_replaced_number_must_fit():
    """Also on the short way that changes of whole integers take."""
    assert IPv4(protocol=6, ttl=9).replace(ttl=8, total_length=AUTO).total_length is AUTO
    for wrong in (256, -2, "8", 8.0):
        with pytest.raises(EncodeError, match=r"IPv4\.ttl: expected 0 to 255"):
            IPv4(protocol=6).replace(ttl=wrong)


def test_auto_lengths_are_filled_in_again_by_a_replacement():
    assert ARP(hardware_length=3).replace(hardware_length=AUTO).hardware_length == 6


def test_the_wrong_kind_of_value_is_named_also_where_bytes_may_be_of_any_length():
    """A message about the half-made header itself could not be printed."""
    with pytest.raises(EncodeError, match=r"DNS\.sections: expected bytes, got \(\)"):
        DNS(sections=())  # type: ignore[arg-type]


def test_every_slot_of_a_header_is_copied_when_a_value_is_replaced(frames):
    """The generated copy must leave out none, also not what is decoded when asked for."""
    for frame in frames.values():
        for header in parse(frame).layers:
            for name, bits in header.WHOLE.items():
                new = getattr(header, name) ^ 1
                changed = header.replace(**{name: new})
                assert type(changed) is type(header)
                assert bits >= 8
                for slot in header.__slots__:
                    expected = new if slot == name else getattr(header, slot)
                    assert getattr(changed, slot) == expected
