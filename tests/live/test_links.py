"""Every kind of link, against a real kernel: what goes out, what comes in, and what must not."""

import select
import socket
import threading

import pytest

from wirelab.adapters.links import LinkDown, LinkError, LinkGone, open_link
from wirelab.adapters.links.link import MINIMUM_BYTES
from wirelab.codecs import ARP, UDP, Dot1Q, Ethernet, IPv4, parse

pytestmark = pytest.mark.live

OWN_MAC = bytes.fromhex("020000000077")
OTHER_MAC = bytes.fromhex("020000000099")
BROADCAST = b"\xff" * 6
PATIENCE_S = 10.0
KINDS = ("afpacket", "pcap", "tap")
SOL_UDP, UDP_SEGMENT = 17, 103


@pytest.fixture
def connect(lab, request):
    """Opens a link of a kind in a fresh lab: (link, wire, raw socket at the far end)."""

    def make(kind, mac=OWN_MAC, **options):
        wire = lab.tap_wire() if kind == "tap" else lab.wire()
        with wire.ours:
            link = open_link(kind, wire.interface, mac=mac, **options)
        request.addfinalizer(link.close)
        far_end = wire.peer.kernel_socket(socket.AF_PACKET, socket.SOCK_RAW)
        far_end.bind((wire.interface, 0))
        return link, wire, far_end

    return make


def receive(link):
    """The next frame; waits for it as an event loop does."""
    frame = link.recv()
    while frame is None:
        assert select.select([link], [], [], PATIENCE_S)[0], "no frame came"
        frame = link.recv()
    return frame


def datagram(mac, text=b"Hello UDP!", source_mac=OTHER_MAC, tag=None):
    network = IPv4(source="198.51.100.2", destination="198.51.100.77")
    inner = network / UDP(source_port=9, destination_port=49152) / text
    outer = Ethernet(destination=mac, source=source_mac)
    return bytes(outer / inner if tag is None else outer / tag / inner)


def arp_request(wire, mac):
    return bytes(
        Ethernet(destination=BROADCAST, source=mac)
        / ARP(
            operation=1,
            sender_hardware_address=mac,
            sender_protocol_address=wire.own_address,
            target_hardware_address=bytes(6),
            target_protocol_address=wire.peer_address,
        )
    )


