"""IGMP and MLD in all versions, against scapy and the RFCs."""

import pytest
from scapy.layers import igmp, inet, inet6

from wirelab.codecs import (
    IGMP,
    ICMPv6,
    IGMPLeave,
    IGMPQuery,
    IGMPv1Report,
    IGMPv2Report,
    IGMPv3GroupRecord,
    IGMPv3Query,
    IGMPv3Report,
    IGMPv3Source,
    IPv4,
    IPv6,
    MalformedRecord,
    MLDDone,
    MLDQuery,
    MLDReport,
    MLDv2GroupRecord,
    MLDv2Query,
    MLDv2Report,
    MLDv2Source,
    RouterAlert,
    parse,
)

GROUP, GROUP6 = "239.1.2.3", "ff1e::123"
NETWORK = IPv4(  # as RFC 3376 section 4 has it: internetwork control, and a router alert
    dscp=48, source="10.0.0.1", destination="224.0.0.1", ttl=1, options=[RouterAlert(0)]
)
BELOW6 = IPv6(source="fe80::1", destination="ff02::1", hop_limit=1) / ICMPv6()


def theirs(layer):
    return inet.IP(src="10.0.0.1", dst="224.0.0.1", ttl=1, proto=2, id=0) / layer


def theirs6(layer):
    return inet6.IPv6(src="fe80::1", dst="ff02::1", hlim=1) / layer


IGMP_PAIRS = {
    "v2 query": (
        IGMP(maximum_response_code=100) / IGMPQuery(GROUP),
        igmp.IGMP(type=0x11, mrcode=100, gaddr=GROUP),
    ),
    "v1 report": (IGMP() / IGMPv1Report(GROUP), igmp.IGMP(type=0x12, mrcode=0, gaddr=GROUP)),
    "v2 report": (IGMP() / IGMPv2Report(GROUP), igmp.IGMP(type=0x16, mrcode=0, gaddr=GROUP)),
    "leave": (IGMP() / IGMPLeave(GROUP), igmp.IGMP(type=0x17, mrcode=0, gaddr=GROUP)),
    "v3 query": (
        IGMP(maximum_response_code=50)
        / IGMPv3Query(
            GROUP,
            suppress=True,
            robustness=3,
            query_interval_code=60,
            sources=[IGMPv3Source("10.0.0.7"), IGMPv3Source("10.0.0.8")],
        ),
        igmp.IGMPv3_MQ(
            mrcode=50, gaddr=GROUP, s=1, qrv=3, qqic=60, numsrc=2, srcaddrs=["10.0.0.7", "10.0.0.8"]
        ),
    ),
    "v3 report": (
        IGMP()
        / IGMPv3Report(
            records=[
                IGMPv3GroupRecord(GROUP, type=4),
                IGMPv3GroupRecord("239.9.9.9", type=1, sources=["10.0.0.7"]),
            ]
        ),
        igmp.IGMPv3_MR(
            numgrp=2,
            records=[
                igmp.IGMPv3_MR_Group(rtype=4, maddr=GROUP),
                igmp.IGMPv3_MR_Group(rtype=1, maddr="239.9.9.9", numsrc=1, srcaddrs=["10.0.0.7"]),
            ],
        ),
    ),
}

MLD_PAIRS = {
    "query": (MLDQuery(10000, group=GROUP6), inet6.ICMPv6MLQuery(mrd=10000, mladdr=GROUP6)),
    "report": (MLDReport(group=GROUP6), inet6.ICMPv6MLReport(mladdr=GROUP6)),
    "done": (MLDDone(group=GROUP6), inet6.ICMPv6MLDone(mladdr=GROUP6)),
    "v2 query": (
        MLDv2Query(
            10000,
            group=GROUP6,
            suppress=True,
            robustness=3,
            query_interval_code=60,
            sources=[MLDv2Source("fe80::7"), MLDv2Source("fe80::8")],
        ),
        inet6.ICMPv6MLQuery2(
            mrd=10000, mladdr=GROUP6, S=1, QRV=3, QQIC=60, sources=["fe80::7", "fe80::8"]
        ),
    ),
    "v2 report": (
        MLDv2Report(
            records=[
                MLDv2GroupRecord(GROUP6, type=4),
                MLDv2GroupRecord("ff1e::9", type=1, sources=["fe80::7"]),
            ]
        ),
        inet6.ICMPv6MLReport2(
            records=[
                inet6.ICMPv6MLDMultAddrRec(rtype=4, dst=GROUP6),
                inet6.ICMPv6MLDMultAddrRec(rtype=1, dst="ff1e::9", sources=["fe80::7"]),
            ]
        ),
    ),
}


