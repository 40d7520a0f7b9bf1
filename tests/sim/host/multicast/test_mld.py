"""RFC 3810 sections 5, 6.2 and 8; RFC 2710; RFC 3590: MLD on the wire of a host."""

import pytest

from wirelab.codecs import (
    IPv6RouterAlert,
    MLDDone,
    MLDQuery,
    MLDReport,
    MLDv2GroupRecord,
    MLDv2Query,
    MLDv2Report,
    MLDv2Source,
)
from wirelab.codecs.addresses import ipv6_bytes
from wirelab.sim.host.interface_address import AddressState
from wirelab.sim.host.multicast.querier import QuerierConfig
from wirelab.sim.host.multicast.source_filter import EVERYBODY, FilterMode, SourceFilter
from wirelab.sim.reasons import Reason

GROUP = ipv6_bytes("ff0e::1:2:3")
SENDER = ipv6_bytes("2001:db8::9")
LINK_LOCAL = ipv6_bytes("fe80::ff:fe00:1")
OWN_GROUPS = {ipv6_bytes("ff02::1:ff00:1")}
"""The solicited-node group, the same for both addresses."""


def test_a_join_reports_to_all_version_2_routers(rig6, read_mld):
    """RFC 3810 sections 5 and 5.2.14: hop limit 1, router alert, link-local source, ff02::16."""
    rig6.host.join_group(GROUP, rig6.now)
    ((ip, alert, kind, body),) = read_mld(rig6)
    assert (ip.hop_limit, ip.source, ip.destination) == (1, LINK_LOCAL, ipv6_bytes("ff02::16"))
    assert (alert, kind) == (IPv6RouterAlert(0), 143)
    assert body.records == (MLDv2GroupRecord(group=GROUP, type=4),)


def test_version_1_reports_to_the_group_and_leaves_to_all_routers(make_rig6, read_mld):
    """RFC 2710 section 4."""
    rig = make_rig6(mld_version=1)
    rig.host.join_group(GROUP, rig.now)
    rig.wait(20)
    rig.host.leave_group(GROUP, rig.now)
    said = [(ip.destination, kind, body.group) for ip, _, kind, body in read_mld(rig)]
    assert said == [(GROUP, 131, GROUP)] * 2 + [(ipv6_bytes("ff02::2"), 132, GROUP)]


def test_reports_come_from_nobody_while_the_address_is_tentative(rig6, read_mld):
    """RFC 3590 section 4."""
    for entry in rig6.host.interfaces[0].ipv6:
        entry.state = AddressState.TENTATIVE
    rig6.host.join_group(GROUP, rig6.now)
    ((ip, *_),) = read_mld(rig6)
    assert ip.source == bytes(16)


@pytest.mark.parametrize("group", ["ff02::1", "ff01::5", "ff00::5"])
def test_what_everybody_hears_or_stays_inside_is_not_reported(rig6, group):
    """RFC 3810 section 6."""
    rig6.host.join_group(ipv6_bytes(group), rig6.now)
    rig6.wait(20)
    assert rig6.frames() == []


def test_the_groups_of_our_addresses_are_reported_when_a_router_asks(rig6, mld_frame, read_mld):
    """RFC 3810 section 6: solicited-node groups, too; RFC 4291 section 2.8."""
    assert rig6.receive(mld_frame(rig6, MLDv2Query())) is None
    rig6.wait(11)
    ((_, _, _, body),) = read_mld(rig6)
    assert {one.group for one in body.records} == OWN_GROUPS


def test_a_new_address_joins_its_group_and_an_old_one_leaves(rig6, read_mld):
    """RFC 4861 section 7.2.1."""
    address, group = ipv6_bytes("2001:db8::77"), ipv6_bytes("ff02::1:ff00:77")
    rig6.host.add_address(address, 64, rig6.now)
    rig6.wait(20)
    rig6.host.remove_address(address, rig6.now)
    rig6.wait(20)
    records = [one for *_, body in read_mld(rig6) for one in body.records]
    assert [(one.group, one.type) for one in records] == [(group, 4)] * 2 + [(group, 3)] * 2


def test_two_addresses_in_one_solicited_node_group_keep_it_together(rig6, mld_frame):
    """RFC 4861 section 7.2.1: the last one leaves."""
    rig6.host.remove_address(ipv6_bytes("2001:db8::1"), rig6.now)
    assert set(rig6.host.multicast.groups(0)) == OWN_GROUPS
    rig6.host.remove_address(LINK_LOCAL, rig6.now)
    assert rig6.host.multicast.groups(0) == {}


@pytest.mark.parametrize(("version", "kind"), [(1, 131), (2, 143)])
def test_each_version_of_query_gets_its_version_of_report(rig6, mld_frame, read_mld, version, kind):
    """RFC 3810 section 8.2.1."""
    body = MLDQuery() if version == 1 else MLDv2Query()
    assert rig6.receive(mld_frame(rig6, body)) is None
    rig6.wait(11)
    assert {kind for _, _, kind, _ in read_mld(rig6)} == {kind}


