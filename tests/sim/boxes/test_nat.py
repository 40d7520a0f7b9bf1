"""The NAT, packet by packet. RFC 4787 (UDP), RFC 5382 (TCP), RFC 5508 (ICMP), RFC 7857."""

import pytest

from wirelab.codecs import IPv4, IPv6, parse
from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.boxes.nat_config import Dependence
from wirelab.sim.boxes.nat_table import Session
from wirelab.sim.host.durations import SECOND

EVERYBODY = Dependence.ENDPOINT_INDEPENDENT
ADDRESS = Dependence.ADDRESS_DEPENDENT
PORT = Dependence.ADDRESS_AND_PORT_DEPENDENT
SYN, ACK, FIN, RST = 2, 16, 1, 4
PORTED = ("udp", "tcp", "udplite")


@pytest.mark.parametrize("kind", PORTED)
def test_an_inner_host_talks_under_the_outer_address_and_gets_its_answers(nat, packet, way, kind):
    gate = nat()
    sent = gate.out(packet(kind, "10.0.0.5:4000 > 192.0.2.9:53", flags=SYN))
    assert way(sent) == "203.0.113.1:4000 > 192.0.2.9:53"
    back = gate.home(packet(kind, "192.0.2.9:53 > 203.0.113.1:4000", flags=SYN | ACK))
    assert way(back) == "192.0.2.9:53 > 10.0.0.5:4000"


def test_one_mapping_serves_every_peer(nat, packet, way):
    """RFC 4787 REQ-1, RFC 5382 REQ-1: endpoint-independent mapping."""
    gate = nat()
    gate.out(packet("udp", "10.0.0.6:4000 > 192.0.2.9:1"))
    sources = {
        way(gate.out(packet("udp", f"10.0.0.5:4000 > {peer}"))).split(" > ")[0]
        for peer in ("192.0.2.9:53", "192.0.2.9:54", "198.51.100.1:53")
    }
    assert len(sources) == 1


def test_a_symmetric_mapping_takes_another_port_for_each_peer(nat, packet, way, port_of):
    """RFC 4787 section 4.1, address and port-dependent mapping."""
    gate = nat(mapping=PORT)
    ports = {
        port_of(gate.out(packet("udp", f"10.0.0.5:4000 > {peer}")))
        for peer in ("192.0.2.9:53", "192.0.2.9:54", "198.51.100.1:53")
    }
    assert len(ports) == 3
    port = port_of(gate.out(packet("udp", "10.0.0.5:4000 > 192.0.2.9:54")))
    assert way(gate.home(packet("udp", f"192.0.2.9:54 > 203.0.113.1:{port}"))).endswith(":4000")


def test_two_inner_hosts_never_share_an_outer_port(nat, packet, port_of):
    """RFC 4787 REQ-3, RFC 5382 REQ-7: no port overloading."""
    gate = nat()
    ports = {
        port_of(gate.out(packet("udp", f"10.0.0.{host}:4000 > 192.0.2.9:53")))
        for host in range(5, 105)
    }
    assert len(ports) == 100


@pytest.mark.parametrize("port", [80, 81, 4000, 4001])
def test_a_port_that_is_taken_gives_one_of_the_same_range_and_parity(nat, packet, port, port_of):
    """RFC 4787 REQ-3 a) and REQ-4."""
    gate = nat()
    gate.out(packet("udp", f"10.0.0.5:{port} > 192.0.2.9:53"))
    other = port_of(gate.out(packet("udp", f"10.0.0.6:{port} > 192.0.2.9:53")))
    assert other != port
    assert other % 2 == port % 2
    assert (other < 1024) == (port < 1024)


def test_without_preservation_ports_are_chosen_by_chance(nat, packet, port_of):
    """RFC 7857 section 9: as RFC 6056 wants it."""
    gate = nat(preserve_ports=False)
    ports = [
        port_of(gate.out(packet("udp", f"10.0.0.5:{port} > 192.0.2.9:53")))
        for port in range(4000, 4020)
    ]
    assert len(set(ports)) == 20
    assert sorted(ports) != ports


