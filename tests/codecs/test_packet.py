"""Packets: stacks of headers read from frames, and built with `/`."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import (
    ARP,
    AUTO,
    TCP,
    UDP,
    DecodeError,
    Dot1Q,
    EncodeError,
    Ethernet,
    ICMPv4,
    IPv4,
    Packet,
    TCPFlags,
    parse,
)
from wirelab.codecs.packet import MAXIMUM_LAYERS

NETWORK = IPv4(source="10.0.0.1", destination="10.0.0.2")
LINK = Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01")


def layers(packet):
    return [header.LAYER for header in packet.layers]


STACKS = {
    "arp_request": ["Ethernet", "ARP"],
    "udp": ["Ethernet", "IPv4", "UDP"],
    "udp_no_checksum": ["Ethernet", "IPv4", "UDP"],
    "tcp_syn": ["Ethernet", "IPv4", "TCP"],
    "tcp_sack": ["Ethernet", "IPv4", "TCP"],
    "tcp_data": ["Ethernet", "IPv4", "TCP"],
    "tcp_unknown_option": ["Ethernet", "IPv4", "TCP"],
    "vlan_udp": ["Ethernet", "Dot1Q", "IPv4", "UDP"],
    "double_vlan": ["Ethernet", "Dot1Q", "Dot1Q", "IPv4", "ICMPv4"],
    "icmp_echo": ["Ethernet", "IPv4", "ICMPv4"],
    "icmp_unreachable": ["Ethernet", "IPv4", "ICMPv4"],
    "ipv4_options": ["Ethernet", "IPv4", "UDP"],
    "fragment": ["Ethernet", "IPv4"],
    "first_fragment": ["Ethernet", "IPv4", "UDP"],
    "ip_in_ip": ["Ethernet", "IPv4", "IPv4", "UDP"],
}


def test_each_frame_has_its_stack(frames):
    assert {name: layers(parse(frame)) for name, frame in frames.items()} == STACKS


def test_parsed_frames_give_themselves_back(frames):
    for frame in frames.values():
        assert bytes(parse(frame)) == frame


def test_nothing_is_wrong_with_right_frames(frames):
    for name, frame in frames.items():
        assert parse(frame).verify() == [], name


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_damaged_frame_that_parses_gives_itself_back(frames, data):
    frame = bytearray(frames[data.draw(st.sampled_from(sorted(frames)))])
    for _ in range(data.draw(st.integers(0, 3))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(frame[: data.draw(st.integers(14, len(frame)))])
    lenient = parse(damaged, strict=False)
    assert bytes(lenient) == damaged
    assert bytes(lenient.resolved()) == damaged
    lenient.verify()
    lenient.summary()
    lenient.show()
    try:
        strict = parse(damaged)
    except DecodeError:
        return
    assert bytes(strict) == damaged
    assert lenient.error is None


def test_stacking_fills_in_lengths_types_and_checksums(frames):
    network = IPv4(source="10.0.0.1", destination="10.0.0.2", identification=1, dont_fragment=True)
    packet = LINK / network / UDP(49153, 49152) / b"Hello UDP!"
    assert bytes(packet) == frames["udp"]


def test_stacking_names_the_layer_above():
    packet = LINK / Dot1Q(vlan_id=5) / NETWORK / TCP(1, 2, flags=TCPFlags.SYN)
    built = parse(bytes(packet))
    assert (built[Ethernet].type, built[Dot1Q].type, built[IPv4].protocol) == (0x8100, 0x0800, 6)
    assert parse(bytes(LINK / ARP()))[Ethernet].type == 0x0806


def test_stacking_is_associative():
    whole = LINK / NETWORK / UDP(1, 2) / b"data"
    assert LINK / (NETWORK / (UDP(1, 2) / b"data")) == whole
    assert (LINK / NETWORK) / (UDP(1, 2) / b"data") == whole


def test_explicit_values_are_never_overwritten():
    packet = LINK / NETWORK / UDP(1, 2, length=9, checksum=0xBAD) / b"data"
    built = parse(bytes(packet), strict=False)
    assert (built[UDP].length, built[UDP].checksum) == (9, 0xBAD)


def test_nothing_goes_on_top_of_a_payload():
    with pytest.raises(EncodeError, match="nothing below a header"):
        (LINK / b"data") / NETWORK


def test_headers_are_found_by_class(frames):
    packet = parse(frames["udp"])
    assert UDP in packet
    assert TCP not in packet
    assert packet[UDP].destination_port == 49152
    assert packet.get(TCP) is None
    with pytest.raises(LookupError, match="no TCP in Ethernet/IPv4/UDP"):
        packet[TCP]


def test_padding_is_the_trailer(frames):
    packet = parse(frames["udp"] + b"padding")
    assert (packet.payload, packet.trailer) == (b"Hello UDP!", b"padding")
    assert parse(frames["arp_request"]).payload == bytes(18)


def test_the_outermost_header_may_be_another(frames):
    packet = parse(frames["udp"][14:], first=IPv4)
    assert layers(packet) == ["IPv4", "UDP"]


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_a_packet_does_not_hold_on_to_a_changing_buffer(frames, kind):
    buffer = bytearray(frames["udp"])
    packet = parse(kind(buffer))
    buffer[:] = bytes(len(buffer))
    assert packet.payload == b"Hello UDP!"
    assert bytes(packet) == frames["udp"]


def test_strict_parsing_raises_where_lenient_parsing_stops(frames):
    cut = frames["tcp_syn"][:40]
    with pytest.raises(DecodeError) as caught:
        parse(cut, wire_length=74)
    packet = parse(cut, strict=False, wire_length=74)
    assert layers(packet) == ["Ethernet", "IPv4"]
    assert packet.payload == cut[34:]
    assert packet.error is not None
    assert (packet.error.layer, packet.error.field, packet.error.offset) == (
        "TCP",
        "sequence_number",
        38,
    )
    assert str(caught.value) == str(packet.error)


@pytest.mark.parametrize("total_length", [0, 5, 65535])
def test_leniently_a_length_that_lies_is_read_on_and_told(frames, total_length):
    """What strict parsing would have raised; codecs.md: the reason and the offset."""
    lying = frames["udp"][:16] + total_length.to_bytes(2, "big") + frames["udp"][18:]
    with pytest.raises(DecodeError) as caught:
        parse(lying)
    packet = parse(lying, strict=False)
    assert layers(packet) == ["Ethernet", "IPv4", "UDP"]
    assert str(packet.error) == str(caught.value)
    assert bytes(packet) == lying


def test_leniently_the_first_of_several_faults_is_told(frames):
    """A total length too large hides nothing: the cut datagram length would be the next fault."""
    packet = parse(frames["udp"][:-4], strict=False)
    assert packet.error is not None
    assert (packet.error.layer, packet.error.field) == ("IPv4", "total_length")


def test_a_quote_is_cut_by_nature_and_no_error(frames):
    """RFC 792: header and 64 bits of the original datagram."""
    quote = frames["udp"][14 : 14 + 28]
    error = LINK / NETWORK / ICMPv4(type=3, code=3) / quote
    quoted = parse(bytes(error)).quoted
    assert quoted is not None
    assert layers(quoted) == ["IPv4", "UDP"]
    assert quoted.error is None


def test_not_even_leniently_can_nothing_be_read():
    with pytest.raises(DecodeError, match="Ethernet"):
        parse(b"short", strict=False)


def test_a_frame_cut_by_a_snaplen_parses_strictly_when_its_length_is_known(frames):
    cut = frames["tcp_data"][:-6]
    with pytest.raises(DecodeError, match=r"IPv4\.total_length"):
        parse(cut)
    packet = parse(cut, wire_length=len(frames["tcp_data"]))
    assert packet.payload == b"GET / HTTP/1"
    assert packet.verify() == []


def test_segmentation_offload_leaves_a_total_length_of_zero(frames):
    """Linux captures such packets before the card has cut them up."""
    frame = frames["tcp_data"][:16] + b"\0\0" + frames["tcp_data"][18:]
    with pytest.raises(DecodeError, match="total_length"):
        parse(frame)
    packet = parse(frame, strict=False)
    assert packet.payload.startswith(b"GET /")
    assert bytes(packet) == frame
    assert [problem.field for problem in packet.verify()] == ["total_length", "checksum"]


def test_the_payload_of_a_later_fragment_is_no_header(frames):
    """RFC 791 section 3.2: only the fragment with offset 0 begins with one."""
    assert parse(frames["fragment"]).payload == b"the middle of a datagram"


def test_the_first_fragment_may_announce_more_than_it_has(frames):
    packet = parse(frames["first_fragment"])
    assert packet[UDP].length == 4000
    assert packet.payload == b"y" * 24
    assert packet.verify() == []


def test_a_payload_that_is_unknown_stays_bytes():
    packet = parse(bytes(Ethernet(type=0x88B5) / b"experiment"))
    assert (layers(packet), packet.payload) == (["Ethernet"], b"experiment")
    assert bytes(parse(bytes(Ethernet(type=0x05DD) / b"too long for 802.3"))).endswith(b"802.3")


def test_a_nest_of_tunnels_is_followed_only_so_far():
    packet = Packet((Ethernet(type=0x0800),))
    for _ in range(40):
        packet /= NETWORK.replace(protocol=4)
    frame = bytes(packet / b"core")
    parsed = parse(frame)
    assert len(parsed.layers) == MAXIMUM_LAYERS
    assert bytes(parsed) == frame


def test_an_icmp_error_quotes_a_packet(frames):
    quoted = parse(frames["icmp_unreachable"]).quoted
    assert quoted is not None
    assert layers(quoted) == ["IPv4", "UDP"]
    assert quoted[UDP].source_port == 49152


def test_a_quoted_packet_may_be_cut_short():
    """RFC 792: the header and 64 bits of the datagram."""
    segment = bytes(NETWORK / TCP(1, 2) / bytes(100))
    error = parse(bytes(LINK / NETWORK / ICMPv4(type=11, code=0) / segment[:28]))
    quoted = error.quoted
    assert quoted is not None
    assert quoted[IPv4].total_length == 140
    assert quoted.payload == segment[20:28]
    assert quoted.verify() == []


@pytest.mark.parametrize("payload", [b"", b"\x45", bytes(28)])
def test_a_quotation_that_cannot_be_read_is_none(payload):
    packet = parse(bytes(LINK / NETWORK / ICMPv4(type=3) / payload))
    assert packet.quoted is None


def test_an_echo_quotes_nothing(frames):
    assert parse(frames["icmp_echo"]).quoted is None
    assert parse(frames["udp"]).quoted is None


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        (UDP, {"checksum": 1}, [("UDP", "checksum")]),
        (UDP, {"length": 9}, [("UDP", "length"), ("UDP", "checksum")]),
        (IPv4, {"checksum": 0}, [("IPv4", "checksum")]),
        (IPv4, {"ttl": 3}, [("IPv4", "checksum")]),
        (IPv4, {"source": "10.0.0.9"}, [("IPv4", "checksum"), ("UDP", "checksum")]),
        (UDP, {"checksum": 0}, []),
    ],
)
def test_verify_finds_what_contradicts(frames, kind, changes, expected):
    """A UDP checksum of 0 is no problem: none was computed (RFC 768)."""
    packet = parse(frames["udp"]).replace(kind, **changes)
    assert [(problem.layer, problem.field) for problem in packet.verify()] == expected


def test_a_problem_gives_numbers_and_source(frames):
    packet = parse(frames["udp"]).replace(UDP, checksum=1)
    text = "UDP.checksum: expected 0xa26d, got 0x0001 (RFC 768 page 2)"
    assert [str(problem) for problem in packet.verify()] == [text]


def test_a_checksum_over_addresses_that_are_not_here_stays():
    """RFC 9293 section 3.1: the pseudo-header is part of the sum."""
    alone = parse(TCP(1, 2, checksum=7).build(b"data"), first=TCP)
    assert alone.fix_checksums() == alone


def test_fixed_checksums_are_right(frames):
    wrong = parse(frames["udp"]).replace(IPv4, ttl=3, checksum=0).replace(UDP, checksum=1)
    fixed = wrong.fix_checksums()
    assert fixed.verify() == []
    assert fixed[IPv4].ttl == 3
    assert parse(frames["udp_no_checksum"]).fix_checksums()[UDP].checksum == 0


def test_resolving_fills_in_numbers():
    packet = (LINK / NETWORK / UDP(1, 2) / b"data").resolved()
    assert (packet[IPv4].total_length, packet[UDP].length) == (32, 12)
    assert packet == parse(bytes(packet))


def test_packets_are_values(frames):
    packet = parse(frames["tcp_syn"])
    assert packet == parse(frames["tcp_syn"]) != parse(frames["tcp_data"])
    assert copy.deepcopy(packet) == packet == pickle.loads(pickle.dumps(packet))
    assert packet != frames["tcp_syn"]
    with pytest.raises(TypeError, match="unhashable"):
        hash(packet)


def test_packets_match_patterns(frames):
    match parse(frames["tcp_syn"]).layers:
        case (Ethernet(), IPv4(ttl=ttl), TCP(syn=True, destination_port=port)):
            assert (ttl, port) == (64, 80)
        case other:
            pytest.fail(f"no match: {other}")


@pytest.mark.parametrize("name", ["fragment", "first_fragment"])
def test_a_checksum_over_what_is_not_here_is_not_fixed(frames, name):
    """It covers the whole datagram (RFC 9293 section 3.1, RFC 768), of which this is a piece."""
    assert bytes(parse(frames[name]).fix_checksums()) == frames[name]


def test_the_checksum_of_a_frame_cut_by_a_snaplen_is_not_fixed(frames):
    cut = frames["tcp_data"][:-6]
    packet = parse(cut, wire_length=len(frames["tcp_data"]))
    assert bytes(packet.fix_checksums()) == cut


def test_a_changed_copy_knows_what_the_packet_knew(frames):
    """That bytes are missing, and where reading stopped."""
    cut = parse(frames["tcp_data"][:-6], wire_length=len(frames["tcp_data"]))
    moved = cut.replace(Ethernet, source="02:00:00:00:00:07")
    assert (moved.verify(), moved.wire_length, moved.payload) == ([], 84, cut.payload)
    stopped = parse(frames["tcp_syn"][:40], strict=False)
    assert stopped.resolved().error is stopped.error is not None


@pytest.mark.parametrize(
    ("payload", "advice"),
    [
        (5, "expected bytes, bytearray, memoryview or mmap, got int 5"),
        (True, "got bool True"),
        (None, "got NoneType None"),
        ("text", r"expected text.encode\(\) or bytes.fromhex\(text\), got str 'text'"),
        (UDP, r"expected an instance, like UDP\(\), got type"),
    ],
)
def test_a_payload_is_bytes_and_nothing_that_bytes_can_be_made_of(payload, advice):
    """`bytes(5)` would be five zeros."""
    with pytest.raises(TypeError, match=f"payload: .*{advice}"):
        UDP() / payload
    with pytest.raises(TypeError, match=f"frame: .*{advice}"):
        parse(payload)


def test_layers_are_asked_for_by_class(frames):
    packet = parse(frames["udp"])
    asks: list[Callable[[Any], object]] = [lambda p: p[0], lambda p: "UDP" in p, list]
    for ask in asks:
        with pytest.raises(TypeError, match=r"packet\.layers"):
            ask(packet)


def test_fixing_makes_lengths_and_checksums_right(frames):
    wrong = parse(frames["tcp_data"]).replace(IPv4, total_length=1000, checksum=1, ttl=5)
    wrong = wrong.replace(TCP, checksum=2, data_offset=15)
    assert {problem.field for problem in wrong.verify()} == {
        "total_length",
        "checksum",
        "data_offset",
    }
    fixed = wrong.fix()
    assert fixed.verify() == []
    assert fixed[IPv4].ttl == 5
    assert fixed.replace(IPv4, ttl=64).fix() == parse(frames["tcp_data"])


def test_fixing_a_datagram_leaves_it_without_a_checksum(frames):
    """RFC 768 page 2: 0 says that none was computed."""
    wrong = parse(frames["udp_no_checksum"]).replace(UDP, length=99)
    fixed = wrong.fix()
    assert (fixed[UDP].length, fixed[UDP].checksum) == (13, 0)
    assert bytes(fixed) == frames["udp_no_checksum"]


def test_fixing_changes_nothing_that_is_right(frames):
    for name, frame in frames.items():
        assert bytes(parse(frame).fix()) == frame, name


def test_fixing_leaves_alone_what_depends_on_bytes_that_are_not_here(frames):
    cut = parse(frames["tcp_data"][:-6], wire_length=len(frames["tcp_data"]))
    assert cut.fix() == cut
    fragment = parse(frames["first_fragment"])
    assert fragment.fix()[UDP] == fragment[UDP]


@pytest.mark.parametrize(
    "wrong",
    [
        LINK / NETWORK.replace(version=5) / UDP(1, 2) / b"data",
        LINK / NETWORK.replace(ihl=4) / UDP(1, 2) / b"data",
        LINK / NETWORK.replace(ihl=6) / UDP(1, 2) / b"data",
        LINK / NETWORK / TCP(1, 2, data_offset=4) / b"data",
        LINK / NETWORK / TCP(1, 2, data_offset=7) / b"data",
        LINK / NETWORK.replace(total_length=3) / UDP(1, 2, length=3) / b"data",
    ],
)
def test_resolving_keeps_what_is_wrong_on_purpose_whatever_it_would_be_read_as(wrong):
    resolved = wrong.resolved()
    assert bytes(resolved) == bytes(wrong)
    assert [type(header) for header in resolved.layers] == [type(one) for one in wrong.layers]
    assert AUTO not in [
        getattr(header, name) for header in resolved.layers for name in header.VALUES
    ]
    assert resolved.fix_checksums().verify() == [
        problem for problem in wrong.verify() if problem.field != "checksum"
    ]
    assert wrong.fix().verify() == []


def test_a_packet_takes_any_sequence_of_headers():
    headers = [NETWORK, UDP(1, 2)]
    assert bytes(Packet(headers, b"data")) == bytes(NETWORK / UDP(1, 2) / b"data")  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"first": "TCP"}, {"first": TCP()}, {"link_type": "ipv4"}])
def test_an_outermost_header_that_is_none_is_refused_by_its_argument(wrong, frames):
    (name,) = wrong
    with pytest.raises(TypeError, match=f"^{name}: expected "):
        parse(frames["udp"], **wrong)
