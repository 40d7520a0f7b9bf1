"""What a zone says about names."""

import pytest

from wirelab.codecs.protocols.dns import DNSA, DNSCNAME, DNSNS, DNSSOA, DNSTXT
from wirelab.sim.services.dns import ANY, CNAME, MX, NS, SOA, TXT, A, Zone
from wirelab.sim.services.dns.zone import Outcome


@pytest.fixture
def zone():
    return Zone(
        "Example.",
        [
            DNSA("www.example", "10.0.0.1"),
            DNSA("WWW.Example", "10.0.0.2"),
            DNSCNAME("web.example", "www.example"),
            DNSTXT("*.star.example", [b"wild"]),
            DNSA("real.star.example", "10.0.0.3"),
            DNSA("deep.empty.example", "10.0.0.4"),
            DNSNS("sub.example", "ns.sub.example"),
            DNSA("ns.sub.example", "10.0.0.5"),
        ],
    )


@pytest.mark.parametrize(
    ("name", "kind", "outcome"),
    [
        ("www.example", A, Outcome.FOUND),
        ("WWW.EXAMPLE.", A, Outcome.FOUND),
        ("www.example", MX, Outcome.NO_DATA),
        ("web.example", A, Outcome.ALIAS),
        ("web.example", CNAME, Outcome.FOUND),
        ("none.example", A, Outcome.NO_NAME),
        ("empty.example", A, Outcome.NO_DATA),
        ("x.empty.example", A, Outcome.NO_NAME),
        ("any.star.example", TXT, Outcome.FOUND),
        ("two.labels.star.example", TXT, Outcome.FOUND),
        ("any.star.example", A, Outcome.NO_DATA),
        ("real.star.example", TXT, Outcome.NO_DATA),
        ("x.real.star.example", TXT, Outcome.NO_NAME),
        ("sub.example", A, Outcome.REFERRAL),
        ("deep.sub.example", A, Outcome.REFERRAL),
        ("sub.example", NS, Outcome.REFERRAL),
        ("example", SOA, Outcome.FOUND),
        ("example", ANY, Outcome.FOUND),
        ("empty.example", ANY, Outcome.NO_DATA),
    ],
)
def test_each_kind_of_name_has_its_outcome(zone, name, kind, outcome):
    """RFC 1034 section 4.3.2; RFC 4592 sections 2.2.1, 2.2.2 and 3.3.1; RFC 4343."""
    assert zone.find(name, kind).outcome is outcome


def test_a_wildcard_answers_with_the_name_that_was_asked_for(zone):
    """RFC 4592 section 3.3.1."""
    (record,) = zone.find("Any.star.example", TXT).records
    assert (record.name, record.strings) == ("Any.star.example", (b"wild",))


def test_names_have_no_case_and_sets_are_whole(zone):
    """RFC 4343 section 3, RFC 2181 section 5."""
    assert len(zone.find("www.example", A).records) == 2


def test_a_record_counts_once(zone):
    zone.add(DNSA("www.example", "10.0.0.1"))
    assert len(zone.find("www.example", A).records) == 2


def test_a_zone_without_soa_gets_one(zone):
    """RFC 1034 section 4.2.1: exactly one at its top."""
    assert isinstance(zone.soa, DNSSOA)
    assert Zone(".").soa.name == "."


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (DNSA("www.else", "10.0.0.1"), "not in the zone"),
        (DNSSOA("example", "a", "b", 1), "exactly one"),
        (DNSSOA("www.example", "a", "b", 1), "exactly one"),
        (DNSCNAME("www.example", "a"), "CNAME stands beside"),
        (DNSA("web.example", "10.0.0.1"), "CNAME stands beside"),
        (DNSA("a..example", "10.0.0.1"), "label"),
    ],
)
def test_what_cannot_be_in_a_zone_is_refused(zone, record, text):
    """RFC 1034 sections 3.6.2 and 4.2.1."""
    with pytest.raises(ValueError, match=text):
        zone.add(record)
