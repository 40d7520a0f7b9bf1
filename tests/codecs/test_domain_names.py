"""Domain names: labels, compression, text with escapes, and everything that is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs.domain_names import (
    LONGEST_NAME,
    decode_labels,
    decode_name,
    decode_names,
    encode_name,
    encode_names,
    name_labels,
    name_text,
)
from wirelab.codecs.errors import DecodeError, EncodeError

RFC_EXAMPLE = bytes(20) + (
    b"\x01F\x03ISI\x04ARPA\x00" + bytes(8) + b"\x03FOO\xc0\x14" + bytes(18) + b"\xc0\x1a\x00"
)
"""The four names of RFC 1035 section 4.1.4: at 20, 40, 64 and 66."""

short = settings(max_examples=60, deadline=None)
labels = st.lists(st.binary(min_size=1, max_size=63), max_size=8).filter(
    lambda found: sum(map(len, found)) + len(found) < LONGEST_NAME
)


@pytest.mark.parametrize(
    ("offset", "name", "after"),
    [(20, "F.ISI.ARPA", 32), (40, "FOO.F.ISI.ARPA", 46), (64, "ARPA", 66), (66, ".", 67)],
)
def test_the_names_of_the_standards_example(offset, name, after):
    """RFC 1035 section 4.1.4."""
    assert decode_name(RFC_EXAMPLE, offset) == (name, after)


def test_names_compress_as_in_the_standards_example():
    """RFC 1035 section 4.1.4."""
    offsets: dict[tuple[bytes, ...], int] = {}
    for place, name in ((20, "F.ISI.ARPA"), (40, "FOO.F.ISI.ARPA"), (64, "ARPA"), (66, ".")):
        encoded = encode_name(name, offsets, place)
        assert RFC_EXAMPLE[place : place + len(encoded)] == encoded


@short
@given(labels)
def test_any_labels_survive_as_text(found):
    """RFC 1035 section 5.1."""
    text = name_text(tuple(found))
    assert text.isascii()
    assert text.isprintable()
    assert name_labels(text) == tuple(found)
    assert decode_name(encode_name(text)) == (text, len(encode_name(text)))
    assert decode_labels(encode_name(text))[0] == tuple(found)


@short
@given(st.lists(labels, max_size=5))
def test_lists_of_names_survive_compressed_or_not(lists):
    """RFC 3397 section 2."""
    names = tuple(name_text(tuple(found)) for found in lists)
    compressed, plain = encode_names(names), encode_names(names, compress=False)
    assert decode_names(compressed) == decode_names(plain) == names
    assert len(compressed) <= len(plain)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (b"a.b", r"a\.b"),
        (b"back\\slash", r"back\\slash"),
        (b"two words", r"two\032words"),
        (b"\x00\xff", r"\000\255"),
        (b"_sip", "_sip"),
        (b"a@b", r"a\@b"),
    ],
)
def test_escapes_are_those_of_zone_files(label, text):
    """RFC 1035 section 5.1."""
    assert name_text((label,)) == text
    assert name_labels(text) == (label,)


def test_a_dot_at_the_end_changes_nothing():
    assert encode_name("example.com.") == encode_name("example.com") == b"\7example\3com\0"
    assert encode_name(".") == encode_name("") == b"\0"


@pytest.mark.parametrize(
    ("data", "offset", "expected"),
    [
        (b"\xc0\x00", 0, "before byte 0"),
        (b"\xc0\x02\xc0\x00", 0, "before byte 0"),
        (b"\1a\xc0\x00", 0, "before byte 0"),
        (b"\0\xc0\x05\0\0\0", 1, "before byte 1"),
        (b"\3abc\xc0\x04", 4, "before byte 4"),
        (b"\x40abc", 0, "0x40"),
        (b"\x80abc", 0, "0x80"),
        (b"\3ab", 0, "the end at byte 3"),
        (b"\3abc", 0, "the end at byte 4"),
        (b"\xc0", 0, "the end at byte 1"),
        (b"", 0, "the end at byte 0"),
    ],
)
def test_what_is_no_name_is_refused(data, offset, expected):
    """RFC 1035 sections 3.1 and 4.1.4: loops, forward pointers, unknown label types, cuts."""
    with pytest.raises(DecodeError, match=expected):
        decode_name(data, offset)


def test_two_pointers_at_each_other_are_refused():
    """RFC 1035 section 4.1.4."""
    with pytest.raises(DecodeError, match="before byte 0"):
        decode_name(b"\xc0\x02\xc0\x00", 2)


def test_a_name_of_256_bytes_is_refused_and_one_of_255_is_not():
    """RFC 1035 section 2.3.4."""
    longest = (b"\x3f" + b"x" * 63) * 3 + b"\x3d" + b"y" * 61 + b"\0"
    assert len(longest) == LONGEST_NAME
    assert encode_name(decode_name(longest)[0]) == longest
    with pytest.raises(DecodeError, match="at most 255 bytes"):
        decode_name(longest[:-63] + b"\x3e" + b"y" * 62 + b"\0")
    with pytest.raises(EncodeError, match="at most 255 bytes, not 256"):
        name_labels(".".join(["x" * 63] * 3 + ["y" * 62]))


def test_a_name_that_grows_through_pointers_meets_the_same_limit():
    """RFC 1035 section 2.3.4."""
    data = b"\x3f" + b"x" * 63 + b"\0"
    places = [0]
    for _ in range(4):
        places.append(len(data))
        data += b"\x3f" + b"x" * 63 + (0xC000 | places[-2]).to_bytes(2, "big")
    assert len(decode_labels(data, places[2])[0]) == 3
    with pytest.raises(DecodeError, match="at most 255 bytes"):
        decode_name(data, places[4])


def test_a_ladder_of_pointers_is_refused_after_127():
    """Ours: the work for one name is bounded."""
    data = b"\1a\0" + b"".join(
        (0xC000 | (0 if index == 0 else 1 + 2 * index)).to_bytes(2, "big") for index in range(200)
    )
    assert decode_name(data, 3 + 2 * 126)[0] == "a"
    with pytest.raises(DecodeError, match="at most 127 pointers"):
        decode_name(data, 3 + 2 * 127)


@pytest.mark.parametrize(
    "name", ["a..b", ".a", "x" * 64, "a\\", "a\\25", "a\\256", "bücher.example", "b\\ü", None, b"a"]
)
def test_what_is_no_text_of_a_name_is_refused(name):
    """RFC 1035 sections 2.3.4 and 5.1."""
    with pytest.raises(EncodeError, match=r"DNS\.name"):
        encode_name(name)


def test_names_beyond_the_reach_of_a_pointer_are_written_out():
    """RFC 1035 section 4.1.4: 14 bits."""
    offsets: dict[tuple[bytes, ...], int] = {}
    first = encode_name("example.com", offsets, 0x4000)
    assert offsets == {}
    assert encode_name("example.com", offsets, 0x4010) == first


def test_letters_keep_their_case():
    """RFC 4343 section 4.1: output preserves case."""
    names = ("Example.COM", "example.com")
    assert decode_names(encode_names(names)) == names
