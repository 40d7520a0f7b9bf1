"""Shared arguments and their texts."""

import argparse

import pytest

from wirelab.adapters import options
from wirelab.adapters.exits import CommandError, Exit
from wirelab.codecs.addresses import ipv4_bytes


@pytest.mark.parametrize(
    ("convert", "text"),
    [
        (options.port, "0"),
        (options.port, "65536"),
        (options.port, "-1"),
        (options.port, "٣"),  # a digit for str.isdigit, not for a port
        (options.count, "0"),
        (options.seconds, "0"),
        (options.seconds, "nan"),
        (options.seconds, "soon"),
        (options.address, "10.0.0"),
    ],
)
def test_a_bad_value_is_refused_by_argparse_with_a_text_of_ours(convert, text):
    with pytest.raises(argparse.ArgumentTypeError):
        convert(text)


def test_an_own_address_may_have_a_prefix():
    assert options.own_address("10.0.0.5/16") == (ipv4_bytes("10.0.0.5"), 16)
    assert options.own_address("10.0.0.5") == (ipv4_bytes("10.0.0.5"), None)


@pytest.mark.parametrize("text", ["10.0.0.5/33", "10.0.0.5/", "10.0.0", "10.0.0.5/a"])
def test_an_own_address_that_cannot_be_read_is_a_usage_error(text):
    with pytest.raises(CommandError) as caught:
        options.own_address(text)
    assert caught.value.exit_code is Exit.USAGE


@pytest.mark.parametrize("text", ["01:00:5e:00:00:01", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"])
def test_a_group_address_is_no_source(text):
    """IEEE 802 section 8.2."""
    with pytest.raises(CommandError, match="cannot be a source"):
        options.own_mac(text)


def test_names_are_known_in_the_simulation_only():
    assert options.destination("bob", {"bob": ["10.0.0.2"]}) == "10.0.0.2"
    with pytest.raises(CommandError, match="getent ahosts NAME"):
        options.destination("bob", {})


def test_a_family_chooses_among_the_addresses_of_a_name_and_excludes_others():
    both = {"bob": ["10.0.0.2", "2001:db8::2"]}
    assert options.destination("bob", both, 4) == "10.0.0.2"
    assert options.destination("bob", both, 16) == "2001:db8::2"
    assert options.destination("fe80::2%eth0", {}) == "fe80::2%eth0"
    with pytest.raises(CommandError, match="is an IPv6 address, and -4 excludes it: leave out -4"):
        options.destination("2001:db8::2", {}, 4)
