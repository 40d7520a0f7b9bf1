"""Strategies for messages of sections (DNS): domain names, questions and resource records."""

from importlib import import_module
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wirelab.codecs.constructs import Noted
from wirelab.codecs.dns_sections import DNSQuestion, DNSResource
from wirelab.codecs.option_lists import Body, OptionList, RecordList
from wirelab.codecs.resource_records import DomainName, Resource, Sections
from wirelab.codecs.strategies.bodies import draw_fields
from wirelab.codecs.strategies.lists import lists
from wirelab.codecs.strategies.values import integers

RECORDS = 3
"""Records of a section at most; ours: more of the same finds nothing new."""

USUAL_NAMES = (".", "example.com", "a.example.com", "b.a.example.com", "com")
"""Names that end alike, so that compression has something to point at."""

LONGEST_LABEL = "x" * 63
"""RFC 1035 section 2.3.4."""


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


@st.composite
def _records(draw: st.DrawFn, home: str, declared: Resource) -> Any:
    """Records of one type."""
    kind = getattr(import_module(home), declared.name)

    def chosen(name: str, notes: Noted) -> SearchStrategy[Any] | None:
        inner = notes.subcon
        if isinstance(inner, DomainName):
            return domain_names()
        return lists(home, inner) if isinstance(inner, (OptionList, RecordList)) else None

    owner = {} if declared.owner is not None else {"name": draw(domain_names())}
    head = draw_fields(draw, Body(*declared.head).noted(), chosen)
    return kind(**owner, **draw_fields(draw, Body(*declared.fields).noted(), chosen), **head)
