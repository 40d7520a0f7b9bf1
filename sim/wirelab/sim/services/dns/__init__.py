r"""Names: a stub resolver, and a small authoritative server.

>>> from wirelab.sim import Network
>>> net = Network(seed=1)
>>> box, phone = net.host("box", "10.0.0.1"), net.host("phone", "10.0.0.2")
>>> link = net.link(box, phone)
>>> box.start(DnsServer(["$ORIGIN lab.\n@ SOA ns root (1 1h 1h 1d 5m)\nbox A 10.0.0.1"]), net.now)
>>> resolver = Resolver(["10.0.0.1"], search=["lab"])
>>> phone.start(resolver, net.now)
>>> answers = []
>>> lookup = resolver.look_up("box", A, lambda answer, now: answers.append(answer), net.now)
>>> net.run_until(lambda: bool(answers))
True
>>> answers[0].name, answers[0].records[0].address
('box.lab', b'\n\x00\x00\x01')

    resolver   search list, aliases, addresses      exchange   one question: retries, TCP
    cache      what is remembered, how long
    server     UDP and TCP                          answering  what the answer is, and how it fits
    zone       the records of a domain              zone_text  the same as text
    names, records: what all of them share
"""

from wirelab.sim.services.dns.names import AAAA, ANY, CNAME, MX, NS, PTR, SOA, SRV, TXT, A
from wirelab.sim.services.dns.resolver import Addresses, Answer, Lookup, Resolver, pointed_at
from wirelab.sim.services.dns.server import DnsServer
from wirelab.sim.services.dns.zone import Zone
from wirelab.sim.services.dns.zone_text import ZoneTextError, parse_zone

__all__ = [
    "AAAA",
    "ANY",
    "CNAME",
    "MX",
    "NS",
    "PTR",
    "SOA",
    "SRV",
    "TXT",
    "A",
    "Addresses",
    "Answer",
    "DnsServer",
    "Lookup",
    "Resolver",
    "Zone",
    "ZoneTextError",
    "parse_zone",
    "pointed_at",
]
