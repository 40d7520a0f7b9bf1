import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.sim.host.drops import FORWARDED
from wirelab.sim.host.forwarding_ways import MOST_WAYS

CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "ttl": st.sampled_from([0, 1, 2, 3, 64, 255]),
        "options": st.sampled_from([b"\1\1\1\1", bytes([7, 7, 4, 0, 0, 0, 0, 1]), b"\x44\3\4\0"]),
        "dont_fragment": st.booleans(),
        "more_fragments": st.booleans(),
        "fragment_offset": st.sampled_from([0, 185]),
        "identification": st.sampled_from([0, 1, 0xFFFF]),
        "checksum": st.sampled_from([0, 0x1234]),
        "total_length": st.sampled_from([0, 19, 20, 28, 40, 2000]),
        "version": st.sampled_from([4, 6]),
        "dscp": st.integers(0, 63),
        "start": st.sampled_from([0, 1]),
        "to": st.sampled_from([None, b"\xff" * 6, b"\x02\0\0\0\0\xee"]),
        "protocol": st.sampled_from([6, 17, 253]),
        "destination": st.sampled_from([b"\x0a\0\1\1", b"\x0a\0\0\1", b"\x0a\0\1\xfe"]),
    },
)


def opened(make_router, **config):
    """A router that has passed packets in both directions, and so has short ways."""
    router = make_router(**config)
    for start in (0, 1):
        assert router.receive(router.frame(start=start), start) is FORWARDED
    router.out()
    assert len(router.host._layers.ipv4.fast_forwarding) == 2
    return router


@settings(max_examples=80, deadline=None)
@given(changes=CHANGES, size=st.sampled_from([0, 4, 100, 700, 1400]), padding=st.integers(0, 20))
def test_the_short_way_does_what_the_long_one_does(make_router, changes, size, padding):
    """Rule 1: the same frames, the same fates, whatever the frame is."""
    fast, slow = opened(make_router, mtu=700), opened(make_router, mtu=700)
    slow.host._layers.ipv4.fast_forwarding.forget()
    frame = fast.frame(bytes(size), **changes) + bytes(padding)
    interface = changes.get("start", 0)
    assert fast.receive(frame, interface) == slow.receive(frame, interface)
    assert fast.host.poll_transmit(0) == slow.host.poll_transmit(0)
    assert fast.host.counters == slow.host.counters


@settings(max_examples=40, deadline=None)
@given(identification=st.integers(0, 0xFFFF), ttl=st.integers(2, 255), dscp=st.integers(0, 63))
def test_the_checksum_follows_the_ttl(make_router, identification, ttl, dscp):
    """RFC 1141, RFC 1624: also where the sum passes through both zeros."""
    router = opened(make_router)
    frame = router.frame(identification=identification, ttl=ttl, dscp=dscp)
    assert router.receive(frame) is FORWARDED
    [(_, _, ip, _)] = router.out()  # verifies the checksum
    assert ip.ttl == ttl - 1


def test_the_neighbour_is_asked_again_when_its_answer_is_old(make_router):
    """The short way uses the neighbour cache, and does not outlive it."""
    router = opened(make_router)
    router.wait(400)
    router.host.poll_transmit(router.now)
    assert router.receive(router.frame()) is FORWARDED
    frames = router.host.poll_transmit(router.now)
    assert any(frame[12:14] == b"\x08\x06" for _, frame in frames)


def test_a_new_address_of_the_neighbour_is_used_at_once(make_router):
    """RFC 826: the sender's address is merged whenever it is heard."""
    router = opened(make_router)
    moved = b"\x02\0\0\0\0\x99"
    router._introduce(1, router.HOSTS[1], moved)
    router.receive(router.frame())
    [(_, ethernet, _, _)] = router.out()
    assert ethernet.destination == moved


def test_what_is_remembered_is_bounded(make_router):
    """A scan through the router must not eat its memory."""
    router = make_router()
    fast = router.host._layers.ipv4.fast_forwarding
    for number in range(MOST_WAYS + 10):
        source = bytes((203, 0, number >> 8, number & 0xFF))
        router.receive(router.frame(source=source))
        router.host.poll_transmit(0)
    assert 0 < len(fast) <= MOST_WAYS


@pytest.mark.parametrize("change", ["add_address", "remove_address"])
def test_what_is_remembered_is_forgotten_when_an_address_changes(make_router, change):
    router = opened(make_router)
    host, fast = router.host, router.host._layers.ipv4.fast_forwarding
    host.add_address(b"\x0a\0\2\1", 24, router.now, 1)
    assert len(fast) == 0
    router.receive(router.frame())
    if change == "remove_address":
        host.remove_address(b"\x0a\0\2\1", router.now, 1)
        assert len(fast) == 0


def test_a_packet_with_a_shorter_way_opens_no_short_one(router):
    """RFC 1812 section 5.2.7.2: its sender is told of it, until it takes it."""
    for _ in range(2):
        assert router.receive(router.frame(destination=router.FAR)) is FORWARDED
        redirect, packet = router.out()
        assert (redirect[2].protocol, packet[2].destination) == (1, router.FAR)
    assert len(router.host._layers.ipv4.fast_forwarding) == 0
