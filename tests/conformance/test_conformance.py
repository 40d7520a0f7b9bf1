"""Every requirement is shown or its deviation stated, as far as can be seen without running tests.

`make conformance` runs them.
"""

import pytest
from tests.conformance.evidence import ids_in, ids_named_below
from tests.conformance.requirements import TESTS, deviations, documents

REQUIREMENTS = [one for document in documents() for one in document.requirements]


def test_every_requirement_has_a_test_that_names_it_or_a_stated_deviation():
    """Issue 4, "Conformance", 1."""
    named = set().union(*(ids_named_below(folder) for folder in TESTS))
    assert [one.id for one in REQUIREMENTS if one.id not in named | deviations().keys()] == []


def test_every_deviation_says_why():
    """A word is no reason."""
    assert [name for name, reason in deviations().items() if len(reason.split()) < 5] == []


def test_appendix_b_of_rfc_9293_is_here_whole():
    """69 of MUST, 31 of SHOULD."""
    ids = {one.id for one in REQUIREMENTS}
    assert {f"MUST-{number}" for number in range(1, 70)} <= ids
    assert {f"SHLD-{number}" for number in range(1, 32)} <= ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("MUST-1 and SHLD-31.", {"MUST-1", "SHLD-31"}),
        ("5961-3.2a: 2525-2.10, 7323-A", {"5961-3.2a", "2525-2.10", "7323-A"}),
        ("RFC 9293 section 3.1; 10-20 times", set()),
        ("test_must_1_windows", set()),
    ],
)
def test_ids_are_found_in_text(text, ids):
    """As docstrings and comments have them."""
    assert ids_in(text) == ids
