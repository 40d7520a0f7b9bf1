"""The reference interpreter: what generated code is compared with, and what explains errors."""

import subprocess
import sys

import pytest

from wirelab.codecs import DecodeError
from wirelab.codecs.protocols import HEADERS
from wirelab.codecs.reference import decode, encode, explain_failure, schema_of


def test_every_header_has_a_schema():
    assert [schema_of(header.LAYER).layer for header in HEADERS] == [one.LAYER for one in HEADERS]


def test_explaining_an_error_loads_the_schema_of_that_header_alone():
    """Not all sixty: the first error of a program would take half a second."""
    program = (
        "import sys\nfrom wirelab.codecs import UDP, DecodeError\n"
        "try:\n    UDP.parse(b'')\nexcept DecodeError:\n    pass\n"
        "print(sum(name.startswith('wirelab.codecs.schemas.') for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) <= 3


def test_an_unknown_layer_has_none():
    with pytest.raises(LookupError, match="TokenRing"):
        schema_of("TokenRing")


def test_construct_reads_what_scapy_wrote(frames):
    values = decode("TCP", frames["tcp_syn"][34:])
    assert (values["source_port"], values["data_offset"], values["flags"]) == (50000, 10, 2)
    assert [name for name, _ in values["options"]] == [
        "MaximumSegmentSize",
        "SACKPermitted",
        "Timestamps",
        "NoOperation",
        "WindowScale",
    ]


def test_construct_writes_what_scapy_wrote(frames):
    addresses = {"source": b"\n\0\0\1", "destination": b"\n\0\0\2"}
    ports = {"source_port": 49153, "destination_port": 49152}
    datagram = encode("UDP", ports, b"Hello UDP!", addresses)
    assert datagram == frames["udp"][34:]
    values = addresses | {"protocol": 17, "identification": 1, "dont_fragment": True}
    assert encode("IPv4", values, datagram) == frames["udp"][14:]


def test_offsets_count_from_the_buffer():
    with pytest.raises(DecodeError) as caught:
        decode("UDP", b"\0" * 5, offset=100)
    assert (caught.value.field, caught.value.offset) == ("length", 104)


def test_an_explanation_is_found_for_what_is_wrong_and_for_nothing_else():
    error = explain_failure("IPv4", b"\x65" + bytes(19), 14, strict=True)
    assert (error.field, error.offset) == ("version", 14)
    with pytest.raises(AssertionError, match="refuses what its schema accepts"):
        explain_failure("UDP", bytes(8), 0, strict=False)
