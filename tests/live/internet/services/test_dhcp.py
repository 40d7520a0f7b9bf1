"""DHCP: our client with dnsmasq and ISC's server, ISC's and busybox's clients with our server."""

import asyncio
import json

import pytest

from wirelab.codecs.addresses import ipv4_bytes, ipv4_text
from wirelab.sim.services.dhcp import DhcpClient, DhcpServer, Subnet

pytestmark = pytest.mark.live

POOL = ("198.51.100.100", "198.51.100.110")


@pytest.fixture
def dnsmasq(bench, tool):
    """dnsmasq leases addresses on tap0, two minutes at a time."""
    process = bench.kernel.start(
        tool("dnsmasq"),
        "--keep-in-foreground",
        "--log-facility=-",
        "--log-dhcp",
        "--conf-file=/dev/null",
        "--port=0",
        "--user=root",
        "--no-ping",
        "--dhcp-authoritative",
        "--interface=tap0",
        f"--dhcp-range={POOL[0]},{POOL[1]},2m",
        f"--dhcp-option=option:router,{bench.KERNEL}",
        f"--dhcp-option=option:dns-server,{bench.KERNEL}",
        "--dhcp-option=option:domain-search,lab.example,example",
        "--dhcp-option=option:mtu,1400",
        f"--dhcp-leasefile={bench.folder}/leases",
    )
    process.wait_for("DHCP, IP range")
    return process


@pytest.fixture
def dhcpd(bench, tool):
    """ISC's server leases addresses on tap0."""
    program = tool("dhcpd")
    configuration, leases = bench.folder / "dhcpd.conf", bench.folder / "dhcpd.leases"
    leases.touch()
    configuration.write_text(
        "authoritative; ping-check false; default-lease-time 600; max-lease-time 900;\n"
        "subnet 198.51.100.0 netmask 255.255.255.0 {\n"
        f" range {POOL[0]} {POOL[1]}; option routers {bench.KERNEL};\n"
        f' option domain-name-servers {bench.KERNEL}; option domain-name "lab.example";\n}}\n'
    )
    words = ("-4", "-f", "-d", "--no-pid", "-cf", str(configuration), "-lf", str(leases), "tap0")
    process = bench.kernel.start(program, *words)
    process.wait_for("Server starting service")
    return process


def lease_and_renew(bench, changes, **settings):
    """A client of ours that gets a lease, is pinged, renews and releases it; the lease."""

    async def program():
        told = changes()
        client = bench.start(DhcpClient(probe=False, changed=told, **settings))
        await told.until("BOUND")
        lease = client.lease
        address = ipv4_text(lease.address)
        assert "1 received" in (await bench.command("ping", "-c1", "-W5", address)).stdout
        client.renew(bench.driver.now())
        bench.driver.programs.kick()
        await told.until("BOUND")
        assert client.lease.granted_at > lease.granted_at
        client.release(bench.driver.now())
        bench.driver.programs.kick()
        return lease

    return bench.run(program)


def test_our_client_gets_renews_and_releases_a_lease_of_dnsmasq(bench, dnsmasq, changes):
    """RFC 2131 section 3.1; the options as dnsmasq writes them."""
    lease = lease_and_renew(bench, changes)
    assert ipv4_bytes(POOL[0]) <= lease.address <= ipv4_bytes(POOL[1])
    assert (lease.seconds, lease.mtu, lease.prefix_length) == (120, 1400, 24)
    assert lease.routers == lease.name_servers == (ipv4_bytes(bench.KERNEL),)
    assert lease.search == ("lab.example", "example")
    dnsmasq.wait_for("DHCPRELEASE(tap0)")
    assert "us" in dnsmasq.errors + dnsmasq.output  # our host name


def test_our_client_gets_renews_and_releases_a_lease_of_iscs_server(bench, dhcpd, changes):
    """RFC 2131 section 3.1."""
    lease = lease_and_renew(bench, changes)
    assert (lease.seconds, lease.search) == (600, ("lab.example",))
    dhcpd.wait_for("DHCPRELEASE of")


