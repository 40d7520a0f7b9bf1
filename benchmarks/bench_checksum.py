"""The Internet checksum by size, beside scapy and dpkt."""

import random
from functools import partial

from benchmarks.harness import Row, compare
from dpkt.dpkt import in_cksum
from scapy.utils import checksum

from wirelab.codecs.checksum import internet_checksum

SIZES = (20, 60, 576, 1460, 9000, 65535)


def measure() -> list[Row]:
    """One group a size."""
    rows: list[Row] = []
    source = random.Random(1071)
    for size in SIZES:
        data = source.randbytes(size)
        competitors = {
            "wirelab": partial(internet_checksum, data),
            "scapy": partial(checksum, data),
            "dpkt": partial(in_cksum, data),
        }
        assert len({function() for function in competitors.values()}) == 1
        rows += compare(f"checksum of {size} bytes", competitors, "wirelab")
    return rows
