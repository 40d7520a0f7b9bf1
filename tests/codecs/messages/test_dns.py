"""DNS messages: sections, records, compression, what is malformed; against scapy and dpkt."""

from typing import Any, cast

import dpkt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers import dns as scapy_dns

from wirelab.codecs import (
    DNS,
    DNSA,
    DNSAAAA,
    DNSCAA,
    DNSCNAME,
    DNSMX,
    DNSNS,
    DNSOPT,
    DNSPTR,
    DNSSOA,
    DNSSRV,
    DNSTXT,
    UDP,
    DNSMalformed,
    DNSQuestion,
    DNSResource,
    EDNSClientSubnet,
    EDNSCookie,
    EDNSExtendedError,
    EncodeError,
    Ethernet,
    IPv4,
    IPv6,
    UnknownOption,
    domain_names,
    parse,
)
from wirelab.codecs.dns_stream import frame_message, read_messages, split_messages
from wirelab.codecs.reference import schema_of

RECORDS = (
    DNSA("www.example.com", "192.0.2.1", ttl=300),
    DNSAAAA("www.example.com", "2001:db8::1", ttl=300),
    DNSNS("example.com", "ns1.example.com"),
    DNSCNAME("ftp.example.com", "www.example.com"),
    DNSSOA("example.com", "ns1.example.com", "admin.example.com", 2024010101),
    DNSPTR("1.2.0.192.in-addr.arpa", "www.example.com"),
    DNSMX("example.com", 10, "mail.example.com"),
    DNSTXT("example.com", ["v=spf1 -all", b"\x00\xff"]),
    DNSSRV("_sip._udp.example.com", 1, 2, 5060, "sip.example.com"),
    DNSCAA("example.com", 128, "issue", "ca.example"),
    DNSResource("example.com", 99, b"anything", ttl=7),
)
ANSWER = DNS(
    identification=0x1234,
    response=True,
    authoritative=True,
    recursion_available=True,
    questions=[DNSQuestion("www.example.com", 1)],
    answers=RECORDS,
    authorities=[DNSNS("example.com", "ns2.example.com")],
    additionals=[
        DNSOPT(
            options=[
                EDNSCookie(b"client!!", b"server!!"),
                EDNSClientSubnet(b"\xc0\x00\x02"),
                EDNSExtendedError(18, "prohibited"),
                UnknownOption(65001, b"local"),
            ],
            dnssec_ok=True,
        )
    ],
)


def test_sections_come_back_as_they_were_given():
    """RFC 1035 section 4.1."""
    read = DNS.parse(bytes(ANSWER))
    assert read == ANSWER
    assert read.questions == (DNSQuestion("www.example.com", 1),)
    assert read.answers == RECORDS
    assert read.authorities == (DNSNS("example.com", "ns2.example.com"),)
    assert read.additionals[0] == ANSWER.additionals[0]
    assert (read.question_count, read.answer_count) == (1, len(RECORDS))
    assert (read.authority_count, read.additional_count) == (1, 1)
    assert bytes(read) == bytes(ANSWER)


def test_scapy_reads_our_message():
    read = scapy_dns.DNS(bytes(ANSWER))
    assert read.id == 0x1234
    assert (read.qr, read.aa, read.rd, read.ra) == (1, 1, 1, 1)
    assert read.qd[0].qname == b"www.example.com."
    found = read.an
    assert [one.type for one in found] == [1, 28, 2, 5, 6, 12, 15, 16, 33, 257, 99]
    assert found[0].rdata == "192.0.2.1"
    assert found[1].rdata == "2001:db8::1"
    assert found[2].rdata == b"ns1.example.com."
    assert (found[4].mname, found[4].serial) == (b"ns1.example.com.", 2024010101)
    assert (found[6].preference, found[6].exchange) == (10, b"mail.example.com.")
    assert found[7].rdata == [b"v=spf1 -all", b"\x00\xff"]
    assert (found[8].port, found[8].target) == (5060, b"sip.example.com.")
    assert read.ar[0].rclass == 1232


def test_dpkt_reads_our_message():
    read = dpkt.dns.DNS(bytes(ANSWER.replace(answers=RECORDS[:7])))
    assert (read.id, read.qr, read.aa, read.rcode) == (0x1234, 1, 1, 0)
    assert read.qd[0].name == "www.example.com"
    assert read.an[0].ip == b"\xc0\0\x02\x01"
    assert read.an[3].cname == "www.example.com"
    assert read.an[6].mxname == "mail.example.com"


