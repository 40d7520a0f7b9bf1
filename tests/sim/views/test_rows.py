from wirelab.sim.views.rows import Canvas, Span, plain_text, row


def test_a_canvas_is_always_its_width():
    canvas = Canvas(6)
    canvas.put(4, "再送")
    canvas.put(-1, "x")
    assert plain_text(canvas.row()) == "    再"


def test_covering_half_of_a_wide_character_blanks_the_other_half():
    canvas = Canvas(4)
    canvas.put(0, "再送")
    canvas.put(1, "|")
    assert plain_text(canvas.row()) == " |送"


def test_neighbours_of_one_style_are_one_span():
    canvas = Canvas(5)
    canvas.put(0, "ab", "tcp")
    canvas.put(2, "c", "drop")
    assert canvas.row() == (Span("ab", "tcp"), Span("c", "drop"), Span("  "))


def test_bare_text_in_a_row_is_plain():
    assert row("a", Span("b", "tcp")) == (Span("a", ""), Span("b", "tcp"))
