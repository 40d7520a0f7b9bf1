"""Strategies for messages of sections (DNS): domain names, questions and resource records."""

from functools import cache
from importlib import import_module
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wirelab.codecs.dns_sections import DNSQuestion, DNSResource
from wirelab.codecs.option_lists import Body, OptionList, RecordList
from wirelab.codecs.resource_records import DomainName, Resource, Sections
from wirelab.codecs.strategies.bodies import Body as Fields
from wirelab.codecs.strategies.lists import lists
from wirelab.codecs.strategies.values import integers

RECORDS = 3
"""Records of a section at most; ours: more of the same finds nothing new."""

USUAL_NAMES = (".", "example.com", "a.example.com", "b.a.example.com", "com")
"""Names that end alike, so that compression has something to point at."""

LONGEST_LABEL = "x" * 63
"""RFC 1035 section 2.3.4."""


@cache
def domain_names() -> SearchStrategy[str]:
    """Names of usual and of odd labels: the root, the longest, dots and controls inside."""
    label = st.one_of(
        st.text("abc-_0", min_size=1, max_size=5),
        st.sampled_from([LONGEST_LABEL, "\\046", "\\000", "\\\\", "*"]),
    )
    return st.one_of(
        st.sampled_from(USUAL_NAMES), st.lists(label, min_size=1, max_size=3).map(".".join)
    )


def sections(home: str, declared: Sections) -> dict[str, SearchStrategy[tuple[Any, ...]]]:
    """A strategy for each section: the first one holds questions, the others records."""
    records = st.one_of(
        [
            *(_records(home, resource) for resource in declared.resources),
            st.builds(
                DNSResource,
                domain_names(),
                st.sampled_from(_unknown(declared)),
                st.binary(max_size=8),
            ),
        ]
    )
    questions = st.builds(DNSQuestion, domain_names(), integers(16), integers(16))
    return {
        name: st.lists(records if index else questions, max_size=RECORDS).map(tuple)
        for index, name in enumerate(declared.counts)
    }


def _unknown(declared: Sections) -> list[int]:
    known = {resource.type for resource in declared.resources}
    return [number for number in (0, 10, 99, 65280, 65535) if number not in known]


def _records(home: str, declared: Resource) -> SearchStrategy[Any]:
    """Records of one type."""
    noted = [*Body(*declared.head).noted(), *Body(*declared.fields).noted()]
    given = {
        name: domain_names() if isinstance(notes.subcon, DomainName) else lists(home, notes.subcon)
        for name, notes in noted
        if isinstance(notes.subcon, (DomainName, OptionList, RecordList))
    }
    kind = getattr(import_module(home), declared.name)
    made: SearchStrategy[Any] = _made(kind, Fields(noted), given, declared.owner is None)
    return made


@st.composite
def _made(
    draw: st.DrawFn, kind: Any, body: Fields, given: dict[str, SearchStrategy[Any]], is_owned: bool
) -> Any:
    owner = {"name": draw(domain_names())} if is_owned else {}
    return kind(**owner, **body.draw(draw, lambda name, notes: given.get(name)))
