"""tshark agrees with our checksums, right and wrong, and with our reading of the fields."""

import struct
import subprocess

from wirelab.codecs import (
    ARP,
    DHCP,
    DNS,
    IGMP,
    IPX,
    TCP,
    UDP,
    VXLAN,
    DHCPEnd,
    DHCPMessageType,
    DNSQuestion,
    Ethernet,
    ICMPv4,
    ICMPv6,
    IGMPv3Query,
    IPv4,
    IPv6,
    IPv6Destination,
    IPv6HomeAddress,
    LooseSourceRoute,
    MLDv2Report,
    NeighborSolicitation,
    Timestamps,
    parse,
)

PREFERENCES = [
    word
    for name in ("ip.check_checksum", "udp.check_checksum", "tcp.check_checksum")
    for word in ("-o", f"{name}:TRUE")
]


def fields(tshark, path, frames, names):
    """What `tshark -T fields` prints: a list of values for each frame."""
    capture = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for frame in frames:
        capture += struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame
    path.write_bytes(capture)
    command = [tshark, "-n", "-r", str(path), *PREFERENCES, "-T", "fields", "-E", "occurrence=f"]
    for name in names:
        command += ["-e", name]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return [line.split("\t") for line in result.stdout.splitlines()]


def test_tshark_finds_every_checksum_of_ours_right_and_every_wrong_one_wrong(tshark, tmp_path):
    link, network = Ethernet(), IPv4(source="10.0.0.1", destination="10.0.0.2")
    payloads = [b"", b"x", b"Hello UDP!", bytes(100), b"\xff" * 1001]
    right = [
        bytes(link / network / transport / payload)
        for transport in (UDP(49153, 49152), TCP(1, 2, options=[Timestamps(1, 2)]), ICMPv4())
        for payload in payloads
    ]
    wrong = [frame[:-1] + bytes([frame[-1] ^ 1]) for frame in right]
    names = ["ip.checksum.status", "udp.checksum.status", "tcp.checksum.status"]
    names.append("icmp.checksum.status")
    rows = fields(tshark, tmp_path / "checksums.pcap", right + wrong, names)
    verdicts = [next(value for value in row[1:] if value) for row in rows]
    assert [row[0] for row in rows] == ["1"] * len(rows)
    assert verdicts == ["1"] * len(right) + ["0"] * len(wrong)
    ours = [parse(frame).verify() == [] for frame in right + wrong]
    assert ours == [True] * len(right) + [False] * len(wrong)


def test_tshark_reads_the_same_numbers_under_the_declared_names(tshark, tmp_path, frames):
    """The display names in the schemas are Wireshark's own."""
    chosen = {name: frames[name] for name in ("udp", "tcp_syn", "tcp_data", "icmp_echo")}
    declared = {
        field.display: (header, field)
        for header in (IPv4, UDP, TCP, ICMPv4)
        for field in header.FIELDS
        if field.display and field.bits > 0 and field.format in ("dec", "hex")
    }
    rows = fields(tshark, tmp_path / "fields.pcap", chosen.values(), declared)
    compared = 0
    for frame, row in zip(chosen.values(), rows, strict=True):
        packet = parse(frame)
        for (header, field), text in zip(declared.values(), row, strict=True):
            ours = packet.get(header)
            if text and ours is not None:
                compared += 1
                number = int(text, 16) if text.startswith("0x") else int(text)
                assert number == getattr(ours, field.name) * field.scale, field.display
    assert compared > 60


def test_tshark_reads_packets_of_which_only_the_layers_are_given(tshark, tmp_path):
    """AUTO makes packets that are reached by their numbers, sound, and with right checksums."""
    four, six = IPv4(source="10.0.0.1", destination="10.0.0.2"), IPv6(source="fe80::1")
    routed = four.replace(options=[LooseSourceRoute(4, ["10.0.0.3", "10.0.0.4"])])
    away = IPv6Destination(options=[IPv6HomeAddress("2001:db8::7")])
    packets = {
        "dns": four / UDP() / DNS(questions=[DNSQuestion("example.com")]),
        "dhcp": four / UDP() / DHCP(options=[DHCPMessageType(1), DHCPEnd()]),
        "arp": four / UDP() / VXLAN(vni=7) / Ethernet() / ARP(),
        "ipx": four / UDP() / IPX() / b"data",
        "icmpv6": six / ICMPv6() / NeighborSolicitation(target="fe80::2"),
        "icmpv6 of a listener": six / ICMPv6() / MLDv2Report(),
        "igmp": four.replace(destination="224.0.0.1", ttl=1) / IGMP() / IGMPv3Query(),
        "udp behind a source route": routed / UDP(1, 2) / b"data",
        "udp from abroad": six / away / UDP(1, 2) / b"data",
    }
    names = ["frame.protocols", "ipv6.hlim", "udp.checksum.status", "_ws.malformed"]
    frames = [bytes(Ethernet() / packet) for packet in packets.values()]
    rows = fields(tshark, tmp_path / "defaults.pcap", frames, names)
    for name, (protocols, hops, status, malformed) in zip(packets, rows, strict=True):
        assert name.split()[0] in protocols.split(":"), name
        assert hops in {"icmpv6": ["255"], "icmpv6 of a listener": ["1"]}.get(name, ["", "64"])
        assert status in ("", "1"), name
        assert malformed == "", name
