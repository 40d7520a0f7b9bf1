"""The kernel's RST: provoked, seen by the witness, and kept away by each guard."""

import select
import socket

import pytest

from wirelab.adapters.guards import GuardError, guard_ports
from wirelab.adapters.guards.witness import Witness
from wirelab.adapters.links import LinkError
from wirelab.codecs import TCP, UDP, Ethernet, IPv4, ipv4_bytes, parse
from wirelab.sim.reasons import Reason

pytestmark = pytest.mark.live

GUARDED, OPEN = 49152, 49160
PEER_PORT = 80
ETH_P_ALL = 3
PATIENCE_S = 10.0
GUARD_FOREVER = """
import sys, time
from wirelab.adapters.guards import guard_ports
from wirelab.codecs import ipv4_bytes
with guard_ports(ipv4_bytes(sys.argv[1]), [49152], only="nftables"):
    print("guarded")
    sys.stdin.read()
"""


@pytest.fixture
def host(wire):
    """This host's own address, 4 bytes."""
    return ipv4_bytes(wire.host_address)


@pytest.fixture
def inject(wire):
    """Sends a packet of the peer's to the host, as an answer to something the kernel never sent."""
    raw = wire.peer.kernel_socket(socket.AF_PACKET, socket.SOCK_RAW)
    raw.bind(("eth0", 0))

    def send(transport, ttl=64, destination=wire.host_address):
        outer = Ethernet(destination=wire.ours_mac, source=wire.peer_mac)
        network = IPv4(source=wire.peer_address, destination=destination, ttl=ttl)
        raw.send(bytes(outer / network / transport))

    return send


@pytest.fixture
def witness(wire, host):
    """Watches the guarded port and an open one, which shows that the kernel has got that far."""
    with wire.ours:
        made = Witness("eth0", host, [GUARDED, OPEN])
    yield made
    made.close()


def syn_ack(port):
    return TCP(
        source_port=PEER_PORT,
        destination_port=port,
        sequence_number=7000,
        acknowledgment_number=1001,
        flags=0x12,  # SYN, ACK
        window=65535,
    )


def next_reset(witness):
    """The next RST of the kernel's; waits for it as an event loop does."""
    seen = witness.next()
    while seen is None:
        assert select.select([witness], [], [], PATIENCE_S)[0], "no RST came"
        seen = witness.next()
    return seen


def test_without_a_guard_the_kernel_resets_and_the_witness_names_it(inject, witness, host):
    inject(syn_ack(GUARDED))
    seen = next_reset(witness)
    assert (seen.source, seen.source_port) == (host, GUARDED)
    assert (seen.destination, seen.destination_port) == (ipv4_bytes("198.51.100.2"), PEER_PORT)
    assert seen.reason is Reason.LIVE_KERNEL_RST
    assert "198.51.100.1:49152 -> 198.51.100.2:80" in str(seen)
    assert "--guard" in str(seen)


def test_the_witness_of_other_systems_sees_the_same_through_libpcap(
    wire, inject, host, monkeypatch
):
    """What macOS would run, on this kernel's libpcap."""
    with wire.ours, monkeypatch.context() as elsewhere:
        elsewhere.setattr("sys.platform", "darwin")
        witness = Witness("eth0", host, [GUARDED, OPEN])
    inject(TCP(source_port=PEER_PORT, destination_port=OPEN + 1, flags=0x12))
    inject(syn_ack(OPEN))
    assert next_reset(witness).source_port == OPEN
    assert witness.next() is None
    witness.close()


@pytest.mark.parametrize("ttl", [64, 255])
@pytest.mark.parametrize("guard", ["socket", "nftables"])
def test_a_guard_keeps_the_kernel_silent(wire, inject, witness, host, guard, ttl):
    """A TTL of 255 passes `IP_MINTTL`; then the socket's filter alone holds."""
    with wire.ours, guard_ports(host, [GUARDED], only=guard) as name:
        assert name == guard
        inject(syn_ack(GUARDED), ttl)
        inject(syn_ack(OPEN), ttl)
        assert next_reset(witness).source_port == OPEN
    inject(syn_ack(GUARDED), ttl)
    assert next_reset(witness).source_port == GUARDED  # the guard is off again


