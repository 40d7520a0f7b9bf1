"""Goodput by buffer, loss, round trip and algorithm, as a snapshot.

A change in recovery or congestion control shows as a changed number. If it is meant,
`WIRELAB_REWRITE_GOLDEN=1 pytest tests/sim/host/tcp/congestion` writes `grid.md` anew.
"""

import dataclasses
import importlib
import os
import sys
from pathlib import Path

import pytest

from wirelab.sim.host.profiles import linux

GOLDEN = Path(__file__).with_name("grid.md")
ROOT = Path(__file__).parents[5]


@pytest.fixture(scope="module")
def cells():
    """The module that the benchmarks run, and its cells."""
    sys.path.insert(0, str(ROOT))
    try:
        module = importlib.import_module("benchmarks.throughput_grid")
    finally:
        sys.path.remove(str(ROOT))
    return module, list(module.grid())


def test_the_grid_is_what_it_was(cells):
    """Virtual time: the same on every machine."""
    module, found = cells
    table = module.table(found)
    if os.environ.get("WIRELAB_REWRITE_GOLDEN"):
        GOLDEN.write_text(table, encoding="utf-8")
    assert table.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_nothing_is_sent_again_that_was_not_lost_on_a_path_without_loss(cells):
    """RFC 9293 section 3.8: a needless retransmission is a waste; queues do overflow."""
    _, found = cells
    clean = [cell for cell in found if cell.loss == 0]
    assert [cell for cell in clean if cell.sent_again > cell.lost] == []


def test_less_loss_never_costs_goodput(cells):
    _, found = cells
    rows: dict[tuple[str, int, int], list[int]] = {}
    for cell in found:
        rows.setdefault((cell.algorithm, cell.buffer, cell.round_trip), []).append(cell.goodput)
    assert [row for row, goodput in rows.items() if goodput != sorted(goodput, reverse=True)] == []


def test_on_a_clean_path_a_large_buffer_fills_the_bottleneck(cells):
    """1,250 kB/s less headers; slow start costs a long path some round trips."""
    _, found = cells
    large = [cell for cell in found if cell.loss == 0 and cell.buffer > 500_000]
    assert min(cell.goodput for cell in large if cell.round_trip == 10) > 1100
    assert min(cell.goodput for cell in large) > 800


def test_bursts_that_are_saved_up_for_leave_goodput_as_it_is(cells):
    """What is held back for a larger burst is held back by cwnd, which grows on (RFC 7661)."""
    module, _ = cells
    bursts = dataclasses.replace(linux(), receive_buffer=4 << 20, send_buffer=4 << 20)
    took = []
    for config in (bursts, dataclasses.replace(bursts, push_bursts=False)):
        paths = [module.Conditions(8_000_000, 10_000_000, 60_000, 0.01, seed) for seed in range(3)]
        took.append(sum(module.Transfer(path, config, 2_000_000).run() for path in paths))
    assert took[0] < 1.15 * took[1]