@pytest.mark.parametrize("kind", PORTED)
@pytest.mark.parametrize(
    ("filtering", "admitted"), [(EVERYBODY, (1, 1, 1)), (ADDRESS, (1, 1, 0)), (PORT, (1, 0, 0))]
)
def test_filtering_decides_who_may_answer(nat, packet, way, kind, filtering, admitted):
    """RFC 4787 section 5 and REQ-8, RFC 5382 REQ-3."""
    gate = nat(filtering=filtering)
    gate.out(packet(kind, "10.0.0.5:4000 > 192.0.2.9:53", flags=SYN))
    answers = [
        way(gate.home(packet(kind, f"{peer} > 203.0.113.1:4000", flags=SYN)))
        for peer in ("192.0.2.9:53", "192.0.2.9:54", "198.51.100.1:53")
    ]
    assert [answer != "nat.filtered" for answer in answers] == list(map(bool, admitted))


def test_ports_without_a_mapping_are_the_routers_own(nat, packet, way):
    gate = nat()
    knock = packet("tcp", "192.0.2.9:5 > 203.0.113.1:22", flags=SYN)
    assert gate.home(knock) is knock


def test_the_routers_own_packets_keep_their_ports_unless_these_are_taken(nat, packet, way, port_of):
    """Rule 2."""
    gate = nat()
    own = packet("udp", "203.0.113.1:5000 > 192.0.2.9:53")
    assert gate.own(own) is own
    assert way(gate.out(packet("udp", "10.0.0.5:5000 > 192.0.2.9:53"))) != way(own)
    answer = packet("udp", "192.0.2.9:53 > 203.0.113.1:5000")
    assert gate.home(answer) is answer
    gate.out(packet("udp", "10.0.0.5:6000 > 192.0.2.9:53"))
    moved = gate.own(packet("udp", "203.0.113.1:6000 > 192.0.2.9:53"))
    port = port_of(moved)
    assert port != 6000
    back = gate.home(packet("udp", f"192.0.2.9:53 > 203.0.113.1:{port}"))
    assert way(back) == "192.0.2.9:53 > 203.0.113.1:6000"


# --- hairpin -------------------------------------------------------------------------------------


@pytest.mark.parametrize("filtering", [EVERYBODY, PORT])
def test_inner_hosts_reach_each_other_by_their_outer_endpoints(nat, packet, way, filtering):
    """RFC 4787 REQ-9 a): the source is the external one."""
    gate = nat(filtering=filtering)
    gate.out(packet("udp", "10.0.0.5:4000 > 203.0.113.99:1"))
    gate.out(packet("udp", "10.0.0.6:5000 > 203.0.113.99:1"))
    there = packet("udp", "10.0.0.5:4000 > 203.0.113.1:5000")
    back = packet("udp", "10.0.0.6:5000 > 203.0.113.1:4000")
    if filtering is PORT:  # the first one opens the hole for the answer
        assert way(gate.out(there)) == "nat.filtered"
        assert way(gate.out(back)) == "203.0.113.1:5000 > 10.0.0.5:4000"
    assert way(gate.out(there)) == "203.0.113.1:4000 > 10.0.0.6:5000"
    assert way(gate.out(back)) == "203.0.113.1:5000 > 10.0.0.5:4000"


def test_an_error_about_a_turned_packet_is_turned_too(nat, packet, error, way):
    """RFC 5508 REQ-7."""
    gate = nat(filtering=EVERYBODY)
    gate.out(packet("udp", "10.0.0.6:5000 > 192.0.2.9:1"))
    turned = gate.out(packet("udp", "10.0.0.5:4000 > 203.0.113.1:5000"))
    told = gate.box.received(error("10.0.0.6 > 203.0.113.1", turned), gate.inside, 0)
    assert way(told) == "203.0.113.1 > 10.0.0.5"
    quoted = parse(told, first=IPv4).quoted
    assert quoted is not None
    assert (quoted[IPv4].source, quoted[IPv4].destination) == (
        ipv4_bytes("10.0.0.5"),
        ipv4_bytes("203.0.113.1"),
    )


