"""Errors say what is wrong, where, with which numbers, and where the rule stands."""

import contextlib
import pickle

import pytest

from wirelab.codecs import (
    ARP,
    AUTO,
    DNSTXT,
    GRE,
    LLC,
    SACK,
    TCP,
    UDP,
    DecodeError,
    Dot1Q,
    EncodeError,
    EndOfOptions,
    Ethernet,
    FlowTemplate,
    ICMPExtensions,
    ICMPNamedInterface,
    ICMPv4,
    IGMPv3GroupRecord,
    IGMPv3Query,
    IPv4,
    MalformedOption,
    MLDv2Report,
    RecordRoute,
    WindowScale,
    display_filter,
    extended_error,
    fields,
    parse,
)

UDP_HEADER = bytes.fromhex("c001c0000028a26d")


def test_a_decode_error_names_layer_field_offset_expected_got_and_source():
    with pytest.raises(DecodeError) as caught:
        UDP.parse(b"\0" * 34 + UDP_HEADER + b"data", 34)
    error = caught.value
    assert (error.layer, error.field, error.offset) == ("UDP", "length", 38)
    assert (error.expected, error.got) == ("8 to 12 (what is there)", "40")
    assert error.source == "RFC 768 page 2"
    assert str(error) == (
        "UDP.length at byte 38: expected 8 to 12 (what is there), got 40 (RFC 768 page 2)"
    )


@pytest.mark.parametrize(
    ("header", "data", "field", "expected", "got"),
    [
        (Ethernet, bytes(13), "type", "2 bytes", "1 byte"),
        (Ethernet, b"", "destination", "6 bytes", "0 bytes"),
        (IPv4, b"\x65" + bytes(19), "version", "4", "6"),
        (IPv4, b"\x44" + bytes(19), "ihl", "at least 5", "4"),
        (IPv4, b"\x47" + bytes(23), "options", "8 bytes", "4 bytes"),
        (TCP, bytes(12) + b"\x40" + bytes(7), "data_offset", "at least 5", "4"),
        (TCP, bytes(12) + b"\xf0" + bytes(7), "options", "40 bytes", "0 bytes"),
    ],
)
def test_the_field_to_blame(header, data, field, expected, got):
    with pytest.raises(DecodeError) as caught:
        header.parse(data)
    error = caught.value
    assert (error.layer, error.field, error.expected, error.got) == (
        header.LAYER,
        field,
        expected,
        got,
    )


def test_bounds_are_those_of_the_layer_not_of_the_buffer():
    """Ethernet padding must not be taken for an IPv4 payload."""
    buffer = UDP_HEADER + bytes(100)
    with pytest.raises(DecodeError) as caught:
        UDP.parse(buffer, 0, 7)
    assert caught.value.field == "checksum"
    assert UDP.parse(buffer).length == 40


def test_an_offset_behind_the_end_is_a_decode_error():
    with pytest.raises(DecodeError):
        UDP.parse(bytes(8), 9)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: UDP(source_port=65536), "source_port"),
        (lambda: UDP(source_port=-2), "source_port"),
        (lambda: UDP(destination_port="http"), "destination_port"),  # type: ignore[arg-type]
        (lambda: UDP(destination_port=1.5), "destination_port"),  # type: ignore[arg-type]
        (lambda: UDP(source_port=None), "source_port"),  # type: ignore[arg-type]
        (lambda: UDP(length=70000), "length"),
        (lambda: UDP(length=None), "length"),  # type: ignore[arg-type]
        (lambda: UDP(length="8"), "length"),  # type: ignore[arg-type]
        (lambda: UDP(length=-1), "length"),
        (lambda: UDP(checksum=-7), "checksum"),
        (lambda: Ethernet(type=-1), "type"),
        (lambda: ARP(hardware_length=256), "hardware_length"),
        (lambda: UDP(checksum=0).build("text"), "payload"),  # type: ignore[arg-type]
        (lambda: UDP().build(None, IPv4()), "payload"),  # type: ignore[arg-type]
        (lambda: UDP().build(bytes(65528), IPv4()), "length"),
        (lambda: IPv4(ttl=256), "ttl"),
        (lambda: IPv4(dscp=64), "dscp"),
        (lambda: IPv4(ecn=-1), "ecn"),
        (lambda: IPv4(fragment_offset=8192), "fragment_offset"),
        (lambda: IPv4(dont_fragment=2), "dont_fragment"),  # type: ignore[arg-type]
        (lambda: IPv4(source="10.0.0"), "source"),
        (lambda: IPv4(protocol=6).build(bytes(65516)), "total_length"),
        (lambda: IPv4(options=bytes(44)), "options"),
        (lambda: IPv4(options="abcd"), "options"),  # type: ignore[arg-type]
        (lambda: TCP(options=[(2, 1460)]), "options"),  # type: ignore[list-item]
        (lambda: TCP(options=WindowScale(1)), "options"),  # type: ignore[arg-type]
        (lambda: TCP(options=[EndOfOptions(None)]), "padding"),  # type: ignore[arg-type]
        (lambda: TCP(options=[MalformedOption(5)]), "data"),  # type: ignore[arg-type]
        (lambda: IPv4().build(), "protocol"),
        (lambda: Ethernet(destination=b"short"), "destination"),
        (lambda: Ethernet().build(b"raw"), "type"),
        (lambda: Dot1Q(vlan_id=4096, type=0), "vlan_id"),
        (lambda: TCP(flags=512), "flags"),
        (lambda: TCP(sequence_number=1 << 32), "sequence_number"),
        (lambda: TCP().build(), "checksum"),
        (lambda: TCP(options=[WindowScale(256)]), "shift"),
        (lambda: ICMPv4(identifier=1 << 16), "identifier"),
        (lambda: ICMPv4(gateway="nowhere"), "gateway"),
        (lambda: GRE(checksum_present=None), "checksum_present"),  # type: ignore[arg-type]
        (lambda: GRE(acknowledgment_present=1.5), "acknowledgment_present"),  # type: ignore[arg-type]
        (lambda: LLC(control="3"), "control"),  # type: ignore[arg-type]
        (lambda: IGMPv3Query(sources=None), "sources"),  # type: ignore[arg-type]
        (lambda: MLDv2Report(records=5), "records"),  # type: ignore[arg-type]
        (lambda: IGMPv3GroupRecord("224.0.0.9", sources=7), "sources"),  # type: ignore[arg-type]
        (lambda: SACK(None), "blocks"),  # type: ignore[arg-type]
        (lambda: RecordRoute(4, "10.0.0.1"), "route"),
        (lambda: DNSTXT("a.example", "one text"), "strings"),
        (lambda: ICMPNamedInterface(None), "name"),  # type: ignore[arg-type]
        (lambda: TCP().replace(sport=1), "sport"),
        (lambda: TCP().replace(syn=2), "syn"),
    ],
)
def test_a_wrong_value_is_the_callers_fault_and_named(make, field):
    with pytest.raises(EncodeError) as caught:
        make()
    assert caught.value.field == field
    assert caught.value.expected


