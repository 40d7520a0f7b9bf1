"""What the server puts into its responses, and over which transport."""

import pytest

from wirelab.codecs import DNS
from wirelab.codecs.dns_sections import DNSQuestion
from wirelab.codecs.dns_stream import frame_message, split_messages
from wirelab.codecs.protocols.dns import DNSA, DNSOPT
from wirelab.sim.programs.loop import on, run
from wirelab.sim.services.dns import AAAA, MX, NS, TXT, A, DnsServer, Zone
from wirelab.sim.services.dns.answering import respond


@pytest.fixture
def ask(lab, question):
    """The response of the lab's zone to a question, without a network."""

    def asked(name, kind, **header):
        response = respond(lab.server.zones, DNS.parse(question(name, kind, **header).build()))
        assert response is not None
        return response

    return asked


def test_an_answer_is_authoritative_and_repeats_question_and_identification(ask):
    """RFC 1035 section 4.1.1."""
    response = ask("BOX.lab", A, recursion_desired=True)
    assert (response.response, response.authoritative, response.identification) == (1, 1, 0x1234)
    assert (response.recursion_desired, response.recursion_available) == (1, 0)
    assert response.questions[0].name == "BOX.lab"
    assert response.answers == (DNSA("box.lab", "10.0.0.1", ttl=60),)


def test_aliases_are_followed_within_the_zone_and_left_at_its_border(ask):
    """RFC 1034 section 4.3.2 step 3a."""
    assert [type(record).__name__ for record in ask("www.lab", A).answers] == ["DNSCNAME", "DNSA"]
    far = ask("far.lab", A)
    assert [record.canonical_name for record in far.answers] == ["www.example"]
    assert far.response_code == 0


def test_a_loop_of_aliases_ends(ask):
    assert len(ask("loop.lab", A).answers) == 2


@pytest.mark.parametrize(("name", "code"), [("none.lab", 3), ("c.lab", 0), ("box.lab", 0)])
def test_a_negative_answer_has_the_soa_with_the_time_that_it_holds(ask, name, code):
    """RFC 2308 sections 2.1, 2.2 and 3: the lesser of the SOA's TTL and its minimum."""
    response = ask(name, AAAA)
    assert (response.response_code, response.answers) == (code, ())
    assert [(soa.name, soa.ttl) for soa in response.authorities] == [("lab", 30)]


def test_a_delegation_is_a_referral_with_glue(ask):
    """RFC 1034 section 4.3.2 step 3b."""
    response = ask("x.sub.lab", A)
    assert (response.authoritative, response.answers) == (False, ())
    assert [record.server for record in response.authorities] == ["ns.sub.lab"]
    assert [record.name for record in response.additionals] == ["ns.sub.lab"]


def test_addresses_of_what_an_answer_names_come_along(ask):
    """RFC 1034 section 4.3.2 step 6."""
    assert {type(one).__name__ for one in ask("lab", MX).additionals} == {"DNSA", "DNSAAAA"}
    assert [one.name for one in ask("lab", NS).additionals] == ["box.lab"]


def test_a_name_of_nobody_here_is_refused(ask):
    """RFC 1035 section 4.1.1: code 5."""
    assert ask("www.example", A).response_code == 5


def test_the_longest_zone_answers(ask, lab):
    lab.server.zones.append(Zone("c.lab", [DNSA("a.b.c.lab", "10.9.9.9")]))
    assert ask("a.b.c.lab", A).answers == (DNSA("a.b.c.lab", "10.9.9.9"),)


@pytest.mark.parametrize(
    ("header", "code"),
    [({"operation_code": 5}, 4), ({"operation_code": 2}, 4)],
)
def test_other_operations_are_not_implemented(ask, header, code):
    """RFC 1035 section 4.1.1: code 4."""
    assert ask("box.lab", A, **header).response_code == code


def test_zone_transfers_and_other_classes_are_refused(ask, lab):
    """RFC 5936 section 2.2.1; RFC 6895 section 3.1."""
    assert ask("lab", 252).response_code == 5
    chaos = DNS(1, questions=[DNSQuestion("box.lab", A, 3)])
    response = respond(lab.server.zones, chaos)
    assert response is not None
    assert response.response_code == 5


def test_no_question_or_two_are_a_format_error(lab):
    """RFC 9619 section 4."""
    for questions in ([], [DNSQuestion("box.lab", A)] * 2):
        response = respond(lab.server.zones, DNS(1, questions=questions))
        assert response is not None
        assert response.response_code == 1


