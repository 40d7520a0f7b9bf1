"""SipHash-2-4 against the vectors of its authors."""

import pytest

from wirelab.sim.host.tcp.siphash import siphash24

KEY = bytes(range(16))


@pytest.mark.parametrize(
    ("length", "digest"),
    [
        (0, "310e0edd47db6f72"),
        (1, "fd67dc93c539f874"),
        (7, "37d1018bf50002ab"),
        (8, "6224939a79f5f593"),
        (15, "e545be4961ca29a1"),
        (16, "db9bc2577fcc2a3f"),
        (63, "724506eb4c328a95"),
    ],
)
def test_the_published_vectors(length, digest):
    """Aumasson and Bernstein, appendix A and the reference implementation's `vectors.h`."""
    assert siphash24(KEY, bytes(range(length))).to_bytes(8, "little").hex() == digest
