"""Flow keys are the same in both directions, and different for different conversations."""

import pytest

from wirelab.codecs import (
    ARP,
    TCP,
    UDP,
    Ethernet,
    FlowKey,
    Header,
    ICMPv4,
    ICMPv6,
    ICMPv6Echo,
    IPv4,
    IPv6,
    Packet,
    flow_key,
    parse,
)

A, B = "10.0.0.1", "10.0.0.2"
A6, B6 = "2001:db8::1", "2001:db8::2"


def ipv4(source: str, destination: str) -> Packet:
    return Ethernet() / IPv4(source=source, destination=destination)


def ipv6(source: str, destination: str) -> Packet:
    return Ethernet() / IPv6(source=source, destination=destination)


PAIRS: list[tuple[str, Packet, Packet, int]] = [
    ("TCP", ipv4(A, B) / TCP(5000, 80), ipv4(B, A) / TCP(80, 5000), 6),
    ("UDP", ipv4(A, B) / UDP(5000, 80), ipv4(B, A) / UDP(80, 5000), 17),
    ("TCP over IPv6", ipv6(A6, B6) / TCP(5000, 80), ipv6(B6, A6) / TCP(80, 5000), 6),
    ("UDP over IPv6", ipv6(A6, B6) / UDP(5000, 80), ipv6(B6, A6) / UDP(80, 5000), 17),
    (
        "echo",
        ipv4(A, B) / ICMPv4(type=8, identifier=7),
        ipv4(B, A) / ICMPv4(type=0, identifier=7),
        1,
    ),
    (
        "echo over IPv6",
        ipv6(A6, B6) / ICMPv6(type=128) / ICMPv6Echo(identifier=7),
        ipv6(B6, A6) / ICMPv6(type=129) / ICMPv6Echo(identifier=7),
        58,
    ),
]


@pytest.mark.parametrize(
    ("there", "back", "protocol"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS]
)
def test_a_flow_has_one_key_in_both_directions(there, back, protocol):
    key = flow_key(there)
    assert key == flow_key(back) == parse(bytes(there)).flow_key() == parse(bytes(back)).flow_key()
    assert key is not None
    assert key.protocol == protocol
    assert len({key: 1, flow_key(back): 2}) == 1


def test_different_conversations_have_different_keys():
    packets = [pair[1] for pair in PAIRS]
    packets += [
        ipv4(A, B) / TCP(5001, 80),
        ipv4(A, B) / TCP(80, 5000),  # 10.0.0.1 is the server here
        ipv4(A, "10.0.0.3") / TCP(5000, 80),
        ipv4(A, B) / ICMPv4(type=8, identifier=8),
    ]
    assert len({flow_key(packet) for packet in packets}) == len(packets)


def test_a_key_says_what_it_is():
    assert str(flow_key(ipv4(B, A) / TCP(80, 5000))) == "TCP 10.0.0.1:5000 <-> 10.0.0.2:80"
    assert str(flow_key(ipv6(A6, B6) / UDP(1, 2))) == "UDP [2001:db8::1]:1 <-> [2001:db8::2]:2"


def test_both_ends_may_be_the_same_address():
    assert flow_key(ipv4(A, A) / UDP(2, 1)) == flow_key(ipv4(A, A) / UDP(1, 2))


def test_without_an_ip_header_there_is_no_flow():
    assert flow_key(Ethernet() / ARP()) is None


def test_all_fragments_of_a_datagram_have_one_key(frames):
    """Only the first one has ports."""
    header = IPv4(source=A, destination=B, protocol=17)
    fragments: list[Header] = [
        header.replace(more_fragments=True),
        header.replace(more_fragments=True, fragment_offset=3),
        header.replace(fragment_offset=6),
    ]
    datagram = UDP(1, 2).build(bytes(40), header)
    keys = {flow_key(parse(bytes(Ethernet() / one / datagram[:24]))) for one in fragments}
    assert len(keys) == 1
    assert {key.low.port for key in keys if key} == {0}
    assert parse(frames["fragment"]).flow_key() is not None


def test_of_a_tunnel_the_inner_flow_counts(frames):
    """IPv4 in IPv4 (RFC 2003): 192.0.2.1 and 192.0.2.2, UDP from port 1 to 2."""
    packet = parse(frames["ip_in_ip"])
    inner = Packet(packet.layers[2:], packet.payload)
    assert packet.flow_key() == inner.flow_key()
    assert str(packet.flow_key()) == "UDP 192.0.2.1:1 <-> 192.0.2.2:2"


def test_a_protocol_without_ports_has_a_key_by_its_addresses():
    key = flow_key(parse(bytes(Ethernet() / IPv4(source=A, destination=B, protocol=89) / b"x")))
    assert isinstance(key, FlowKey)
    assert (key.protocol, key.low.port, key.high.port) == (89, 0, 0)
