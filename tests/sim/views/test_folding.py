import random

import pytest

from wirelab.sim.trace import Call
from wirelab.sim.views.folding import SILENCE, Item, beyond_limit, inside_runs


def item(time=0, number=1, size=100, routine=True, notable=False, rows=1):
    return Item(Call(time, "alice", "work()"), time, number, size, routine, notable, rows)


CALL = item(number=0, size=0)
ACK = item(size=0)
EVENT = item(number=0, size=0, routine=False)
LOSS = item(routine=False, notable=True)


def test_a_run_keeps_three_data_segments_at_each_end():
    assert inside_runs([item()] * 20) == set(range(3, 17))


def test_a_short_run_is_shown():
    assert inside_runs([item()] * 9) == set()
    assert inside_runs([item()] * 10) == {3, 4, 5, 6}


def test_calls_and_acknowledgments_are_kept_with_the_segments_they_belong_to():
    items = [ACK, CALL, item(), item(), CALL, item(), *[item(), CALL] * 9]
    folded = inside_runs(items)
    assert min(folded) == 6
    assert max(folded) == len(items) - 7


def test_a_run_of_bare_acknowledgments_is_folded_too():
    assert inside_runs([ACK] * 40) == set(range(8, 32))


def test_calls_alone_are_never_folded():
    assert inside_runs([CALL] * 100) == set()


@pytest.mark.parametrize("between", [EVENT, LOSS])
def test_anything_else_ends_a_run(between):
    assert inside_runs([*[item()] * 9, between, *[item()] * 9]) == set()


def test_silence_ends_a_run():
    early, late = item(time=0), item(time=SILENCE + 1)
    assert inside_runs([*[early] * 9, *[late] * 9]) == set()


def test_missing_events_end_a_run():
    assert inside_runs([item()] * 18, gap=9) == set()


def test_what_fits_is_not_cut():
    assert beyond_limit([EVENT] * 50, {7}, 50) == {7}


def test_the_beginning_and_the_end_are_kept():
    left_out = beyond_limit([EVENT] * 1000, set(), 100)
    assert left_out == set(range(20, 980))


def test_the_surroundings_of_a_loss_are_kept():
    items = [EVENT] * 1000
    items[500] = LOSS
    kept = set(range(1000)) - beyond_limit(items, set(), 100)
    assert kept & set(range(20, 980)) == set(range(497, 504))


def test_of_too_many_losses_the_one_asked_for_is_kept():
    items = [EVENT, LOSS] * 1000
    left_out = beyond_limit(items, set(), 100, [1201])
    assert 1201 not in left_out
    assert 901 in left_out


@pytest.mark.parametrize("seed", range(20))
def test_the_rows_left_are_never_more_than_the_limit(seed):
    chance = random.Random(seed)
    kinds = [item(), ACK, CALL, EVENT, LOSS, LOSS._replace(rows=3)]
    time, items = 0, []
    for _ in range(chance.randrange(1500)):
        time += chance.choice([0, 0, 0, SILENCE * 2])
        items.append(chance.choice(kinds)._replace(time=time))
    limit = chance.randrange(20, 400)
    left_out = beyond_limit(items, inside_runs(items), limit)
    rows = 0
    for index, each in enumerate(items):
        if index in left_out:
            rows += index - 1 not in left_out or index == 0  # one for each stretch left out
            continue
        silent = index > 0 and each.time - items[index - 1].time > SILENCE
        rows += each.rows + silent
    assert rows <= limit