def test_what_claims_to_come_from_the_router_itself_is_left_for_it_to_refuse(nat, packet):
    gate = nat()
    gate.box.forward("udp", 53, ipv4_bytes("10.0.0.7"))
    forged = packet("udp", "203.0.113.1:5 > 203.0.113.1:53")
    assert gate.home(forged) is forged
    assert gate.box.received(forged, gate.inside, 0) is forged


# --- time ----------------------------------------------------------------------------------------


def test_a_udp_mapping_ends_after_five_minutes_of_silence_from_inside(nat, packet, way):
    """RFC 4787 REQ-5 c) and REQ-6; RFC 7857 section 5: packets from outside prolong nothing."""
    gate = nat()
    query, answer = "10.0.0.5:4000 > 192.0.2.9:53", "192.0.2.9:53 > 203.0.113.1:4000"
    gate.out(packet("udp", query))
    gate.time_s = 299
    assert way(gate.home(packet("udp", answer))) == "192.0.2.9:53 > 10.0.0.5:4000"
    gate.out(packet("udp", query))
    gate.time_s = 598
    assert way(gate.home(packet("udp", answer))) == "192.0.2.9:53 > 10.0.0.5:4000"
    gate.time_s = 599
    assert way(gate.home(packet("udp", answer))) == answer
    assert gate.box.mappings(gate.now) == []


def test_packets_from_outside_prolong_a_mapping_where_that_is_wanted(nat, packet, way):
    """RFC 4787 REQ-6 a)."""
    gate = nat(inbound_refresh=True)
    gate.out(packet("udp", "10.0.0.5:4000 > 192.0.2.9:53"))
    for time_s in (250, 500, 750):
        gate.time_s = time_s
        back = gate.home(packet("udp", "192.0.2.9:53 > 203.0.113.1:4000"))
        assert way(back) == "192.0.2.9:53 > 10.0.0.5:4000"


def opened(gate, packet):
    gate.out(packet("tcp", "10.0.0.5:4000 > 192.0.2.9:80", flags=SYN))
    gate.home(packet("tcp", "192.0.2.9:80 > 203.0.113.1:4000", flags=SYN | ACK))
    gate.out(packet("tcp", "10.0.0.5:4000 > 192.0.2.9:80", flags=ACK))


def is_mapped(gate):
    return bool(gate.box.mappings(gate.now))


def test_an_established_connection_may_be_silent_for_two_hours_and_four_minutes(nat, packet):
    """RFC 5382 REQ-5."""
    gate = nat()
    opened(gate, packet)
    gate.time_s = 7439
    assert is_mapped(gate)
    gate.time_s = 7440
    assert not is_mapped(gate)


def test_a_connection_that_does_not_open_is_given_four_minutes(nat, packet):
    """RFC 5382 REQ-5, RFC 7857 section 2.1."""
    gate = nat()
    gate.out(packet("tcp", "10.0.0.5:4000 > 192.0.2.9:80", flags=SYN))
    gate.time_s = 239
    assert is_mapped(gate)
    gate.time_s = 240
    assert not is_mapped(gate)


def test_a_closed_connection_is_remembered_for_four_minutes(nat, packet):
    """RFC 7857 section 2.2: FIN of both sides."""
    gate = nat()
    opened(gate, packet)
    gate.out(packet("tcp", "10.0.0.5:4000 > 192.0.2.9:80", flags=FIN | ACK))
    gate.time_s = 3600
    assert is_mapped(gate)  # half closed may last
    gate.home(packet("tcp", "192.0.2.9:80 > 203.0.113.1:4000", flags=FIN | ACK))
    gate.time_s = 3600 + 239
    assert is_mapped(gate)
    gate.time_s = 3600 + 240
    assert not is_mapped(gate)


def test_a_reset_connection_that_goes_on_was_not_reset(nat, packet):
    """RFC 7857 section 2.2: a forged RST only shortens the time."""
    gate = nat()
    opened(gate, packet)
    gate.home(packet("tcp", "192.0.2.9:80 > 203.0.113.1:4000", flags=RST))
    gate.time_s = 200
    assert is_mapped(gate)
    gate.out(packet("tcp", "10.0.0.5:4000 > 192.0.2.9:80", flags=ACK))
    gate.time_s = 7000
    assert is_mapped(gate)


