"""The examples of RFC 6724 section 10, and the rules that they leave out."""

import pytest

from wirelab.codecs.addresses import ip_bytes, ip_text, ipv6_bytes
from wirelab.sim.host.ipv6.source_selection import Candidate, best_source, in_order


def chosen(destination, *sources, interface=0):
    candidates = [
        Candidate(ipv6_bytes(text.rstrip("*")), 64, index, text.endswith("*"))
        for index, text in enumerate(sources)
    ]
    found = best_source(candidates, ipv6_bytes(destination), interface)
    return found and ip_text(found)


@pytest.mark.parametrize(
    ("destination", "sources", "expected"),
    [
        ("ff05::1", ["2001:db8:3::1", "fe80::1"], "2001:db8:3::1"),
        ("2001:db8:1::1", ["2001:db8:1::1*", "2001:db8:2::1"], "2001:db8:1::1"),
        ("fe80::1", ["fe80::2*", "2001:db8:1::1"], "fe80::2"),
        ("2001:db8:1::1", ["2001:db8:1::2", "2001:db8:3::2"], "2001:db8:1::2"),
        ("2002:c633:6401::1", ["2002:c633:6401::d5e3", "2001:db8:1::2"], "2002:c633:6401::d5e3"),
        ("2001:db8:1::d5e3", ["2001:db8:1::2*", "2001:db8:1::d5e4"], "2001:db8:1::d5e4"),
        ("2001:db8::9", ["fe80::1", "fd00::1"], "fd00::1"),
        ("fd00::9", ["2001:db8::1", "fd00::1"], "fd00::1"),
    ],
)
def test_the_source_is_chosen_as_the_examples_say(destination, sources, expected):
    """RFC 6724 section 10.1; the last two are rules 2 and 6."""
    assert chosen(destination, *sources, interface=9) == expected
    assert chosen(destination, *sources[::-1], interface=9) == expected


def test_an_address_of_the_interface_that_it_leaves_by_is_preferred():
    """RFC 6724 section 5, rule 5."""
    assert chosen("2001:db8:9::9", "2001:db8:1::1", "2001:db8:2::1", interface=1) == "2001:db8:2::1"


def test_without_a_candidate_there_is_no_source():
    assert chosen("2001:db8::1") is None


@pytest.mark.parametrize(
    ("destinations", "sources", "expected"),
    [
        (
            ["2001:db8:1::1", "198.51.100.121"],
            {"2001:db8:1::1": "2001:db8:1::2", "198.51.100.121": "169.254.13.78"},
            ["2001:db8:1::1", "198.51.100.121"],
        ),
        (
            ["2001:db8:1::1", "198.51.100.121"],
            {"2001:db8:1::1": "fe80::1", "198.51.100.121": "198.51.100.117"},
            ["198.51.100.121", "2001:db8:1::1"],
        ),
        (
            ["2001:db8:1::1", "10.1.2.3"],
            {"2001:db8:1::1": "2001:db8:1::2", "10.1.2.3": "10.1.2.4"},
            ["2001:db8:1::1", "10.1.2.3"],
        ),
        (
            ["2001:db8:1::1", "fe80::1"],
            {"2001:db8:1::1": "2001:db8:1::2", "fe80::1": "fe80::2"},
            ["fe80::1", "2001:db8:1::1"],
        ),
        (
            ["2001:db8:1::1", "2002:c633:6401::1"],
            {"2001:db8:1::1": "2002:c633:6401::2", "2002:c633:6401::1": "2002:c633:6401::2"},
            ["2002:c633:6401::1", "2001:db8:1::1"],
        ),
        (
            ["2001:db8:1::1", "2001:db8:2::1"],
            {"2001:db8:2::1": "2001:db8:2::2"},
            ["2001:db8:2::1", "2001:db8:1::1"],
        ),
    ],
)
def test_destinations_are_tried_in_the_order_of_the_examples(destinations, sources, expected):
    """RFC 6724 section 10.2; the last one is rule 1."""
    by_bytes = {ip_bytes(to): ip_bytes(source) for to, source in sources.items()}
    found = in_order([ip_bytes(one) for one in destinations], by_bytes.get)
    assert [ip_text(one) for one in found] == expected


def test_a_deprecated_source_makes_its_destination_wait():
    """RFC 6724 section 6, rule 3."""
    one, other = ipv6_bytes("2001:db8:1::1"), ipv6_bytes("2001:db8:2::1")
    sources = {one: ipv6_bytes("2001:db8:1::2"), other: ipv6_bytes("2001:db8:2::2")}
    found = in_order([one, other], sources.get, lambda source: source == sources[one])
    assert found == [other, one]
