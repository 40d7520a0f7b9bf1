import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelab.sim.views.cells import cell_width, fit, pad, wrap

TEXT = st.text(alphabet="ab 、。再送信─✗()é\u0301", max_size=40)


@pytest.mark.parametrize(
    ("text", "cells"),
    [("SYN", 3), ("再送 1", 6), ("│├╌▶✗⋮▸↻", 8), ("e\u0301", 1), ("ﾊﾟｹｯﾄ", 5), ("", 0)],
)
def test_width_counts_cells_not_characters(text, cells):
    """Unicode Standard Annex 11."""
    assert cell_width(text) == cells


@given(TEXT, st.integers(0, 30))
def test_fitted_text_is_never_too_wide(text, width):
    assert cell_width(fit(text, width)) <= width


@given(TEXT, st.integers(2, 30))
def test_padded_text_has_exactly_the_width(text, width):
    assert cell_width(pad(text, width)) == width


@given(TEXT, st.integers(4, 30))
def test_wrapping_keeps_every_word_and_the_width(text, width):
    lines = wrap(text, width)
    assert all(cell_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_english_breaks_at_spaces():
    assert wrap("drop outgoing RSTs of port 80", 14) == ["drop outgoing", "RSTs of port", "80"]


def test_japanese_breaks_anywhere_but_not_before_a_full_stop():
    assert wrap("相手は正常です。", 14) == ["相手は正常で", "す。"]
