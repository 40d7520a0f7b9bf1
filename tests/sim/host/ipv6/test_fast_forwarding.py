import random
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import UDP, Ethernet, IPv6
from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.drops import FORWARDED
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.forwarding_ways import MOST_WAYS
from wirelab.sim.host.host import Host

MACS = (b"\x02\0\0\0\0\xa0", b"\x02\0\0\0\0\xa1")
HOST_MACS = (b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02")
HOSTS = (ip_bytes("2001:db8:a::1"), ip_bytes("2001:db8:b::1"))
OWN = (ip_bytes("2001:db8:a::fe"), ip_bytes("2001:db8:b::fe"))

HOP_BY_HOP = bytes([17, 0, 1, 4, 0, 0, 0, 0])
UNKNOWN_OPTION = bytes([17, 0, 0x9E, 4, 0, 0, 0, 0])

CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "hop_limit": st.sampled_from([0, 1, 2, 3, 64, 255]),
        "next_header": st.sampled_from([0, 6, 17, 44, 58, 59, 253]),
        "payload_length": st.sampled_from([0, 7, 8, 40, 2000]),
        "version": st.sampled_from([4, 6]),
        "dscp": st.integers(0, 63),
        "flow_label": st.integers(0, 0xFFFFF),
        "start": st.sampled_from([0, 1]),
        "to": st.sampled_from([None, b"\xff" * 6, b"\x33\x33\0\0\0\1", b"\x02\0\0\0\0\xee"]),
        "source": st.sampled_from([OWN[0], OWN[1], bytes(16), ip_bytes("fe80::1")]),
        "destination": st.sampled_from(
            [HOSTS[0], OWN[0], OWN[1], ip_bytes("ff02::1"), ip_bytes("2001:db8:c::1")]
        ),
    },
)


def make_router(mtu=1500, **config):
    """A router between two networks, with a host on each known, and one that knows the ways."""
    addresses = [[(own, 64)] for own in OWN]
    interfaces = [
        InterfaceConfig("eth0", MACS[0], addresses=addresses[0]),
        InterfaceConfig("eth1", MACS[1], addresses=addresses[1], mtu=mtu),
    ]
    host = Host(HostConfig("router", interfaces, forwarding=True, **config), random.Random(1))
    for index in (0, 1):
        host.add_neighbor(HOSTS[index], HOST_MACS[index], 0, index)
    host.poll_transmit(0)
    ipv6 = host._layers.ipv6
    assert ipv6 is not None
    return SimpleNamespace(host=host, fast=ipv6.fast_forwarding)


def frame(payload=b"data", *, start=0, to=None, **changes):
    """From the host on one network to that on the other."""
    changes.setdefault("source", HOSTS[start])
    changes.setdefault("destination", HOSTS[1 - start])
    changes.setdefault("next_header", 17)
    ip = IPv6(**changes)
    body = UDP(1, 2).build(payload, ip)
    ethernet = Ethernet(destination=to or MACS[start], source=HOST_MACS[start], type=0x86DD)
    return ethernet.build(ip.build(body))


def opened(**config):
    """A router that has passed packets in both directions, and so has short ways."""
    router = make_router(**config)
    for start in (0, 1):
        assert router.host.receive_frame(start, frame(start=start), 0) is FORWARDED
    router.host.poll_transmit(0)
    assert len(router.fast) == 2
    return router


@settings(max_examples=80, deadline=None)
@given(changes=CHANGES, size=st.sampled_from([0, 4, 100, 1200, 1400]), padding=st.integers(0, 20))
def test_the_short_way_does_what_the_long_one_does(changes, size, padding):
    """The rule: the same frames, the same fates, whatever the frame is."""
    fast, slow = opened(mtu=1280), opened(mtu=1280)
    slow.fast.forget()
    raw = frame(bytes(size), **changes) + bytes(padding)
    interface = changes.get("start", 0)
    assert fast.host.receive_frame(interface, raw, 0) == slow.host.receive_frame(interface, raw, 0)
    assert fast.host.poll_transmit(0) == slow.host.poll_transmit(0)
    assert fast.host.counters == slow.host.counters


