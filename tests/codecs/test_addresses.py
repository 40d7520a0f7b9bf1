"""Addresses are bytes inside and text at the edges."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelab.codecs import EncodeError, IPv6
from wirelab.codecs.addresses import (
    AddressError,
    ipv4_address,
    ipv4_bytes,
    ipv4_text,
    ipv6_bytes,
    ipv6_text,
    mac_address,
    mac_bytes,
    mac_text,
)


@given(st.binary(min_size=4, max_size=4))
def test_ipv4_text_is_that_of_the_standard_library(address):
    assert ipv4_text(address) == str(ipaddress.IPv4Address(address))
    assert ipv4_bytes(ipv4_text(address)) == address


@given(st.binary(min_size=6, max_size=6))
def test_macs_survive_the_way_through_text(address):
    assert mac_bytes(mac_text(address)) == address


@pytest.mark.parametrize(
    "text", ["02:00:00:00:00:0A", "02-00-00-00-00-0a", "0200.0000.000a", "02000000000a"]
)
def test_the_usual_ways_to_write_a_mac(text):
    assert mac_bytes(text) == b"\x02\0\0\0\0\x0a"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "02:00:00:00:00",
        "02:00:00:00:00:0g",
        "2:0:0:0:0:a",
        "02:00:00:00:00:00:00",
        "\uff10" * 12,
    ],
)
def test_a_wrong_mac_is_refused_with_an_example(text):
    with pytest.raises(AddressError, match="02:00:00:00:00:01"):
        mac_bytes(text)


@pytest.mark.parametrize(
    "text",
    ["", "10.0.0", "10.0.0.256", "10.0.0.01", "10.0.0.-1", "10.0.0.1 ", "1.2.3.\uff14", "a.b.c.d"],
)
def test_a_wrong_ipv4_address_is_refused_with_an_example(text):
    """Leading zeros are refused, because some systems read them as octal."""
    with pytest.raises(AddressError, match=r"like 10\.0\.0\.1"):
        ipv4_bytes(text)


@pytest.mark.parametrize(
    "value",
    ["10.0.0.1", b"\n\0\0\x01", bytearray(b"\n\0\0\x01"), ipaddress.IPv4Address("10.0.0.1")],
    ids=["text", "bytes", "bytearray", "ipaddress"],
)
def test_an_address_may_be_given_in_any_of_its_forms(value):
    assert ipv4_address(value) == b"\n\0\0\x01"


@pytest.mark.parametrize("value", [b"\n\0\0", 167772161, None, ipaddress.IPv6Address("::1")])
def test_what_is_no_ipv4_address_is_refused(value):
    with pytest.raises(AddressError):
        ipv4_address(value)


def test_a_mac_of_another_length_is_refused():
    with pytest.raises(AddressError, match="6 bytes, not 4"):
        mac_address(bytes(4))


def test_an_address_of_another_length_is_written_in_hexadecimal():
    """ARP carries addresses of any length (RFC 826)."""
    assert ipv4_text(bytes.fromhex("20010db8")) == "32.1.13.184"
    assert ipv4_text(b"\x20\x01\x0d") == "20:01:0d"
    assert mac_text(b"\x20\x01") == "20:01"


@given(st.one_of(st.binary(min_size=16, max_size=16), st.integers(0, 255).map(lambda n: n << 8)))
def test_ipv6_text_is_what_ipaddress_writes(value):
    """RFC 5952 section 4; IPv4-mapped addresses (section 5) are tested below."""
    address = value if isinstance(value, bytes) else value.to_bytes(16, "big")
    assert ipv6_text(address) == str(ipaddress.IPv6Address(address))
    assert ipv6_bytes(ipaddress.IPv6Address(address).exploded) == address
    assert ipv6_bytes(ipv6_text(address)) == address


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("::", "::"),
        ("::1", "::1"),
        ("1::", "1::"),
        ("2001:0DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ],
)
def test_ipv6_addresses_are_written_the_one_way(text, canonical):
    """RFC 5952 sections 4 and 5."""
    assert ipv6_text(ipv6_bytes(text)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        ":::",
        "1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "12345::",
        "g::",
        "1:2:3:4:5:6:7::8",
        "1.2.3.4",
        "1.2.3.4::",
        "::1.2.3",
        "::1.2.3.256",
        "fe80::1%eth0",
        "+1::",
        "1_0::",
        "::\u0661",
        "1:2:3:4:5:6:1.2.3.4:8",
    ],
)
def test_other_text_is_no_ipv6_address(text):
    """RFC 4291 section 2.2."""
    with pytest.raises(AddressError, match="no IPv6 address"):
        ipv6_bytes(text)


def test_an_ipv6_address_may_be_bytes_text_or_an_object():
    address = bytes(15) + b"\1"
    assert IPv6(source="::1").source == IPv6(source=address).source == address
    assert IPv6(source=ipaddress.IPv6Address("::1")).source == address
    with pytest.raises(EncodeError, match="16 bytes"):
        IPv6(source=b"\1\2\3\4")
