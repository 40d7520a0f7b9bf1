"""Writing and reading messages."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import DHCP
from wirelab.codecs.options import UnknownOption
from wirelab.codecs.protocols.dhcp_options import (
    DHCPMessageType,
)
from wirelab.sim.services.dhcp.lease import read_lease
from wirelab.sim.services.dhcp.messages import OFFER, REPLY, mask_length, mask_of, read, write


@given(st.integers(0, 32))
def test_masks_and_lengths_are_each_others_inverse(length):
    assert mask_length(mask_of(length)) == length


@settings(max_examples=60)
@given(st.lists(st.integers(0, 255), max_size=12))
def test_whatever_the_sizes_every_option_that_is_sent_is_read_again(sizes):
    """RFC 2131 section 4.1: overload; RFC 3396: pieces are joined."""
    options = [UnknownOption(224 + number, bytes(size)) for number, size in enumerate(sizes)]
    data = write(DHCP(operation=REPLY), [DHCPMessageType(OFFER), *options])
    assert len(data) + 28 <= 576
    dialogue = read(data, REPLY)
    assert dialogue is not None
    found = [one for one in dialogue.options if isinstance(one, UnknownOption)]
    assert set(map(repr, found)) <= set(map(repr, options))
    if sum(sizes) + 2 * len(sizes) < 300:
        assert found == options


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes_behind_a_header_are_read_or_refused_and_never_raise(tail):
    data = DHCP(operation=REPLY).build() + tail
    dialogue = read(data, REPLY)
    if dialogue is not None and dialogue.kind == OFFER:
        read_lease(dialogue, 0)