def test_the_short_way_changes_nothing_but_the_hop_limit():
    """RFC 8200 section 3: each node that forwards the packet takes 1."""
    router = opened()
    raw = frame(bytes(range(200)), hop_limit=9, dscp=5, flow_label=0x12345)
    assert router.fast.taken(router.host.interfaces[0], raw + b"padding", 0)
    [(index, sent)] = router.host.poll_transmit(0)
    assert index == 1
    assert Ethernet.parse(sent) == Ethernet(destination=HOST_MACS[1], source=MACS[1], type=0x86DD)
    assert sent[14:] == raw[14:21] + b"\x08" + raw[22:]


@pytest.mark.parametrize("option", [HOP_BY_HOP, UNKNOWN_OPTION])
def test_options_for_every_hop_are_looked_at(option):
    """RFC 8200 section 4.3: a packet with them goes the long way."""
    router = opened()
    ip = IPv6(source=HOSTS[0], destination=HOSTS[1], next_header=0)
    raw = Ethernet(MACS[0], HOST_MACS[0], 0x86DD).build(ip.build(option + bytes(8)))
    assert not router.fast.taken(router.host.interfaces[0], raw, 0)
    passed = router.host.receive_frame(0, raw, 0) is FORWARDED
    assert passed == (option is HOP_BY_HOP)


def test_a_smaller_mtu_counts_at_once():
    """RFC 4443 section 3.2: what has become too large is refused, and the sender told."""
    router = opened()
    raw = frame(bytes(1400))
    assert router.host.receive_frame(0, raw, 0) is FORWARDED
    router.host.interfaces[1].ipv6_mtu = 1280
    drop = router.host.receive_frame(0, raw, 0)
    assert drop.reason == "ip.too_big_df"
    assert drop.answered


def test_the_neighbour_is_doubted_when_its_answer_is_old():
    """RFC 4861 section 7.3.3: it is used on, and asked after a while whether it is still there."""
    router = opened()
    now = 100 * SECOND
    router.host.handle_timers(now)
    router.host.poll_transmit(now)
    assert router.host.receive_frame(0, frame(), now) is FORWARDED
    assert [sent[:6] for _, sent in router.host.poll_transmit(now)] == [HOST_MACS[1]]
    now += 6 * SECOND
    router.host.handle_timers(now)
    [(index, asked)] = router.host.poll_transmit(now)
    assert (index, asked[20], asked[54]) == (1, 0x3A, 135)


def test_what_is_remembered_is_bounded():
    """A scan through the router must not eat its memory."""
    router = make_router()
    for number in range(MOST_WAYS + 10):
        source = HOSTS[0][:14] + number.to_bytes(2, "big")
        router.host.receive_frame(0, frame(source=source), 0)
        router.host.poll_transmit(0)
    assert 0 < len(router.fast) <= MOST_WAYS


def test_what_is_remembered_is_forgotten_when_an_address_changes():
    router = opened()
    added = ip_bytes("2001:db8:d::1")
    router.host.add_address(added, 64, 0, 1)
    assert len(router.fast) == 0
    router.host.receive_frame(0, frame(), 0)
    assert len(router.fast) == 1
    router.host.remove_address(added, 0, 1)
    assert len(router.fast) == 0


def test_a_packet_that_turns_back_opens_no_short_way():
    """RFC 4861 section 8.2: its sender is told of the shorter way, until it takes it."""
    router = make_router()
    other = HOSTS[0][:15] + b"\x09"
    router.host.add_neighbor(other, b"\x02\0\0\0\0\x09", 0, 0)
    assert router.host.receive_frame(0, frame(destination=other), 0) is FORWARDED
    assert len(router.fast) == 0
