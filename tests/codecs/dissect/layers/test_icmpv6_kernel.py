"""What Linux sends by itself, and in answer to pings, joined groups and closed ports.

`kernel_frames.txt` was captured on a veth pair between two namespaces: duplicate address detection,
router and neighbor solicitations, echoes of both versions, MLD and IGMP reports, unreachable ports.
"""

from pathlib import Path

import pytest

from wirelab.codecs import IGMP, UDP, ICMPv4, ICMPv6, parse

FRAMES = [
    bytes.fromhex(line)
    for line in Path(__file__).with_name("kernel_frames.txt").read_text().splitlines()
]


@pytest.mark.parametrize("protocol", ["icmp", "icmpv6", "igmp", "dns"])
def test_every_field_of_the_kernels_frames_is_what_tshark_prints(oracle, protocol):
    oracle(protocol, FRAMES, at_least=30)


def test_the_kernels_frames_come_back_as_they_are_and_nothing_is_wrong_with_them():
    found = set()
    for frame in FRAMES:
        packet = parse(frame)
        found |= {type(layer) for layer in packet.layers}
        assert bytes(packet) == frame
        # The checksum of UDP is left to an interface that does not compute it (offload).
        assert {problem.layer for problem in packet.verify()} <= {"UDP"}
    assert {ICMPv4, ICMPv6, IGMP, UDP} <= found
