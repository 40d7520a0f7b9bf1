"""Lookups: search list, aliases, cache, addresses."""

import pytest

from wirelab.sim.reasons import Reason
from wirelab.sim.services.dns import (
    AAAA,
    CNAME,
    MX,
    PTR,
    TXT,
    A,
    Addresses,
    DnsServer,
    Resolver,
    parse_zone,
    pointed_at,
)

BOX, MAIL = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 3])


def found(answer):
    return [record.address for record in answer.records]


def test_a_short_name_is_found_by_the_search_list(lab):
    answer = lab.ask(lab.resolver(), "box", A)
    assert (answer.name, found(answer), answer.reason) == ("box.lab", [BOX], None)


@pytest.mark.parametrize(
    ("name", "ndots", "search", "expected"),
    [
        ("a", 1, ("x", "y"), ["a.x", "a.y", "a"]),
        ("a.b", 1, ("x", "y"), ["a.b", "a.b.x", "a.b.y"]),
        ("a.b", 2, ("x",), ["a.b.x", "a.b"]),
        ("a.", 1, ("x",), ["a."]),
        ("a", 0, ("x",), ["a", "a.x"]),
        ("a", 1, (), ["a"]),
    ],
)
def test_names_are_tried_in_the_order_of_resolv_conf(lab, name, ndots, search, expected):
    """resolv.conf(5); RFC 1535 section 6."""
    assert lab.resolver(search=search, ndots=ndots).candidates(name) == expected


def test_an_alias_is_told_with_what_it_leads_to(lab):
    """RFC 1034 section 5.2.2."""
    answer = lab.ask(lab.resolver(), "www", A)
    assert answer.name == "box.lab"
    assert [one.name for one in answer.aliases] == ["www.lab"]
    alone = lab.ask(lab.resolver(), "www", CNAME)
    assert [one.canonical_name for one in alone.records] == ["box.lab"]


def test_an_alias_that_leaves_the_servers_zone_is_asked_for_again(lab):
    """RFC 1034 section 5.3.3 step 4c."""
    lab.server.zones.append(parse_zone("www A 10.7.7.7", "example"))
    lab.server.zones[0:1] = []  # one server for each zone
    lab.other.start(DnsServer([lab.zone]), 0)
    resolver = lab.resolver(["10.0.0.5", "10.0.0.1"])
    answer = lab.ask(resolver, "far.lab", A)
    assert (answer.name, len(answer.records), len(answer.aliases)) == ("www.example", 1, 1)


def test_a_loop_of_aliases_is_a_failure(lab):
    assert lab.ask(lab.resolver(), "loop.lab.", A).reason is Reason.DNS_SERVER_FAILED


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("none", A, Reason.DNS_NO_NAME),
        ("none.lab.", A, Reason.DNS_NO_NAME),
        ("box", MX, Reason.DNS_NO_DATA),
        ("www.example.", A, Reason.DNS_SERVER_FAILED),
        ("a..b.", A, Reason.DNS_BAD_NAME),
        ("x" * 64 + ".", A, Reason.DNS_BAD_NAME),
    ],
)
def test_there_is_a_reason_where_there_are_no_records(lab, name, kind, reason):
    answer = lab.ask(lab.resolver(), name, kind)
    assert (answer.records, answer.reason) == ((), reason)


# --- the cache


def test_an_answer_is_remembered_as_long_as_it_says_and_grows_old(lab):
    """RFC 1035 section 7.4."""
    resolver = lab.resolver()
    lab.ask(resolver, "www", A)
    asked = lab.server.queries
    lab.net.run_for("20s")
    again = lab.ask(resolver, "WWW.lab", A)
    assert lab.server.queries == asked
    assert [record.ttl for record in (*again.records, *again.aliases)] == [40, 40]
    lab.net.run_for("45s")
    lab.ask(resolver, "www", A)
    assert lab.server.queries > asked


def test_negative_answers_are_remembered_by_the_soa(lab):
    """RFC 2308 section 5: minimum 30 s here."""
    resolver = lab.resolver()
    lab.ask(resolver, "none.lab.", A)
    lab.ask(resolver, "box.lab.", MX)
    asked = lab.server.queries
    assert lab.ask(resolver, "none.lab.", A).reason is Reason.DNS_NO_NAME
    assert lab.ask(resolver, "box.lab.", MX).reason is Reason.DNS_NO_DATA
    assert lab.server.queries == asked
    lab.net.run_for("31s")
    lab.ask(resolver, "none.lab.", A)
    assert lab.server.queries == asked + 1


