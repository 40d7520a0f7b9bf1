"""DNS: our resolver with dnsmasq; dig and the C library with our server."""

import asyncio

import pytest

from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.reasons import Reason
from wirelab.sim.services.dns import AAAA, MX, TXT, A, DnsServer, Resolver, pointed_at

pytestmark = pytest.mark.live

ZONE = """
$ORIGIN lab.
$TTL 300
@      SOA ns root (42 1h 15m 1d 60)
       NS  ns
ns     A   198.51.100.77
box    A   198.51.100.5
       AAAA 2001:db8::5
www    CNAME box
*.dyn  TXT "any name"
big    TXT {big}
""".format(big=" ".join(f'"{"x" * 200}"' for _ in range(20)))
REVERSE = "$ORIGIN 100.51.198.in-addr.arpa.\n@ NS ns.lab.\n5 PTR box.lab."


@pytest.fixture
def dnsmasq(bench, tool):
    """dnsmasq serves the names of lab on the kernel's address."""
    big = ",".join("x" * 200 for _ in range(9))
    process = bench.kernel.start(
        tool("dnsmasq"),
        "--keep-in-foreground",
        "--log-facility=-",
        "--log-queries",
        "--conf-file=/dev/null",
        "--user=root",
        "--no-resolv",
        "--no-hosts",
        f"--listen-address={bench.KERNEL}",
        "--bind-interfaces",
        "--local=/lab/",
        "--local-ttl=60",
        "--host-record=box.lab,10.1.2.3,2001:db8::5",
        "--cname=www.lab,box.lab",
        "--mx-host=lab,mail.lab,10",
        f"--txt-record=big.lab,{big}",
    )
    process.wait_for("started")
    return process


def ask(bench, *questions):
    """What our resolver finds with dnsmasq: an answer for each name and type."""

    async def program():
        resolver = bench.start(Resolver([bench.KERNEL], ["lab"]))
        answers = []
        for name, kind in questions:
            future = asyncio.get_running_loop().create_future()
            resolver.look_up(
                name, kind, lambda answer, now, f=future: f.set_result(answer), bench.driver.now()
            )
            bench.driver.programs.kick()
            answers.append(await future)
        future = asyncio.get_running_loop().create_future()
        box = ipv4_bytes("10.1.2.3")
        resolver.name_of(box, lambda answer, now: future.set_result(answer), bench.driver.now())
        bench.driver.programs.kick()
        return [*answers, await future]

    return bench.run(program, bench.OURS)


def test_our_resolver_finds_what_dnsmasq_knows(bench, dnsmasq):
    """RFC 1034 section 5.3: search list, alias, other types, reverse, TCP for what is large."""
    questions = [("box", A), ("www", AAAA), ("lab", MX), ("none", A), ("box", MX), ("big", TXT)]
    box, www, mail, none, no_data, big, pointer = ask(bench, *questions)
    assert [record.address for record in box.records] == [ipv4_bytes("10.1.2.3")]
    assert (www.name, len(www.records), len(www.aliases)) == ("box.lab", 1, 1)
    assert [record.exchange for record in mail.records] == ["mail.lab"]
    assert none.reason is Reason.DNS_NO_NAME
    assert no_data.reason is Reason.DNS_NO_DATA
    assert len(big.records[0].strings) == 9  # 1.8 kB: no datagram that we take carries it
    assert pointed_at(pointer) == ("box.lab",)
    dnsmasq.wait_for("query[TXT] big.lab")


def serve(bench, *commands):
    """The output of commands on the kernel's side, with our server beside them."""

    async def program():
        server = bench.start(DnsServer([ZONE, REVERSE]))
        outputs = [(await bench.command(*words, check=False)).stdout for words in commands]
        return outputs, server.queries

    return bench.run(program, bench.OURS)


def test_dig_finds_what_our_server_knows(bench, tool):
    """RFC 1035 section 4; dig checks what it is told, and warns."""
    dig = (tool("dig"), f"@{bench.OURS}", "+tries=1", "+time=5", "+noall", "+comments", "+answer")
    questions = (
        ("box.lab", "A"),
        ("www.lab", "AAAA"),
        ("none.lab", "A"),
        ("x.y.dyn.lab", "TXT"),
        ("big.lab", "TXT"),
        ("big.lab", "TXT", "+noedns", "+ignore"),
        ("box.lab", "A", "+tcp"),
        ("-x", "198.51.100.5"),
        ("www.example", "A"),
        ("lab", "AXFR"),
    )
    outputs, _ = serve(bench, *((*dig, *words) for words in questions))
    assert "box.lab.\t\t300\tIN\tA\t198.51.100.5" in outputs[0]
    assert "flags: qr aa rd;" in outputs[0]
    assert "CNAME\tbox.lab." in outputs[1]
    assert "2001:db8::5" in outputs[1]
    assert "status: NXDOMAIN" in outputs[2]
    assert 'x.y.dyn.lab.\t\t300\tIN\tTXT\t"any name"' in outputs[3]
    assert outputs[4].count('"xxx') == 20  # over TCP, by itself
    assert "flags: qr aa tc rd;" in outputs[5]
    assert "198.51.100.5" in outputs[6]
    assert "PTR\tbox.lab." in outputs[7]
    assert "status: REFUSED" in outputs[8]
    assert "Transfer failed" in outputs[9]
    said = "\n".join(outputs).lower()
    assert not any(word in said for word in ("malformed", "mismatch", "unexpected", "bad packet"))


def test_the_c_library_finds_names_by_our_server(bench, tool):
    """getaddrinfo(3) and getnameinfo(3) with a resolv.conf of their own, and its search list."""
    configuration = bench.folder / "resolv.conf"
    configuration.write_text(f"nameserver {bench.OURS}\nsearch lab\noptions timeout:5 attempts:1\n")
    mount = f"mount --bind {configuration} /etc/resolv.conf && exec getent"
    words = (tool("unshare"), "-m", "sh", "-c")
    outputs, queries = serve(
        bench, (*words, f"{mount} ahosts www"), (*words, f"{mount} hosts 198.51.100.5")
    )
    assert "198.51.100.5" in outputs[0]
    assert "STREAM box.lab" in outputs[0]
    assert "box.lab" in outputs[1]
    assert queries >= 2
