"""TCP's options against tshark's."""

import pytest

from wirelab.codecs import (
    TCP,
    AccurateECN0,
    AccurateECN1,
    AddAddress,
    AlternateChecksumData,
    AlternateChecksumRequest,
    ConnectionCount,
    ConnectionCountEcho,
    ConnectionCountNew,
    DataSequenceSignal,
    EncryptionNegotiation,
    Ethernet,
    FastOpen,
    FastOpenExperiment,
    IPv4,
    MD5Signature,
    MPCapable,
    MPFail,
    MPFastClose,
    MPJoinACK,
    MPJoinSYN,
    MPJoinSYNACK,
    MPPriority,
    MPReset,
    PartialOrderConnectionPermitted,
    PartialOrderServiceProfile,
    QuickStartResponse,
    RemoveAddress,
    TCPAuthentication,
    TCPEcho,
    TCPEchoReply,
    TCPExperiment1,
    TCPExperiment2,
    UserTimeout,
)

PLAIN = [
    TCPEcho(7),
    TCPEchoReply(8),
    PartialOrderConnectionPermitted(),
    PartialOrderServiceProfile(True, False),
    ConnectionCount(5),
    ConnectionCountNew(6),
    ConnectionCountEcho(7),
    AlternateChecksumRequest(1),
    AlternateChecksumData(b"abcd"),
    MD5Signature(bytes(range(16))),
    QuickStartResponse(rate=5, ttl_difference=3, nonce=0x12345),
    UserTimeout(30),
    UserTimeout(3, in_minutes=True),
    TCPAuthentication(1, 2, b"0123456789ab"),
    FastOpen(b""),
    FastOpen(b"a cookie"),
    EncryptionNegotiation(b"\1\2"),
    AccurateECN0(1, 2, 3),
    AccurateECN0(1, 2),
    AccurateECN0(1),
    AccurateECN0(),
    AccurateECN1(4, 5, 6),
    AccurateECN1(4, 5),
    FastOpenExperiment(b"a cookie"),
    FastOpenExperiment(b""),
    TCPExperiment1(0x454E, b"abc"),
    TCPExperiment2(0xACCE, bytes(9)),
]
MULTIPATH = [
    MPCapable(),
    MPCapable(sender_key=1 << 40),
    MPCapable(sender_key=1 << 40, receiver_key=9, checksum_required=True),
    MPCapable(sender_key=1, receiver_key=9, data_length=100),
    MPCapable(sender_key=1, receiver_key=9, data_length=100, checksum=77),
    MPCapable(version=0, sender_key=1 << 40, no_more_subflows=True),
    MPJoinSYN(1, 0x11223344, 5),
    MPJoinSYNACK(1, 0x1122334455667788, 5, backup=True),
    MPJoinACK(bytes(range(20))),
    DataSequenceSignal(data_ack=5),
    DataSequenceSignal(data_ack=5, data_ack_is_8_bytes=True),
    DataSequenceSignal(data_sequence_number=1, subflow_sequence_number=2, data_length=3),
    DataSequenceSignal(
        data_fin=True,
        data_ack=9,
        data_sequence_number=1,
        subflow_sequence_number=2,
        data_length=3,
        checksum=4,
    ),
    AddAddress(1, ipv4="10.0.0.9"),
    AddAddress(1, ipv4="10.0.0.9", port=80),
    AddAddress(1, ipv4="10.0.0.9", truncated_hmac=7),
    AddAddress(1, ipv4="10.0.0.9", port=80, truncated_hmac=7),
    AddAddress(1, ipv6="fe80::1", port=80, truncated_hmac=7),
    AddAddress(1, ipv6="fe80::1", echo=True),
    RemoveAddress([1, 2, 3]),
    MPPriority(backup=True),
    MPPriority(address_id=4),
    MPFail(7),
    MPFastClose(9),
    MPReset(1, transient=True),
]


def base(options):
    """Each option in a segment of its own, with and without SYN."""
    for number, option in enumerate(options):
        for flags in (0x02, 0x10):
            segment = TCP(50000 + number, 49152, 1000, 2000, flags=flags, options=[option])
            network = Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01") / IPv4(
                source="10.0.0.1", destination="10.0.0.2"
            )
            yield bytes(network / segment / b"data")


@pytest.mark.parametrize("options", [PLAIN, MULTIPATH], ids=["plain", "multipath"])
def test_every_field_of_tcp_options_is_what_tshark_prints(options, variations, oracle):
    """RFC 9293 section 3.1, RFC 8684 section 3, RFC 6994 and others."""
    # Of a Multipath TCP option that is cut or damaged, Wireshark shows a part; we show nothing.
    damage = ("mangled", "cut", "lying") if options is MULTIPATH else ("cut",)
    frames = variations(base(options), count=420, without=damage)
    oracle(["tcp.options", "tcp.option_kind", "tcp.option_len", *names()], frames)


def names():
    """The display names of the options' own fields."""
    found = [
        field.display for option in (*PLAIN, *MULTIPATH) for field in option.FIELDS if field.display
    ]
    further = ["tcp.options.tfo.request", "tcp.options.mptcp.subtype", "tcp.options.mptcp.flags"]
    return [*dict.fromkeys(found), *further]
