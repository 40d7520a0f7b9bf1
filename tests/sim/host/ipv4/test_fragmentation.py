import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import IPv4
from wirelab.codecs.reassembly import IPDefragmenter
from wirelab.sim.host.ipv4.fragmentation import copied_options, fragments

STRICT_ROUTE = bytes([137, 7, 4, 10, 0, 0, 9])
RECORD_ROUTE = bytes([7, 7, 4, 0, 0, 0, 0])


def packet(size, options=b"", **changes):
    ip = IPv4(
        source="10.0.0.1", destination="10.0.0.2", protocol=17, identification=7, options=options,
        **changes,
    )  # fmt: skip
    return ip.build(bytes(i % 251 for i in range(size)))


def headers(pieces):
    found = []
    for piece in pieces:
        ip = IPv4.parse(piece)
        assert IPv4.checksum_ok(piece, 0, ip.header_length)
        assert ip.total_length == len(piece)
        found.append(ip)
    return found


def test_the_example_of_rfc_791():
    """RFC 791 appendix A, example 2: 452 bytes of data over a net of 280 bytes."""
    first, second = headers(fragments(packet(452), 280))
    assert (first.total_length, first.fragment_offset, first.more_fragments) == (276, 0, True)
    assert (second.total_length, second.fragment_offset, second.more_fragments) == (216, 32, False)
    assert first.identification == second.identification == 7


def test_what_fits_is_one_piece():
    """RFC 791 section 3.2."""
    whole = packet(100)
    assert list(fragments(whole, 120)) == [whole]


def test_a_fragment_is_cut_again_in_its_place():
    """RFC 791 section 3.2: offset and more-fragments are carried on."""
    piece = packet(96, fragment_offset=10, more_fragments=True)
    cut = headers(fragments(piece, 60))
    assert [one.fragment_offset for one in cut] == [10, 15, 20]
    assert all(one.more_fragments for one in cut)


def test_only_options_that_say_so_are_in_every_fragment():
    """RFC 791 section 3.1, the copied flag: of a source route, but not of a record route."""
    options = RECORD_ROUTE + STRICT_ROUTE + bytes(2)
    first, second, *_ = fragments(packet(200, options), 100)
    assert IPv4.parse(first).header_length == 36
    assert second[20:28] == STRICT_ROUTE + b"\0"


@pytest.mark.parametrize("options", [b"\x83", b"\x83\x01\0\0", b"\x83\x09\x04\0"])
def test_options_that_cannot_be_followed_are_not_copied(options):
    """RFC 791 section 3.1."""
    assert copied_options(options) == b""


@settings(max_examples=60, deadline=None)
@given(
    size=st.integers(0, 3000),
    mtus=st.lists(st.integers(68, 1500), min_size=1, max_size=3),
    options=st.sampled_from([b"", STRICT_ROUTE + b"\0", RECORD_ROUTE + b"\x01"]),
    order=st.randoms(use_true_random=False),
)
def test_whatever_was_cut_in_any_way_is_whole_again_in_any_order(size, mtus, options, order):
    """RFC 791 section 3.2; the reassembler of the codecs is the other side."""
    whole = packet(size, options)
    pieces = [whole]
    for mtu in mtus:
        pieces = [small for piece in pieces for small in fragments(piece, mtu)]
    assert all(len(piece) <= mtus[-1] for piece in pieces)
    order.shuffle(pieces)
    defragmenter = IPDefragmenter()
    answers = [defragmenter.add(piece, 0) for piece in pieces]
    assert answers[-1] == whole
    assert answers[:-1] == [None] * (len(pieces) - 1)
