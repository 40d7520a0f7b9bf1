"""scapy and dpkt read what we write and write what we read."""

import dpkt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scapy.layers import inet, l2

from wirelab.codecs import (
    ARP,
    TCP,
    UDP,
    Ethernet,
    ICMPv4,
    IPv4,
    MaximumSegmentSize,
    NoOperation,
    SACKPermitted,
    Timestamps,
    WindowScale,
    ipv4_text,
    mac_text,
    parse,
)

u8, u16, u32 = (st.integers(0, (1 << bits) - 1) for bits in (8, 16, 32))
address = st.binary(min_size=4, max_size=4)
gentle = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@gentle
@given(address, address, u16, u16, u8, st.integers(0, 63), st.integers(0, 3), st.binary(max_size=9))
def test_scapy_writes_the_same_udp_datagram(
    source, destination, source_port, destination_port, ttl, dscp, ecn, payload
):
    ours = (
        IPv4(source=source, destination=destination, ttl=ttl, dscp=dscp, ecn=ecn)
        / UDP(source_port, destination_port)
        / payload
    )
    theirs = (
        inet.IP(
            src=ipv4_text(source),
            dst=ipv4_text(destination),
            ttl=ttl,
            tos=dscp << 2 | ecn,
            id=0,
        )
        / inet.UDP(sport=source_port, dport=destination_port)
        / payload
    )
    assert bytes(ours) == bytes(theirs)


@gentle
@given(u16, u16, u32, u32, st.integers(0, 511), u16, u16, st.binary(max_size=9))
def test_scapy_writes_the_same_tcp_segment(
    source_port, destination_port, sequence, acknowledgment, flags, window, urgent, payload
):
    ours = IPv4(source="10.0.0.1", destination="10.0.0.2") / TCP(
        source_port,
        destination_port,
        sequence_number=sequence,
        acknowledgment_number=acknowledgment,
        flags=flags,
        window=window,
        urgent_pointer=urgent,
        options=[
            MaximumSegmentSize(1460),
            SACKPermitted(),
            Timestamps(sequence, acknowledgment),
            NoOperation(),
            WindowScale(7),
        ],
    )
    theirs = inet.IP(src="10.0.0.1", dst="10.0.0.2", id=0) / inet.TCP(
        sport=source_port,
        dport=destination_port,
        seq=sequence,
        ack=acknowledgment,
        flags=flags,
        window=window,
        urgptr=urgent,
        options=[
            ("MSS", 1460),
            ("SAckOK", b""),
            ("Timestamp", (sequence, acknowledgment)),
            ("NOP", None),
            ("WScale", 7),
        ],
    )
    assert bytes(ours / payload) == bytes(theirs / payload)


@gentle
@given(u16, u16, st.binary(max_size=40))
def test_scapy_writes_the_same_echo(identifier, sequence_number, payload):
    ours = ICMPv4(identifier=identifier, sequence_number=sequence_number).build(payload)
    assert ours == bytes(inet.ICMP(type=8, id=identifier, seq=sequence_number) / payload)


@gentle
@given(st.binary(min_size=6, max_size=6), address, address, st.sampled_from([1, 2]))
def test_scapy_writes_the_same_arp_packet(mac, source, destination, operation):
    ours = Ethernet(source=mac) / ARP(
        operation=operation,
        sender_hardware_address=mac,
        sender_protocol_address=source,
        target_protocol_address=destination,
    )
    theirs = l2.Ether(src=mac_text(mac), dst="ff:ff:ff:ff:ff:ff") / l2.ARP(
        op=operation,
        hwsrc=mac_text(mac),
        psrc=ipv4_text(source),
        hwdst="00:00:00:00:00:00",
        pdst=ipv4_text(destination),
    )
    assert bytes(ours) == bytes(theirs)


def test_scapy_reads_the_same_fields(frames):
    for frame in frames.values():
        packet, theirs = parse(frame), l2.Ether(frame)
        assert (mac_text(packet[Ethernet].source), packet[Ethernet].type) == (
            theirs.src,
            theirs.type,
        )
        ours = packet.get(IPv4)
        if ours is None:
            continue
        ip = theirs[inet.IP]
        assert (ours.ihl, ours.total_length, ours.identification, ours.ttl, ours.protocol) == (
            ip.ihl,
            ip.len,
            ip.id,
            ip.ttl,
            ip.proto,
        )
        assert (ours.fragment_offset, ours.more_fragments, ours.checksum) == (
            ip.frag,
            bool(ip.flags.MF),
            ip.chksum,
        )


@pytest.mark.parametrize("name", ["tcp_syn", "tcp_sack", "tcp_data", "tcp_unknown_option"])
def test_dpkt_reads_the_same_tcp_segment(frames, name):
    ours, theirs = parse(frames[name])[TCP], dpkt.ethernet.Ethernet(frames[name]).data.data
    assert (ours.source_port, ours.destination_port) == (theirs.sport, theirs.dport)
    assert (ours.sequence_number, ours.acknowledgment_number) == (theirs.seq, theirs.ack)
    assert (ours.data_offset, ours.flags, ours.window) == (theirs.off, theirs.flags, theirs.win)
    assert (ours.checksum, ours.urgent_pointer) == (theirs.sum, theirs.urp)
    assert ours.option_bytes == theirs.opts


@pytest.mark.parametrize("name", ["tcp_syn", "tcp_sack", "tcp_data", "icmp_echo"])
def test_dpkt_computes_the_same_checksums(frames, name):
    theirs = dpkt.ethernet.Ethernet(frames[name])
    theirs.data.sum = theirs.data.data.sum = 0  # dpkt computes what is zero
    ours = parse(frames[name])
    for kind in (IPv4, TCP, ICMPv4):
        if kind in ours:
            ours = ours.replace(kind, checksum=0)
    assert bytes(ours) != frames[name]
    assert bytes(ours.fix_checksums()) == frames[name] == bytes(theirs)
