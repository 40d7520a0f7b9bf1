"""What all links share: frames made ready to go out, tags taken off frames that came in."""

import errno

import pytest

from wirelab.adapters.links.link import prepared, transmitted, untagged
from wirelab.codecs import Dot1Q, Ethernet, IPv4, parse

OUTER = Ethernet(destination="02:00:00:00:00:01", source="02:00:00:00:00:02")
INNER = IPv4(source="10.0.0.1", destination="10.0.0.2", protocol=253) / b"payload"


def test_a_short_frame_is_padded_to_60_bytes():
    """IEEE 802.3 clause 3.2.7."""
    frame = bytes(OUTER / INNER)
    assert prepared(frame, 1500, None) == frame + bytes(60 - len(frame))
    assert prepared(bytes(61), 1500, None) == bytes(61)


def test_a_tag_does_not_count_against_the_mtu():
    """IEEE 802.3 clause 3.2.7: a tagged frame may be four bytes longer."""
    frame = bytes(OUTER / INNER) + bytes(1467)
    assert len(frame) == 1514 - 6
    tagged = prepared(frame + bytes(6), 1500, vlan=5)
    assert len(tagged) == 1518
    assert parse(tagged)[Dot1Q].vlan_id == 5


@pytest.mark.parametrize("size", [0, 13, 1515])
def test_a_frame_of_impossible_size_is_the_callers_mistake(size):
    with pytest.raises(ValueError, match=f"frame of {size} bytes: this link takes 14 to 1514"):
        prepared(bytes(size), 1500, None)


@pytest.mark.parametrize(("vlan_id", "told"), [(5, 5), (4094, 4094), (0, None)])
def test_a_tag_is_taken_off_and_told(vlan_id, told):
    """IEEE 802.1Q clause 9.6: VLAN 0 means priority only."""
    tagged = bytes(OUTER / Dot1Q(priority=7, vlan_id=vlan_id) / INNER)
    assert untagged(tagged) == (bytes(OUTER / INNER), told)


def test_what_bears_no_tag_stays_as_it_is():
    frame = bytes(OUTER / INNER)
    assert untagged(frame) == (frame, None)
    cut = bytes(12) + b"\x81\x00\x00"
    assert untagged(cut) == (cut, None)


def answering(*errors):
    """A `send` that fails with these numbers, one call each; 0 succeeds."""
    left = list(errors)

    def send(frame):
        number = left.pop(0)
        if number:
            raise OSError(number, errno.errorcode[number])

    return send


def test_one_old_enetdown_is_forgiven_and_a_second_is_told():
    """The interface flapped since the last call, and is up again."""
    assert transmitted(answering(errno.ENETDOWN, 0), b"frame")
    with pytest.raises(OSError, match="ENETDOWN"):
        transmitted(answering(errno.ENETDOWN, errno.ENETDOWN), b"frame")


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.ENOBUFS])
def test_want_of_room_costs_the_frame_only(number):
    assert not transmitted(answering(number), b"frame")
    assert not transmitted(answering(errno.ENETDOWN, number), b"frame")


def test_other_trouble_is_told_at_once():
    with pytest.raises(OSError, match="EPERM"):
        transmitted(answering(errno.EPERM, 0), b"frame")
