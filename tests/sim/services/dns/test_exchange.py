"""Retries, other servers, and answers that are none."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import DNS
from wirelab.codecs.dns_sections import DNSQuestion
from wirelab.codecs.protocols.dns import DNSA, DNSOPT
from wirelab.sim.host import Host, HostConfig, InterfaceConfig
from wirelab.sim.host.durations import SECOND
from wirelab.sim.reasons import Reason
from wirelab.sim.services.dns import A, Resolver
from wirelab.sim.services.dns.exchange import Exchange, Patience

ANSWER = DNSA("box.lab", "10.0.0.1", ttl=60)


@pytest.fixture
def asking(wire):
    """A host that has asked 10.0.0.1 for box.lab: wire, port, query, answers."""
    resolver = Resolver(["10.0.0.1"])
    w = wire(resolver)
    answers: list[object] = []
    resolver.look_up("box.lab.", A, lambda answer, now: answers.append(answer), 0)
    ((port, query),) = w.queries()
    return w, port, query, answers


def reply(query, **changes):
    """The right answer to a query, with changes."""
    values = {
        "identification": query.identification,
        "response": True,
        "questions": query.questions,
        "answers": [ANSWER],
    }
    return DNS(**values | changes)


def test_the_answer_that_fits_is_taken(asking):
    """RFC 5452 section 9.1: identification, question, port and address."""
    wire, port, query, answers = asking
    wire.say(reply(query), port)
    assert [answer.records for answer in answers] == [(ANSWER,)]


def test_case_does_not_matter_in_the_repeated_question(asking):
    """RFC 4343 section 3."""
    wire, port, query, answers = asking
    wire.say(reply(query, questions=[DNSQuestion("BOX.Lab", A)]), port)
    assert len(answers) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"response": False},
        {"questions": [DNSQuestion("other.lab", A)]},
        {"questions": [DNSQuestion("box.lab", 28)]},
        {"questions": []},
    ],
)
def test_what_is_no_answer_to_the_question_is_ignored(asking, changes):
    """RFC 5452 section 9.1."""
    wire, port, query, answers = asking
    wire.say(reply(query, **changes), port)
    assert answers == []
    wire.say(reply(query), port)
    assert len(answers) == 1


def test_a_wrong_identification_port_or_sender_is_ignored(asking):
    """RFC 5452 section 9.1."""
    wire, port, query, answers = asking
    wire.say(reply(query, identification=query.identification ^ 1), port)
    wire.say(reply(query), port, source=bytes([10, 0, 0, 66]))
    wire.say(reply(query), port, source_port=54)
    wire.say(reply(query), port ^ 1)
    assert answers == []


@settings(max_examples=50)
@given(data=st.binary(max_size=60))
def test_no_bytes_raise_anything(data):
    card = InterfaceConfig("eth0", b"\2\0\0\0\0\2", bytes([10, 0, 0, 2]))
    host = Host(HostConfig("phone", [card]), random.Random(1))
    resolver = Resolver(["10.0.0.1"])
    host.start(resolver, 0)
    ended: list[object] = []
    question = DNSQuestion("box.lab", A)
    exchange = Exchange(
        resolver.desk, [bytes([10, 0, 0, 1])], question, Patience(), lambda *end: ended.append(end)
    )
    exchange.start(0)
    exchange.judge(data, 0)
    exchange.judge(exchange._identification.to_bytes(2, "big") + b"\x80\0" + data, 0)
    assert len(ended) <= 1


def test_each_question_has_another_port_and_identification(wire):
    """RFC 5452 sections 9.2 and 4.5."""
    resolver = Resolver(["10.0.0.1"])
    w = wire(resolver)
    for number in range(8):
        resolver.look_up(f"n{number}.lab.", A, lambda answer, now: None, 0)
    queries = w.queries()
    assert len({port for port, _ in queries}) == 8
    assert len({query.identification for _, query in queries}) == 8


def test_silent_servers_are_asked_in_turn_and_again_until_patience_ends(wire):
    """resolv.conf(5): timeout and attempts."""
    resolver = Resolver(["10.0.0.1", "10.0.0.1"], timeout_s=2, attempts=3)
    w = wire(resolver)
    answers = []
    resolver.look_up("box.lab.", A, lambda answer, now: answers.append((answer, now)), 0)
    times = []
    while not answers:
        times += [w.now] * len(w.queries())
        w.timers()
    assert times == [0, 2 * SECOND, 4 * SECOND]
    assert (answers[0][0].reason, answers[0][1]) == (Reason.DNS_TIMEOUT, 6 * SECOND)


@pytest.mark.parametrize("code", [2, 4, 5])
def test_a_server_that_fails_or_refuses_makes_the_next_one_be_asked(wire, code):
    """RFC 1034 section 5.3.3 step 4d."""
    own = Resolver(["10.0.0.1", "10.0.0.3"], attempts=1)
    w = wire(own)
    answers = []
    own.look_up("box.lab.", A, lambda answer, now: answers.append(answer), 0)
    ((port, query),) = w.queries()
    w.host.add_neighbor(bytes([10, 0, 0, 3]), b"\2\0\0\0\0\3", 0)
    w.say(reply(query, response_code=code, answers=[]), port)
    assert len(w.queries()) == 1
    assert answers == []


def test_a_closed_port_makes_the_next_one_be_asked_at_once(lab):
    """RFC 1122 section 4.1.3.3: ICMP errors are told."""
    resolver = lab.resolver(["10.0.0.5", "10.0.0.1"])
    assert lab.ask(resolver, "box.lab.", A).reason is None
    assert lab.net.now < SECOND


def test_a_server_that_is_not_there_costs_the_time_of_arp(lab):
    resolver = lab.resolver(["10.0.0.99", "10.0.0.1"])
    assert lab.ask(resolver, "box.lab.", A).reason is None


def test_a_server_without_edns_is_asked_without(asking):
    """RFC 6891 section 7."""
    wire, port, query, answers = asking
    assert isinstance(query.additionals[0], DNSOPT)
    wire.say(reply(query, response_code=1, answers=[], questions=[]), port)
    ((port, query),) = wire.queries()
    assert query.additionals == ()
    wire.say(reply(query), port)
    assert len(answers) == 1


def test_a_referral_is_no_answer_for_a_stub(lab):
    """RFC 1034 section 5.3.1: a stub cannot follow it."""
    assert lab.ask(lab.resolver(), "x.sub.lab.", A).reason is Reason.DNS_SERVER_FAILED


def test_ports_are_given_back(lab):
    resolver = lab.resolver(["10.0.0.99", "10.0.0.5", "10.0.0.1"])
    for name in ("box.lab.", "none.lab.", "big.lab."):
        lab.ask(resolver, name, 16)
    lab.net.run_for("30s")
    assert list(lab.phone._layers.udp.ports._holders) == []
