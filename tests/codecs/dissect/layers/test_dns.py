"""DNS's fields against tshark's."""

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
    DNSQuestion,
    DNSResource,
    EDNSClientSubnet,
    EDNSCookie,
    EDNSExtendedError,
    EDNSPadding,
    Ethernet,
    IPv4,
    UnknownOption,
)

THERE = Ethernet() / IPv4(source="10.0.0.1", destination="10.0.0.2") / UDP(50000, 53)
BACK = Ethernet() / IPv4(source="10.0.0.2", destination="10.0.0.1") / UDP(53, 50000)
EVERYONE = Ethernet() / IPv4(source="10.0.0.1", destination="224.0.0.251") / UDP(5353, 5353)
ASKED = [DNSQuestion("www.example.com", 1)]
OPT = DNSOPT(
    options=[
        EDNSCookie(b"client!!", b"server!!"),
        EDNSClientSubnet(b"\xc0\x00\x02"),
        EDNSClientSubnet(b"\x20\x01\x0d\xb8", family=2, source_prefix_length=32),
        EDNSClientSubnet(b"\x01\x02", family=9),
        EDNSExtendedError(18, "prohibited"),
        EDNSPadding(bytes(5)),
        UnknownOption(65001, b"local"),
    ],
    dnssec_ok=True,
    extended_response_code=3,
    reserved=5,
)


def base():
    """Questions, answers of all known types, updates, multicast, and what is no DNS."""
    yield THERE / DNS(identification=7, questions=ASKED, additionals=[DNSOPT()])
    yield THERE / DNS(questions=[DNSQuestion("."), DNSQuestion("a"), DNSQuestion("x.y", 255, 3)])
    addresses = [
        DNSA("www.example.com", "192.0.2.1", ttl=300),
        DNSAAAA("www.example.com", "2001:db8::1", ttl=300),
    ]
    yield BACK / DNS(7, True, questions=ASKED, answers=addresses, recursion_available=True)
    zone = [
        DNSNS("example.com", "ns1.example.com"),
        DNSCNAME("ftp.example.com", "www.example.com"),
        DNSSOA("example.com", "ns1.example.com", "admin.example.com", 2024010101),
        DNSPTR("1.2.0.192.in-addr.arpa", "www.example.com"),
        DNSMX("example.com", 10, "mail.example.com"),
    ]
    yield BACK / DNS(
        8, True, questions=ASKED, answers=zone, authorities=zone[:1], authoritative=True
    )
    others = [
        DNSTXT("example.com", ["v=spf1 -all", "second"]),
        DNSSRV("_sip._udp.example.com", 1, 2, 5060, "sip.example.com"),
        DNSSRV("_sip._tcp.example.com", 1, 2, 5060, "."),
        DNSCAA("example.com", 128, "issue", "ca.example"),
        DNSResource("example.com", 65400, b"anything", ttl=7),
    ]
    yield BACK / DNS(9, True, response_code=3, answers=others, additionals=[OPT])
    yield THERE / DNS(10, operation_code=5, questions=[DNSQuestion("zone.example", 6)])
    yield EVERYONE / DNS(questions=[DNSQuestion("host.local", 255, 0x8001)])
    yield EVERYONE / DNS(
        response=True,
        answers=[DNSA("host.local", "10.0.0.7", record_class=0x8001)],
        recursion_desired=False,
    )
    yield THERE / b"not DNS, but at its port, and long enough"
    yield THERE / (bytes(5) + b"\1" + bytes(6) + b"\xc0\x0c\0\1\0\1")
    yield THERE / DNS(11, authentic_data=True, truncated=True, reserved=True, questions=ASKED)


def test_every_field_of_dns_is_what_tshark_prints(variations, oracle):
    """RFC 1035, RFC 6762, RFC 6891."""
    compared = oracle("dns", variations(base(), count=440))
    assert set(compared.fields) - compared.filled <= {
        *("dns.count.prerequisites", "dns.count.updates")
    }
