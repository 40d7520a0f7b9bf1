import pytest

from wirelab.sim.host import path_mtu
from wirelab.sim.host.path_mtu import LIFETIME, MAXIMUM_PATHS, MINIMUM, PathMtus, plateau_below
from wirelab.sim.host.timers import Timers

FAR = b"\xc6\x33\x64\x07"
FAR6 = bytes.fromhex("20010db8000000000000000000000007")


@pytest.fixture
def changed():
    return []


@pytest.fixture
def timers():
    return Timers()


@pytest.fixture
def mtus(timers, changed):
    return PathMtus(timers, changed.append)


@pytest.mark.parametrize("destination", [FAR, FAR6])
def test_an_estimate_goes_only_downwards(mtus, changed, destination):
    """RFC 1191 section 3, RFC 8201 section 4."""
    assert mtus.known(destination) is None
    assert mtus.lower(destination, 1400, 0)
    assert mtus.lower(destination, 1300, 1)
    assert not mtus.lower(destination, 1400, 2)
    assert mtus.known(destination) == 1300
    assert changed == [destination, destination]


@pytest.mark.parametrize(("destination", "least"), [(FAR, 68), (FAR6, 1280)])
def test_nobody_may_claim_less_than_every_link_carries(mtus, destination, least):
    """RFC 791 section 3.2; RFC 8200 section 5, RFC 8201 section 4: such a message is discarded."""
    assert MINIMUM[len(destination)] == least
    assert not mtus.lower(destination, least - 1, 0)
    assert mtus.known(destination) is None
    assert mtus.lower(destination, least, 0)


def test_after_ten_minutes_of_silence_a_larger_packet_is_tried_again(mtus, timers, changed):
    """RFC 1191 section 6.3, RFC 8201 section 5.3; a message again starts them anew."""
    mtus.lower(FAR, 1400, 0)
    mtus.lower(FAR, 1400, LIFETIME // 2)
    timers.run(LIFETIME)
    assert mtus.known(FAR) == 1400
    assert changed == [FAR]
    timers.run(LIFETIME + LIFETIME // 2)
    assert mtus.known(FAR) is None
    assert changed == [FAR, FAR]


def test_what_was_said_of_nobodys_packet_is_taken_back(mtus):
    """RFC 8201 section 4: a message must be about a packet of ours."""
    mtus.lower(FAR, 1000, 0)
    mtus.restore(FAR, None, 0)
    assert mtus.known(FAR) is None
    mtus.lower(FAR, 1400, 0)
    mtus.lower(FAR, 1000, 1)
    mtus.restore(FAR, 1400, 1)
    assert mtus.known(FAR) == 1400


def test_the_table_is_bounded(mtus):
    for number in range(MAXIMUM_PATHS + 10):
        mtus.lower(number.to_bytes(4, "big"), 1000, number)
    assert len(mtus) == MAXIMUM_PATHS


def test_the_guesses_for_old_routers_are_those_of_the_rfc():
    """RFC 1191 section 7.1."""
    assert [plateau_below(length) for length in (65_535, 1500, 1006, 68, 10)] == [
        32_000,
        1492,
        508,
        68,
        68,
    ]
    assert path_mtu.LIFETIME == 600 * 10**9
