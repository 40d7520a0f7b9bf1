"""Separate random streams, all derived from one seed.

Each purpose (`"link alice-bob"`, `"host alice"`) has its own generator, so that a draw in one place
never shifts the draws of another: adding a lossy link leaves every host's sequence numbers alone.

Rule: a stream depends on the seed and its purpose only, never on `hash()`, which Python varies from
process to process. `random.Random` seeded with text uses SHA-512 of that text.
"""

from random import Random


def random_stream(seed: int, purpose: str) -> Random:
    """The generator of one purpose under one seed."""
    return Random(f"wirelab/{seed}/{purpose}")
