import pytest

from wirelab.codecs import UDP, ICMPv4
from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.reasons import Reason

ECHO = ICMPv4(type=8, identifier=1, sequence_number=1)
ALL_HOSTS = bytes((224, 0, 0, 1))
ALL_HOSTS_MAC = bytes.fromhex("01005e000001")


def changed(frame, offset, value):
    """The frame with one byte changed, which also spoils the header checksum."""
    return frame[:offset] + bytes((value,)) + frame[offset + 1 :]


@pytest.mark.parametrize("version", [0, 3, 5, 6, 15])
def test_another_version_is_discarded_in_silence(met, version):
    """1122-3.2.1.1-a: in a frame that says IPv4."""
    drop = met.receive(met.frame(ECHO, version=version))
    assert (drop.reason, drop.answered) == (Reason.IP_BAD_HEADER, False)
    assert met.frames() == []


@pytest.mark.parametrize("ihl", [0, 4, 15])
def test_an_impossible_header_length_is_refused(met, ihl):
    """RFC 791 section 3.1: at least 5, and inside the packet."""
    assert met.receive(met.frame(ECHO, ihl=ihl)).reason is Reason.IP_BAD_HEADER


@pytest.mark.parametrize("offset", [15, 18, 22, 24, 26, 30])
def test_one_changed_byte_of_the_header_is_noticed(met, offset):
    """1122-3.2.1.2-a: and the sender is not told."""
    frame = met.frame(ECHO)
    damaged = changed(frame, offset, frame[offset] ^ 0x10)
    drop = met.receive(damaged)
    assert (drop.reason, drop.answered) == (Reason.IP_BAD_CHECKSUM, False)
    assert met.frames() == []


@pytest.mark.parametrize("total_length", [0, 19, 29, 1500])
def test_a_total_length_that_contradicts_the_frame_is_refused(met, total_length):
    """RFC 791 section 3.1."""
    drop = met.receive(met.frame(None, b"12345678", total_length=total_length))
    assert drop.reason is Reason.IP_BAD_HEADER


def test_ethernet_padding_is_cut_off(met):
    """RFC 894: the total length says where the packet ends."""
    assert met.receive(met.frame(ECHO, b"data") + bytes(14)) is None
    [answer] = met.sent()
    assert answer.payload == b"data"


@pytest.mark.parametrize("destination", ["10.0.0.9", "192.0.2.1", "127.0.0.1", "224.0.0.9"])
def test_what_is_not_destined_for_us_is_dropped(met, destination):
    """1122-3.2.1.3-c."""
    drop = met.receive(met.frame(ECHO, destination=ipv4_bytes(destination)))
    assert drop == (Reason.IP_NOT_FOR_ME, f"destination {destination}", False)
    assert met.frames() == []


@pytest.mark.parametrize(
    "source",
    ["255.255.255.255", "10.0.0.255", "224.0.0.1", "240.0.0.1", "127.0.0.1", "0.0.0.0", "10.0.0.1"],
)
def test_a_source_that_is_no_single_other_host_is_refused(met, source):
    """1122-3.2.1.3-d: section 3.2.1.3 (a) to (g); our own address: CERT CA-1997-28."""
    drop = met.receive(met.frame(ECHO, source=ipv4_bytes(source)))
    assert drop == (Reason.IP_BAD_SOURCE, f"source {source}", False)
    assert met.frames() == []


def test_a_host_without_an_address_may_speak_to_everybody(met):
    """RFC 1122 section 3.2.1.3 (a): 0.0.0.0 as part of an initialization procedure."""
    socket = met.host.udp_bind(67, met.now)
    frame = met.frame(
        UDP(source_port=68, destination_port=67), b"discover", source=bytes(4),
        destination=met.EVERYBODY, to=met.BROADCAST_MAC,
    )  # fmt: skip
    assert met.receive(frame) is None
    assert socket.receive_from(met.now).address == bytes(4)


@pytest.mark.parametrize(
    ("destination", "to"),
    [("255.255.255.255", b"\xff" * 6), ("10.0.0.255", b"\xff" * 6), ("10.0.0.0", b"\xff" * 6),
     ("224.0.0.1", ALL_HOSTS_MAC)],
)  # fmt: skip
def test_broadcasts_and_the_all_hosts_group_are_for_us(met, destination, to):
    """1122-3.3.6-a, with the old zero form; RFC 1122 section 3.3.7."""
    socket = met.host.udp_bind(4000, met.now)
    header = UDP(source_port=1, destination_port=4000)
    assert met.receive(met.frame(header, b"x", destination=ipv4_bytes(destination), to=to)) is None
    assert socket.receive_from(met.now).data == b"x"


def test_a_unicast_packet_in_a_link_layer_broadcast_is_dropped(met):
    """RFC 1122 section 3.3.6."""
    drop = met.receive(met.frame(ECHO, to=met.BROADCAST_MAC))
    assert drop.reason is Reason.IP_UNICAST_IN_BROADCAST


@pytest.mark.parametrize("ttl", [0, 1])
def test_the_last_hop_does_not_judge_the_ttl(met, ttl):
    """1122-3.2.1.7-b."""
    assert met.receive(met.frame(ECHO, ttl=ttl)) is None


def test_unknown_options_are_ignored(met):
    """1122-3.2.1.8-c."""
    assert met.receive(met.frame(ECHO, options=b"\x9e\x04ab")) is None
    assert len(met.sent()) == 1


def test_a_protocol_that_nobody_speaks_is_refused_with_an_answer(met):
    """RFC 1122 section 3.2.2.1: code 2."""
    drop = met.receive(met.frame(None, b"\0" * 12, protocol=132))
    assert drop == (Reason.IP_NO_PROTOCOL, "protocol 132", True)
    [answer] = met.sent()
    assert (answer.transport.type, answer.transport.code) == (3, 2)


@pytest.mark.parametrize("question", [ECHO, ICMPv4(type=13)], ids=["echo", "timestamp"])
def test_any_address_of_the_host_is_reached_through_any_interface(make_rig, question):
    """RFC 1122 section 3.3.4.2: the weak model; 1122-3.2.2.6-b, 1122-3.2.2.8-a: and answers."""
    second = ipv4_bytes("192.0.2.1")
    rig = make_rig(second=second)
    rig.introduce()
    assert rig.receive(rig.frame(question, bytes(12), destination=second)) is None
    [answer] = rig.sent()
    assert answer.ip.source == second