def test_an_encode_error_gives_the_allowed_range():
    with pytest.raises(EncodeError, match=r"UDP\.source_port: expected 0 to 65535, got 65536"):
        UDP(source_port=65536)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda: IPv4(source="10.0.0"),
            "IPv4.source: expected four numbers from 0 to 255, like 10.0.0.1, got '10.0.0'"
            " (RFC 791 section 3.1)",
        ),
        (
            lambda: Ethernet(source=b"short"),
            "Ethernet.source: expected 6 bytes, got b'short' (RFC 894)",
        ),
        (
            lambda: ARP(sender_protocol_address=7),  # type: ignore[arg-type]
            "ARP.sender_protocol_address: expected bytes, text or an ipaddress object, got 7"
            ' (RFC 826 "Packet format")',
        ),
        (
            lambda: TCP().replace(syn=None),
            "TCP.syn: expected 0 to 1, got None (RFC 9293 section 3.1)",
        ),
        (
            lambda: UDP(checksum=0).build(5),  # type: ignore[arg-type]
            "UDP.payload: expected bytes, got 5",
        ),
    ],
)
def test_the_words_for_a_wrong_value(make, text):
    with pytest.raises(EncodeError) as caught:
        make()
    assert str(caught.value) == text


def test_a_slot_that_was_set_to_something_wrong_is_named_when_built():
    """Slots can be assigned to, and no property stands in the way of speed."""
    header = UDP(1, 2)
    header.length = "long"  # type: ignore[assignment]
    with pytest.raises(EncodeError, match=r"UDP\.length: expected 0 to 65535, got 'long'"):
        header.build(b"", IPv4())


def test_auto_without_what_it_needs_says_the_way_out():
    with pytest.raises(EncodeError, match="below="):
        UDP().build(b"x")
    with pytest.raises(EncodeError, match="explicit value"):
        bytes(Ethernet())


@pytest.mark.parametrize(
    "error",
    [DecodeError("UDP", "length", 4, "8", "7", "RFC 768"), EncodeError("UDP", "length", 7, "8")],
)
def test_errors_can_be_pickled(error):
    """They cross process borders in campaigns."""
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy)) == (type(error), str(error))


def test_any_cut_frame_raises_nothing_but_decode_errors(frames):
    for frame in frames.values():
        for length in range(len(frame)):
            with contextlib.suppress(DecodeError):
                parse(frame[:length])


def test_auto_is_one_object_also_after_pickling():
    assert pickle.loads(pickle.dumps(AUTO)) is AUTO
    assert repr(AUTO) == "AUTO"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: display_filter(5), "a display filter is text, like"),  # type: ignore[arg-type]
        (lambda: display_filter("frame.len == 5")(5), "frame: expected bytes"),  # type: ignore[arg-type]
        (lambda: fields(["ip.src"]), "names are arguments of their own"),  # type: ignore[arg-type]
        (lambda: FlowTemplate(UDP(), "payload"), "a template needs a packet"),  # type: ignore[arg-type]
        (
            lambda: extended_error(ICMPv4(type=3), 5, ICMPExtensions()),  # type: ignore[arg-type]
            "quote: expected bytes",
        ),
    ],
)
def test_an_argument_of_another_kind_is_refused_and_never_taken_for_zeros(call, message):
    """`bytes(5)` would be five zeros."""
    with pytest.raises(TypeError, match=message):
        call()
