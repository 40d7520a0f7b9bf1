"""Classic BPF programs, written by hand: few instructions, no compiler, no library.

Source: McCanne and Jacobson, "The BSD Packet Filter" (1993); Linux `Documentation/networking/
filter.rst` and `include/uapi/linux/filter.h`. A program answers with the number of bytes to keep;
0 drops the frame.
"""

import ctypes
import socket
import struct
from collections.abc import Sequence
from typing import NamedTuple

SO_ATTACH_FILTER = 26
LOAD_WORD, LOAD_HALF, LOAD_BYTE = 0x20, 0x28, 0x30
LOAD_HALF_INDEXED, LOAD_BYTE_INDEXED, LOAD_HEADER_LENGTH = 0x48, 0x50, 0xB1
JUMP_EQUAL, JUMP_SET = 0x15, 0x45
RETURN = 0x06
ANCILLARY = 0xFFFFF000
"""Linux `SKF_AD_OFF`: loads from here read what the kernel knows of the frame, not its bytes."""
ANCILLARY_PACKET_TYPE = ANCILLARY + 4
PACKET_OUTGOING = 4
KEEP_ALL = 0x40000
"""More than any frame: tcpdump's own default."""


class Instruction(NamedTuple):
    """One `struct sock_filter`; the jumps are relative to the next instruction."""

    code: int
    if_true: int
    if_false: int
    operand: int


Program = Sequence[Instruction]
DROP_ALL: Program = (Instruction(RETURN, 0, 0, 0),)
ACCEPT_ALL: Program = (Instruction(RETURN, 0, 0, KEEP_ALL),)


def for_mac(mac: bytes, then: Program = ACCEPT_ALL) -> Program:
    """Frames to one MAC and to groups (broadcast, multicast), as far as `then` accepts them."""
    high, low = struct.unpack("!IH", mac)
    return (
        Instruction(LOAD_BYTE, 0, 0, 0),
        Instruction(JUMP_SET, 5, 0, 1),  # the group bit (IEEE 802 section 8.2): on to `then`
        Instruction(LOAD_WORD, 0, 0, 0),
        Instruction(JUMP_EQUAL, 0, 2, high),
        Instruction(LOAD_HALF, 0, 0, 4),
        Instruction(JUMP_EQUAL, 1, 0, low),
        Instruction(RETURN, 0, 0, 0),
        *then,
    )


def outgoing_resets(address: bytes, ports: Sequence[int]) -> Program:
    """TCP RSTs that this machine sends from `address` and one of `ports` (at most 200).

    Raises:
        ValueError: more ports than a jump can reach over (8 bits).
    """
    if not 0 < len(ports) <= 200:
        raise ValueError(f"{len(ports)} ports: a filter takes 1 to 200")
    checks = [
        (LOAD_HALF, ANCILLARY_PACKET_TYPE, JUMP_EQUAL, PACKET_OUTGOING),
        (LOAD_HALF, 12, JUMP_EQUAL, 0x0800),
        (LOAD_BYTE, 23, JUMP_EQUAL, socket.IPPROTO_TCP),
        (LOAD_WORD, 26, JUMP_EQUAL, int.from_bytes(address)),
    ]
    drop = 2 * len(checks) + 4 + len(ports)
    program: list[Instruction] = []
    for load, offset, jump, operand in checks:
        program.append(Instruction(load, 0, 0, offset))
        program.append(Instruction(jump, 0, drop - len(program) - 1, operand))
    program.append(Instruction(LOAD_HEADER_LENGTH, 0, 0, 14))  # X = bytes of the IPv4 header
    program.append(Instruction(LOAD_BYTE_INDEXED, 0, 0, 14 + 13))
    program.append(Instruction(JUMP_SET, 0, drop - len(program) - 1, 0x04))
    program.append(Instruction(LOAD_HALF_INDEXED, 0, 0, 14))
    for port in ports:
        program.append(Instruction(JUMP_EQUAL, drop - len(program), 0, port))
    program.append(Instruction(RETURN, 0, 0, 0))
    program.append(Instruction(RETURN, 0, 0, KEEP_ALL))
    return program


def packed(program: Program) -> bytes:
    """The program as the kernel reads it."""
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def attach(target: socket.socket, program: Program) -> None:
    """Filter a socket; replaces its earlier filter in one step.

    Raises:
        OSError: the kernel refused the program.
    """
    _code, argument = filter_argument(program)
    target.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, argument)


def filter_argument(program: Program) -> tuple[ctypes.Array[ctypes.c_char], bytes]:
    """The memory of a program, to be kept until the kernel has read it, and its `sock_fprog`."""
    code = ctypes.create_string_buffer(packed(program))
    return code, struct.pack("@HP", len(program), ctypes.addressof(code))
