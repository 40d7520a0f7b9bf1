"""RFC 3376 sections 4, 7.1 and 9.1: IGMP on the wire of a host."""

import pytest

from wirelab.codecs import (
    IGMP,
    IGMPLeave,
    IGMPv2Report,
    IGMPv3GroupRecord,
    IGMPv3Query,
    IGMPv3Report,
    IPv4,
)
from wirelab.codecs.protocols.ipv4_options import RouterAlert
from wirelab.sim.host.multicast.source_filter import FilterMode, SourceFilter
from wirelab.sim.reasons import Reason

GROUP = b"\xef\x01\x02\x03"
SENDER = b"\x0a\0\0\x09"


def test_a_join_reports_to_all_version_3_routers(rig, read_igmp):
    """RFC 3376 sections 4 and 4.2.14: TTL 1, router alert, internetwork control, 224.0.0.22."""
    rig.host.join_group(GROUP, rig.now)
    ((ip, header, body),) = read_igmp(rig)
    assert (ip.ttl, ip.dscp, ip.source) == (1, 48, rig.ADDRESS)
    assert ip.destination == b"\xe0\0\0\x16"
    assert ip.options == (RouterAlert(0),)
    assert header.type == 0x22
    assert body.records == (IGMPv3GroupRecord(group=GROUP, type=4),)


def test_a_report_has_the_ethernet_address_of_its_group(rig):
    """RFC 1112 section 6.4."""
    rig.host.join_group(GROUP, rig.now)
    (frame,) = rig.frames()
    assert frame[:6].hex(":") == "01:00:5e:00:00:16"


def test_sources_travel_in_the_record(rig, read_igmp):
    """RFC 3376 section 4.2.4."""
    wanted = SourceFilter(FilterMode.INCLUDE, frozenset({SENDER}))
    rig.host.join_group(GROUP, rig.now, wanted=wanted)
    ((_, _, body),) = read_igmp(rig)
    assert body.records == (IGMPv3GroupRecord(group=GROUP, type=5, sources=(SENDER,)),)


@pytest.mark.parametrize(
    ("version", "kind", "to_leave"), [(1, 0x12, None), (2, 0x16, b"\xe0\0\0\x02")]
)
def test_older_versions_report_to_the_group_itself(make_rig, read_igmp, version, kind, to_leave):
    """RFC 2236 section 9: reports to the group, leaves to all routers."""
    rig = make_rig(igmp_version=version)
    rig.host.join_group(GROUP, rig.now)
    rig.wait(20)
    for ip, header, body in read_igmp(rig):
        assert (ip.destination, ip.ttl, header.type, body.group) == (GROUP, 1, kind, GROUP)
        assert ip.options == (RouterAlert(0),)
    rig.host.leave_group(GROUP, rig.now)
    leaves = [(ip.destination, header.type) for ip, header, _ in read_igmp(rig)]
    assert leaves == ([(to_leave, 0x17)] if to_leave else [])


def test_a_host_in_no_group_says_nothing(rig, igmp_query):
    """RFC 3376 section 5.2; and it takes the query."""
    assert rig.receive(igmp_query(rig)) is None
    rig.wait(60)
    assert rig.frames() == []
    assert rig.host.counters.balanced


@pytest.mark.parametrize(("version", "kind"), [(1, 0x12), (2, 0x16), (3, 0x22)])
def test_each_version_of_query_gets_its_version_of_report(
    rig, igmp_query, read_igmp, version, kind
):
    """RFC 3376 section 7.2.1."""
    rig.host.join_group(GROUP, rig.now)
    rig.wait(20)
    rig.frames()
    assert rig.receive(igmp_query(rig, version)) is None
    rig.wait(11)
    ((_, header, _),) = read_igmp(rig)
    assert header.type == kind


def test_a_version_2_report_of_another_host_suppresses_ours(rig, igmp_query, igmp_frame):
    """RFC 2236 section 3."""
    rig.host.join_group(GROUP, rig.now)
    rig.wait(20)
    rig.frames()
    rig.receive(igmp_query(rig, 2))
    report = igmp_frame(rig, IGMP(0x16, 0), IGMPv2Report(GROUP), GROUP)
    assert rig.receive(report) is None
    rig.wait(60)
    assert rig.frames() == []


def refused(rig, frame, reason):
    drop = rig.receive(frame)
    assert drop is not None
    assert drop.reason is reason
    assert rig.host.counters.balanced
    return drop