def test_a_question_about_sources_is_answered(rig6, mld_frame, read_mld):
    """RFC 3810 section 6.2; the group and the solicited-node groups are heard."""
    wanted = SourceFilter(FilterMode.INCLUDE, frozenset({SENDER}))
    rig6.host.join_group(GROUP, rig6.now, wanted=wanted)
    rig6.wait(20)
    rig6.frames()
    query = MLDv2Query(1000, group=GROUP, sources=[MLDv2Source(SENDER)])
    assert rig6.receive(mld_frame(rig6, query, to="ff0e::1:2:3")) is None
    rig6.wait(2)
    ((_, _, _, body),) = read_mld(rig6)
    assert body.records == (MLDv2GroupRecord(group=GROUP, type=1, sources=(SENDER,)),)


def refused(rig, frame):
    drop = rig.receive(frame)
    assert drop is not None
    assert drop.reason is Reason.MLD_BAD_PACKET
    assert rig.host.counters.balanced
    return drop.detail


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"hop_limit": 2}, "hop limit 2"),
        ({"source": SENDER}, "not link-local"),
        ({"source": bytes(16)}, "not link-local"),
        ({"alert": False}, "router alert"),
    ],
)
def test_queries_from_elsewhere_are_ignored(rig6, mld_frame, changes, word):
    """RFC 3810 section 6.2."""
    assert word in refused(rig6, mld_frame(rig6, MLDv2Query(), **changes))


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (bytes(22), "28 or more"),
        (bytes(12), "16 bytes of type 130"),
        (MLDv2Query(group=SENDER).build(), "no group"),
        (MLDv2Query(group=GROUP, number_of_sources=2).build(), "2 sources announced"),
    ],
)
def test_queries_that_cannot_be_read_are_ignored(rig6, mld_frame, body, word):
    """RFC 3810 sections 5.1.9 and 8.1."""
    assert word in refused(rig6, mld_frame(rig6, body))


@pytest.mark.parametrize("body", [MLDReport(group=SENDER), MLDDone(group=SENDER)])
def test_reports_about_no_group_are_dropped(rig6, mld_frame, body):
    """RFC 2710 section 3.6."""
    assert "no group" in refused(rig6, mld_frame(rig6, body))


def test_somebody_elses_version_1_report_is_enough(make_rig6, mld_frame, read_mld):
    """RFC 2710 section 4."""
    rig = make_rig6(mld_version=1)
    rig.host.join_group(GROUP, rig.now)
    rig.wait(20)
    rig.frames()
    rig.receive(mld_frame(rig, MLDQuery()))
    assert rig.receive(mld_frame(rig, MLDReport(group=GROUP), to="ff0e::1:2:3")) is None
    rig.wait(11)
    assert GROUP not in {body.group for *_, body in read_mld(rig)}


def test_a_querier_asks_all_nodes_from_its_link_local_address(rig6, read_mld):
    """RFC 3810 section 5.1."""
    rig6.host.multicast.ask(0, rig6.now, family=16)
    ((ip, _, kind, body),) = read_mld(rig6)
    assert (ip.source, ip.destination, kind) == (LINK_LOCAL, ipv6_bytes("ff02::1"), 130)
    assert (body.maximum_response_code, body.query_interval_code) == (10000, 125)


def test_a_version_1_querier_sends_24_bytes(rig6, read_mld):
    """RFC 2710 section 3."""
    rig6.host.multicast.ask(0, rig6.now, family=16, config=QuerierConfig(generation=2))
    ((_, _, _, body),) = read_mld(rig6)
    assert isinstance(body, MLDQuery)
    assert body.maximum_response_delay == 10000


def test_nobody_asks_without_a_link_local_address(rig6, read_mld):
    """RFC 3810 section 5.1.14: a query must come from one."""
    for entry in rig6.host.interfaces[0].ipv6:
        entry.state = AddressState.TENTATIVE
    rig6.host.multicast.ask(0, rig6.now, family=16)
    assert read_mld(rig6) == []


def test_a_querier_hears_the_reports_of_all_groups(rig6, mld_frame):
    """RFC 3810 section 7: of both versions."""
    querier = rig6.host.multicast.ask(0, rig6.now, family=16)
    record = MLDv2GroupRecord(group=GROUP, type=4)
    newer = mld_frame(rig6, MLDv2Report(records=[record]), to="ff02::16")
    assert rig6.receive(newer) is None
    assert querier.groups(rig6.now) == {GROUP: EVERYBODY}
    done = mld_frame(rig6, MLDDone(group=GROUP), to="ff02::2")
    assert rig6.receive(done) is None
    rig6.wait(5)
    assert querier.groups(rig6.now) == {}
    older = mld_frame(rig6, MLDReport(group=GROUP), to="ff0e::1:2:3")
    assert rig6.receive(older) is None
    assert querier.groups(rig6.now) == {GROUP: EVERYBODY}


def test_joining_on_a_host_without_ipv6_makes_it_speak_ipv6(rig, read_mld):
    """RFC 3590 section 4: from `::`, since there is no address."""
    rig.host.join_group(GROUP, rig.now)
    ((ip, *_),) = read_mld(rig)
    assert ip.source == bytes(16)
