"""How the window comes down (RFC 6937)."""

from hypothesis import given
from hypothesis import strategies as st

from wirelab.sim.host.tcp.proportional_rate_reduction import Reduction

MSS = 1000


def test_a_reduction_sends_ssthresh_of_each_prior_window():
    """RFC 6937 section 3: 20 segments on the way, ssthresh 10, one lost: ten go out for 19."""
    reduction = Reduction(20 * MSS)
    pipe, sent = 19 * MSS, 0
    for _ in range(19):
        pipe -= MSS
        room = reduction.window(MSS, pipe, 10 * MSS, MSS, progress=False) - pipe
        while room >= MSS:
            reduction.out += MSS
            pipe += MSS
            sent += 1
            room -= MSS
    assert sent == 10


def test_the_fast_retransmission_goes_at_once():
    """RFC 6937 section 3: "force a fast retransmit upon entering recovery"."""
    reduction = Reduction(10 * MSS)
    assert reduction.window(0, 9 * MSS, 1 * MSS, MSS, progress=False) == 10 * MSS


def test_after_heavy_loss_it_grows_back_as_slow_start_while_there_is_progress():
    """RFC 6937 section 3 (slow start part), RFC 9937 (SafeACK)."""
    reduction = Reduction(20 * MSS)
    assert reduction.window(MSS, 2 * MSS, 10 * MSS, MSS, progress=False) == 3 * MSS
    reduction.out += MSS
    assert reduction.window(MSS, 2 * MSS, 10 * MSS, MSS, progress=True) == 4 * MSS


@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=40),
)
def test_no_more_goes_out_than_conserves_packets_or_leads_back_to_ssthresh(prior, ssthresh, acks):
    """RFC 6937 section 3.2: within what was delivered so far and a segment for each ACK."""
    reduction = Reduction(prior * MSS)
    pipe = prior * MSS
    for delivered, lost, progress in acks:
        pipe = max(pipe - (delivered + lost) * MSS, 0)
        window = reduction.window(delivered * MSS, pipe, ssthresh * MSS, MSS, progress)
        unused = max(reduction.delivered - reduction.out, delivered * MSS)
        assert window <= max(pipe + MSS, ssthresh * MSS, pipe + unused)
        room = (window - pipe) // MSS * MSS
        reduction.out += room
        pipe += room
