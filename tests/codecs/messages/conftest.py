"""What the tests of ICMP, ND, MLD, IGMP and DNS messages share."""

import pytest

from wirelab.codecs import AUTO, parse


@pytest.fixture(scope="session")
def settled():
    """A packet's headers with every AUTO value as it is on the wire."""

    def settle(packet):
        return packet.resolved().layers

    return settle


@pytest.fixture(scope="session")
def agree(settled):
    """Hold a packet of ours against one of scapy's: the same bytes, the same values, and back."""

    def hold(ours, theirs):
        frame = bytes(theirs)
        assert bytes(ours).hex() == frame.hex()
        read = parse(frame, first=type(ours.layers[0]))
        assert read.layers == settled(ours)
        assert AUTO not in [getattr(layer, name) for layer in read.layers for name in layer.VALUES]
        assert bytes(read) == frame
        assert read.verify() == []
        again = theirs.__class__(bytes(ours))
        assert bytes(again) == frame
        return again

    return hold
