import pytest

from wirelab.sim.views.arrows import Arrow, draw_arrow
from wirelab.sim.views.glyphs import ASCII, UNICODE
from wirelab.sim.views.labels import Label
from wirelab.sim.views.lanes import Lanes
from wirelab.sim.views.rows import plain_text

TWO = Lanes(["a", "b"], ["", ""], 56, UNICODE)
THREE = Lanes(["a", "b", "c"], ["", "", ""], 69, UNICODE)


def drawn(lanes, *arguments, **options):
    """The part of the row right of the gutter."""
    row = plain_text(draw_arrow(lanes, Arrow(*arguments, **options), {}).row())
    assert len(row) == lanes.width
    assert row[: lanes.gutter].isspace()
    return row[lanes.gutter :]


def label(*parts, again=0):
    return Label("tcp", parts, again)


@pytest.mark.parametrize(
    ("arrow", "expected"),
    [
        (
            Arrow("a", ["b"], label("TCP SYN", "win=1")),
            "├─ TCP SYN win=1 ─────────────────────▶│",
        ),
        (
            Arrow("b", ["a"], label("TCP SYN", "win=1")),
            "│◀───────────────────── TCP SYN win=1 ─┤",
        ),
        (
            Arrow("a", ["b"], label("TCP SYN", again=2)),
            "├╌ TCP SYN ↻ 2 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌▶│",
        ),
        (
            Arrow("a", [], label("TCP SYN", "win=1"), "DROP link.loss", "b"),
            "├─ TCP SYN win=1 ─────✗ DROP link.loss │",
        ),
        (
            Arrow("b", [], label("TCP SYN", "win=1"), "DROP link.loss", "a"),
            "│ ✗ DROP link.loss───── TCP SYN win=1 ─┤",
        ),
        (
            Arrow("a", [], label("TCP SYN", "win=65535"), "DROP link.queue_full", "b"),
            "├─ TCP SYN ─────✗ DROP link.queue_full │",
        ),
    ],
)
def test_two_lifelines(arrow, expected):
    assert drawn(TWO, *arrow) == expected


def test_an_arrow_passes_a_lifeline_that_is_not_concerned():
    assert drawn(THREE, "a", ["c"], label("TCP")) == (
        "├─ TCP ───────────────────┼────────────────────────▶│"
    )


def test_a_broadcast_has_a_head_at_each_receiver():
    assert drawn(THREE, "a", ["b", "c"], label("ARP")) == (
        "├─ ARP ──────────────────▶┼────────────────────────▶│"
    )


def test_a_broadcast_from_the_middle_goes_both_ways():
    assert drawn(THREE, "b", ["a", "c"], label("ARP")) == (
        "│◀────────────────────────┼─ ARP ──────────────────▶│"
    )


def test_a_label_does_not_cover_the_head_of_a_nearer_receiver():
    text = drawn(THREE, "a", ["b", "c"], label("ARP who has", "tell 10.0.0.1"))
    assert text == "├─ ARP who has ──────────▶┼────────────────────────▶│"


def test_a_lost_frame_without_a_known_destination_is_cut_on_the_way_to_a_neighbour():
    assert drawn(THREE, "c", [], label("UDP"), "DROP", "switch").startswith("│                  ")


def test_ascii_arrows_are_ascii():
    lanes = Lanes(["a", "b"], ["", ""], 56, ASCII)
    assert drawn(lanes, "a", ["b"], label("TCP SYN", again=1)) == (
        "|= TCP SYN retx 1 ====================>|"
    )
    assert drawn(lanes, "b", [], label("TCP"), "DROP", "a").isascii()


def test_a_payload_is_cut_where_other_parts_are_left_out():
    payload = ' "Hello UDP, hello everybody"'
    assert drawn(TWO, "a", ["b"], label("UDP 1 > 2", payload)) == (
        '├─ UDP 1 > 2  "Hello UDP, hello eve… ─▶│'
    )
    assert drawn(TWO, "a", ["b"], label("UDP 1 > 2", "no payload, and too long to fit")) == (
        "├─ UDP 1 > 2 ─────────────────────────▶│"
    )