def test_we_read_scapys_message():
    theirs = scapy_dns.DNS(
        id=7,
        qr=1,
        qd=[scapy_dns.DNSQR(qname="example.com", qtype="MX")],
        an=[
            scapy_dns.DNSRRMX(rrname="example.com", preference=5, exchange="mail.example.com"),
            scapy_dns.DNSRR(rrname="mail.example.com", type="A", rdata="192.0.2.9", ttl=60),
            scapy_dns.DNSRR(rrname="example.com", type="TXT", rdata=["one", "two"]),
            scapy_dns.DNSRRSRV(
                rrname="_x._tcp.example.com", priority=1, weight=2, port=3, target="t.example.com"
            ),
            scapy_dns.DNSRRSOA(
                rrname="example.com",
                mname="ns.example.com",
                rname="root.example.com",
                serial=1,
                refresh=2,
                retry=3,
                expire=4,
                minimum=5,
            ),
        ],
        ar=[scapy_dns.DNSRROPT(rclass=4096, rdata=[scapy_dns.EDNS0TLV(optcode=3, optdata=b"id")])],
    )
    for message in (bytes(theirs), bytes(theirs.compress())):
        read = DNS.parse(message)
        assert read.questions == (DNSQuestion("example.com", 15),)
        assert read.answers == (
            DNSMX("example.com", 5, "mail.example.com"),
            DNSA("mail.example.com", "192.0.2.9", ttl=60),
            DNSTXT("example.com", ["one", "two"]),
            DNSSRV("_x._tcp.example.com", 1, 2, 3, "t.example.com"),
            DNSSOA("example.com", "ns.example.com", "root.example.com", 1, 2, 3, 4, 5),
        )
        option = DNSOPT(udp_payload_size=4096, options=[UnknownOption(3, b"id")], dnssec_ok=True)
        assert read.additionals == (option,)
        assert bytes(read) == message


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_generated_records_mean_what_their_schema_means(record):
    """The row code of each record against construct's reading of the same bytes."""
    message = bytes(12) + record.encode()
    (name_end,) = [12 + len(record.encode()) - len(record.encode()[len(_owner(record)) :])]
    start = name_end + 10
    for cut in range(start, len(message) + 1):
        # The length says where the data end; what is there may not suit it.
        for resource in schema_of("DNS").subcons[-1].subcon.sections.resources:
            read = _read(DNS.RECORDS[resource.type], message, start, cut)
            expected = resource.decode(message, start, cut)
            assert read == (None if expected is None else _plain(expected))


def _owner(record):
    from wirelab.codecs.domain_names import encode_name

    return encode_name(record.name)


def _read(kind, message, start, end):
    from struct import error

    from wirelab.codecs import DecodeError

    try:
        found = kind.read(message, "x", start, end)
    except (DecodeError, error):
        return None
    return _plain({name: getattr(found, name) for name in found.__match_args__ if name != "name"})


def _plain(values):
    def one(value):
        if isinstance(value, (list, tuple)):
            return [one(item) for item in value]
        if hasattr(value, "__match_args__"):
            return [type(value).__name__, {n: getattr(value, n) for n in value.__match_args__}]
        return value

    return {key: one(value) for key, value in values.items()}


def test_known_names_are_compressed_where_every_reader_understands_that():
    """RFC 1035 section 4.1.4; RFC 3597 section 4: not in types that came later."""
    mx = DNS(answers=[DNSMX("example.com", 1, "mail.example.com")])
    assert b"\x04mail\xc0\x0c" in mx.sections
    srv = DNS(answers=[DNSSRV("example.com", 1, 1, 1, "sip.example.com")])
    assert b"\x03sip\x07example\x03com\x00" in srv.sections


