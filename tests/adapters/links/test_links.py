"""Choosing a link: by name, by platform, and with a reason where it cannot be."""

import pytest

from wirelab.adapters.links import LinkError, default_kind, open_link


@pytest.mark.parametrize(
    ("platform", "kind"), [("linux", "afpacket"), ("darwin", "pcap"), ("win32", "pcap")]
)
def test_the_default_needs_no_library_where_it_can(platform, kind):
    assert default_kind(platform) == kind


@pytest.mark.parametrize("kind", ["tap", "afpacket"])
def test_linux_only_kinds_say_so_elsewhere(kind):
    with pytest.raises(LinkError, match=f"--link {kind} is for Linux; here use --link pcap"):
        open_link(kind, "en0", platform="darwin")


def test_an_unknown_kind_is_answered_with_those_there_are():
    with pytest.raises(LinkError, match="no link 'pigeon'; there are: tap, afpacket, pcap"):
        open_link("pigeon", "eth0")