@pytest.mark.parametrize("own_mac", [True, False], ids=["own-mac", "host-mac"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_kernel_answers_our_arp_request(connect, kind, own_mac):
    """RFC 826; with a MAC of our own as with the interface's."""
    link, wire, _ = connect(kind, mac=OWN_MAC if own_mac else None)
    assert link.mac == OWN_MAC if own_mac else link.mac != OWN_MAC
    assert link.send(arp_request(wire, link.mac))
    frame = receive(link)
    reply = parse(frame.data)[ARP]
    assert reply.operation == 2
    assert reply.sender_hardware_address == wire.peer_mac
    assert frame.data[:6] == link.mac
    assert frame.timestamp_ns > 1_700_000_000 * 1_000_000_000
    assert (link.stats().received, link.stats().sent) == (1, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_we_do_not_see_what_we_sent_ourselves(connect, kind):
    link, _, far_end = connect(kind)
    broadcast = datagram(BROADCAST, b"ours", source_mac=OWN_MAC)
    link.send(broadcast)
    far_end.send(datagram(OWN_MAC, b"theirs"))
    assert b"theirs" in receive(link).data
    assert link.recv() is None


@pytest.mark.parametrize("kind", ["afpacket", "pcap"])
def test_frames_for_other_macs_stay_in_the_kernel(connect, kind):
    """A promiscuous interface shows them; our filter does not let them through."""
    link, _, far_end = connect(kind)
    far_end.send(datagram(OTHER_MAC, b"for another"))
    far_end.send(datagram(BROADCAST, b"for all"))
    far_end.send(datagram(OWN_MAC, b"for us"))
    assert b"for all" in receive(link).data
    assert b"for us" in receive(link).data
    assert link.recv() is None


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_vlan_only_untagged_and_priority_tagged_frames_arrive(connect, kind):
    """IEEE 802.1Q clause 9.6: VLAN 0 carries a priority, and is untagged otherwise."""
    link, _, far_end = connect(kind)
    far_end.send(datagram(OWN_MAC, b"in VLAN 5", tag=Dot1Q(vlan_id=5)))
    far_end.send(datagram(OWN_MAC, b"priority", tag=Dot1Q(priority=3, vlan_id=0)))
    frame = receive(link)
    assert (frame.data, frame.vlan) == (datagram(OWN_MAC, b"priority"), None)
    assert link.recv() is None
    assert link.stats().vlan_dropped == 1


@pytest.mark.parametrize("kind", KINDS)
def test_in_a_vlan_its_frames_are_untagged_and_ours_are_tagged(connect, kind):
    link, wire, far_end = connect(kind, vlan=5)
    capture = wire.peer.capture(wire.interface)
    far_end.send(datagram(OWN_MAC, b"untagged"))
    far_end.send(datagram(OWN_MAC, b"tagged", tag=Dot1Q(vlan_id=5)))
    frame = receive(link)
    assert (frame.data, frame.vlan) == (datagram(OWN_MAC, b"tagged"), 5)
    link.send(datagram(BROADCAST, b"from us", source_mac=OWN_MAC))
    sent = [frame for frame in capture.frames() if b"from us" in frame]
    assert [parse(frame)[Dot1Q].vlan_id for frame in sent] == [5]


@pytest.mark.parametrize("kind", KINDS)
def test_short_frames_are_padded_and_wrong_sizes_refused(connect, kind):
    """IEEE 802.3 clause 3.2.7: 60 bytes before the check sequence."""
    link, wire, _ = connect(kind)
    capture = wire.peer.capture(wire.interface)
    link.send(arp_request(wire, OWN_MAC))
    sent = [frame for frame in capture.frames() if frame[6:12] == OWN_MAC]
    assert [len(frame) for frame in sent] == [MINIMUM_BYTES]
    link.send(bytes(12) + b"\x88\xb5" + bytes(1500))
    for size in (13, 1515):
        with pytest.raises(ValueError, match=rf"frame of {size} bytes: this link takes 14 to 1514"):
            link.send(bytes(size))


def test_nothing_unfiltered_is_read_while_the_link_opens_under_load(lab):
    """AF_PACKET is deaf until its filter stands: no frame for others slips in before."""
    wire = lab.wire()
    far_end = wire.peer.kernel_socket(socket.AF_PACKET, socket.SOCK_RAW)
    far_end.bind(("eth0", 0))
    enough = threading.Event()

    def flood():
        for _ in range(1_000_000):
            far_end.send(datagram_to_other)
            far_end.send(datagram_to_us)
            if enough.is_set():
                return

    datagram_to_other, datagram_to_us = datagram(OTHER_MAC), datagram(OWN_MAC)
    thread = threading.Thread(target=flood)
    thread.start()
    seen = set()
    try:
        for _ in range(30):
            with wire.ours:
                link = open_link("afpacket", "eth0", mac=OWN_MAC)
            for _ in range(5):
                seen.add(receive(link).data[:6])
            link.close()
    finally:
        enough.set()
        thread.join()
    assert seen == {OWN_MAC}


@pytest.mark.parametrize("kind", KINDS)
def test_a_flapping_interface_is_told_once_and_the_link_goes_on(connect, kind):
    link, wire, _ = connect(kind)
    wire.ours.ip(f"link set {wire.interface} down")
    with pytest.raises(LinkDown, match=f'"ip link set {wire.interface} up"'):
        link.send(arp_request(wire, OWN_MAC))
    try:
        while link.recv() is not None:
            pass  # what the kernel had put there before
    except LinkDown:
        assert kind == "afpacket"
    assert link.recv() is None
    assert select.select([link], [], [], 0)[0] == []  # an event loop can sleep
    wire.ours.ip(f"link set {wire.interface} up")
    assert link.send(arp_request(wire, OWN_MAC))
    assert parse(receive(link).data)[ARP].operation == 2


def test_an_interface_that_flapped_unseen_does_not_fail_the_next_send(connect):
    """The socket still holds an old ENETDOWN, which `send` meets first."""
    link, wire, _ = connect("afpacket")
    wire.ours.ip("link set eth0 down")
    wire.ours.ip("link set eth0 up")
    assert link.send(arp_request(wire, OWN_MAC))
    assert parse(receive(link).data)[ARP].operation == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_closed_link_still_tells_what_it_counted(connect, kind):
    link, wire, _ = connect(kind)
    link.send(arp_request(wire, OWN_MAC))
    receive(link)
    link.close()
    assert (link.stats().received, link.stats().sent) == (1, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_removed_interface_is_gone_for_good(connect, kind):
    link, wire, _ = connect(kind)
    wire.ours.ip(f"link del {wire.interface}")
    for _ in range(2):
        with pytest.raises(LinkGone, match="no longer exists"):
            link.send(arp_request(wire, OWN_MAC))
    link.close()
    link.close()


@pytest.mark.parametrize("kind", ["afpacket", "pcap"])
def test_the_kernel_of_this_machine_leaves_checksums_to_us(connect, kind):
    """Between kernels on one machine the field holds the sum of the pseudo-header."""
    link, wire, far_end = connect(kind)
    wire.peer.ip(f"neigh add {wire.own_address} lladdr 02:00:00:00:00:77 dev eth0")
    sender = wire.peer.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.sendto(b"Hello UDP!", (wire.own_address, 49152))
    frame = receive(link)
    assert frame.checksum == "partial-ok"
    assert link.stats().partial_checksums == 1
    far_end.send(datagram(OWN_MAC)[:-1] + b"?")
    assert receive(link).checksum == "check"


def test_a_strict_pcap_link_vouches_for_no_partial_checksum(connect):
    link, wire, _ = connect("pcap", strict_checksum=True)
    wire.peer.ip(f"neigh add {wire.own_address} lladdr 02:00:00:00:00:77 dev eth0")
    sender = wire.peer.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.sendto(b"Hello UDP!", (wire.own_address, 49152))
    assert receive(link).checksum == "check"


def send_merged(wire):
    """One frame of 20 datagrams, which the kernel leaves uncut for a neighbour on this machine."""
    wire.peer.ip(f"neigh add {wire.own_address} lladdr 02:00:00:00:00:77 dev eth0")
    sender = wire.peer.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(SOL_UDP, UDP_SEGMENT, 1400)
    sender.sendto(bytes(28_000), (wire.own_address, 49152))
    return 14 + 20 + 8 + 28_000


@pytest.mark.parametrize("kind", ["afpacket", "pcap"])
def test_frames_of_64_kib_arrive_whole(connect, kind):
    link, wire, _ = connect(kind)
    size = send_merged(wire)
    assert len(receive(link).data) == size
    assert link.stats().truncated == 0


def test_a_frame_over_the_snap_length_is_counted_and_never_handed_out(connect):
    link, wire, far_end = connect("pcap", snap_length=1536)
    size = send_merged(wire)
    far_end.send(datagram(OWN_MAC, b"the next one"))
    assert b"the next one" in receive(link).data
    assert (link.stats().truncated, link.stats().largest) == (1, size)


@pytest.mark.parametrize(
    ("kind", "options"),
    [("afpacket", {"receive_buffer": 65_536}), ("pcap", {"snap_length": 65_536})],
)
def test_frames_that_did_not_fit_are_counted(connect, kind, options):
    link, _, far_end = connect(kind, **options)
    frame = datagram(OWN_MAC, bytes(1000))
    for _ in range(3000):
        far_end.send(frame)
    while link.recv() is not None:
        pass
    stats = link.stats()
    assert stats.kernel_dropped > 0
    assert stats.received + stats.kernel_dropped == 3000


@pytest.mark.parametrize(("kind", "options"), [("afpacket", {}), ("pcap", {"snap_length": 1536})])
def test_a_burst_of_3000_full_frames_is_kept(connect, kind, options):
    """What the default buffers of both lose: they hold 93 frames, and 32 of 64 KiB snap length."""
    link, _, far_end = connect(kind, **options)
    frame = datagram(OWN_MAC, bytes(1400))
    for _ in range(3000):
        far_end.send(frame)
    while link.recv() is not None:
        pass
    assert (link.stats().received, link.stats().kernel_dropped) == (3000, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_filter_comes_on_top_of_ours(connect, kind):
    """pcap-filter(7); the same expression on every kind."""
    link, _, far_end = connect(kind)
    link.set_filter("udp dst port 49152 and len < 200")
    far_end.send(datagram(OWN_MAC, bytes(300)))
    if kind != "tap":
        far_end.send(datagram(OTHER_MAC, b"for another"))
    far_end.send(datagram(OWN_MAC, b"wanted"))
    assert b"wanted" in receive(link).data
    assert link.recv() is None
    with pytest.raises(LinkError, match="filter 'udp port of call'"):
        link.set_filter("udp port of call")


def test_a_tap_is_made_set_up_and_taken_away(lab):
    """Without preparation by hand: what `--link tap` does for root."""
    ours = lab.namespace("ours")
    lab.need_tap()
    with ours:
        link = open_link("tap", "wl0", kernel_address=bytes([10, 9, 0, 1]), prefix_length=16)
    assert "inet 10.9.0.1/16" in ours.ip("addr show dev wl0")
    assert ",UP" in ours.ip("link show dev wl0")
    link.close()
    assert "wl0" not in ours.ip("link show")


def test_a_tap_that_cannot_be_had_says_why(tap_wire):
    ours = tap_wire.ours
    with ours, pytest.raises(LinkError, match="1234567': an interface name has 1 to 15 bytes"):
        open_link("tap", "tap1234567" * 2 + "1234567")
    with ours:
        link = open_link("tap", "tap0")
        with pytest.raises(LinkError, match="tap0 is in use by another program; choose another"):
            open_link("tap", "tap0")
        link.close()
        with pytest.raises(LinkError, match=r"lo cannot be a TAP \(Invalid argument\)"):
            open_link("tap", "lo")
        ours.ip("link set tap0 down")
        with pytest.raises(LinkDown, match='tap0 is down: run "ip link set tap0 up"'):
            open_link("tap", "tap0")
    code = "from wirelab.adapters.links import open_link; open_link('tap', 'tap9')"
    process = ours.without_capabilities(code)
    assert process.finish() == 1
    assert "no TAP tap9 for this user: needs CAP_NET_ADMIN (sudo), or once" in process.errors


@pytest.mark.parametrize("name", ["tap%d", "tap\udcff"])
def test_a_pattern_is_no_name_for_a_tap(tap_wire, name):
    """The kernel would number it, and we would look for another interface than it made."""
    with tap_wire.ours, pytest.raises(LinkError, match="1 to 15 bytes, printable, and no %"):
        open_link("tap", name)


def test_a_tap_made_just_now_is_not_to_be_switched_on_by_hand(tap_wire):
    """It goes when we close, so "ip link set" would find none."""
    with tap_wire.ours, pytest.raises(LinkError, match=r"tap9 is new.*kernel-ip") as caught:
        open_link("tap", "tap9")
    assert "ip link set" not in str(caught.value)
    assert "sudo ip tuntap add dev tap9 mode tap user $USER" in str(caught.value)


def test_a_tap_says_which_address_its_kernel_refuses(lab):
    ours = lab.namespace("ours")
    lab.need_tap()
    with (
        ours,
        pytest.raises(LinkError, match=r"cannot give wl0 224\.0\.0\.1/4 \(Invalid arg.*\)\.$"),
    ):
        open_link("tap", "wl0", kernel_address=bytes([224, 0, 0, 1]), prefix_length=4)
    assert "wl0" not in ours.ip("link show")


@pytest.mark.parametrize("kind", ["afpacket", "pcap"])
def test_opening_says_what_is_wrong(wire, kind):
    with wire.ours, pytest.raises(LinkError, match="no interface 'eth7' here; there are: lo, eth0"):
        open_link(kind, "eth7")
    wire.ours.ip("link set eth0 down")
    with wire.ours, pytest.raises(LinkDown, match='eth0 is down: run "ip link set eth0 up"'):
        open_link(kind, "eth0")


@pytest.mark.parametrize("kind", ["afpacket", "pcap"])
def test_only_what_carries_ethernet_is_opened(tap_wire, kind):
    """And never the loopback interface, on which the kernel believes everything."""
    ours = tap_wire.ours
    ours.ip("tuntap add dev tun0 mode tun")
    ours.ip("link set tun0 up")
    for name in ("lo", "tun0"):
        with ours, pytest.raises(LinkError, match=f"{name} carries no Ethernet"):
            open_link(kind, name, mac=OWN_MAC)


@pytest.mark.parametrize("kind", ["afpacket", "pcap"])
def test_without_the_capability_the_remedy_is_named(wire, kind):
    code = f"from wirelab.adapters.links import open_link; open_link({kind!r}, 'eth0')"
    process = wire.ours.without_capabilities(code)
    assert process.finish() == 1
    assert "raw access to eth0 refused: needs CAP_NET_RAW (sudo, or setpriv" in process.errors