def test_a_response_gets_no_response(lab, question):
    """Two servers would answer each other for ever."""
    assert respond(lab.server.zones, question("box.lab", A, response=True)) is None


def test_edns_is_answered_with_edns_and_an_unknown_version_with_16(ask):
    """RFC 6891 sections 6.1.1 and 6.1.3."""
    assert [type(o) for o in ask("box.lab", A, additionals=[DNSOPT()]).additionals] == [DNSOPT]
    assert ask("box.lab", A).additionals == ()
    response = ask("box.lab", A, additionals=[DNSOPT(version=1)])
    (option,) = response.additionals
    assert (option.extended_response_code, response.response_code) == (1, 0)
    assert response.answers == ()


# --- transport


def udp(lab, message):
    """The bytes of the answer to a datagram."""

    async def program():
        sock = on(lab.phone).udp()
        sock.send_to(bytes(message), "10.0.0.1", 53)
        return (await sock.receive_from(errors=True)).data

    return run(program(), lab.net)


def test_what_is_longer_than_512_bytes_is_truncated_without_edns(lab, question):
    """RFC 1035 section 4.2.1, RFC 2181 section 9."""
    data = udp(lab, question("big.lab", TXT))
    response = DNS.parse(data)
    assert (response.truncated, response.answers, len(data) <= 512) == (True, (), True)


def test_edns_lets_more_through_up_to_1232_bytes(lab, question):
    """RFC 6891 section 6.2.3."""
    lab.zone.add(type(lab.zone.find("any.dyn.lab", TXT).records[0])("mid.lab", [b"y" * 250] * 4))
    large = question("mid.lab", TXT, additionals=[DNSOPT(udp_payload_size=4096)])
    assert DNS.parse(udp(lab, large)).truncated is False
    assert DNS.parse(udp(lab, question("mid.lab", TXT))).truncated is True
    large = question("big.lab", TXT, additionals=[DNSOPT(udp_payload_size=4096)])
    assert DNS.parse(udp(lab, large)).truncated is True


def test_additional_records_are_left_out_before_anything_is_truncated(lab, question):
    """RFC 2181 section 9."""
    for number in range(30):
        lab.zone.add(DNSA("mail.lab", bytes([10, 1, 0, number])))
    response = DNS.parse(udp(lab, question("lab", MX)))
    assert (response.truncated, len(response.answers), response.additionals) == (False, 1, ())


def tcp(lab, data, close=True):
    """What a connection with these bytes brings."""

    async def program():
        stream = await on(lab.phone).connect("10.0.0.1", 53)
        await stream.send(data)
        if close:
            stream.shutdown()
        return await stream.receive_all()

    return run(program(), lab.net)


def test_tcp_takes_several_questions_and_truncates_nothing(lab, question):
    """RFC 1035 section 4.2.2, RFC 7766 section 6.2.1.1."""
    asked = [question("big.lab", TXT), question("box.lab", A)]
    messages, rest = split_messages(tcp(lab, b"".join(map(frame_message, asked))))
    responses = [DNS.parse(message) for message in messages]
    assert [len(one.answers) for one in responses] == [1, 1]
    assert [one.truncated for one in responses] == [False, False]
    assert rest == b""


def test_an_idle_connection_is_closed_after_ten_seconds(lab):
    """RFC 7766 section 6.2.3."""
    with pytest.raises(OSError, match="reset"):
        tcp(lab, b"\x00", close=False)
    assert 9e9 < lab.net.now < 12e9
    assert lab.box.connections == []


@pytest.mark.parametrize("data", [b"", b"short", b"\xff" * 12, b"\0" * 12 + b"\xc0\x0c\0\1\0\1"])
def test_rubbish_is_survived(lab, data, question):
    async def program():
        on(lab.phone).udp().send_to(data, "10.0.0.1", 53)

    run(program(), lab.net)
    lab.net.run_for("1s")
    assert DNS.parse(udp(lab, question("box.lab", A))).answers


def test_a_text_that_is_no_zone_is_refused_at_once():
    with pytest.raises(ValueError, match="line 1"):
        DnsServer(["x A 10.0.0.1"])


def test_two_zones_of_one_name_are_refused():
    text = "$ORIGIN lab.\n@ SOA ns root (1 1h 1h 1d 5m)"
    with pytest.raises(ValueError, match="two zones for 'lab'"):
        DnsServer([text, text.upper()])
