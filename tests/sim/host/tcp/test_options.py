"""What a SYN offers, what is agreed on, and how it looks (RFC 9293, RFC 7323, RFC 2018)."""

import pytest

from wirelab.codecs import (
    SACK,
    EndOfOptions,
    MaximumSegmentSize,
    NoOperation,
    SACKPermitted,
    Timestamps,
    WindowScale,
)
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.options import read
from wirelab.sim.host.tcp.receive_window import window_shift

ALL = (MaximumSegmentSize(1460), SACKPermitted(), Timestamps(7, 0), NoOperation(), WindowScale(3))
NOP = NoOperation()


def offered(script, **knobs):
    """The options of the SYN, and those of the SYN,ACK if the peer offered everything."""
    active = script(TcpConfig(**knobs))
    active.connection = active.layer.connect(b"\x0a\0\0\x02", 80, 0)
    active.layer.poll_transmit(0)
    passive = script(TcpConfig(**knobs))
    passive.listen()
    passive.feed("S", 0, options=ALL)
    passive.layer.poll_transmit(0)
    return active.out[0].header.options, passive.out[0].header.options


def test_all_that_we_do_is_offered_each_on_words_of_its_own(make_script):
    """RFC 7323 appendix A."""
    syn, syn_ack = offered(make_script)
    stamps = syn[2].value
    assert syn == (
        MaximumSegmentSize(1460),
        SACKPermitted(),
        Timestamps(stamps, 0),
        NOP,
        WindowScale(7),
    )
    assert syn_ack[2].echo_reply == 7
    assert (*syn_ack[:2], *syn_ack[3:]) == (*syn[:2], *syn[3:])


def test_the_layout_of_4_4bsd_goes_by_kind_and_ends_with_zeros(make_script):
    knobs = {"options_by_kind": True, "maximum_receive_buffer": 2 << 20}
    syn, _ = offered(make_script, **knobs)
    assert syn == (
        MaximumSegmentSize(1460),
        NOP,
        WindowScale(6),
        SACKPermitted(),
        Timestamps(syn[4].value, 0),
    )
    syn, _ = offered(make_script, **knobs, timestamps=False, window_scaling=False)
    assert syn[:3] == (MaximumSegmentSize(1460), SACKPermitted(), EndOfOptions(b"\0"))


@pytest.mark.parametrize(
    ("knobs", "expected"),
    [
        ({"timestamps": False}, (NOP, NOP, SACKPermitted(), NOP, WindowScale(7))),
        ({"timestamps": False, "sack": False}, (NOP, WindowScale(7))),
        ({"timestamps": False, "window_scaling": False}, (NOP, NOP, SACKPermitted())),
        ({"timestamps": False, "window_scaling": False, "sack": False}, ()),
    ],
)
def test_what_is_switched_off_is_neither_offered_nor_answered(make_script, knobs, expected):
    """MUST-5 with MUST-6: whoever does not do it ignores it."""
    for options in offered(make_script, **knobs):
        assert options == (MaximumSegmentSize(1460), *expected)


def test_what_the_peer_does_not_offer_is_not_answered(make_script):
    """7323-2.2b, 7323-2.2d, 7323-3.2c: RFC 7323 sections 1.3 and 3.2, RFC 2018 section 2."""
    script = make_script()
    script.listen()
    script.feed("S", 0, options=(MaximumSegmentSize(1000),))
    script.layer.poll_transmit(0)
    assert script.out[0].header.options == (MaximumSegmentSize(1460),)


def test_an_mss_fits_into_its_option(make_script):
    script = make_script(mtu=1 << 20)
    script.connect()
    assert script.last[0].header.options[0] == MaximumSegmentSize(65_535)


@pytest.mark.parametrize(
    ("mtu", "peer", "expected"),
    [
        (1500, (), 536),  # MUST-15
        (1500, (NOP, MaximumSegmentSize(1400)), 1400),  # MUST-16
        (1500, (MaximumSegmentSize(8960),), 1460),
        (1500, (MaximumSegmentSize(0),), 28),  # ours: a tiny MSS is raised
        (1500, (MaximumSegmentSize(1400), Timestamps(1, 0)), 1388),  # section 3.7.1
    ],
)
def test_must_16_the_smaller_of_the_peers_and_ours_less_what_every_segment_has(
    make_script, mtu, peer, expected
):
    """MUST-16: 7323-A: timestamps are in every segment, so they are taken off."""
    script = make_script(mtu=mtu)
    script.connect()
    script.feed("S.", 0, 1, options=peer)
    script.poll()
    options = tuple(Timestamps(2, 0) for option in peer if isinstance(option, Timestamps))
    script.feed(".", 1, 1, options=options)
    script.connection.send(bytes(2000), 0)
    assert len(script.poll()[0][3]) == expected