def test_the_command_gets_a_lease_of_dnsmasq_renews_it_and_gives_it_back(bench, dnsmasq):
    """RFC 2131 section 3.1; a host without an address may send no more than a lease allows."""
    done = bench.kernel.wirelab("dhcp", "--link", "tap", "-i", "tap0", "--json", "--renew")
    assert done.returncode == 0, done.stderr
    *dialogue, lease, given_back = map(json.loads, done.stdout.splitlines())
    words = ["DISCOVER", "OFFER", "REQUEST", "ACK"]
    assert [one["message"] for one in dialogue] == [*words, "REQUEST", "ACK"]
    assert (lease["routers"], lease["mtu"]) == ([bench.KERNEL], 1400)
    assert given_back["message"] == "RELEASE"
    assert "held back" not in done.stderr
    dnsmasq.wait_for("DHCPRELEASE(tap0)")


def test_an_address_from_elsewhere_is_refused_by_a_real_server(bench, dnsmasq, changes):
    """RFC 2131 section 3.2 (4): NAK, and a new beginning."""

    async def program():
        told = changes()
        client = bench.start(
            DhcpClient(probe=False, changed=told, remembered=ipv4_bytes("192.0.2.9"))
        )
        await told.until("BOUND")
        return client.lease

    lease = bench.run(program)
    assert ipv4_bytes(POOL[0]) <= lease.address <= ipv4_bytes(POOL[1])
    dnsmasq.wait_for("DHCPNAK(tap0)")


def test_an_address_that_the_kernel_has_is_declined_to_a_real_server(bench, dnsmasq, changes):
    """RFC 2131 section 4.4.1 and RFC 5227 section 2.1.1: found out by ARP."""

    async def program():
        told = changes()
        client = bench.start(DhcpClient(changed=told))
        await told.until("REQUESTING")
        taken = ipv4_text(client.lease.address)
        await bench.command("ip", "addr", "add", f"{taken}/32", "dev", "tap0")
        await told.until("INIT")
        return taken

    taken = bench.run(program)
    dnsmasq.wait_for(f"DHCPDECLINE(tap0) {taken}")


def office():
    """What our server serves."""
    return Subnet(
        "198.51.100.0/24",
        *POOL,
        routers=["198.51.100.77"],
        name_servers=["198.51.100.77"],
        domain="lab.example",
        lease_time=600,
    )


def served(bench, *words, ready):
    """What a client of the system gets of our server: its process and our bindings."""

    async def program():
        await bench.command("ip", "addr", "flush", "dev", "tap0")
        server = bench.start(DhcpServer([office()], ping=False))
        client = bench.kernel.start(*words)
        await asyncio.to_thread(client.wait_for, ready)
        address = ipv4_text(next(iter(server.bindings)).address)
        shown = await bench.command("ip", "-4", "addr", "show", "dev", "tap0")
        assert f"inet {address}/24" in shown.stdout
        assert "1 received" in (await bench.command("ping", "-c1", "-W5", bench.OURS)).stdout
        return list(server.bindings), client

    return bench.run(program, bench.OURS)


def test_iscs_client_gets_an_address_of_our_server(bench, tool):
    """RFC 2131 section 4.1: unicast to an address that is not configured yet."""
    script = bench.script(
        'case $reason in BOUND) ip addr add "$new_ip_address/24" dev "$interface"\n'
        'echo "script: $new_routers $new_domain_name_servers $new_domain_name";; esac\n'
    )
    files = (
        "-lf",
        f"{bench.folder}/client.leases",
        "-pf",
        f"{bench.folder}/pid",
        "-cf",
        "/dev/null",
    )
    words = (tool("dhclient"), "-4", "-d", "-v", "-sf", str(script), *files, "tap0")
    bindings, client = served(bench, *words, ready="bound to")
    assert [binding.state.value for binding in bindings] == ["LEASED"]
    assert bindings[0].address == ipv4_bytes(POOL[0])
    assert f"script: {bench.OURS} {bench.OURS} lab.example" in client.output


def test_busyboxs_client_gets_an_address_of_our_server(bench, tool):
    """RFC 2131 section 4.1."""
    script = bench.script(
        'case $1 in bound) ip addr add "$ip/$mask" dev "$interface"\n'
        'echo "script: $router $dns $domain $lease";; esac\n'
    )
    words = (tool("udhcpc"), "-f", "-i", "tap0", "-s", str(script))
    bindings, client = served(bench, *words, ready="script:")
    assert [binding.state.value for binding in bindings] == ["LEASED"]
    assert f"script: {bench.OURS} {bench.OURS} lab.example 600" in client.output