def test_a_simultaneous_open_through_port_restricted_nat_succeeds(nat, packet, way):
    """RFC 5382 REQ-2: both sides send a SYN."""
    gate = nat()
    inner = packet("tcp", "10.0.0.5:4000 > 192.0.2.9:80", flags=SYN)
    outer = packet("tcp", "192.0.2.9:80 > 203.0.113.1:4000", flags=SYN)
    gate.out(packet("tcp", "10.0.0.5:4000 > 192.0.2.77:1", flags=SYN))
    assert way(gate.home(outer)) == "nat.filtered"
    gate.out(inner)
    assert way(gate.home(outer)) == "192.0.2.9:80 > 10.0.0.5:4000"
    gate.time_s = 7000
    assert is_mapped(gate)


def test_a_rst_from_inside_opens_nothing(nat, packet, way):
    """RFC 7857 section 6."""
    gate = nat()
    lost = packet("tcp", "10.0.0.5:4000 > 192.0.2.9:80", flags=RST)
    assert way(gate.out(lost)) == "nat.no_mapping"
    assert not is_mapped(gate)


# --- ICMP ----------------------------------------------------------------------------------------


def test_pings_are_told_apart_by_their_identifiers(nat, packet, way, port_of):
    """RFC 5508 REQ-1."""
    gate = nat()
    first = gate.out(packet("ping", "10.0.0.5:7 > 192.0.2.9:0"))
    second = gate.out(packet("ping", "10.0.0.6:7 > 192.0.2.9:0"))
    assert way(first) == "203.0.113.1:7 > 192.0.2.9:0"
    identifier = port_of(second)
    assert identifier != 7
    pong = packet("pong", f"192.0.2.9:0 > 203.0.113.1:{identifier}")
    assert way(gate.home(pong)) == "192.0.2.9:0 > 10.0.0.6:7"


def test_a_ping_is_remembered_for_a_minute(nat, packet, way):
    """RFC 5508 REQ-2."""
    gate = nat()
    gate.out(packet("ping", "10.0.0.5:7 > 192.0.2.9:0"))
    pong = packet("pong", "192.0.2.9:0 > 203.0.113.1:7")
    gate.time_s = 59
    assert way(gate.home(pong)) == "192.0.2.9:0 > 10.0.0.5:7"
    gate.time_s = 60
    assert gate.home(pong) is pong


def test_a_ping_from_outside_is_for_the_router(nat, packet):
    gate = nat()
    gate.out(packet("ping", "10.0.0.5:7 > 192.0.2.9:0"))
    ping = packet("ping", "192.0.2.9:7 > 203.0.113.1:0")
    assert gate.home(ping) is ping


@pytest.mark.parametrize("kind", [*PORTED, "ping"])
def test_an_error_from_outside_finds_the_inner_host_and_quotes_what_it_sent(
    nat, packet, error, way, kind
):
    """RFC 5508 REQ-4; a router on the way may say it, too."""
    gate = nat(preserve_ports=False)
    original = packet(kind, "10.0.0.5:4000 > 192.0.2.9:53", flags=SYN)
    told = gate.home(error("198.51.100.1 > 203.0.113.1", gate.out(original), cut=60))
    assert way(told) == "198.51.100.1 > 10.0.0.5"
    assert told[28:] == original


def test_what_an_error_says_stays(nat, packet, error):
    """RFC 5508 REQ-4 b); the MTU of RFC 1191 lies in the header's last bytes."""
    gate = nat()
    original = packet("udp", "10.0.0.5:4000 > 192.0.2.9:53")
    told = gate.home(error("198.51.100.1 > 203.0.113.1", gate.out(original), 3, 4, rest=1400))
    assert told[20:22] + told[24:28] == bytes((3, 4, 0, 0)) + (1400).to_bytes(2)


def test_an_error_of_unknown_origin_is_not_passed_inside(nat, packet, error):
    """RFC 5508 REQ-4: no mapping. The router itself finds that it is about nothing it sent."""
    gate = nat()
    gate.out(packet("udp", "10.0.0.5:4000 > 192.0.2.9:53"))
    forged = error("192.0.2.9 > 203.0.113.1", packet("udp", "203.0.113.1:4001 > 192.0.2.9:53"))
    assert gate.home(forged) is forged