def test_timestamps_are_in_every_segment_and_echo_the_peers(make_script):
    """7323-3.2a, 7323-3.2d: RFC 7323 section 3.2: MUST."""
    script = make_script()
    script.connect()
    script.feed("S.", 0, 1, options=ALL)
    script.poll()
    assert script.last[0].header.options[2].echo_reply == 7
    script.feed(".", 1, 1, b"x", options=(NOP, NOP, Timestamps(9, 0)))
    script.connection.send(b"y", script.now)
    script.poll()
    nop, nop2, stamps = script.last[0].header.options
    assert (nop, nop2, stamps.echo_reply) == (NOP, NOP, 9)


def test_our_clock_ticks_in_milliseconds_and_begins_elsewhere_for_every_connection(make_script):
    """7323-5.4, 7323-7: RFC 7323 sections 5.4 and 7.1."""
    script = make_script()
    values = []
    for _ in range(3):
        script.connect()
        values.append(script.last[0].header.options[2].value)
    assert len({value >> 8 for value in values}) == 3
    script.now += 5_000_000
    again = script.pass_time(1_000_000_000)
    assert again
    assert {sent.header.options[2].value - values[0] & 0xFFFF_FFFF for sent in script.last} & {
        1000,
        1005,
    }


def test_windows_are_scaled_except_in_syns(make_script):
    """7323-2.2c, 7323-2.3b: RFC 7323 section 2.2."""
    script = make_script(TcpConfig(receive_buffer=1 << 20, maximum_receive_buffer=1 << 20))
    script.connect()
    assert script.last[0].header.window == 65_535
    script.feed("S.", 0, 1, window=10, options=(MaximumSegmentSize(100), NOP, WindowScale(3)))
    script.poll()
    assert script.last[0].header.window == 1 << 20 >> 5
    script.connection.send(bytes(1000), script.now)
    assert sum(len(data) for *_, data in script.poll()) == 10
    script.feed(".", 1, 11, window=25)
    assert sum(len(data) for *_, data in script.poll()) == 200


def test_a_scale_beyond_14_is_taken_as_14():
    """7323-2.3a: RFC 7323 section 2.3: MUST."""
    assert read(bytes([3, 3, 15])).shift == 14


@pytest.mark.parametrize(
    ("maximum", "shift"),
    [(9, 0), (65_535, 0), (65_536, 1), (2 << 20, 6), (6 << 20, 7), (15 << 20, 8), (1 << 40, 14)],
)
def test_the_scale_is_the_smallest_that_can_say_the_largest_window(maximum, shift):
    """RFC 7323 section 2.3."""
    assert window_shift(maximum) == shift


@pytest.mark.parametrize(
    "data",
    [
        bytes([8, 1, 0, 0]),  # shorter than itself
        bytes([8, 10, 0, 0]),  # runs over the end
        bytes([8]),
        bytes([8, 0]),
        bytes([8, 6, 0, 0, 0, 0]),  # not the length of its kind
        bytes([0]) + bytes([8, 10]) + bytes(8),  # behind the end of options
    ],
)
def test_must_7_malformed_options_are_ignored(data):
    """MUST-7: And the rest of the list with them, as nobody knows where the next begins."""
    assert read(data).tsval is None


def test_everything_is_read_in_any_order():
    """MUST-4, MUST-6."""
    options = read(bytes([1, 99, 3, 0, 4, 2, 3, 3, 5, 2, 4, 5, 180, 1, 1, 8, 10, *range(8)]))
    assert (options.mss, options.shift, options.sack_permitted) == (1460, 5, True)
    assert (options.tsval, options.tsecr) == (0x00010203, 0x04050607)
    blocks = read(bytes([5, 18, *bytes(7), 1, *bytes(7), 2])).sack
    assert blocks == ((0, 1), (0, 2))
    assert read(bytes([34, 6, 1, 2, 3, 4])).fast_open == b"\1\2\3\4"
    experiment = read(bytes([254, 8, 0xF9, 0x89, 1, 2, 3, 4]))
    assert (experiment.fast_open, experiment.fast_open_experimental) == (b"\1\2\3\4", True)
    assert SACK.KIND == 5


@pytest.mark.parametrize("rounding", ["none", "up", "down"])
def test_an_mss_of_nothing_leaves_room_for_text_all_the_same(make_script, rounding):
    """Ours: a buffer is rounded to segments of a length, too."""
    script = make_script(TcpConfig(receive_buffer_rounding=rounding))
    script.connect()
    assert script.feed("S.", 0, 1, options=(MaximumSegmentSize(0),)) is None
    assert script.connection.tcb.snd_mss == 28
