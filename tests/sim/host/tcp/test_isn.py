"""Initial sequence numbers (RFC 9293 section 3.4.1, RFC 6528)."""

from wirelab.sim.host.tcp.isn import initial_sequence_number

HERE, THERE = b"\x0a\0\0\x01", b"\x0a\0\0\x02"


def isn(secret=b"secret", here=HERE, port=1000, there=THERE, remote_port=80, now=0):
    return initial_sequence_number(secret, here, port, there, remote_port, now)


def test_must_8_it_advances_every_four_microseconds():
    """MUST-8."""
    assert (isn(now=4_000_000) - isn(now=0)) % 2**32 == 1000
    assert isn(now=3_999) == isn(now=0)


def test_shld_1_it_depends_on_the_secret_and_on_each_end():
    """SHLD-1."""
    numbers = {
        isn(),
        isn(secret=b"other"),
        isn(here=THERE),
        isn(port=1001),
        isn(there=HERE),
        isn(remote_port=81),
        isn(port=80, remote_port=1000),
    }
    assert len(numbers) == 7


def test_it_is_the_same_for_the_same_seed_and_time():
    """A known value: no hash of the process takes part."""
    assert isn() == isn()
    assert isn(b"k", HERE, 1, THERE, 2, 0) == 3_307_111_405


def test_it_fits_into_32_bits():
    assert all(0 <= isn(now=now << 40) < 2**32 for now in range(20))


def test_hosts_of_different_seeds_choose_different_numbers(make_wire):
    """MUST-9: not to be computed from outside."""
    first, second = make_wire(seed=1), make_wire(seed=2)
    for wire in (first, second):
        wire.alice.layer.connect(THERE, 80, 0, source_port=4000)
        wire.settle()
    assert first.sent[0].seq != second.sent[0].seq
