"""Measuring side by side in one process: alternating repeats, medians, ratios.

Competitors take short turns, so that a slow moment of the machine hits all of them alike, and CPU
time is counted, so that the turns of other processes do not count. A ratio is the median of the
ratios within each round. Each `benchmarks/bench_*.py` has `measure() -> list[Row]`.
"""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import truediv


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        group: what is compared (`"decode Ethernet/IPv4/TCP"`).
        name: the competitor.
        value: the figure, in `unit`.
        ratio: `value` over that of `against`; None where nothing is compared.
        against: name of the row that the ratio is over.
        target: what the ratio (or the value, without one) should be, as text; empty for none.
    """

    group: str
    name: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""
    target: str = ""


def compare(
    group: str,
    competitors: Mapping[str, Callable[[], object]],
    against: str,
    targets: Mapping[str, str] | None = None,
    repeats: int = 51,
    slice_s: float = 0.002,
) -> list[Row]:
    """Time functions in turns, and give microseconds a call with ratios over `against`.

    Args:
        group: what is compared.
        competitors: name -> function without arguments.
        against: the competitor with ratio 1.
        targets: name -> what its ratio should be.
        repeats: turns each; the median counts.
        slice_s: seconds a turn, about.
    """
    counts = {name: _calls_in(function, slice_s) for name, function in competitors.items()}
    seconds: dict[str, list[float]] = {name: [] for name in competitors}
    enabled = gc.isenabled()
    gc.disable()
    try:
        for _ in range(repeats):
            for name, function in competitors.items():
                seconds[name].append(_time(function, counts[name]) / counts[name])
    finally:
        if enabled:
            gc.enable()
    return [
        Row(
            group,
            name,
            statistics.median(values) * 1e6,
            "us",
            statistics.median(map(truediv, values, seconds[against])),
            against,
            (targets or {}).get(name, ""),
        )
        for name, values in seconds.items()
    ]


def _calls_in(function: Callable[[], object], seconds: float) -> int:
    """How many calls take about `seconds`; warms up on the way."""
    calls = 1
    while (spent := _time(function, calls)) < seconds / 4:
        calls *= 4
    return max(1, round(calls * seconds / spent))


def _time(function: Callable[[], object], calls: int) -> float:
    start = time.process_time()
    for _ in range(calls):
        function()
    return time.process_time() - start


def table(rows: list[Row]) -> str:
    """The rows as Markdown, one table a group."""
    lines: list[str] = []
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            lines += ["", f"### {group}", "", "| | value | ratio | target |", "|---|---|---|---|"]
        ratio = "" if row.ratio is None else f"{row.ratio:.2f} x {row.against}"
        lines.append(f"| {row.name} | {row.value:.4g} {row.unit} | {ratio} | {row.target} |")
    return "\n".join(lines[1:])