@pytest.mark.parametrize("name", IGMP_PAIRS)
def test_scapy_and_we_write_and_read_the_same_igmp(agree, name):
    """RFC 1112 appendix I, RFC 2236 section 2, RFC 3376 section 4."""
    ours, scapys = IGMP_PAIRS[name]
    agree(NETWORK / ours, theirs(scapys))


def test_a_version_1_query_has_no_response_time():
    """RFC 2236 section 4; scapy cannot write one."""
    assert bytes(IGMP(maximum_response_code=0) / IGMPQuery()).hex() == "1100eeff00000000"


@pytest.mark.parametrize("name", MLD_PAIRS)
def test_scapy_and_we_write_and_read_the_same_mld(agree, name):
    """RFC 2710 section 3, RFC 3810 section 5."""
    ours, scapys = MLD_PAIRS[name]
    agree(BELOW6 / ours, theirs6(scapys))


@pytest.mark.parametrize(
    ("length", "kind"), [(8, IGMPQuery), (12, IGMPv3Query), (16, IGMPv3Query), (10, None)]
)
def test_the_length_tells_versions_of_igmp_queries_apart(length, kind):
    """RFC 3376 section 7.1."""
    packet = parse(b"\x11" + bytes(length - 1), first=IGMP)
    assert [type(layer) for layer in packet.layers[1:]] == ([] if kind is None else [kind])


@pytest.mark.parametrize(
    ("length", "kind"), [(24, MLDQuery), (28, MLDv2Query), (44, MLDv2Query), (26, None)]
)
def test_the_length_tells_versions_of_mld_queries_apart(length, kind):
    """RFC 3810 section 8.1."""
    packet = parse(b"\x82" + bytes(length - 1), first=ICMPv6)
    assert [type(layer) for layer in packet.layers[1:]] == ([] if kind is None else [kind])


def test_auxiliary_data_and_what_follows_the_records_are_kept():
    """RFC 3376 section 4.2.6 and 4.2.11."""
    record = IGMPv3GroupRecord(GROUP, type=2, auxiliary_length=1, auxiliary_data=b"auxi")
    data = bytes(IGMPv3Report(number_of_records=1, records=[record])) + b"more"
    read = IGMPv3Report.parse(data)
    assert read.records == (record, MalformedRecord(b"more"))
    assert bytes(read) == data


def test_a_report_that_promises_more_records_than_there_are_is_kept():
    """RFC 3376 section 4.2.3."""
    data = bytes.fromhex("00000003" + "04000000" + "ef010203" + "0100ffff" + "ef090909")
    read = IGMPv3Report.parse(data)
    assert read.number_of_records == 3
    assert [type(one) for one in read.records] == [IGMPv3GroupRecord, MalformedRecord]
    assert bytes(read) == data


def test_a_wrong_checksum_of_igmp_is_found():
    packet = parse(bytes(NETWORK / IGMP() / IGMPv2Report(GROUP)), first=IPv4)
    wrong = packet.replace(IGMP, checksum=0x1234)
    assert [problem.field for problem in wrong.verify()] == ["checksum"]
    assert wrong.fix_checksums() == packet


def test_people_read_who_wants_what():
    report = parse(bytes(NETWORK / IGMP_PAIRS["v3 report"][0]), first=IPv4)
    assert report.summary().endswith("IGMP v3 membership report / 2 groups")
    query = parse(bytes(BELOW6 / MLDQuery(1000)), first=IPv6)
    assert query.summary().endswith("ICMPv6 multicast listener query / everyone")
    assert "MLDv2GroupRecord" in parse(bytes(BELOW6 / MLD_PAIRS["v2 report"][0]), first=IPv6).show()
