"""SipHash-2-4: a short keyed hash that cannot be forged without the key.

Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), section 2 and appendix A.
Linux makes its Fast Open cookies with it (`net.ipv4.tcp_fastopen_key`), and so do we: hosts that
share a key, as servers behind one address do (RFC 7413 section 6.3.2), then honour each other's.
"""

from typing import Final

_MASK: Final = 0xFFFF_FFFF_FFFF_FFFF
_CONSTANTS: Final = (
    0x736F6D6570736575,
    0x646F72616E646F6D,
    0x6C7967656E657261,
    0x7465646279746573,
)
_COMPRESSION_ROUNDS: Final = 2
_FINALIZATION_ROUNDS: Final = 4


def siphash24(key: bytes, data: bytes) -> int:
    """The 64-bit tag of `data` under a key of 16 bytes.

    >>> hex(siphash24(bytes(range(16)), bytes(range(15))))
    '0xa129ca6149be45e5'
    """
    k0, k1 = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    v0, v1, v2, v3 = (
        constant ^ half for constant, half in zip(_CONSTANTS, (k0, k1, k0, k1), strict=True)
    )
    padded = data + bytes(7 - len(data) % 8) + bytes((len(data) & 0xFF,))
    for offset in range(0, len(padded), 8):
        word = int.from_bytes(padded[offset : offset + 8], "little")
        v3 ^= word
        v0, v1, v2, v3 = _rounds(_COMPRESSION_ROUNDS, v0, v1, v2, v3)
        v0 ^= word
    v0, v1, v2, v3 = _rounds(_FINALIZATION_ROUNDS, v0, v1, v2 ^ 0xFF, v3)
    return v0 ^ v1 ^ v2 ^ v3


def _rounds(count: int, v0: int, v1: int, v2: int, v3: int) -> tuple[int, int, int, int]:
    for _ in range(count):
        v0 = v0 + v1 & _MASK
        v1 = _rotate(v1, 13) ^ v0
        v0 = _rotate(v0, 32)
        v2 = v2 + v3 & _MASK
        v3 = _rotate(v3, 16) ^ v2
        v0 = v0 + v3 & _MASK
        v3 = _rotate(v3, 21) ^ v0
        v2 = v2 + v1 & _MASK
        v1 = _rotate(v1, 17) ^ v2
        v2 = _rotate(v2, 32)
    return v0, v1, v2, v3


def _rotate(word: int, bits: int) -> int:
    return (word << bits | word >> 64 - bits) & _MASK
