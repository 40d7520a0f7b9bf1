"""RFC 3376 section 6 on the wire: a host that asks, and one that answers."""

import pytest

from wirelab.codecs import IGMP, IGMPLeave, IGMPv2Report, IGMPv3GroupRecord, IGMPv3Report
from wirelab.sim.host.multicast.querier import QuerierConfig
from wirelab.sim.host.multicast.source_filter import EVERYBODY

GROUP = b"\xef\x01\x02\x03"
ALL_V3_ROUTERS = b"\xe0\0\0\x16"


def test_a_querier_asks_all_hosts(rig, read_igmp):
    """RFC 3376 section 4.1: what a general query says."""
    rig.host.multicast.ask(0, rig.now)
    ((ip, header, body),) = read_igmp(rig)
    assert (ip.destination, ip.ttl, header.maximum_response_code) == (b"\xe0\0\0\x01", 1, 100)
    assert (body.group, body.robustness, body.query_interval_code) == (bytes(4), 2, 125)


@pytest.mark.parametrize(("generation", "code"), [(1, 0), (2, 100)])
def test_an_older_querier_sends_eight_bytes(rig, read_igmp, generation, code):
    """RFC 2236 section 2.2, RFC 1112 appendix I."""
    rig.host.multicast.ask(0, rig.now, config=QuerierConfig(generation=generation))
    ((_, header, body),) = read_igmp(rig)
    assert (type(body).__name__, header.maximum_response_code) == ("IGMPQuery", code)


def test_a_querier_hears_the_reports_of_all_groups(rig, igmp_frame):
    """RFC 3376 section 6: also those that are sent to groups that it is not in."""
    report = igmp_frame(rig, IGMP(0x16, 0), IGMPv2Report(GROUP), GROUP)
    rig.receive(report)
    querier = rig.host.multicast.ask(0, rig.now)
    assert querier.groups(rig.now) == {}
    assert rig.receive(report) is None
    assert querier.groups(rig.now) == {GROUP: EVERYBODY}
    leave = igmp_frame(rig, IGMP(0x17, 0), IGMPLeave(GROUP), b"\xe0\0\0\x02")
    assert rig.receive(leave) is None
    rig.wait(5)
    assert querier.groups(rig.now) == {}


def test_a_querier_reads_reports_of_version_3(rig, igmp_frame):
    """RFC 3376 section 4.2."""
    querier = rig.host.multicast.ask(0, rig.now)
    body = IGMPv3Report(records=[IGMPv3GroupRecord(group=GROUP, type=4)])
    assert rig.receive(igmp_frame(rig, IGMP(0x22, 0), body, ALL_V3_ROUTERS)) is None
    assert querier.groups(rig.now) == {GROUP: EVERYBODY}


def test_who_stops_asking_hears_its_own_groups_only(rig, igmp_frame):
    """RFC 1112 section 7.2."""
    rig.host.multicast.ask(0, rig.now)
    rig.host.multicast.stop_asking(0)
    drop = rig.receive(igmp_frame(rig, IGMP(0x16, 0), IGMPv2Report(GROUP), GROUP))
    assert drop is not None
    rig.frames()
    rig.wait(1000)
    assert rig.frames() == []


def test_asking_again_begins_anew(rig, read_igmp):
    """One querier an interface."""
    rig.host.multicast.ask(0, rig.now)
    rig.host.multicast.ask(0, rig.now)
    assert len(read_igmp(rig)) == 2
    rig.wait(32)
    assert len(read_igmp(rig)) == 1


def test_a_router_that_listens_answers_itself(rig, read_igmp):
    """RFC 3376 section 6: so that other routers on the link keep its membership."""
    rig.host.join_group(GROUP, rig.now)
    rig.wait(20)
    rig.frames()
    rig.host.multicast.ask(0, rig.now)
    rig.wait(11)
    assert [header.type for _, header, _ in read_igmp(rig)] == [0x11, 0x22]