@pytest.mark.parametrize("guard", ["socket", "nftables"])
def test_a_udp_guard_keeps_port_unreachable_away(wire, inject, host, guard):
    """RFC 1122 section 4.1.3.1 makes the kernel answer; the other port shows that it would."""
    capture = wire.ours.capture()
    with wire.ours, guard_ports(host, [GUARDED], "udp", only=guard):
        for port in (GUARDED, OPEN):
            inject(UDP(source_port=9, destination_port=port) / b"Hello UDP!")
        rows = capture.tshark("icmp.type == 3", "udp.dstport")
    assert rows == [[str(OPEN)]]


def test_an_owned_table_keeps_the_kernel_from_forwarding_our_packets(wire, inject):
    """Our address with the host's MAC while ip_forward=1: no socket can guard, the table can."""
    own_mac = bytes.fromhex("020000000077")
    wire.ours.sysctl("net.ipv4.ip_forward", 1)
    wire.ours.ip(f"neigh add {wire.own_address} lladdr 02:00:00:00:00:77 dev eth0")
    returning = wire.peer.kernel_socket(socket.AF_PACKET, socket.SOCK_RAW)
    returning.bind(("eth0", ETH_P_ALL))
    with wire.ours, guard_ports(ipv4_bytes(wire.own_address), [GUARDED]) as name:
        assert name == "nftables"
        for port in (GUARDED, OPEN):
            inject(syn_ack(port), destination=wire.own_address)
        forwarded = []
        while OPEN not in forwarded:
            frame = returning.recv(2048)
            if frame[:6] == own_mac:
                forwarded.append(parse(frame)[TCP].destination_port)
    assert forwarded == [OPEN]


def test_an_owned_table_vanishes_with_a_killed_process(wire):
    process = wire.ours.python(GUARD_FOREVER, wire.host_address)
    process.wait_for("guarded")
    tables = wire.ours.run("nft", "list", "tables").stdout
    assert f"table ip wirelab_{process.pid}_49152_tcp" in tables
    process.kill()
    assert wire.ours.run("nft", "list", "tables").stdout == ""


def test_an_owned_table_needs_a_capability(wire):
    code = "from wirelab.adapters.guards.nftables import OwnedTable; OwnedTable(bytes(4), [80])"
    process = wire.ours.without_capabilities(code)
    assert process.finish() == 1
    assert "nftables refused message" in process.errors


def test_a_port_of_the_kernels_is_refused(wire, host):
    wire.ours.listen(GUARDED)
    expected = "port 49152 is in use by the kernel (EADDRINUSE); choose another --source-port."
    with wire.ours, pytest.raises(GuardError) as caught, guard_ports(host, [GUARDED]):
        pass
    assert caught.value.strerror == expected


def test_a_guard_socket_needs_no_privileges_and_a_low_port_says_what_would_help(wire):
    code = (
        "import sys\n"
        "from wirelab.adapters.guards import guard_ports\n"
        "from wirelab.codecs import ipv4_bytes\n"
        "with guard_ports(ipv4_bytes(sys.argv[1]), [int(sys.argv[2])]) as name: print(name)\n"
    )
    free = wire.ours.without_capabilities(code, wire.host_address, "49152")
    assert free.finish() == 0
    assert free.output == "socket\n"
    low = wire.ours.without_capabilities(code, wire.host_address, "80")
    assert low.finish() == 1
    assert "the kernel cannot be kept off 198.51.100.1 (socket: Permission denied" in low.errors
    assert "use --ip with a free address, or --link tap" in low.errors


def test_the_witness_leaves_out_what_we_sent_ourselves(wire, inject, witness):
    """Our own RST passes the tap as well; the kernel's, which follows, is the first it names."""
    ours = bytes(
        Ethernet(destination=wire.peer_mac, source=wire.ours_mac)
        / IPv4(source=wire.host_address, destination=wire.peer_address)
        / TCP(source_port=GUARDED, destination_port=PEER_PORT, flags=0x04, sequence_number=1001)
    )
    raw = wire.ours.kernel_socket(socket.AF_PACKET, socket.SOCK_RAW)
    raw.bind(("eth0", 0))
    witness.sent(ours)
    raw.send(ours + bytes(60 - len(ours)))
    inject(syn_ack(OPEN))
    assert next_reset(witness).source_port == OPEN
    assert TCP in parse(ours)


def test_a_witness_of_no_interface_says_so_and_leaves_nothing_open(wire, host):
    """A socket that was forgotten would be a ResourceWarning, which fails the test."""
    with wire.ours, pytest.raises(LinkError, match="eth7: No such device"):
        Witness("eth7", host, [GUARDED])
