from dataclasses import astuple

import pytest

from wirelab.sim.views.cells import cell_width
from wirelab.sim.views.glyphs import ASCII, UNICODE, choose_glyphs


@pytest.mark.parametrize(
    ("asked", "environment", "encoding", "expected"),
    [
        (False, {}, "utf-8", UNICODE),
        (True, {}, "utf-8", ASCII),
        (False, {"WIRELAB_ASCII": "1"}, "utf-8", ASCII),
        (False, {"WIRELAB_ASCII": "0"}, "utf-8", UNICODE),
        (False, {}, "iso8859-1", ASCII),
        (False, {"TERM": "dumb"}, "UTF8", ASCII),
    ],
)
def test_ascii_is_asked_for_or_needed(asked, environment, encoding, expected):
    assert choose_glyphs(asked, environment, encoding) is expected


def test_the_ascii_set_is_ascii():
    assert "".join(astuple(ASCII)).isascii()


def test_unicode_glyphs_take_one_cell_each():
    assert {cell_width(glyph) for glyph in astuple(UNICODE)} == {1}
