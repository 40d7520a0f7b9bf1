"""A host that is called wakes the driver that wants it, and is not asked otherwise."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.host.host import Host
from wirelab.sim.host.sockets.constants import AF_INET, SO_KEEPALIVE, SOCK_STREAM, SOL_SOCKET
from wirelab.sim.network import Network
from wirelab.sim.services.small_services import Echo

OTHER = ip_bytes("10.0.0.2")
OWN = ip_bytes("10.0.0.1")
NEW = ip_bytes("10.0.0.77")
GROUP, GROUP6 = ip_bytes("239.1.2.3"), ip_bytes("ff05::5")


def keep_alive(host, now):
    """Leaves a timer, once it is connected."""
    socket = host.socket(AF_INET, SOCK_STREAM)
    socket.setblocking(False)
    socket.connect_ex(("10.0.0.2", 7), now=now)
    socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1, now=now)


def acquire(host, now):
    """Leaves timers and probes; twice at a time is refused."""
    with suppress(ValueError):
        host.acquire_address(NEW, 24, now)


CALLS = {
    "ping": lambda host, now: host.ping(OTHER, 1, 1, b"", now),
    "ping itself": lambda host, now: host.ping(OWN, 1, 1, b"", now),
    "connect": lambda host, now: host.tcp_connect(OTHER, 7, now),
    "connect to itself": lambda host, now: host.tcp_connect(OWN, 9, now),
    "socket": keep_alive,
    "datagram": lambda host, now: host.udp_bind(0, now).send_to(b"hello", OTHER, 7, now),
    "refused datagram": lambda host, now: host.udp_bind(0, now).send_to(b"x", OTHER, 1, now),
    "resolve": lambda host, now: host.resolve(OTHER, now),
    "announce": lambda host, now: host.announce(now),
    "group": lambda host, now: host.join_group(GROUP, now),
    "leave": lambda host, now: host.leave_group(GROUP, now),
    "group of IPv6": lambda host, now: host.join_group(GROUP6, now),
    "IPv6": lambda host, now: host.autoconfigure(now),
    "abort": lambda host, now: host.abort_connections(OWN, now),
    "service": lambda host, now: host.services or host.start(Echo(), now),
    "probe": lambda host, now: host.udp_probe(OTHER, 33434, b"", now),
    "reverse": lambda host, now: host.neighborhood().ask_own_address(now),
    "acquire": acquire,
}


def build(asked_always):
    """Three hosts on a link and a switch; `asked_always`: whether or not they were called."""
    network = Network(seed=7)
    switch = network.switch()
    for number, name in enumerate(("one", "other", "idle"), 1):
        network.link(network.host(name, f"10.0.0.{number}"), switch)
    other = network.nodes["other"].machine
    assert isinstance(other, Host)
    other.start(Echo(), 0)
    if asked_always:
        for node in network.nodes.values():
            node.attention = None
    return network


def run(script, asked_always):
    """What was on the wire when these calls were made, each some ms after the one before."""
    network = build(asked_always)
    host = network.nodes["one"].machine
    network.run_for("1s")
    for name, milliseconds, on_the_clock in script:
        if on_the_clock:
            network.after(f"{milliseconds}ms", lambda call=CALLS[name]: call(host, network.now))
        else:
            CALLS[name](host, network.now)
        network.run_for(f"{milliseconds}ms")
    network.run_for("20s")
    network.check()
    return [(record.sent_at, record.sender, record.data) for record in network.trace.frames()]


@pytest.mark.parametrize("name", CALLS)
def test_what_a_call_leaves_is_seen_at_once(name):
    """As if all hosts were asked after each call."""
    assert run([(name, 0, False)], False) == run([(name, 0, False)], True)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(CALLS)), st.integers(0, 700), st.booleans()), max_size=8
    )
)
def test_any_calls_are_seen_at_once(script):
    assert run(script, False) == run(script, True)


def test_hosts_that_were_not_called_are_not_asked(monkeypatch):
    """The cost of a call does not grow with the hosts that have nothing to do."""
    network = build(False)
    network.run_for("1s")
    asked = []
    poll = Host.poll_transmit

    def counting(host, now):
        asked.append(host.name)
        return poll(host, now)

    monkeypatch.setattr(Host, "poll_transmit", counting)
    one = network.nodes["one"].machine
    for _ in range(3):
        one.ping(OTHER, 1, 1, b"", network.now)
        network.run_for("10ms")
    assert "one" in asked
    assert asked.count("idle") == 1  # the broadcast of ARP


def test_a_host_with_a_driver_of_its_own_calls_nobody():
    """Nobody is woken who has not said that he sleeps."""
    network = build(False)
    host = network.nodes["one"].machine
    woken = []
    host.attention.asleep = False
    host.attention.wake = lambda: woken.append(1)
    host.ping(OTHER, 1, 1, b"", 0)
    assert woken == []
