"""The diagram (RFC 9293 section 3.3.2)."""

from typing import get_args

from wirelab.sim.host.tcp.states import CLOSED, NEXT, RECEIVING, SENDING, State


def test_there_are_eleven_states_and_every_one_leads_on():
    assert len(get_args(State)) == 11
    assert set(NEXT) == set(get_args(State))


def test_every_state_can_be_reached_and_left_towards_closed():
    reached: set[State] = {CLOSED}
    fresh: set[State] = {CLOSED}
    while fresh:
        fresh = {after for state in fresh for after in NEXT[state]} - reached
        reached |= fresh
    assert reached == set(NEXT)
    assert all(CLOSED in following for state, following in NEXT.items() if state != CLOSED)


def test_sending_and_receiving_end_with_a_fin():
    """Sections 3.10.2 and 3.10.7.4, seventh step."""
    assert "CLOSE-WAIT" in SENDING - RECEIVING
    assert "FIN-WAIT-2" in RECEIVING - SENDING
