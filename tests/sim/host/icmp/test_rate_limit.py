from dataclasses import replace
from typing import Any

import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.icmp.config import IcmpConfig
from wirelab.sim.host.icmp.rate_limit import MAXIMUM_DESTINATIONS, RateLimit

ALICE, BOB = b"\x0a\0\0\x01", b"\x0a\0\0\x02"


def taken(limit, destination, now, tries):
    return sum(limit.take(destination, now) for _ in range(tries))


def test_a_destination_gets_a_burst_and_then_its_rate():
    """RFC 1812 section 4.3.2.8, RFC 4443 section 2.4 (f)."""
    limit = RateLimit(IcmpConfig(errors_per_destination=10, burst_per_destination=5))
    assert taken(limit, ALICE, 0, 20) == 5
    assert taken(limit, ALICE, SECOND // 10, 20) == 1
    assert taken(limit, ALICE, 10 * SECOND, 20) == 5


def test_one_destination_does_not_use_up_what_others_get():
    limit = RateLimit(IcmpConfig(burst=100, burst_per_destination=5))
    taken(limit, ALICE, 0, 1000)
    assert taken(limit, BOB, 0, 1000) == 5


def test_all_destinations_together_have_a_limit():
    """A flood from forged senders: each has a bucket of its own, but the host has one, too."""
    limit = RateLimit(IcmpConfig(errors_per_second=100, burst=20))
    answers = [limit.take(number.to_bytes(4, "big"), 0) for number in range(1000)]
    assert sum(answers) == 20
    answers = [limit.take(number.to_bytes(4, "big"), SECOND) for number in range(1000)]
    assert sum(answers) == 20  # not 100: the bucket holds no more


def test_what_the_host_refuses_costs_the_destination_nothing():
    limit = RateLimit(
        IcmpConfig(errors_per_second=1, burst=1, errors_per_destination=1, burst_per_destination=3)
    )
    assert taken(limit, ALICE, 0, 10) == 1
    assert [limit.take(ALICE, at * SECOND) for at in (1, 2, 3)] == [True, True, True]


def test_the_table_of_destinations_is_bounded():
    limit = RateLimit(IcmpConfig(errors_per_second=10**6, burst=10**6))
    for number in range(2 * MAXIMUM_DESTINATIONS):
        assert limit.take(number.to_bytes(4, "big"), 0)
    assert len(limit) == MAXIMUM_DESTINATIONS


@pytest.mark.parametrize(
    "name", ["errors_per_second", "burst", "errors_per_destination", "burst_per_destination"]
)
def test_a_limit_that_lets_nothing_through_is_refused(name):
    nothing: dict[str, Any] = {name: 0}
    with pytest.raises(ValueError, match=f"{name} is 0; give at least 1"):
        replace(IcmpConfig(), **nothing)
