"""Whatever the text, reading it ends in a tree or in a ScriptError that points into the text."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.sim.packetdrill.lexer import tokens_of
from wirelab.sim.packetdrill.parser import parse_script
from wirelab.sim.packetdrill.printer import script_text
from wirelab.sim.packetdrill.run import READY_WORDS
from wirelab.sim.packetdrill.script_error import ScriptError

SCRIPTS = Path(__file__).parents[2] / "packetdrill"
TEXTS = [path.read_text() for path in sorted(SCRIPTS.glob("*/*.pkt"))]
PIECES = [
    "+0", "0.1", "*", "~", "...", "<", ">", "S.", "-", "1:1001(1000)", "ack 1", "win 5", "urg 1",
    "<mss 1460>", "<...>", "sack 1:2", "TS val 1 ecr 2", "icmp", "unreachable", "udp", "(5)", "[",
    "]", "{", "}", "fd=3", "f(", ")", "= 0", "= -1 EAGAIN (x)", '"a"', '"\\x4', "`b`", "%{ c }%",
    "//", "/*", "0x", "0x1f", "99999999999999999999999999", "::1", "1.2.3.4", "ipv4", ":", ",",
    "--a=b", "\n", "sctp", "mpls", "(label 1, tc 0, ttl 1)", "gre", "flags 0x1", "!",
    "/udp(1 > 2)", "exp-FO", "\x00", "é", "|",
]  # fmt: skip


def read(text):
    """A tree, or None for a script that is refused with a place within it."""
    try:
        return parse_script(text)
    except ScriptError as error:
        refused = error
    lines = text.split("\n")
    assert 1 <= refused.position.line <= len(lines)
    assert 1 <= refused.position.column <= len(lines[refused.position.line - 1]) + 1
    assert str(refused)
    return None


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(["", " "]))
def test_any_pieces_in_any_order_are_read_or_refused(pieces, between):
    """No other exception, and never a place outside of the text."""
    script = read(between.join(pieces))
    if script is not None:
        assert read(script_text(script)) == script


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TEXTS), st.data())
def test_a_damaged_script_is_read_or_refused(text, data):
    """A character is taken out, put in or replaced."""
    at = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.sampled_from(["", "(", "<", "9", "}", '"', "`", " ", "\n", "\\"]))
    read(text[:at] + put + text[at + data.draw(st.integers(0, 2)) :])


def test_brackets_within_brackets_are_bounded():
    """Deep nesting is an error of the script, not of the interpreter."""
    assert read("0 f(" + "[" * 5000) is None


def test_all_scripts_are_printed_and_read_again():
    """Comments aside, our own scripts survive it."""
    for text in TEXTS:
        script = parse_script(text, definitions=READY_WORDS)
        assert parse_script(script_text(script)) == script


def test_tokens_cover_the_text_but_for_blanks_and_comments():
    """Nothing is skipped in silence."""
    for text in TEXTS[:40]:
        kept = "".join(token.text for token in tokens_of(text, "a.pkt"))
        lines = [line.partition("//")[0] for line in text.split("\n")]
        assert "".join(kept.split()) == "".join("".join(lines).split())
