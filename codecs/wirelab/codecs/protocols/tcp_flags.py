"""Flags of `protocols/tcp.py`.

Generated from schemas/tcp.py by `make generate`; do not edit.
"""

from enum import IntFlag


class TCPFlags(IntFlag):
    """Control bits (RFC 9293 section 3.1)."""

    FIN = 1
    SYN = 2
    RST = 4
    PSH = 8
    ACK = 16
    URG = 32
    ECE = 64
    CWR = 128
    AE = 256
