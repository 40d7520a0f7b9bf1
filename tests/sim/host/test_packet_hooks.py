"""The order in which a host's hooks see packets, and what a refusal does."""

import pytest

from wirelab.sim.host.config import InterfaceConfig
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.packet_hooks import PacketHooks
from wirelab.sim.reasons import Reason

LAN = Interface(0, InterfaceConfig("eth0", bytes(6), bytes((10, 0, 0, 1))))
REFUSED = Drop(Reason.IP_FILTER, "as told")


class Signs:
    """Writes its name behind every packet, or refuses it."""

    def __init__(self, name: bytes, *, refuses: bool = False, wants_whole: bool = False) -> None:
        self.name = name
        self.refuses = refuses
        self.wants_whole = wants_whole

    def received(self, packet: bytes, interface: Interface, now: int) -> bytes | Drop:
        return REFUSED if self.refuses else packet + self.name

    def leaving(
        self, packet: bytes, arrived: Interface | None, interface: Interface, now: int
    ) -> bytes | Drop:
        return REFUSED if self.refuses else packet + self.name.lower()

    def restored(self, packet: bytes, now: int) -> bytes:
        return packet.removesuffix(self.name.lower())


def hooks_of(*hooks: Signs) -> PacketHooks:
    chain = PacketHooks()
    for hook in hooks:
        chain.add(hook)
    return chain


def test_what_comes_in_passes_the_hooks_in_order_and_what_leaves_in_the_reverse_one():
    """Rule 1."""
    chain = hooks_of(Signs(b"A"), Signs(b"B"))
    assert chain.received(b"in ", LAN, 0) == b"in AB"
    assert chain.leaving(b"out ", None, LAN, 0) == b"out ba"


def test_what_all_have_done_to_a_leaving_packet_is_undone_for_its_sender():
    chain = hooks_of(Signs(b"A"), Signs(b"B"))
    left = chain.leaving(b"out ", None, LAN, 0)
    assert isinstance(left, bytes)
    assert chain.restored(left, 0) == b"out "


def test_a_refusal_ends_it():
    chain = hooks_of(Signs(b"A", refuses=True), Signs(b"B"))
    assert chain.received(b"", LAN, 0) is REFUSED
    assert chain.leaving(b"", LAN, LAN, 0) is REFUSED


def test_one_hook_that_wants_datagrams_whole_is_enough():
    """Rule 4."""
    picky = Signs(b"B", wants_whole=True)
    chain = hooks_of(Signs(b"A"), picky)
    assert chain.wants_whole
    chain.remove(picky)
    assert not chain.wants_whole
    assert len(chain) == 1


def test_without_hooks_the_chain_is_false_and_removing_what_is_not_in_is_an_error():
    """Rule 3."""
    chain = hooks_of()
    assert not chain
    with pytest.raises(ValueError, match="no hook of this host"):
        chain.remove(Signs(b"A"))
