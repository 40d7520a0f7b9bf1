"""A router of ours between two kernels: forwarding, NAT and filter, judged by what both sides see.

inner 10.1.0.5, fd00:1::5 -- TAP -- ours -- TAP -- outer 198.51.100.2, fd00:2::2
                    10.1.0.1, fd00:1::1    198.51.100.1, fd00:2::1
"""

import asyncio
import contextlib
import os
import random
import re
import shutil
import socket
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from wirelab.adapters.driver import LiveDriver
from wirelab.adapters.links import open_link
from wirelab.codecs.addresses import ip_bytes, ipv4_bytes
from wirelab.sim.boxes import Dependence, Filter, Nat, NatConfig
from wirelab.sim.host import Host
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.packet_hooks import PacketHook

pytestmark = pytest.mark.live

INNER, OUTER = "10.1.0.5", "198.51.100.2"
GATEWAY, OUTSIDE = "10.1.0.1", "198.51.100.1"
INNER6, OUTER6 = "fd00:1::5", "fd00:2::2"
GATEWAY6, OUTSIDE6 = "fd00:1::1", "fd00:2::1"
PATIENCE_S = 10


class Runner:
    """A live driver in a thread of its own, so that the test may wait for the system's programs."""

    def __init__(self, driver: LiveDriver) -> None:
        self._driver = driver
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._ready = threading.Event()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._driver.start)
        self._loop.call_soon(self._ready.set)
        self._loop.run_forever()
        self._driver.close()
        self._loop.close()

    def __enter__(self) -> None:
        self._thread.start()
        assert self._ready.wait(PATIENCE_S)

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


class Between(NamedTuple):
    """Both kernels, and what stands between them."""

    inner: Any
    outer: Any
    host: Host


@pytest.fixture
def between(lab):
    """Start a router with these boxes, made for its outer interface, whose MTU is given."""
    with contextlib.ExitStack() as held:

        def start(*boxes: Callable[[Any], PacketHook], mtu: int = 1500) -> Between:
            inner, inside = end(lab, "inner", INNER, GATEWAY, INNER6, GATEWAY6)
            outer, outside = end(lab, "outer", OUTER, None, OUTER6, OUTSIDE6)
            for link in (inside, outside):
                held.callback(link.close)
            interfaces = [
                InterfaceConfig(
                    name,
                    link.mac,
                    ipv4_bytes(address),
                    24,
                    size,
                    addresses=[(ip_bytes(address6), 64)],
                )
                for name, link, address, address6, size in (
                    ("inside", inside, GATEWAY, GATEWAY6, 1500),
                    ("outside", outside, OUTSIDE, OUTSIDE6, mtu),
                )
            ]
            host = Host(HostConfig("ours", interfaces, forwarding=True), random.Random(1))
            for box in boxes:
                host.hooks.add(box(host.interfaces[1]))
            held.enter_context(Runner(LiveDriver(host, inside, outside)))
            return Between(inner, outer, host)

        yield start


def end(lab, label, address, gateway, address6, gateway6):
    """A kernel with a TAP, whose other end is a link of ours."""
    lab.need_tap()
    namespace = lab.namespace(label)
    for scope in ("all", "default"):
        namespace.sysctl(f"net.ipv6.conf.{scope}.disable_ipv6", 0)
    namespace.ip("tuntap add dev tap0 mode tap")
    namespace.ip(f"addr add {address}/24 dev tap0")
    namespace.ip(f"addr add {address6}/64 dev tap0 nodad")
    namespace.ip("link set tap0 up")
    if gateway is not None:
        namespace.ip(f"route add default via {gateway}")
    namespace.ip(f"route add default via {gateway6}")
    with namespace:
        return namespace, open_link("tap", "tap0")


def nat(**settings):
    return lambda outside: Nat(outside, random.Random(2), NatConfig(**settings))


def called(caller, listener, address, port, data):
    """Connect, send data there and back; who called, as the listener sees it, and what came."""
    client = caller.kernel_socket(socket.AF_INET, socket.SOCK_STREAM)
    client.connect((address, port))
    server, peer = listener.accept()
    with server:
        server.settimeout(PATIENCE_S)
        sender = threading.Thread(target=client.sendall, args=(data,))
        sender.start()
        arrived = b""
        while len(arrived) < len(data):
            arrived += server.recv(1 << 20)
        sender.join(PATIENCE_S)
        server.sendall(arrived[::-1])
        server.shutdown(socket.SHUT_WR)
        back = b""
        while chunk := client.recv(1 << 20):
            back += chunk
    return peer[0], back[::-1]


def need(program):
    if shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is None:
        pytest.skip(f"not installed: {program}")


def hops_to(namespace, address, *options):
    """Who answers traceroute(8) on the way."""
    need("traceroute")
    text = namespace.run("traceroute", *options, "-n", "-q", "1", "-w", "5", address).stdout
    return re.findall(r"^ *\d+ +(\S+) ", text, re.MULTILINE)


def ping(namespace, address, *options):
    """How many answers ping(8) got to two requests."""
    need("ping")
    words = ("ping", "-n", "-c", "2", "-i", "0.2", "-w", "5", *options, address)
    text = namespace.run(*words, check=False).stdout
    found = re.search(r"(\d+) received", text)
    return int(found[1]) if found else 0


