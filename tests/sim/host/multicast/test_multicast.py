"""RFC 3376 sections 2 and 3; RFC 1112 section 7: who listens to what on a host."""

import pytest

from wirelab.sim.host.multicast.source_filter import (
    EVERYBODY,
    NOBODY,
    FilterMode,
    SourceFilter,
)
from wirelab.sim.reasons import Reason

GROUP, SAME_MAC = b"\xef\x01\x02\x03", b"\xe0\x81\x02\x03"
A, B = b"\x0a\0\0\x09", b"\x0a\0\0\x08"


def group_frame(rig, group=GROUP):
    """A datagram to a group, to a port that nobody listens to."""
    mac = b"\x01\0\x5e" + bytes((group[1] & 0x7F,)) + group[2:]
    return rig.frame(None, bytes(8), to=mac, destination=group, protocol=253)


def test_only_groups_that_were_joined_are_heard(rig):
    """RFC 1112 section 7.2: the interface filters, and IP filters again."""
    assert rig.receive(group_frame(rig)).reason is Reason.ETH_NOT_FOR_ME
    rig.host.join_group(GROUP, rig.now)
    assert rig.receive(group_frame(rig)).reason is Reason.IP_NO_PROTOCOL
    assert rig.receive(group_frame(rig, SAME_MAC)).reason is Reason.IP_NOT_FOR_ME
    rig.host.leave_group(GROUP, rig.now)
    assert rig.receive(group_frame(rig)).reason is Reason.ETH_NOT_FOR_ME


def test_two_groups_with_one_ethernet_address_are_counted(rig):
    """RFC 1112 section 6.4: 32 groups share each Ethernet address."""
    rig.host.join_group(GROUP, rig.now)
    rig.host.join_group(SAME_MAC, rig.now)
    rig.host.leave_group(GROUP, rig.now)
    assert rig.receive(group_frame(rig, SAME_MAC)).reason is Reason.IP_NO_PROTOCOL


def test_an_interface_hears_for_as_long_as_anybody_wants(rig):
    """RFC 3376 section 3.2."""
    multicast = rig.host.multicast
    multicast.listen("one", 0, GROUP, EVERYBODY, rig.now)
    multicast.listen("other", 0, GROUP, EVERYBODY, rig.now)
    multicast.forget("one", rig.now)
    assert multicast.groups(0) == {GROUP: EVERYBODY}
    multicast.forget("other", rig.now)
    assert multicast.groups(0) == {}


def test_each_holder_keeps_its_own_filter(rig):
    """RFC 3376 section 3.1."""
    multicast = rig.host.multicast
    only_a = SourceFilter(FilterMode.INCLUDE, frozenset({A}))
    not_b = SourceFilter(FilterMode.EXCLUDE, frozenset({B}))
    multicast.listen("one", 0, GROUP, only_a, rig.now)
    multicast.listen("other", 0, GROUP, not_b, rig.now)
    assert multicast.wish("one", 0, GROUP) == only_a
    assert multicast.wish("other", 0, GROUP) == not_b
    assert multicast.wish("third", 0, GROUP) == NOBODY
    assert multicast.groups(0) == {GROUP: not_b}


def test_a_wish_that_changes_nothing_for_the_interface_is_not_told(rig):
    """RFC 3376 section 5.1: only changes of the interface's state are."""
    rig.host.join_group(GROUP, rig.now)
    rig.wait(10)
    rig.frames()
    rig.host.multicast.listen("socket", 0, GROUP, EVERYBODY, rig.now)
    rig.host.leave_group(GROUP, rig.now)
    rig.wait(10)
    assert rig.frames() == []


@pytest.mark.parametrize("group", [A, b"\xef\x01\x02", bytes(16)])
def test_only_groups_can_be_joined(rig, group):
    """RFC 1112 section 4, with the way out."""
    with pytest.raises(ValueError, match=r"224\.0\.0\.0/4|bytes"):
        rig.host.join_group(group, rig.now)


@pytest.mark.parametrize("source", [bytes(16), GROUP])
def test_only_hosts_of_the_same_family_can_be_sources(rig, source):
    """RFC 3376 section 2."""
    wanted = SourceFilter(FilterMode.INCLUDE, frozenset({source}))
    with pytest.raises(ValueError, match="unicast address of the same family"):
        rig.host.join_group(GROUP, rig.now, wanted=wanted)


@pytest.mark.parametrize("index", [-1, 1])
def test_an_interface_that_is_not_there_is_refused(make_rig, index):
    with pytest.raises(ValueError, match=f"there is no interface {index}; this host has 1"):
        make_rig().host.join_group(b"\xe0\x01\x02\x03", 0, interface=index)
