"""Whatever comes in router discovery and MLD: nothing is raised, and every frame has one fate."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import ICMPv6, IPv6, IPv6HopByHop
from wirelab.codecs.addresses import ipv6_bytes
from wirelab.sim.host.durations import SECOND

ROUTERS = [ipv6_bytes(f"fe80::{n}") for n in range(1, 4)]
OPTIONS = st.lists(
    st.builds(
        lambda kind, size, body: bytes((kind, size)) + body[: 8 * size - 2].ljust(8 * size - 2),
        st.sampled_from([1, 3, 3, 5, 24, 25, 31, 99]),
        st.integers(1, 4),
        st.binary(max_size=30),
    ),
    max_size=4,
).map(b"".join)
ADVERTISEMENTS = st.tuples(
    st.just(134), st.sampled_from(ROUTERS), st.tuples(st.binary(min_size=12, max_size=12), OPTIONS)
)
SOLICITATIONS = st.tuples(
    st.just(133), st.sampled_from([*ROUTERS, bytes(16)]), st.tuples(st.just(bytes(4)), OPTIONS)
)
LISTENERS = st.tuples(
    st.sampled_from([130, 131, 132, 143]),
    st.sampled_from(ROUTERS),
    st.tuples(st.binary(max_size=30), st.binary(max_size=30)),
)
STEPS = st.lists(
    st.tuples(st.one_of(ADVERTISEMENTS, SOLICITATIONS, LISTENERS), st.integers(0, 100)), max_size=12
)


def frame_of(make_frame, kind, source, body):
    """Router discovery as it goes on the wire; MLD with its router alert."""
    if kind in (133, 134):
        return make_frame(body, kind=kind, source=source)
    destination = ipv6_bytes("ff02::1")
    ip = IPv6(source=source, destination=destination, next_header=58, hop_limit=1)
    message = ICMPv6(kind, 0).build(body, ip)
    alert = IPv6HopByHop(58, options=b"\x05\x02\0\0\x01\0").build(message)
    packet = ip.replace(next_header=0).build(alert)
    return b"\x33\x33\0\0\0\x01" + b"\x02\0\0\0\0\xf1" + b"\x86\xdd" + packet


@given(STEPS)
@settings(max_examples=40, deadline=None)
def test_no_sequence_of_messages_breaks_a_host_or_a_router(make_link, make_frame, steps):
    """RFC 4861 section 6.1, RFC 3810 section 6.2; the tables stay in their bounds."""
    link = make_link()
    host = link.host("host", 1, autoconfigure=True)
    router = link.host("router", 2, address="2001:db8::1", forwarding=True)
    router.advertise(0)
    router.multicast.ask(0, 0, family=16)
    link.wait(3)
    for (kind, source, (head, tail)), seconds in steps:
        link.send(frame_of(make_frame, kind, source, head + tail))
        link.wait(seconds)
    link.now += 10**6 * SECOND
    for one in (host, router):
        one.handle_timers(link.now)
        one.poll_transmit(link.now)
        assert one.counters.balanced
        assert len(one.interfaces[0].ipv6) <= 18
    assert len(host.routes) <= 3 + 64 + 18


def test_a_narrow_ipv4_of_the_interface_does_not_end_ipv6(client, link):
    """RFC 2132 section 5.1: what DHCP says of the MTU is said of IPv4."""
    client.interfaces[0].mtu = 576
    entry = client.add_address(ipv6_bytes("2001:db8::9"), 64, link.now)
    assert entry in client.interfaces[0].ipv6