def test_a_query_without_router_alert_is_ignored(rig, igmp_query):
    """RFC 3376 section 9.1."""
    drop = refused(rig, igmp_query(rig, options=b""), Reason.IGMP_BAD_PACKET)
    assert "router alert" in drop.detail


def test_a_version_1_query_needs_no_router_alert(rig, igmp_query):
    """RFC 1112 knows no such option."""
    assert rig.receive(igmp_query(rig, 1, options=b"")) is None


def test_a_general_query_to_another_group_is_ignored(rig, igmp_query):
    """RFC 3376 section 9.1."""
    rig.host.join_group(GROUP, rig.now)
    drop = refused(rig, igmp_query(rig, to=GROUP), Reason.IGMP_BAD_PACKET)
    assert "general query to 239.1.2.3" in drop.detail


def test_a_query_about_no_group_is_ignored(rig, igmp_query):
    """RFC 3376 section 4.1.9."""
    frame = igmp_query(rig, group=SENDER, to=b"\xe0\0\0\x01")
    assert "10.0.0.9" in refused(rig, frame, Reason.IGMP_BAD_PACKET).detail


@pytest.mark.parametrize("length", [9, 10, 11])
def test_queries_between_the_versions_lengths_are_ignored(rig, igmp_frame, length):
    """RFC 3376 section 7.1."""
    frame = igmp_frame(rig, IGMP(0x11, 100), bytes(length - 4))
    assert f"{length} bytes" in refused(rig, frame, Reason.IGMP_BAD_PACKET).detail


def test_a_message_cut_short_is_dropped(rig, igmp_frame):
    """RFC 3376 section 4."""
    refused(rig, igmp_frame(rig, IGMP(0x16, 0), b""), Reason.IGMP_BAD_PACKET)


def test_sources_that_do_not_fit_are_refused(rig, igmp_frame):
    """RFC 3376 section 4.1.8: the count promises more than there is."""
    body = IGMPv3Query(GROUP, number_of_sources=3)
    refused(rig, igmp_frame(rig, IGMP(0x11, 10), body), Reason.IGMP_BAD_PACKET)


def test_a_wrong_checksum_is_dropped(rig, igmp_frame):
    """RFC 3376 section 4.1.2: it MUST be verified."""
    frame = igmp_frame(rig, IGMP(0x16, 0, checksum=1), IGMPv2Report(GROUP))
    refused(rig, frame, Reason.IGMP_BAD_CHECKSUM)


def test_unknown_types_are_ignored(rig, igmp_frame):
    """RFC 3376 section 4."""
    frame = igmp_frame(rig, IGMP(0x99, 0), bytes(4))
    assert "0x99" in refused(rig, frame, Reason.IGMP_UNKNOWN_TYPE).detail


@pytest.mark.parametrize(
    ("kind", "body"), [(0x16, IGMPv2Report(SENDER)), (0x17, IGMPLeave(SENDER))]
)
def test_reports_about_no_group_are_dropped(rig, igmp_frame, kind, body):
    """RFC 2236 section 2.4."""
    refused(rig, igmp_frame(rig, IGMP(kind, 0), body), Reason.IGMP_BAD_PACKET)


def test_records_of_unknown_types_are_skipped(rig, igmp_frame):
    """RFC 3376 section 4.2.12."""
    body = IGMPv3Report(records=[IGMPv3GroupRecord(group=GROUP, type=99)])
    assert rig.receive(igmp_frame(rig, IGMP(0x22, 0), body)) is None


def test_an_interface_without_an_address_reports_from_zeros(make_rig, read_igmp):
    """RFC 3376 section 4.2.13."""
    rig = make_rig()
    rig.host.remove_address(rig.ADDRESS, rig.now)
    rig.host.join_group(GROUP, rig.now)
    ((ip, _, _),) = read_igmp(rig)
    assert ip.source == bytes(4)


def test_reports_leave_by_the_interface_that_they_are_about(make_rig):
    """RFC 3376 section 4.2.13."""
    rig = make_rig(second=b"\x0a\0\x01\x01")
    rig.host.join_group(GROUP, rig.now, interface=1)
    ((interface, frame),) = rig.host.poll_transmit(rig.now)
    assert (interface, IPv4.parse(frame, 14).source) == (1, b"\x0a\0\x01\x01")
