"""The libpcap link's own decisions, with a handle that answers as told."""

import errno

import pytest

from wirelab.adapters import system
from wirelab.adapters.links import pcaplink
from wirelab.adapters.links.libpcap import PcapError
from wirelab.adapters.links.link import LinkDown, LinkError, LinkGone
from wirelab.adapters.links.pcaplink import PcapLink, oversize_text, snap_length_for

MAC = bytes.fromhex("020000000077")
ETH0 = system.Interface(
    "eth0", 2, bytes(6), 1500, up=True, carrier=True, running=True, loopback=False
)


class FakePcap:
    """`next` and `inject` answer from a list: a value, or an error to raise."""

    warning = ""

    def __init__(self, descriptor=7, answers=()):
        self.descriptor, self.answers, self.filters = descriptor, list(answers), []

    def fileno(self):
        return self.descriptor

    def required_timeout_ns(self):
        return None

    def set_filter(self, expression):
        self.filters.append(expression)

    def next(self):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def inject(self, frame):
        self.next()

    def dropped(self):
        return 3

    def close(self):
        pass


@pytest.fixture
def open_with(monkeypatch):
    def make(pcap, there=True, **options):
        monkeypatch.setattr(system, "interface", lambda name: ETH0)
        monkeypatch.setattr(system, "merges_frames", lambda name: False)
        monkeypatch.setattr(system, "still_there", lambda *_: there)
        monkeypatch.setattr(pcaplink, "_open", lambda *_, **__: pcap)
        return PcapLink("eth0", mac=MAC, **options)

    return make


def test_the_snap_length_holds_a_tagged_frame_or_the_largest_merged_one():
    assert snap_length_for(1500, merged=False) == 1536
    assert snap_length_for(9000, merged=False) == 9216
    assert snap_length_for(1500, merged=True) >= 65_550


def test_the_oversize_text_names_the_switches():
    assert oversize_text(65_226, "eth0") == (
        "oversize frame (65226 bytes): turn off GRO/TSO (ethtool -K eth0 gro off lro off; veth: "
        "on the peer too) or use --link afpacket."
    )


def test_without_a_descriptor_the_link_asks_to_be_polled(open_with):
    """Windows: Npcap has an event handle, and no descriptor."""
    link = open_with(FakePcap(descriptor=-1))
    assert link.poll_interval_ns == 1_000_000
    with pytest.raises(LinkError, match="no descriptor to wait on; poll instead"):
        link.fileno()


def test_an_old_enetdown_is_forgiven_once(open_with):
    """The interface flapped since the last call, and is up again."""
    old_news = PcapError(errno.ENETDOWN, "send: Network is down", -1)
    assert open_with(FakePcap(answers=[old_news, None])).send(bytes(60))
    with pytest.raises(LinkDown):
        open_with(FakePcap(answers=[old_news, old_news])).send(bytes(60))


def test_a_full_queue_costs_the_frame_only(open_with):
    link = open_with(FakePcap(answers=[PcapError(errno.ENOBUFS, "full", -1)]))
    assert link.send(bytes(60)) is False
    assert (link.stats().sent, link.stats().send_dropped, link.stats().kernel_dropped) == (0, 1, 3)


def test_errors_are_told_as_down_gone_or_what_libpcap_says(open_with):
    """macOS answers a read with a text alone."""
    went_down = PcapError(errno.EIO, "eth0: The interface went down", -1)
    with pytest.raises(LinkDown):
        open_with(FakePcap(answers=[went_down])).recv()
    disappeared = PcapError(errno.EIO, "eth0: The interface disappeared", -1)
    with pytest.raises(LinkGone):
        open_with(FakePcap(answers=[disappeared]), there=False).recv()
    strange = PcapError(errno.EIO, "down0: unheard of", -1)
    with pytest.raises(LinkError, match="unheard of") as caught:
        open_with(FakePcap(answers=[strange])).recv()
    assert not isinstance(caught.value, LinkDown)  # that is only what the interface is called


def test_our_mac_and_groups_are_all_that_is_let_in(open_with):
    pcap = FakePcap()
    open_with(pcap)
    assert pcap.filters == ["ether dst 02:00:00:00:00:77 or ether multicast"]
