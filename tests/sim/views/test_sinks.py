import io

import pytest

from wirelab.sim.views.rows import Span, row
from wirelab.sim.views.sinks import ansi_sink, choose_sink, plain_sink, write_rows

LINE = row("a ", Span("b", "drop"), "  ")


@pytest.mark.parametrize(
    ("color", "environment", "is_terminal", "expected"),
    [
        ("auto", {}, True, ansi_sink),
        ("auto", {}, False, plain_sink),
        ("auto", {"NO_COLOR": "1"}, True, plain_sink),
        ("auto", {"NO_COLOR": ""}, True, ansi_sink),
        ("auto", {"TERM": "dumb"}, True, plain_sink),
        ("always", {"NO_COLOR": "1"}, False, ansi_sink),
        ("never", {}, True, plain_sink),
    ],
)
def test_colour_goes_to_terminals_that_want_it(color, environment, is_terminal, expected):
    """https://no-color.org: an empty NO_COLOR counts as unset."""
    assert choose_sink(color, environment, is_terminal) is expected


def test_the_text_is_the_same_with_and_without_colour():
    assert plain_sink(LINE) == "a b  "
    assert ansi_sink(LINE) == "a \x1b[1;31mb\x1b[0m  "


def test_what_an_encoding_lacks_is_question_marks_of_the_same_width():
    content = io.BytesIO()
    stream = io.TextIOWrapper(content, encoding="ascii")
    write_rows([row("日本 ok")], plain_sink, stream)
    stream.flush()
    assert content.getvalue() == b"???? ok\n"


def test_lines_do_not_end_in_spaces():
    stream = io.StringIO()
    write_rows([LINE, LINE], plain_sink, stream)
    assert stream.getvalue() == "a b\na b\n"