def test_a_damaged_error_is_dropped(nat, packet, error, way):
    """RFC 5508 REQ-3 a)."""
    gate = nat()
    told = bytearray(
        error("192.0.2.9 > 203.0.113.1", gate.out(packet("udp", "10.0.0.5:4000 > 192.0.2.9:53")))
    )
    told[22] ^= 1
    assert way(gate.home(bytes(told))) == "icmp.bad_checksum"


def test_errors_neither_end_nor_prolong_a_mapping(nat, packet, error):
    """RFC 4787 REQ-12, RFC 5382 REQ-10."""
    gate = nat()
    sent = gate.out(packet("udp", "10.0.0.5:4000 > 192.0.2.9:53"))
    gate.time_s = 299
    gate.home(error("192.0.2.9 > 203.0.113.1", sent))
    assert is_mapped(gate)
    gate.time_s = 300
    assert not is_mapped(gate)


def test_an_error_from_inside_quotes_what_came_from_outside(nat, packet, error, way):
    """RFC 5508 REQ-5; an inner router's address is hidden, too."""
    gate = nat()
    gate.out(packet("udp", "10.0.0.5:4000 > 192.0.2.9:53"))
    original = packet("udp", "192.0.2.9:53 > 203.0.113.1:4000")
    told = gate.out(error("10.0.0.254 > 192.0.2.9", gate.home(original), cut=60))
    assert way(told) == "203.0.113.1 > 192.0.2.9"
    assert told[28:] == original


def test_an_error_from_inside_about_nothing_does_not_leave(nat, packet, error, way):
    """RFC 5508 REQ-5 a)."""
    gate = nat()
    told = gate.out(error("10.0.0.5 > 192.0.2.9", packet("udp", "192.0.2.9:53 > 10.0.0.5:4000")))
    assert way(told) == "nat.no_mapping"


def test_the_routers_error_about_a_translated_packet_quotes_what_was_sent(nat, packet, error, way):
    """Rule 3: its TTL ended behind the translation."""
    gate = nat()
    gate.out(packet("udp", "10.0.0.5:4000 > 192.0.2.9:53"))
    original = packet("udp", "192.0.2.9:53 > 203.0.113.1:4000")
    told = gate.own(error("203.0.113.1 > 192.0.2.9", gate.home(original), 11, 0, cut=60))
    assert way(told) == "203.0.113.1 > 192.0.2.9"
    assert told[28:] == original


# --- what else -----------------------------------------------------------------------------------


def test_a_forwarded_port_is_open_to_everybody_for_ever(nat, packet, way):
    gate = nat()
    gate.box.forward("tcp", 8080, ipv4_bytes("10.0.0.7"), 80)
    gate.time_s = 1e6
    call = packet("tcp", "192.0.2.9:5 > 203.0.113.1:8080", flags=SYN)
    assert way(gate.home(call)) == "192.0.2.9:5 > 10.0.0.7:80"
    answer = packet("tcp", "10.0.0.7:80 > 192.0.2.9:5", flags=SYN | ACK)
    assert way(gate.out(answer)) == "203.0.113.1:8080 > 192.0.2.9:5"
    inner = packet("tcp", "10.0.0.5:4000 > 203.0.113.1:8080", flags=SYN)
    assert way(gate.out(inner)) == "203.0.113.1:4000 > 10.0.0.7:80"


@pytest.mark.parametrize("mapping", list(Dependence))
def test_a_forwarded_port_answers_every_peer_whatever_mappings_depend_on(nat, packet, way, mapping):
    gate = nat(mapping=mapping)
    gate.box.forward("udp", 53, ipv4_bytes("10.0.0.7"))
    for peer in ("192.0.2.9:5", "192.0.2.9:6", "198.51.100.1:5"):
        gate.home(packet("udp", f"{peer} > 203.0.113.1:53"))
        answer = gate.out(packet("udp", f"10.0.0.7:53 > {peer}"))
        assert way(answer) == f"203.0.113.1:53 > {peer}"


