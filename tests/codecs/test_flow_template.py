"""A template writes the bytes that the packet itself would have, for all values that fit."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import (
    TCP,
    UDP,
    VXLAN,
    AddressError,
    Dot1Q,
    EncodeError,
    Ethernet,
    FlowTemplate,
    Header,
    ICMPv4,
    IPv4,
    IPv6,
    Packet,
    Timestamps,
    UnknownOption,
    parse,
)

LINK = Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01")
NETWORK = IPv4(source="10.0.0.1", destination="10.0.0.2", dont_fragment=True)
IPV6 = IPv6(source="2001:db8::1", destination="2001:db8::2")
PLAIN = LINK / NETWORK / TCP(80, 50000, flags=0x18)

CASES: list[tuple[Packet, dict[str, tuple[type[Header], str]]]] = [
    (
        PLAIN,
        {
            "sequence_number": (TCP, "sequence_number"),
            "acknowledgment_number": (TCP, "acknowledgment_number"),
            "flags": (TCP, "flags"),
            "window": (TCP, "window"),
            "IPv4.identification": (IPv4, "identification"),
        },
    ),
    (
        LINK / NETWORK / TCP(options=[Timestamps(1, 2)]),
        {"urgent_pointer": (TCP, "urgent_pointer"), "ecn": (IPv4, "ecn"), "ttl": (IPv4, "ttl")},
    ),
    (
        LINK / Dot1Q(vlan_id=5) / NETWORK / UDP(1, 2),
        {
            "Dot1Q.priority": (Dot1Q, "priority"),
            "vlan_id": (Dot1Q, "vlan_id"),
            "source_port": (UDP, "source_port"),
            "more_fragments": (IPv4, "more_fragments"),
            "fragment_offset": (IPv4, "fragment_offset"),
            "IPv4.source": (IPv4, "source"),
            "Ethernet.destination": (Ethernet, "destination"),
        },
    ),
    (
        LINK / IPV6 / UDP(1, 2),
        {
            "flow_label": (IPv6, "flow_label"),
            "hop_limit": (IPv6, "hop_limit"),
            "IPv6.destination": (IPv6, "destination"),
        },
    ),
    (LINK / NETWORK / ICMPv4(type=8), {"type": (ICMPv4, "type"), "code": (ICMPv4, "code")}),
    (LINK / NETWORK / UDP(1, 2, checksum=0), {"destination_port": (UDP, "destination_port")}),
]


def values_of(variables: dict[str, tuple[type[Header], str]]) -> st.SearchStrategy[list[Any]]:
    """One value for each field, also the extreme ones."""
    found: list[st.SearchStrategy[Any]] = []
    for header, name in variables.values():
        field = next(one for one in header.FIELDS if one.name == name)
        if field.format in ("mac", "ipv4", "ipv6"):
            size = field.bits // 8
            found.append(st.binary(min_size=size, max_size=size))
        else:
            last = (1 << field.bits) - 1
            found.append(st.sampled_from([0, 1, last]) | st.integers(0, last))
    return st.tuples(*found).map(list)


def replaced(packet: Packet, changes: dict[tuple[type[Header], str], Any]) -> Packet:
    for (header, name), value in changes.items():
        packet = packet.replace(header, **{name: value})
    return packet


@pytest.mark.parametrize("case", range(len(CASES)))
def test_a_template_writes_what_the_packet_writes(case):
    """Equality gate."""
    packet, variables = CASES[case]
    template = FlowTemplate(packet, *variables, "payload")
    fixed = FlowTemplate(packet / b"odd", *variables)

    @settings(max_examples=40, deadline=None)
    @given(values_of(variables), st.binary(max_size=40))
    def check(values, payload):
        changed = replaced(packet, dict(zip(variables.values(), values, strict=True)))
        assert template.build(*values, payload) == bytes(changed / payload)
        assert fixed.build(*values) == bytes(changed / b"odd")

    check()


@pytest.mark.parametrize("names", [("vni",), ("reserved", "vni"), ("reserved2", "VXLAN.reserved")])
def test_fields_of_three_bytes_are_written_beside_each_other(names):
    """RFC 7348 section 5: 24 bits reserved, 24 bits of network identifier."""
    packet = LINK / IPV6 / UDP(1, 4789) / VXLAN()
    template = FlowTemplate(packet, *names)
    values = {name: 0x010203 >> 16 * (name == "reserved2") for name in names}
    changed = VXLAN(**{name.rpartition(".")[2]: value for name, value in values.items()})
    expected = bytes(LINK / IPV6 / UDP(1, 4789) / changed)
    assert template.build(*values.values()) == expected


def test_parameters_have_the_values_of_the_packet_as_defaults():
    packet = PLAIN / b"data"
    template = FlowTemplate(packet, "sequence_number", "payload")
    assert template.names == ("sequence_number", "payload")
    assert template.build() == bytes(packet)
    built = parse(template.build(sequence_number=7, payload=b"other"))
    assert (built[TCP].sequence_number, built.payload, built.verify()) == (7, b"other", [])


def test_names_that_two_headers_share_are_told_apart():
    template = FlowTemplate(PLAIN, "IPv4.source", "Ethernet.source")
    assert template.names == ("ipv4_source", "ethernet_source")
    frame = template.build(ipv4_source=bytes(4), ethernet_source=bytes(6))
    assert (parse(frame)[IPv4].source, parse(frame)[Ethernet].source) == (bytes(4), bytes(6))


def test_explicit_lengths_and_checksums_stay_as_they_are():
    packet = LINK / NETWORK.replace(total_length=99) / UDP(1, 2, checksum=0xBAD)
    template = FlowTemplate(packet, "destination_port", "payload")
    assert template.build(5, b"abc") == bytes(packet.replace(UDP, destination_port=5) / b"abc")


def test_a_checksum_of_nothing_but_zeros_is_all_ones():
    """RFC 1071 section 2: only the sum of zeros is +0."""
    template = FlowTemplate(LINK / NETWORK / ICMPv4(type=0), "type", "payload")
    for payload in (b"", bytes(9)):
        assert parse(template.build(0, payload))[ICMPv4].checksum == 0xFFFF


def test_a_udp_checksum_is_never_zero():
    """RFC 768 page 2."""
    packet = LINK / NETWORK / UDP(1, 2)
    template = FlowTemplate(packet, "source_port")
    port = parse(bytes(packet))[UDP].checksum + 1
    assert parse(template.build(port))[UDP].checksum == 0xFFFF


def test_addresses_may_be_text():
    template = FlowTemplate(PLAIN, "IPv4.destination")
    assert template.build("192.0.2.7") == bytes(PLAIN.replace(IPv4, destination="192.0.2.7"))


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("flags", 512, "flags"),
        ("flags", -1, "flags"),
        ("window", 1 << 16, "window"),
        ("sequence_number", "7", "sequence_number"),
        ("dscp", 64, "dscp"),
        ("IPv4.destination", b"abc", "destination"),
        ("payload", 5, "payload"),
        ("payload", bytes(65536), "total_length"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_as_the_header_refuses_it(name, value, field):
    template = FlowTemplate(PLAIN, name)
    with pytest.raises((EncodeError, AddressError)) as caught:
        template.build(value)
    assert getattr(caught.value, "field", field) == field


@pytest.mark.parametrize(
    ("packet", "names", "reason"),
    [
        (PLAIN, ["vlan_id"], "none of its headers has a field 'vlan_id'"),
        (PLAIN, ["UDP.source_port"], "none of its headers has a field 'UDP.source_port'"),
        (PLAIN, ["options"], r"TCP\.options has no fixed place"),
        (PLAIN, ["checksum"], r"TCP\.checksum is AUTO, so it is computed"),
        (PLAIN, ["flags", "syn"], "flags, syn name the same bits twice"),
        (PLAIN, ["window", "window"], "name the same bits twice"),
        (Packet((LINK,), b"", b"padding"), ["source"], "it has a trailer"),
    ],
)
def test_what_is_no_template_is_refused_with_the_reason(packet, names, reason):
    with pytest.raises(EncodeError, match=reason):
        FlowTemplate(packet, *names)


def test_unknown_options_are_constant_bytes_like_any_other():
    packet = LINK / NETWORK / TCP(options=[UnknownOption(254, b"xy")])
    template = FlowTemplate(packet, "window", "payload")
    assert template.build(9, b"z") == bytes(packet.replace(TCP, window=9) / b"z")


def test_another_dependency_is_noticed(monkeypatch):
    """A checksum that is not linear, say: the comparison with made-up values fails."""
    packet = LINK / NETWORK / ICMPv4(type=8)
    build = ICMPv4.build

    def odd(self, *arguments):
        built = bytearray(build(self, *arguments))
        built[2] ^= self.code >> 7
        return bytes(built)

    monkeypatch.setattr(ICMPv4, "build", odd)
    with pytest.raises(EncodeError, match="another way"):
        FlowTemplate(packet, "code")


def test_a_misspelt_field_is_told_with_the_one_that_was_meant():
    packet = Ethernet() / IPv4() / TCP(1, 2)
    with pytest.raises(EncodeError, match=r"'sequence_numbr'; did you mean sequence_number\?"):
        FlowTemplate(packet, "sequence_numbr")
