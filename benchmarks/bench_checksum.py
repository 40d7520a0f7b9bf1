"""The Internet checksum by size, beside scapy and dpkt; without NumPy, and where it is loaded."""

import random
import sys
from functools import partial

import numpy
from benchmarks.harness import Row, compare
from dpkt.dpkt import in_cksum
from scapy.utils import checksum

from wirelab.codecs.checksum import LARGE, internet_checksum

SIZES = (20, 60, 576, 1460, 9000, 65535)
WITH_NUMPY = {9000: "at least 15", 65535: "at least 35"}


def measure() -> list[Row]:
    """One group a size; `internet_checksum` asks `sys.modules` whether NumPy is there."""
    rows: list[Row] = []
    source = random.Random(1071)
    for size in SIZES:
        data = source.randbytes(size)
        competitors = {
            "wirelab": partial(internet_checksum, data),
            "scapy": partial(checksum, data),
            "dpkt": partial(in_cksum, data),
        }
        expected = {function() for function in competitors.values()}
        assert len(expected) == 1
        del sys.modules["numpy"]
        try:
            assert internet_checksum(data) in expected
            target = {"scapy": "at least 3"} if size <= 9000 else {}
            rows += compare(f"checksum of {size} bytes", competitors, "wirelab", target)
        finally:
            sys.modules["numpy"] = numpy
        if size >= LARGE:
            name = f"checksum of {size} bytes, NumPy loaded"
            target = {"scapy": WITH_NUMPY.get(size, "")}
            rows += compare(name, competitors, "wirelab", target)
    return rows
