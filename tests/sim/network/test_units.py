import pytest

from wirelab.sim.network.units import bits_per_second, nanoseconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [("250ns", 250), ("1.5 ms", 1_500_000), ("0.1us", 100), ("2s", 2 * 10**9), (7, 7)],
)
def test_durations_are_exact_integers(text, expected):
    assert nanoseconds(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("10Mbit", 10**7), ("1.5 Gbit", 15 * 10**8)])
def test_rates_are_exact_integers(text, expected):
    assert bits_per_second(text) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("5 parsecs", "no unit 'parsecs'; use one of ns, us, ms, s, min"),
        ("1,5ms", "'1,5' is not a number"),
        ("12", "no unit ''"),
        ("5 MS", "no unit 'MS'"),
        ("5µs", "no unit 'µs'; use one of ns, us"),
        ("ms", "'' is not a number; write it like '1.5ms'"),
        ("1/0ms", "'1/0' is not a number"),
        ("-5ms", "is negative"),
        ("1 2 ms", "no unit ''"),
        (-1, "is negative"),
    ],
)
def test_a_duration_that_cannot_be_read_says_why(value, message):
    with pytest.raises(ValueError, match=message):
        nanoseconds(value)


def test_a_float_is_refused_because_it_is_not_exact():
    with pytest.raises(TypeError, match=r"0\.1 is a float"):
        nanoseconds(0.1)  # type: ignore[arg-type]
