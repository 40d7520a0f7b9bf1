"""DHCP messages and their options (RFC 2131, RFC 2132 and later ones)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers import dhcp as scapy_dhcp

from wirelab.codecs import (
    AUTO,
    DHCP,
    DecodeError,
    DHCPClasslessRoute,
    DHCPClasslessStaticRoute,
    DHCPClientIdentifier,
    DHCPDestinationAndRouter,
    DHCPDomainSearch,
    DHCPEnd,
    DHCPHostName,
    DHCPLeaseTime,
    DHCPMessageType,
    DHCPNetWareIPDomain,
    DHCPNetWareIPInformation,
    DHCPOptionOverload,
    DHCPPad,
    DHCPParameterRequestList,
    DHCPRelayAgentInformation,
    DHCPRelayCircuitIdentifier,
    DHCPRelayRemoteIdentifier,
    DHCPRouter,
    DHCPServerIdentifier,
    DHCPStaticRoute,
    DHCPSubnetMask,
    DHCPTimeOffset,
    EncodeError,
    NetWareIPAutoRetries,
    NetWareIPExistsInOptionsArea,
    NetWareIPPrimaryDSS,
    UnknownOption,
)
from wirelab.codecs.dhcp_messages import (
    domain_search,
    effective_options,
    searched_domains,
    split_option,
)
from wirelab.codecs.options import MalformedOption
from wirelab.codecs.protocols.dhcp_options import DHCP_OPTION_STYLE, decode_dhcp_options


def message(*options, **values):
    """A header read back from its bytes."""
    return DHCP.parse(bytes(DHCP(options=options, **values)))


def test_a_discover_that_scapy_wrote():
    """RFC 2131 section 2."""
    written = bytes(
        scapy_dhcp.BOOTP(chaddr=b"\2\0\0\0\0\1", xid=0x12345678, flags="B", secs=3, sname=b"host")
        / scapy_dhcp.DHCP(
            options=[
                ("message-type", "discover"),
                ("client_id", b"\1\2\0\0\0\0\1"),
                ("hostname", b"pc"),
                ("param_req_list", [1, 3, 6]),
                ("lease_time", 3600),
                "end",
            ]
        )
    )
    read = DHCP.parse(written)
    assert bytes(read) == written
    assert (read.operation, read.transaction_id, read.seconds) == (1, 0x12345678, 3)
    assert read.broadcast is True
    assert read.client_hardware_address == b"\2\0\0\0\0\1"
    assert read.server_name.rstrip(b"\0") == b"host"
    assert read.options[:5] == (
        DHCPMessageType(1),
        DHCPClientIdentifier(1, b"\2\0\0\0\0\1"),
        DHCPHostName("pc"),
        DHCPParameterRequestList([1, 3, 6]),
        DHCPLeaseTime(3600),
    )
    assert isinstance(read.options[5], DHCPEnd)


def test_scapy_reads_an_offer_of_ours():
    """RFC 2131 section 4.3.1."""
    written = DHCP(
        operation=2,
        transaction_id=7,
        your_address="10.0.0.9",
        client_hardware_address="02:00:00:00:00:01",
        file="boot.img",
        options=[
            DHCPMessageType(2),
            DHCPSubnetMask("255.255.255.0"),
            DHCPRouter(["10.0.0.1", "10.0.0.2"]),
            DHCPServerIdentifier("10.0.0.1"),
            DHCPEnd(),
        ],
    )
    read = scapy_dhcp.BOOTP(bytes(written))
    assert (read.op, read.xid, read.yiaddr) == (2, 7, "10.0.0.9")
    assert read.file.rstrip(b"\0") == b"boot.img"
    assert read[scapy_dhcp.DHCP].options == [
        ("message-type", 2),
        ("subnet_mask", "255.255.255.0"),
        ("router", "10.0.0.1", "10.0.0.2"),
        ("server_id", "10.0.0.1"),
        "end",
    ]


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        ("01 04 ffffff00", DHCPSubnetMask("255.255.255.0")),
        ("02 04 fffff1f0", DHCPTimeOffset(0xFFFFF1F0)),
        ("21 08 0a000001 0a0000fe",
         DHCPStaticRoute([DHCPDestinationAndRouter("10.0.0.1", "10.0.0.254")])),
        ("3e 03 616263", DHCPNetWareIPDomain("abc")),
        ("3f 0b 02 00 08 01 03 0b 04 0a000001",
         DHCPNetWareIPInformation([NetWareIPExistsInOptionsArea(), NetWareIPAutoRetries(3),
                                   NetWareIPPrimaryDSS("10.0.0.1")])),
        ("52 0a 01 04 65746830 02 02 abcd",
         DHCPRelayAgentInformation([DHCPRelayCircuitIdentifier(b"eth0"),
                                    DHCPRelayRemoteIdentifier(b"\xab\xcd")])),
        ("79 0d 18 0a0001 0a000001 00 0a0000fe",
         DHCPClasslessStaticRoute([DHCPClasslessRoute(24, b"\n\0\1", "10.0.0.1"),
                                   DHCPClasslessRoute(0, b"", "10.0.0.254")])),
        ("01 03 ffffff", UnknownOption(1, b"\xff\xff\xff")),
        ("e0 02 abcd", UnknownOption(224, b"\xab\xcd")),
        ("00", DHCPPad()),
        ("35 09 01", MalformedOption(b"\x35\x09\1")),
    ],
)  # fmt: skip
def test_options(encoded, expected):
    """RFC 2132; RFC 2242; RFC 3046; RFC 3442."""
    data = bytes.fromhex(encoded)
    assert decode_dhcp_options(data) == (expected,)
    assert message(expected).option_bytes == data


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=240, max_size=320))
def test_any_bytes_of_the_right_length_are_read_and_written_back(data):
    assert bytes(DHCP.parse(data)) == data
    read = DHCP.parse(data)
    assert bytes(read.replace(options=read.options)) == data


def test_a_message_that_is_cut_short_is_refused():
    with pytest.raises(DecodeError, match=r"DHCP\.magic_cookie at byte 236: expected 4 bytes"):
        DHCP.parse(bytes(239))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"server_name": "x" * 65}, r"DHCP\.server_name: expected text or bytes, at most 64"),
        ({"file": 5}, r"DHCP\.file: expected text or bytes, at most 128"),
        ({"client_address": "10.0.0"}, r"DHCP\.client_address"),
        ({"options": [DHCPLeaseTime(-1)]}, r"DHCPLeaseTime\.value: expected 0 to 4294967295"),
        ({"options": [DHCPHostName("x" * 256)]}, "DHCPHostName"),
    ],
)
def test_values_that_do_not_fit_are_refused(values, text):
    with pytest.raises(EncodeError, match=text):
        DHCP(**values)


def test_options_in_file_and_server_name_count_too():
    """RFC 2131 section 4.1: first `options`, then `file`, then `sname`."""
    read = message(
        DHCPMessageType(5),
        DHCPOptionOverload(3),
        DHCPEnd(),
        file=DHCPHostName("pc").encode(DHCP_OPTION_STYLE) + b"\xff",
        server_name=DHCPLeaseTime(60).encode(DHCP_OPTION_STYLE) + b"\xff",
    )
    assert effective_options(read) == (
        DHCPMessageType(5),
        DHCPOptionOverload(3),
        DHCPHostName("pc"),
        DHCPLeaseTime(60),
    )
    assert message(DHCPMessageType(5), file=b"\x33\4\0\0\0\1").options == (DHCPMessageType(5),)


def test_a_long_option_is_sent_in_pieces_and_joined_again():
    """RFC 3396: the pieces stay as they are in the header."""
    routes = [DHCPClasslessRoute(32, bytes((10, 0, 0, n)), "10.0.0.1") for n in range(60)]
    whole = DHCPClasslessStaticRoute(routes)
    pieces = split_option(whole)
    assert [len(piece.data) for piece in pieces] == [255, 255, 30]
    read = message(*pieces, DHCPMessageType(2))
    assert effective_options(read) == (whole, DHCPMessageType(2))
    assert bytes(DHCP.parse(bytes(read))) == bytes(read)


def test_domains_to_search_are_compressed():
    """RFC 3397 section 2, with its example."""
    option = domain_search(["eng.apple.com", "marketing.apple.com"])
    assert option.data == b"\3eng\5apple\3com\0\x09marketing\xc0\4"
    assert searched_domains(option) == ("eng.apple.com", "marketing.apple.com")
    with pytest.raises(DecodeError):
        searched_domains(DHCPDomainSearch(b"\xc0\0"))


def test_nothing_in_a_dhcp_header_is_computed():
    assert AUTO not in [getattr(DHCP(), name) for name in DHCP.VALUES if name != "options"]
