"""RFC 3376 section 3: what several sockets want of a group together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelab.sim.host.multicast.source_filter import (
    EVERYBODY,
    NOBODY,
    FilterMode,
    SourceFilter,
    merged,
)

A, B, C, D = (bytes((10, 0, 0, last)) for last in (1, 2, 3, 4))


def include(*sources):
    return SourceFilter(FilterMode.INCLUDE, frozenset(sources))


def exclude(*sources):
    return SourceFilter(FilterMode.EXCLUDE, frozenset(sources))


@pytest.mark.parametrize(
    ("filters", "together"),
    [
        ([], NOBODY),
        ([include(A, B), include(B, C)], include(A, B, C)),
        ([exclude(A, B, C, D), exclude(B, C, D)], exclude(B, C, D)),
        ([exclude(A, B, C, D), exclude(B, C, D), include(D)], exclude(B, C)),
        ([EVERYBODY, exclude(A)], EVERYBODY),
    ],
)
def test_filters_merge_as_the_examples_of_the_rfc_do(filters, together):
    """RFC 3376 section 3.2."""
    assert merged(filters) == together


FILTERS = st.builds(
    SourceFilter, st.sampled_from(FilterMode), st.frozensets(st.sampled_from([A, B, C, D]))
)


@given(st.lists(FILTERS, max_size=5), st.sampled_from([A, B, C, D]))
def test_an_interface_hears_exactly_whom_some_socket_wants(filters, source):
    """RFC 3376 section 3.2: nobody is deaf, and nothing is heard for nothing."""
    assert merged(filters).admits(source) == any(one.admits(source) for one in filters)
