"""RFC 3376 section 4: codes that are floating point numbers, records that share reports."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.sim.host.multicast.messages import (
    GroupRecord,
    RecordType,
    code_of,
    packed,
    value_of,
)

GROUPS = [bytes((239, 0, 0, n)) for n in range(8)]


@pytest.mark.parametrize("bits", [8, 16])
@given(data=st.data())
@settings(max_examples=50)
def test_every_code_means_a_number_that_is_coded_so(bits, data):
    """RFC 3376 section 4.1.1, RFC 3810 section 5.1.3."""
    code = data.draw(st.integers(0, (1 << bits) - 1))
    assert code_of(value_of(code, bits), bits) == code


@pytest.mark.parametrize(
    ("bits", "value", "code"),
    [(8, 127, 127), (8, 128, 0x80), (8, 31744, 0xFF), (8, 10**9, 0xFF), (16, 8387584, 0xFFFF)],
)
def test_large_numbers_are_floating_point(bits, value, code):
    """RFC 3376 section 4.1.1: mantissa and exponent; more than fits becomes the most."""
    assert code_of(value, bits) == code


def sources(count):
    return frozenset((0x0A000000 + n).to_bytes(4, "big") for n in range(count))


def test_records_fill_one_report_before_the_next_begins():
    """RFC 3376 section 4.2.16."""
    records = [GroupRecord(RecordType.MODE_IS_EXCLUDE, group) for group in GROUPS]
    reports = list(packed(records, room=40, address_size=4))
    assert [len(one) for one in reports] == [5, 3]
    assert [one for report in reports for one in report] == records


def test_a_list_too_long_for_one_report_is_cut_into_several_records():
    """RFC 3376 section 4.2.16: each is a complete list of some of the sources."""
    record = GroupRecord(RecordType.ALLOW_NEW_SOURCES, GROUPS[0], sources(25))
    reports = list(packed([record], room=48, address_size=4))
    assert [len(one.sources) for report in reports for one in report] == [10, 10, 5]
    assert frozenset().union(*(one.sources for (one,) in reports)) == sources(25)


def test_an_excluding_list_too_long_is_cut_short():
    """RFC 3376 section 4.2.16: a second EXCLUDE record would take the place of the first."""
    record = GroupRecord(RecordType.CHANGE_TO_EXCLUDE_MODE, GROUPS[0], sources(25))
    ((cut,),) = packed([record], room=48, address_size=4)
    assert len(cut.sources) == 10
