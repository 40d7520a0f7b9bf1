"""IGMP's fields against tshark's."""

from wirelab.codecs import (
    IGMP,
    Ethernet,
    IGMPLeave,
    IGMPQuery,
    IGMPv1Report,
    IGMPv2Report,
    IGMPv3GroupRecord,
    IGMPv3Query,
    IGMPv3Report,
    IGMPv3Source,
    IPv4,
)

BELOW = Ethernet(destination="01:00:5e:00:00:01") / IPv4(
    source="10.0.0.1", destination="224.0.0.1", ttl=1
)
GROUP = "239.1.2.3"
SOURCES = [IGMPv3Source("10.0.0.7"), IGMPv3Source("10.0.0.8")]
RECORDS = [
    IGMPv3GroupRecord(GROUP, type=2, sources=["10.0.0.7", "10.0.0.8"]),
    IGMPv3GroupRecord("239.1.2.4", auxiliary_length=1, auxiliary_data=b"auxi"),
]


def base():
    """All messages of the three versions."""
    yield BELOW / IGMP() / IGMPQuery()
    yield BELOW / IGMP(maximum_response_code=100) / IGMPQuery(GROUP)
    yield BELOW / IGMP() / IGMPv1Report(GROUP)
    yield BELOW / IGMP() / IGMPv2Report(GROUP)
    yield BELOW / IGMP() / IGMPLeave(GROUP)
    yield BELOW / IGMP(maximum_response_code=50) / IGMPv3Query()
    yield BELOW / IGMP(maximum_response_code=200) / IGMPv3Query(GROUP, True, sources=SOURCES)
    yield BELOW / IGMP() / IGMPv3Report(records=RECORDS)
    yield BELOW / IGMP() / IGMPv3Report(number_of_records=3, records=RECORDS)
    yield BELOW / IGMP() / IGMPv2Report(GROUP) / b"more"
    yield BELOW / IGMP() / IGMPQuery(GROUP) / b"xy"
    yield BELOW / IGMP(type=0x30) / b"unknown"
    for kind in range(9):  # RFC 988: version 0
        yield BELOW / IGMP(type=kind, maximum_response_code=kind) / bytes(range(16))


def test_every_field_of_igmp_is_what_tshark_prints(variations, oracle):
    """RFC 1112, RFC 2236, RFC 3376."""
    compared = oracle("igmp", variations(base(), count=420))
    assert set(compared.fields) - compared.filled == set()
