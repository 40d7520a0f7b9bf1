"""The Internet checksum (RFC 1071) and its incremental update (RFC 1624)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelab.codecs.checksum import internet_checksum, update, verify, word_sum

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
    assert update(0xDD2F, [(0x5555, 0x3285)]) == 0x0000


@given(st.integers(1, 255), st.integers(0, 254))
def test_an_update_gives_what_computing_anew_gives(old_ttl, new_ttl):
    """What a router does to the TTL; the protocol shares its word."""

    def header(ttl: int) -> bytes:
        return IPV4_HEADER[:8] + bytes([ttl]) + IPV4_HEADER[9:]

    checksum = internet_checksum(header(old_ttl))
    change = (old_ttl << 8 | 0x11, new_ttl << 8 | 0x11)
    assert update(checksum, [change]) == internet_checksum(header(new_ttl))
