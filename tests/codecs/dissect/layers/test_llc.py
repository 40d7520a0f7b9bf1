"""The fields of LLC and SNAP, and of 802.1ad tags, against tshark's."""

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import ARP

TO, FROM = bytes.fromhex("02000000000b"), bytes.fromhex("02000000000a")
DATAGRAM = bytes(IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=50000, dport=49152) / b"in LLC")
REQUEST = bytes(ARP(hwsrc="02:00:00:00:00:0a", psrc="10.0.0.1", pdst="10.0.0.2"))


def ieee(body, trailer=b""):
    """An IEEE 802.3 frame."""
    return TO + FROM + len(body).to_bytes(2) + body + trailer


def llc():
    """Unnumbered, supervisory and information frames; Ethernet types under several OUIs."""
    snap = bytes.fromhex("aaaa03")
    yield ieee(snap + bytes(3) + b"\x08\0" + DATAGRAM)
    yield ieee(snap + bytes(3) + b"\x08\x06" + REQUEST, b"\0" * 10)
    yield ieee(snap + b"\0\0\xf8\x08\0" + DATAGRAM, b"trailer")
    yield ieee(snap + b"\0\0\0\x88\xb5" + b"experiment")
    yield ieee(snap + bytes.fromhex("123456") + b"\x12\x34" + b"nobody's")
    yield ieee(bytes.fromhex("060603") + DATAGRAM)
    yield ieee(bytes.fromhex("fefe0301"))
    yield ieee(bytes.fromhex("02020005") + b"information")
    yield ieee(bytes.fromhex("02030121") + b"receive ready")
    yield ieee(bytes.fromhex("f0f07f"))
    yield ieee(bytes.fromhex("0403e3"))
    yield ieee(bytes.fromhex("080873"))


def heads(frames):
    """The frames with one byte of LLC and SNAP changed."""
    for frame in frames:
        for place in range(12, min(len(frame), 22)):
            for value in (0, 1, 3, frame[place] ^ 1, frame[place] ^ 0x10, 0x80, 0xFF):
                yield frame[:place] + bytes((value,)) + frame[place + 1 :]


def tags():
    """Service tags before customer tags, and alone."""
    inner = DATAGRAM
    for words, payload in (
        ("88a8a0648100000a0800", inner),
        ("88a8b0640800", inner),
        ("88a800018100e00208060000", REQUEST),
        ("88a8000188a8f0020800", inner),
        ("88a8000188a8f0028100500388b5", b"experiment"),
        ("810020058100500388a8f00288b5", b"experiment"),
        ("88a80001", (len(DATAGRAM) + 8).to_bytes(2) + bytes.fromhex("aaaa030000000800") + inner),
        ("88a8a0648100000a", (20).to_bytes(2) + bytes.fromhex("aaaa030000000800") + inner),
    ):
        yield TO + FROM + bytes.fromhex(words) + payload


def tag_heads():
    """The frames with one byte of a tag changed."""
    for frame in tags():
        for place in range(14, 26):
            for value in (0, 1, frame[place] ^ 0x10, 0x88, 0xA8, 0xFF):
                yield frame[:place] + bytes((value,)) + frame[place + 1 :]


def test_every_field_of_llc_is_what_tshark_prints(variations, oracle):
    """IEEE 802.2 section 3; RFC 1042."""
    frames = [*heads(llc()), *variations(llc(), count=500)]
    compared = oracle(["llc", "eth.len", "eth.padding", "eth.trailer", "ip.src"], frames)
    assert set(compared.fields) - compared.filled == set()


def test_every_field_of_service_tags_is_what_tshark_prints(variations, oracle):
    """IEEE 802.1Q section 9.6 (802.1ad)."""
    frames = [*tag_heads(), *variations(tags(), count=400)]
    compared = oracle(["ieee8021ad", "vlan", "ip.src", "llc.type"], frames)
    assert set(compared.fields) - compared.filled == set()
