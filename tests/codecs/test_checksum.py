"""The Internet checksum (RFC 1071) and its incremental update (RFC 1624)."""

import sys

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelab.codecs.checksum import LARGE, internet_checksum, update_checksum, verify, word_sum

RFC_1071_EXAMPLE = bytes.fromhex("0001f203f4f5f6f7")
IPV4_HEADER = bytes.fromhex("450000730000400040110000c0a80001c0a800c7")  # checksum 0xb861


def by_the_book(data: bytes) -> int:
    """RFC 1071 section 4.1, the C code, in Python."""
    if len(data) % 2:
        data += b"\0"
    total = sum(data[index] << 8 | data[index + 1] for index in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def test_the_example_of_the_rfc():
    """RFC 1071 section 3: the sum is 0xddf2, so the checksum is its complement."""
    assert internet_checksum(RFC_1071_EXAMPLE) == 0xDDF2 ^ 0xFFFF


def test_a_header_whose_checksum_is_known():
    assert internet_checksum(IPV4_HEADER) == 0xB861


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", 0xFFFF),
        (bytes(2), 0xFFFF),
        (bytes(1501), 0xFFFF),
        (b"\xff\xff", 0),
        (b"\xff\xff" * 700, 0),
        (b"\xff", 0x00FF),
        (b"\x00\x01\xff\xfe", 0),
    ],
    ids=["nothing", "zero", "many zeros", "all ones", "many ones", "odd", "sum 0xFFFF"],
)
def test_the_two_zeros_of_ones_complement(data, expected):
    """+0 only comes from data that is all zero; RFC 1071 section 2."""
    assert internet_checksum(data) == expected == by_the_book(data)


@given(st.binary(max_size=70))
def test_any_data_sums_up_as_by_the_book(data):
    assert internet_checksum(data) == by_the_book(data)


@given(st.binary(min_size=2, max_size=60).filter(lambda data: len(data) % 2 == 0))
def test_data_with_its_checksum_verifies(data):
    assert verify(data + internet_checksum(data).to_bytes(2)) or not any(data)


def test_data_that_is_all_zero_does_not_verify():
    """A sum of +0 cannot come from a sender that put in a checksum."""
    assert not verify(bytes(20))


@given(st.binary(min_size=2, max_size=60), st.integers(0, 400))
def test_one_flipped_bit_is_found(data, bit):
    data = data[: len(data) // 2 * 2]
    whole = bytearray(data + internet_checksum(data).to_bytes(2))
    bit %= len(whole) * 8
    whole[bit // 8] ^= 1 << bit % 8
    assert not verify(bytes(whole))


@given(st.binary(min_size=4, max_size=40), st.binary(max_size=40))
def test_sums_of_pieces_add_up(first, second):
    first = first[: len(first) // 2 * 2]
    assert (word_sum(first) + word_sum(second) - word_sum(first + second)) % 0xFFFF == 0


def test_the_update_example_of_the_rfc():
    """RFC 1624 section 4: 0xdd2f, a word changes from 0x5555 to 0x3285."""
    assert update_checksum(0xDD2F, b"\x55\x55", b"\x32\x85") == 0x0000


def by_equation_3(checksum: int, old: bytes, new: bytes) -> int:
    """RFC 1624 section 3: HC' = ~(~HC + ~m + m'), word by word, carries added."""
    total = ~checksum & 0xFFFF
    for index in range(0, len(old), 2):
        total += (~int.from_bytes(old[index : index + 2]) & 0xFFFF) + int.from_bytes(
            new[index : index + 2]
        )
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


WORDS = st.integers(0, 4).flatmap(
    lambda count: st.tuples(*[st.binary(min_size=count * 2, max_size=count * 2)] * 2)
)


@given(st.integers(0, 0xFFFF), WORDS)
def test_an_update_is_equation_3(checksum, change):
    old, new = change
    assert update_checksum(checksum, old, new) == by_equation_3(checksum, old, new)


@pytest.mark.parametrize("checksum", [0, 0xFFFF])
@pytest.mark.parametrize("old", [b"\0\0", b"\xff\xff"])
@pytest.mark.parametrize("new", [b"\0\0", b"\xff\xff"])
def test_an_update_with_zeros_of_either_sign_is_equation_3(checksum, old, new):
    """RFC 1624 section 3: what equation 2 gets wrong."""
    assert update_checksum(checksum, old, new) == by_equation_3(checksum, old, new)


@given(st.integers(1, 255), st.integers(0, 254))
def test_an_update_gives_what_computing_anew_gives(old_ttl, new_ttl):
    """What a router does to the TTL; the protocol shares its word."""

    def header(ttl: int) -> bytes:
        return IPV4_HEADER[:8] + bytes([ttl]) + IPV4_HEADER[9:]

    checksum = internet_checksum(header(old_ttl))
    updated = update_checksum(checksum, bytes([old_ttl, 0x11]), bytes([new_ttl, 0x11]))
    assert updated == internet_checksum(header(new_ttl))


@pytest.mark.parametrize(("old", "new"), [(b"a", b"b"), (b"ab", b"abcd"), (b"abc", b"abcd")])
def test_an_update_of_something_else_than_words_is_refused(old, new):
    with pytest.raises(ValueError, match="the same even number of bytes"):
        update_checksum(0, old, new)


@pytest.mark.parametrize("size", [LARGE - 1, LARGE, LARGE + 1, LARGE + 2, LARGE + 3, 9000, 65535])
@pytest.mark.parametrize("octet", [0, 0xFF, 0x5A])
def test_numpy_gives_the_same_sum_where_it_is_loaded(size, octet, monkeypatch):
    data = bytes([octet]) * (size - 3) + bytes([octet, 7 * octet & 0xFF, octet])
    monkeypatch.delitem(sys.modules, "numpy")
    expected = (internet_checksum(data), verify(data), word_sum(data) % 0xFFFF)
    monkeypatch.setitem(sys.modules, "numpy", numpy)
    for kind in (bytes, bytearray, memoryview):
        found = kind(data)
        assert (internet_checksum(found), verify(found), word_sum(found) % 0xFFFF) == expected