@pytest.mark.parametrize(
    ("sections", "kinds"),
    [
        (b"\xc0\x0c\0\1\0\1", [DNSMalformed]),
        (b"\xc0\xff\0\1\0\1", [DNSMalformed]),
        (b"\1a\0\0\1\0", [DNSMalformed]),
        (b"\1a\0\0\1\0\1", [DNSQuestion, DNSMalformed]),
        (b"", [DNSMalformed]),
    ],
)
def test_loops_and_cuts_end_a_section_and_are_kept(sections, kinds):
    """RFC 1035 section 4.1.4."""
    header = DNS.parse(
        bytes(DNS(question_count=0, sections=b""))[:4] + b"\0\2" + bytes(6) + sections
    )
    assert [type(one) for one in header.questions] == kinds
    last = header.questions[-1]
    assert isinstance(last, DNSMalformed)
    assert last.error is not None
    assert header.answers == ()
    assert bytes(header).endswith(sections)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (1, b"abc"),
        (28, bytes(15)),
        (2, b"\3abc"),
        (15, b"\0"),
        (16, b"\5abc"),
        (33, bytes(5)),
        (6, b"\0\0" + bytes(19)),
        (257, b"\0\7iss"),
    ],
)
def test_data_that_do_not_suit_their_type_are_opaque(kind, data):
    """RFC 3597 section 3: the length says where the next record begins."""
    after = DNSA("b", "192.0.2.1")
    message = DNS(answers=[DNSResource("a", kind, data), after])
    read = DNS.parse(bytes(message))
    assert read.answers == (DNSResource("a", kind, data), after)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=120), st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_any_bytes_are_read_without_an_error_and_kept(data, counts):
    message = b"\0\0\0\0" + b"".join(count.to_bytes(2, "big") for count in counts) + data
    read = DNS.parse(message)
    for section, count in zip(DNS.SECTIONS, counts, strict=True):
        assert len(getattr(read, section)) <= count
    assert bytes(read) == message
    assert parse(message, first=DNS).show()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_one_flipped_bit_is_kept_too(data):
    message = bytearray(bytes(ANSWER))
    bit = data.draw(st.integers(0, len(message) * 8 - 1))
    message[bit // 8] ^= 0x80 >> bit % 8
    read = DNS.parse(bytes(message))
    assert bytes(read) == bytes(message)
    assert [read.section(name) for name in DNS.SECTIONS]


def test_work_grows_no_faster_than_the_message(monkeypatch):
    """A ladder of pointers, each to the one before, is climbed once and not for every rung."""
    steps = 0
    run = domain_names._run

    def counted(data, offset, limit):
        nonlocal steps
        steps += 1
        return run(data, offset, limit)

    monkeypatch.setattr(domain_names, "_run", counted)
    taken = []
    for rungs in (500, 1000, 2000):
        steps = 0
        ladder = b"\0\0\1\0\1" + b"".join(
            (0xC000 | 12 + 5 + (index - 1) * 6 if index else 0xC00C).to_bytes(2, "big")
            + b"\0\1\0\1"
            for index in range(rungs)
        )
        header = DNS.parse(bytes(4) + (rungs + 1).to_bytes(2, "big") + bytes(6) + ladder)
        assert isinstance(header.questions[-1], DNSMalformed)  # more than 127 pointers
        taken.append(steps)
    assert taken[0] == taken[1] == taken[2] < 20_000


def test_a_section_is_replaced_and_the_others_stay():
    changed = ANSWER.replace(answers=[DNSA("a.example.com", "192.0.2.7")], identification=1)
    assert changed.answers == (DNSA("a.example.com", "192.0.2.7"),)
    assert changed.answer_count == 1
    assert changed.questions == ANSWER.questions
    assert changed.additionals == ANSWER.additionals
    assert ANSWER.replace(identification=1).sections == ANSWER.sections


def test_an_explicit_count_stays_as_it_is():
    header = DNS(question_count=5, questions=[DNSQuestion("a")])
    assert header.question_count == 5
    assert [type(one) for one in header.questions] == [DNSQuestion, DNSMalformed]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DNS(sections=b"x", questions=[DNSQuestion("a")]), "either bytes, or questions"),
        (lambda: DNS(sections=b"x"), "an explicit number"),
        (lambda: DNS(questions=cast("Any", ["a"])), "questions and records"),
        (lambda: DNS(questions=[DNSQuestion("a", 1 << 16)]), "type: expected 0 to 65535"),
        (lambda: DNS(answers=[DNSMX("a", -1, "b")]), "preference: expected 0 to 65535"),
        (lambda: DNS(answers=[DNSMX("a", 1, "b..c")]), "labels of 1 to 63"),
        (lambda: DNS(answers=[DNSA("a", "nowhere")]), r"DNSA\.address"),
        (lambda: DNS(answers=[DNSTXT("a", ["x" * 256])]), "DNSTXT"),
        (lambda: DNS(additionals=[DNSOPT(reserved=1 << 15)]), "reserved: expected 0 to 32767"),
        (lambda: DNS(identification=1 << 16), "identification"),
    ],
)
def test_wrong_values_are_refused(make, message):
    with pytest.raises(EncodeError, match=message):
        make()


def test_messages_in_a_stream_have_their_length_before_them():
    """RFC 1035 section 4.2.2."""
    stream = frame_message(ANSWER) + frame_message(DNS(identification=2))
    whole, left = read_messages(stream + b"\0")
    assert [one.identification for one in whole] == [0x1234, 2]
    assert left == b"\0"
    assert split_messages(stream[:-1])[1] == stream[len(frame_message(ANSWER)) : -1]
    with pytest.raises(EncodeError, match="at most 65535 bytes"):
        frame_message(bytes(65536))


def test_people_read_questions_and_answers():
    packet = parse(bytes(ANSWER), first=DNS)
    assert packet.summary() == "DNS answer 0x1234 A www.example.com, 11 records"
    assert "answers: DNSMX(name='example.com', preference=10" in packet.show()
    assert parse(bytes(DNS(questions=[DNSQuestion("a.b", 28)])), first=DNS).summary() == (
        "DNS query 0x0000 AAAA a.b"
    )


@pytest.mark.parametrize("ports", [(50000, 53), (53, 50000), (5353, 5353)])
@pytest.mark.parametrize("network", [IPv4(), IPv6()], ids=["IPv4", "IPv6"])
def test_a_port_suggests_dns(network, ports):
    """RFC 1035 section 4.2.1, RFC 6762 section 2."""
    frame = bytes(Ethernet() / network / UDP(*ports) / ANSWER)
    packet = parse(frame)
    assert packet[DNS].answers == RECORDS
    assert bytes(packet) == frame
    assert packet.verify() == []


def test_what_is_no_dns_at_its_port_stays_payload():
    """A port only suggests; nothing is raised, strictly or leniently."""
    frame = bytes(Ethernet() / IPv4() / UDP(50000, 53) / b"too short")
    for strict in (True, False):
        packet = parse(frame, strict=strict)
        assert DNS not in packet
        assert packet.payload == b"too short"
        assert packet.error is None
