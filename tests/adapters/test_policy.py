"""The second lock: what a real link refuses to send, and when it opens again."""

import pytest

from wirelab.adapters.policy import SECOND, TokenBucket, TransmitPolicy
from wirelab.adapters.system import InterfaceAddress
from wirelab.codecs import ARP, UDP, Ethernet, ICMPv4, IPv4, ipv4_bytes

OURS, PEER = "198.51.100.77", "198.51.100.2"
MAC, PEER_MAC = bytes.fromhex("020000000077"), bytes.fromhex("020000000002")
NETWORK = InterfaceAddress(ipv4_bytes(OURS), 24)


@pytest.fixture
def policy():
    return TransmitPolicy(MAC, [NETWORK])


def packet(source=OURS, destination=PEER, mac=MAC, to=PEER_MAC):
    inner = IPv4(source=source, destination=destination) / UDP(destination_port=7) / b"x"
    return bytes(Ethernet(destination=to, source=mac) / inner)


def arp(sender=OURS, target=PEER, operation=1, sender_mac=MAC):
    body = ARP(
        operation=operation,
        sender_hardware_address=sender_mac,
        sender_protocol_address=sender,
        target_hardware_address=bytes(6),
        target_protocol_address=target,
    )
    to = b"\xff" * 6 if operation == 1 else PEER_MAC
    return bytes(Ethernet(destination=to, source=MAC) / body)


def icmp_error():
    network = IPv4(source=OURS, destination=PEER)
    return bytes(Ethernet(destination=PEER_MAC, source=MAC) / network / ICMPv4(type=3, code=3))


def test_our_own_packets_to_neighbours_pass(policy):
    assert policy.refusal(packet(), 0) is None
    assert policy.refusal(packet(destination="198.51.100.255", to=b"\xff" * 6), 0) is None
    assert policy.refusal(packet(destination="255.255.255.255", to=b"\xff" * 6), 0) is None
    assert (
        policy.refusal(packet(destination="224.0.0.1", to=bytes.fromhex("01005e000001")), 0) is None
    )
    assert policy.refusal(packet(source="0.0.0.0"), 0) is None  # RFC 2131 section 4.1
    assert policy.refused == 0


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (packet(mac=PEER_MAC), "source MAC 02:00:00:00:00:02 is not ours (spoof=True allows it)"),
        (packet(source=PEER), "source address 198.51.100.2 is not ours (spoof=True allows it)"),
        (
            arp(sender=PEER),
            "ARP in the name of 198.51.100.2, which is not ours (spoof=True allows it)",
        ),
        (
            arp(sender_mac=PEER_MAC, operation=2),
            "ARP in the name of 02:00:00:00:00:02, which is not ours (spoof=True allows it)",
        ),
    ],
)
def test_nothing_leaves_in_anothers_name_unless_spoofing_is_asked_for(policy, frame, text):
    assert policy.refusal(frame, 0) == text
    assert policy.refused == 1
    assert TransmitPolicy(MAC, [NETWORK], spoof=True).refusal(frame, 0) is None


def test_destinations_beyond_the_gateway_must_be_meant(policy):
    frame = packet(destination="203.0.113.9")
    assert policy.refusal(frame, 0) == (
        "203.0.113.9 is not on our network (198.51.100.77/24); --allow-global sends to it "
        "through the gateway."
    )
    assert TransmitPolicy(MAC, [NETWORK], allow_global=True).refusal(frame, 0) is None


def test_one_arp_request_a_second_and_target(policy):
    """RFC 1122 section 2.3.2.1."""
    assert policy.refusal(arp(), 0) is None
    expected = "ARP asked for 198.51.100.2 less than a second ago"
    assert policy.refusal(arp(), SECOND - 1) == expected
    assert policy.refusal(arp(target="198.51.100.3"), SECOND - 1) is None
    assert policy.refusal(arp(operation=2), SECOND - 1) is None  # replies are not requests
    assert policy.refusal(arp(), SECOND) is None


def test_an_address_probe_has_no_sender_and_passes(policy):
    """RFC 5227 section 2.1.1."""
    assert policy.refusal(arp(sender="0.0.0.0", target=OURS), 0) is None


def test_an_address_probe_does_not_hold_the_announcement_back(policy):
    """RFC 5227 sections 2.1.1 and 2.3: both ask for our own address, within a second."""
    assert policy.refusal(arp(sender="0.0.0.0", target=OURS), 0) is None
    assert policy.refusal(arp(sender=OURS, target=OURS), SECOND // 5) is None
    assert policy.refusal(arp(sender=OURS, target=OURS), SECOND) is not None


def test_a_vlan_tag_hides_nothing(policy):
    """IEEE 802.1Q clause 9.6: the content stands behind four more bytes."""
    tag = b"\x81\x00\x00\x05"
    assert policy.refusal(packet()[:12] + tag + packet()[12:], 0) is None
    for frame in (packet(source=PEER), arp(sender=PEER)):
        refusal = policy.refusal(frame[:12] + tag * 2000 + frame[12:], 0)
        assert refusal is not None
        assert "198.51.100.2" in refusal


def test_the_memory_of_arp_targets_is_bounded(policy):
    for number in range(5000):
        policy.refusal(arp(target=f"198.51.{number // 250}.{number % 250}"), number * SECOND)
    assert len(policy._asked) <= 1024


def test_a_broadcast_storm_stops_at_100_and_goes_on_at_50_a_second(policy):
    frame = packet(destination="198.51.100.255", to=b"\xff" * 6)
    passed = sum(policy.refusal(frame, 0) is None for _ in range(200))
    assert passed == 100
    assert policy.refusal(frame, 0) == "more than 50 broadcasts a second"
    passed = sum(policy.refusal(frame, SECOND) is None for _ in range(200))
    assert passed == 50
    assert policy.refusal(packet(), SECOND) is None  # unicast goes on


def test_icmp_errors_are_limited_to_100_a_second(policy):
    """RFC 1812 section 4.3.2.8."""
    passed = sum(policy.refusal(icmp_error(), 0) is None for _ in range(200))
    assert passed == 100
    assert policy.refusal(icmp_error(), 0) == "more than 100 ICMP errors a second"


def test_a_bucket_never_holds_more_than_its_burst():
    bucket = TokenBucket(per_second=10, burst=3)
    assert [bucket.take(100 * SECOND) for _ in range(4)] == [True, True, True, False]


def test_a_frame_too_short_for_its_type_is_judged_by_what_is_there(policy):
    for whole in (packet(), arp(), icmp_error()):
        for size in range(14, len(whole)):
            assert TransmitPolicy(MAC, [NETWORK]).refusal(whole[:size], 0) is None
    assert policy.refusal(bytes(14), 0) is not None


def test_a_leased_address_is_ours_as_soon_as_it_is_said_to_be():
    """RFC 2131 section 4.1: until then we are 0.0.0.0."""
    policy = TransmitPolicy(MAC, [])
    assert policy.refusal(packet(source="0.0.0.0", destination="255.255.255.255"), 0) is None
    assert "is not ours" in str(policy.refusal(packet(), 0))
    policy.own(NETWORK)
    assert policy.refusal(packet(), 0) is None
    assert policy.refusal(arp(), 0) is None