@pytest.mark.parametrize(
    ("protocol", "port"), [("gre", 5), ("tcp", 0), ("tcp", 65_536), ("udp", 53)]
)
def test_a_port_that_cannot_be_forwarded_is_refused(nat, protocol, port):
    gate = nat()
    gate.box.forward("udp", 53, ipv4_bytes("10.0.0.7"))
    with pytest.raises(ValueError, match="forward"):
        gate.box.forward(protocol, port, ipv4_bytes("10.0.0.8"))


def test_what_has_no_ports_does_not_leave(nat, way):
    """Rule 4."""
    gate = nat()
    tunnelled = bytes(IPv4(source="10.0.0.5", destination="192.0.2.9", protocol=47) / b"12345678")
    assert way(gate.out(tunnelled)) == "nat.no_ports"
    cut = bytes(IPv4(source="10.0.0.5", destination="192.0.2.9", protocol=17) / b"123")
    assert way(gate.out(cut)) == "nat.no_ports"


def test_what_stays_inside_or_is_of_ipv6_is_left_alone(nat, packet):
    gate = nat()
    inner = packet("udp", "10.0.0.5:4000 > 10.0.1.5:53")
    assert gate.box.leaving(inner, gate.inside, gate.inside, 0) is inner
    six = packet("udp", "[2001:db8::5]:4000 > [2001:db8:1::9]:53")
    assert parse(six, first=IPv6).verify() == []
    assert gate.out(six) is six


def test_a_udp_checksum_of_zero_stays_zero(nat, packet):
    """RFC 768: there is none."""
    gate = nat(preserve_ports=False)
    datagram = bytearray(packet("udp", "10.0.0.5:4000 > 192.0.2.9:53"))
    datagram[26:28] = bytes(2)
    sent = gate.out(bytes(datagram))
    assert sent[26:28] == bytes(2)


def test_a_damaged_packet_is_still_found_damaged_at_its_end(nat, packet):
    gate = nat(preserve_ports=False)
    segment = bytearray(packet("tcp", "10.0.0.5:4000 > 192.0.2.9:53"))
    segment[-1] ^= 1
    sent = gate.out(bytes(segment))
    assert len(parse(sent, first=IPv4).verify()) == 1


def test_a_full_table_refuses_new_peers_and_takes_them_again_when_old_ones_expire(nat, packet, way):
    gate = nat(capacity=10)
    results = [
        way(gate.out(packet("udp", f"10.0.0.5:{4000 + number % 4} > 192.0.2.9:{number}")))
        for number in range(1, 101)
    ]
    assert results.count("nat.table_full") == 90
    gate.time_s = 300
    assert way(gate.out(packet("udp", "10.0.0.5:4000 > 192.0.2.9:200"))) != "nat.table_full"
    assert len(gate.box.mappings(gate.now)) == 1


def test_when_every_port_is_taken_it_says_so(nat, packet, way):
    gate = nat()
    peer = (ipv4_bytes("192.0.2.9"), 53)
    for port in range(1024, 65_536):  # through the table, since 60,000 packets take their time
        inner = (ipv4_bytes("10.0.0.5"), port)
        mapping = gate.box._table.open(17, inner, gate.outside.address, peer, 0)
        session = Session(None, outward=True)
        gate.box._table.begin(mapping, peer, session, 0)
        mapping.prolong(session, 300 * SECOND)
    assert way(gate.out(packet("udp", "10.0.0.6:4000 > 192.0.2.9:53"))) == "nat.table_full"
    gate.time_s = 300
    assert way(gate.out(packet("udp", "10.0.0.6:4000 > 192.0.2.9:53"))).startswith("203.0.113.1")


def test_after_the_outer_address_changed_everything_is_mapped_anew(nat, packet, way):
    """DHCP may give another address at any time."""
    gate = nat()
    gate.out(packet("udp", "10.0.0.5:4000 > 192.0.2.9:53"))
    gate.outside.remove(ipv4_bytes("203.0.113.1"))
    gate.outside.add(ipv4_bytes("203.0.113.77"), 24)
    sent = gate.out(packet("udp", "10.0.0.5:4000 > 192.0.2.9:53"))
    assert way(sent) == "203.0.113.77:4000 > 192.0.2.9:53"
