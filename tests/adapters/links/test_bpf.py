"""The filters, run by a small interpreter: which frames they keep, without a kernel."""

import struct

import pytest

from wirelab.adapters.links import bpf
from wirelab.codecs import TCP, UDP, Ethernet, IPv4, ipv4_bytes

MAC = bytes.fromhex("020000000077")
OURS, PEER = "198.51.100.1", "198.51.100.2"
RST, ACK = 0x04, 0x10


def keeps(program, frame, packet_type=0):
    """Run a program over a frame, as the kernel does; a load past the end drops it."""
    accumulator = index = 0
    counter = 0
    while True:
        code, if_true, if_false, operand = program[counter]
        counter += 1
        if code == bpf.RETURN:
            return operand > 0
        if code == bpf.JUMP_EQUAL:
            counter += if_true if accumulator == operand else if_false
        elif code == bpf.JUMP_SET:
            counter += if_true if accumulator & operand else if_false
        elif code == bpf.LOAD_HEADER_LENGTH:
            index = (frame[operand] & 0x0F) * 4
        elif operand == bpf.ANCILLARY_PACKET_TYPE:
            accumulator = packet_type
        else:
            size = {0x00: 4, 0x08: 2, 0x10: 1}[code & 0x18]
            offset = operand + (index if code & 0xE0 == 0x40 else 0)
            if offset + size > len(frame):
                return False
            accumulator = int.from_bytes(frame[offset : offset + size])


def segment(source=OURS, port=49152, flags=RST, options=()):
    network = IPv4(source=source, destination=PEER, options=options)
    transport = TCP(source_port=port, destination_port=80, flags=flags)
    return bytes(Ethernet(destination=MAC, source=MAC) / network / transport)


@pytest.mark.parametrize(
    ("destination", "kept"),
    [
        ("020000000077", True),
        ("020000000078", False),
        ("030000000077", True),  # a group
        ("ffffffffffff", True),
        ("01005e000001", True),
        ("000000000077", False),
        ("020000010077", False),
    ],
)
def test_frames_for_us_and_for_groups_are_kept(destination, kept):
    """IEEE 802 section 8.2: the group bit is the lowest of the first octet."""
    frame = bytes.fromhex(destination) + bytes(54)
    assert keeps(bpf.for_mac(MAC), frame) is kept
    assert keeps(bpf.for_mac(MAC, then=bpf.DROP_ALL), frame) is False


def test_a_following_program_sees_unicast_and_groups():
    only_arp = (
        bpf.Instruction(bpf.LOAD_HALF, 0, 0, 12),
        bpf.Instruction(bpf.JUMP_EQUAL, 1, 0, 0x0806),
        bpf.Instruction(bpf.RETURN, 0, 0, 0),
        *bpf.ACCEPT_ALL,
    )
    program = bpf.for_mac(MAC, then=only_arp)
    for destination in (MAC, b"\xff" * 6):
        assert keeps(program, destination + bytes(6) + b"\x08\x06" + bytes(46))
        assert not keeps(program, destination + bytes(6) + b"\x08\x00" + bytes(46))


def test_the_witness_sees_resets_that_leave_our_ports_and_nothing_else():
    program = bpf.outgoing_resets(ipv4_bytes(OURS), [49152, 49153, 50000])
    out = bpf.PACKET_OUTGOING
    for port in (49152, 49153, 50000):
        assert keeps(program, segment(port=port), out)
        assert keeps(program, segment(port=port, flags=RST | ACK), out)
    assert keeps(program, segment(options=bytes([1, 1, 1, 1])), out)
    assert not keeps(program, segment(), packet_type=0)  # arriving
    assert not keeps(program, segment(port=49154), out)
    assert not keeps(program, segment(flags=ACK), out)
    assert not keeps(program, segment(source=PEER), out)
    udp = IPv4(source=OURS, destination=PEER) / UDP(source_port=49152) / bytes(20)
    assert not keeps(program, bytes(Ethernet() / udp), out)
    assert not keeps(program, bytes(12) + b"\x08\x06" + bytes(46), out)


@pytest.mark.parametrize("count", [1, 200])
def test_every_port_of_a_long_list_is_reached(count):
    """Jumps are 8 bits wide."""
    ports = range(1000, 1000 + count)
    program = bpf.outgoing_resets(ipv4_bytes(OURS), ports)
    assert all(keeps(program, segment(port=port), bpf.PACKET_OUTGOING) for port in ports)
    assert not keeps(program, segment(port=999), bpf.PACKET_OUTGOING)
    assert not keeps(program, segment(port=1000 + count), bpf.PACKET_OUTGOING)


@pytest.mark.parametrize("count", [0, 201])
def test_an_impossible_number_of_ports_is_refused(count):
    with pytest.raises(ValueError, match=f"{count} ports: a filter takes 1 to 200"):
        bpf.outgoing_resets(bytes(4), range(count))


def test_a_program_is_packed_as_the_kernel_reads_it():
    """Linux `struct sock_filter`: 16, 8, 8 and 32 bits."""
    assert bpf.packed(bpf.ACCEPT_ALL) == struct.pack("=HBBI", 0x06, 0, 0, 0x40000)