# --- routing -------------------------------------------------------------------------------------


def test_traceroute_through_our_router_shows_it_and_then_the_destination(between):
    ends = between()
    ends.outer.ip(f"route add default via {OUTSIDE}")
    assert hops_to(ends.inner, OUTER) == [GATEWAY, OUTER]


def test_traceroute_over_ipv6_shows_it_too(between):
    ends = between()
    assert hops_to(ends.inner, OUTER6, "-6") == [GATEWAY6, OUTER6]


@pytest.mark.parametrize("family", [(INNER, OUTER), (INNER6, OUTER6)])
def test_kernels_ping_each_other_through_our_router_also_in_fragments(between, family):
    ends = between()
    ends.outer.ip(f"route add default via {OUTSIDE}")
    for namespace, far in ((ends.inner, family[1]), (ends.outer, family[0])):
        assert ping(namespace, far) == 2
        assert ping(namespace, far, "-s", "6000") == 2
    assert ends.host.counters.balanced
    assert ends.host.counters.forwarded >= 40


def test_a_kernel_learns_the_smaller_mtu_behind_our_router(between):
    """RFC 1191: the peer's MSS is no help, since its own link takes more."""
    ends = between(mtu=1300)
    ends.outer.ip(f"route add default via {OUTSIDE}")
    data = random.Random(3).randbytes(200_000)
    listener = ends.outer.listen(4242)
    assert called(ends.inner, listener, OUTER, 4242, data) == (INNER, data)
    assert "mtu 1300" in ends.inner.ip(f"route get {OUTER}")


# --- NAT -----------------------------------------------------------------------------------------


def test_a_kernel_behind_our_nat_is_seen_as_its_outer_address(between):
    ends = between(nat())
    data = random.Random(4).randbytes(300_000)
    listener = ends.outer.listen(4242)
    assert called(ends.inner, listener, OUTER, 4242, data) == (OUTSIDE, data)


def test_pings_fragments_and_traces_of_a_kernel_pass_our_nat(between):
    ends = between(nat())
    assert ping(ends.inner, OUTER) == 2
    assert ping(ends.inner, OUTER, "-s", "6000") == 2
    assert hops_to(ends.inner, OUTER) == [GATEWAY, OUTER]


def test_a_kernels_icmp_error_finds_the_inner_program_through_our_nat(between):
    """RFC 5508 REQ-4: the inner kernel believes it only if the quote is what it sent."""
    ends = between(nat())
    sender = ends.inner.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect((OUTER, 9))
    sender.send(b"nobody there")
    with pytest.raises(ConnectionRefusedError):
        sender.recv(100)


def test_a_forwarded_port_and_the_hairpin_lead_to_the_inner_kernel(between):
    boxes = []

    def forwarding(outside):
        box = Nat(outside, random.Random(2))
        box.forward("tcp", 8080, ipv4_bytes(INNER), 80)
        boxes.append(box)
        return box

    ends = between(forwarding)
    listener = ends.inner.listen(80)
    assert called(ends.outer, listener, OUTSIDE, 8080, b"from outside") == (OUTER, b"from outside")
    assert called(ends.inner, listener, OUTSIDE, 8080, b"hairpin") == (OUTSIDE, b"hairpin")


@pytest.mark.parametrize(
    ("filtering", "heard"),
    [(Dependence.ENDPOINT_INDEPENDENT, True), (Dependence.ADDRESS_AND_PORT_DEPENDENT, False)],
)
def test_filtering_decides_whether_another_outer_port_reaches_the_inner_kernel(
    between, filtering, heard
):
    """RFC 4787 section 5."""
    ends = between(nat(filtering=filtering))
    inner = ends.inner.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM)
    first, second = (ends.outer.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    first.bind((OUTER, 5000))
    second.bind((OUTER, 5001))
    inner.sendto(b"hello", (OUTER, 5000))
    _, address = first.recvfrom(100)
    assert address == (OUTSIDE, inner.getsockname()[1])
    second.sendto(b"from another port", address)
    first.sendto(b"an answer", address)
    came = [inner.recv(100)]
    if heard:
        came.append(inner.recv(100))
    assert came == ([b"from another port"] if heard else []) + [b"an answer"]


# --- filter --------------------------------------------------------------------------------------


def test_a_kernel_behind_our_filter_may_call_and_not_be_called(between):
    ends = between(lambda outside: Filter(outside, ["out any", "reject in any"]))
    ends.outer.ip(f"route add default via {OUTSIDE}")
    outer_listener, _ = ends.outer.listen(4242), ends.inner.listen(4242)
    assert called(ends.inner, outer_listener, OUTER, 4242, b"text") == (INNER, b"text")
    caller = ends.outer.kernel_socket(socket.AF_INET, socket.SOCK_STREAM)
    with pytest.raises(OSError, match="No route to host"):  # prohibited, says ICMP
        caller.connect((INNER, 4242))


def test_pings_of_both_families_pass_our_filter_one_way(between):
    ends = between(lambda outside: Filter(outside, ["out ping"]))
    ends.outer.ip(f"route add default via {OUTSIDE}")
    for inner, outer in ((INNER, OUTER), (INNER6, OUTER6)):
        assert ping(ends.inner, outer, "-s", "3000") == 2
        assert ping(ends.outer, inner, "-W", "0.3") == 0