def test_failures_are_not_remembered(lab):
    """RFC 2308 section 7: SERVFAIL need not be."""
    resolver = lab.resolver()
    lab.ask(resolver, "www.example.", A)
    asked = lab.server.queries
    lab.ask(resolver, "www.example.", A)
    assert lab.server.queries > asked


def test_the_cache_is_bounded_and_forgets_what_was_unused_for_longest(lab):
    resolver = lab.resolver(cache=2)
    for name in ("box.lab.", "mail.lab.", "box.lab.", "a.b.c.lab."):
        lab.ask(resolver, name, A)
    asked = lab.server.queries
    assert len(resolver.cache) == 2
    lab.ask(resolver, "box.lab.", A)
    assert lab.server.queries == asked
    lab.ask(resolver, "mail.lab.", A)
    assert lab.server.queries == asked + 1


def test_without_a_cache_every_question_is_asked(lab):
    resolver = lab.resolver(cache=0)
    lab.ask(resolver, "box.lab.", A)
    lab.ask(resolver, "box.lab.", A)
    assert lab.server.queries == 2


# --- addresses


def test_both_families_are_asked_for_and_given_in_order(lab):
    """RFC 3493 section 6.1, RFC 6724 section 6."""
    addresses = lab.addresses(lab.resolver(), "mail", (A, AAAA))
    assert addresses == Addresses("mail", (bytes.fromhex("fd" + "00" * 14 + "03"), MAIL))


def test_only_the_families_that_the_host_has_are_asked_for(lab):
    """RFC 3493 section 6.1: AI_ADDRCONFIG."""
    assert lab.addresses(lab.resolver(), "mail").addresses == (MAIL,)
    assert lab.server.queries == 1


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("10.1.2.3", (bytes([10, 1, 2, 3]),)),
        ("fd00::9", (bytes.fromhex("fd" + "00" * 14 + "09"),)),
        ("localhost", (bytes([127, 0, 0, 1]),)),
        ("a.localhost.", (bytes([127, 0, 0, 1]),)),
        ("Printer", (bytes([10, 0, 0, 77]),)),
    ],
)
def test_some_names_need_no_server(lab, name, addresses):
    """RFC 6761 section 6.3; hosts(5)."""
    resolver = lab.resolver([], hosts={"printer": "10.0.0.77"})
    assert lab.addresses(resolver, name).addresses == addresses
    assert lab.server.queries == 0


def test_no_address_of_either_family_has_a_reason(lab):
    resolver = lab.resolver()
    assert lab.addresses(resolver, "none").reason is Reason.DNS_NO_NAME
    assert lab.addresses(resolver, "x.dyn").reason is Reason.DNS_NO_DATA


def test_an_address_has_a_name(lab):
    """RFC 1035 section 3.5."""
    lab.server.zones.append(parse_zone("1 PTR box.lab.", "0.0.10.in-addr.arpa"))
    resolver = lab.resolver()
    answer = lab.wait(lambda done: resolver.name_of(BOX, done, lab.net.now))
    assert pointed_at(answer) == ("box.lab",)
    assert lab.ask(resolver, "1.0.0.10.in-addr.arpa.", PTR).records == answer.records


def test_what_the_host_was_told_of_servers_counts(lab):
    resolver = lab.resolver([], [])
    assert lab.ask(resolver, "box", A).reason is Reason.DNS_NO_SERVER
    lab.phone.name_servers.put("dhcp 0", (BOX,), ("lab",))
    assert lab.ask(resolver, "box", A).reason is None


def test_a_stopped_resolver_forgets_its_questions(lab):
    answers = []
    resolver = lab.resolver(["10.0.0.99"])
    resolver.look_up("box", A, lambda answer, now: answers.append(answer), 0)
    lab.phone.stop(resolver, 0)
    lab.net.run_until("60s")
    assert answers == []


def test_a_large_answer_comes_over_tcp(lab):
    """RFC 7766 section 5."""
    answer = lab.ask(lab.resolver(), "big", TXT)
    assert len(answer.records[0].strings) == 9
    lab.net.run_for("1s")
    assert lab.phone.connections == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"timeout_s": 0}, "give more than 0 of both"),
        ({"attempts": 0}, "give more than 0 of both"),
        ({"servers": "10.0.0.1"}, "servers and search are lists"),
        ({"search": "lab"}, "servers and search are lists"),
    ],
)
def test_a_resolver_that_could_never_ask_is_refused(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        Resolver(**arguments)
