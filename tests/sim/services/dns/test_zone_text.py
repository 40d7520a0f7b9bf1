"""Master files."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs.dns_sections import DNSResource
from wirelab.codecs.protocols.dns import (
    DNSA,
    DNSAAAA,
    DNSCAA,
    DNSCNAME,
    DNSMX,
    DNSNS,
    DNSPTR,
    DNSSOA,
    DNSSRV,
    DNSTXT,
)
from wirelab.sim.services.dns import Zone, ZoneTextError, parse_zone

TEXT = r"""
$ORIGIN Example.      ; a comment
$TTL 1h
@  IN SOA ns admin\.x (
        2026112201    ; serial
        2h 30m 2w 1m )
   NS ns
ns 5m IN A 10.0.0.1
   IN 300 AAAA fd00::1
www CNAME ns
mx  MX 10 mail.else.
_sip._tcp SRV 1 2 5060 ns
txt TXT "a ; b" "c\"d" e "\065"
caa CAA 0 issue "ca.example"
raw TYPE65280 \# 3 01 0203
$ORIGIN 0.0.10.in-addr.arpa.example.
1   PTR ns.example.
"""


def test_every_kind_of_entry_is_read():
    """RFC 1035 section 5.1, RFC 3597 section 5."""
    zone = parse_zone(TEXT)
    assert zone.origin == "Example"
    assert list(zone) == [
        DNSSOA(
            "Example",
            "ns.Example",
            r"admin\.x.Example",
            2026112201,
            7200,
            1800,
            1209600,
            60,
            ttl=3600,
        ),
        DNSNS("Example", "ns.Example", ttl=3600),
        DNSA("ns.Example", "10.0.0.1", ttl=300),
        DNSAAAA("ns.Example", "fd00::1", ttl=300),
        DNSCNAME("www.Example", "ns.Example", ttl=3600),
        DNSMX("mx.Example", 10, "mail.else", ttl=3600),
        DNSSRV("_sip._tcp.Example", 1, 2, 5060, "ns.Example", ttl=3600),
        DNSTXT("txt.Example", [b"a ; b", b'c"d', b"e", b"A"], ttl=3600),
        DNSCAA("caa.Example", 0, b"issue", b"ca.example", ttl=3600),
        DNSResource("raw.Example", 65280, b"\1\2\3", 3600),
        DNSPTR("1.0.0.10.in-addr.arpa.example", "ns.example", ttl=3600),
    ]


def test_the_zones_name_is_given_or_that_of_the_soa_or_the_first_origin():
    assert parse_zone("@ A 10.0.0.1", "lab.").origin == "lab"
    assert parse_zone("lab. SOA ns.lab. a.lab. 1 1 1 1 1\nx.lab. A 10.0.0.1").origin == "lab"
    assert parse_zone("$ORIGIN lab.\nx A 10.0.0.1").origin == "lab"
    assert parse_zone(". NS a.\na. A 10.0.0.1", ".").origin == "."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x A 10.0.0.1", "line 1: x is relative"),
        ("$ORIGIN lab.\nx A 10.0.0", r"line 2: .*four numbers"),
        ("$ORIGIN lab.\nx A", "line 2: a value is missing"),
        ("$ORIGIN lab.\nx", "line 2: a value is missing"),
        ("$ORIGIN lab.\nx HINFO a b", "line 2: type 'HINFO' is not known"),
        ("$INCLUDE file", r"line 1: \$INCLUDE is not known"),
        ("$ORIGIN lab.\nx MX ten mail", "line 2: invalid literal"),
        ("$ORIGIN lab.\n@ SOA a b 1 2 3", "line 2: SOA: give"),
        ('$ORIGIN lab.\nx TXT (\n"a"\n', "line 2: '\\(' is never closed"),
        ("$ORIGIN lab.\nx TXT )", r"line 2: '\)' without"),
        ('$ORIGIN lab.\nx TXT "open', "line 2: cannot read"),
        ("$TTL soon", "line 1: time is 'soon'"),
        (" A 10.0.0.1", "line 1: the first record has no owner"),
        ("$ORIGIN lab.\nx TYPE300 \\# 2 01", "says 2 bytes, has 1"),
        ("a.lab. A 10.0.0.1", "no SOA record and no"),
        ("$ORIGIN lab.\nx CNAME y\nx A 10.0.0.1", "CNAME stands beside"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, message):
    with pytest.raises(ZoneTextError, match=message):
        parse_zone(text)


@settings(max_examples=100)
@given(st.text(alphabet='ab1.@()";\\# \n\tA$TLSON', max_size=60))
def test_any_text_is_a_zone_or_an_error_that_says_why(text):
    with suppress(ZoneTextError):
        assert isinstance(parse_zone(text, "lab"), Zone)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("x MX 99999 y", "expected 0 to 65535, got 99999"),
        ("x SRV 1 1 70000 y", "expected 0 to 65535, got 70000"),
        ("x 99999999999 A 10.0.0.1", "expected 0 to 4294967295"),
    ],
)
def test_a_number_that_no_message_can_hold_is_refused_with_the_zone(line, complaint):
    """RFC 1035 section 3.2.1: not when somebody asks for it."""
    with pytest.raises(ZoneTextError, match=complaint):
        parse_zone(f"$ORIGIN lab.\n@ SOA ns root (1 1h 1h 1d 5m)\n{line}")
