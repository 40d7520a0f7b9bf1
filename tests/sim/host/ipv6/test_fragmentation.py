from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import (
    UDP,
    IPv6,
    IPv6Destination,
    IPv6Fragment,
    IPv6HopByHop,
    IPv6SourceRoute,
    PadN,
)
from wirelab.codecs.addresses import ipv6_bytes
from wirelab.codecs.reassembly import IPDefragmenter
from wirelab.sim.host.ipv6.fragmentation import can_be_cut, fragments, per_fragment_part

PADDING = [PadN(bytes(4))]
HEADERS = {
    "hop-by-hop": IPv6HopByHop(options=PADDING),
    "destination": IPv6Destination(options=PADDING),
    "routing": IPv6SourceRoute(segments_left=0, addresses=[ipv6_bytes("2001:db8::9")]),
}


def packet_with(names, payload):
    packet = IPv6(source="2001:db8::1", destination="2001:db8::2") / b""
    for name in names:
        packet = packet / HEADERS[name]
    return bytes(packet / UDP(1, 2) / payload)


@given(
    st.sampled_from([(), ("hop-by-hop",), ("destination",), ("hop-by-hop", "routing")]),
    st.binary(min_size=1300, max_size=1400),
    st.integers(1, 20),
    st.integers(1280, 2000),
    st.randoms(use_true_random=False),
)
@settings(max_examples=40, deadline=None)
def test_fragments_in_any_order_are_the_packet_again(names, text, times, mtu, random):
    """RFC 8200 section 4.5."""
    packet = packet_with(names, text * times)
    pieces = list(fragments(packet, mtu, 7))
    assert all(len(piece) <= mtu for piece in pieces)
    random.shuffle(pieces)
    whole = IPDefragmenter()
    found = [whole.add(piece, 0) for piece in pieces]
    assert found[:-1] == [None] * (len(pieces) - 1)
    assert found[-1] == packet


def test_what_routers_look_at_is_in_every_fragment():
    """RFC 8200 section 4.5: the per-fragment headers end behind the routing header."""
    packet = packet_with(("hop-by-hop", "destination", "routing", "destination"), bytes(3000))
    naming, at = per_fragment_part(packet)
    assert (packet[naming], at) == (60, 40 + 8 + 8 + 24)
    for piece in fragments(packet, 1280, 7):
        assert piece[40:naming] == packet[40:naming]
        assert piece[naming] == 44
        assert IPv6Fragment.parse(piece, at).next_header == 60


def test_destination_options_alone_are_cut_with_the_rest():
    """RFC 8200 section 4.1: behind no routing header they are for the final destination."""
    packet = packet_with(("destination",), bytes(3000))
    assert per_fragment_part(packet) == (6, 40)


def test_headers_that_leave_no_room_for_data_cannot_be_cut():
    """RFC 8200 section 4.5: every fragment repeats them; such a packet would vanish silently."""
    small = packet_with(("hop-by-hop",), bytes(3000))
    assert can_be_cut(small, 1280)
    options = b"".join(bytes((1, 222)) + bytes(222) for _ in range(6))
    large = IPv6(next_header=0).build(IPv6HopByHop(17, options=options[:-2]).build(bytes(100)))
    assert len(large) > 1280
    assert not can_be_cut(large, 1280)
