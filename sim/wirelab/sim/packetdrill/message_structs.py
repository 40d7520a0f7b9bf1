"""`struct msghdr` as scripts write it: name, vectors, flags, control messages.

{msg_name(...)=..., msg_iov(1)=[{..., 1000}], msg_flags=MSG_TRUNC,
msg_control=[{cmsg_len=CMSG_LEN(4), cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=500}]}
"""

import errno
import struct
from collections.abc import Sequence

from wirelab.sim.packetdrill.arguments import elements, number, shape
from wirelab.sim.packetdrill.outcome import ScriptFailed, ScriptUnsupported
from wirelab.sim.packetdrill.syntax import Array, Braces, Expression, String, Struct, Wildcard

CONTROL_ROOM = 1024  # bytes; ours: what packetdrill offers for control messages at most


class Message:
    """One msghdr.

    Attributes:
        name: where to, or None.
        vectors, count: of msg_iov.
        flags: what msg_flags must come back as, or None: not said.
        control: the control messages written, or None: not said.
    """

    def __init__(self, expression: Expression) -> None:
        if not isinstance(expression, Struct):
            raise ScriptFailed(f"a msghdr is a structure, not {shape(expression)}")
        self.name: Expression | None = None
        self.vectors: Expression = Array(())
        self.count = 0
        self.flags: int | None = None
        self.control: list[Struct] | None = None
        for one in expression.fields:
            match one.name:
                case "msg_name":
                    self.name = one.value
                case "msg_iov":
                    self.vectors = one.value
                    self.count = (
                        len(list(elements(one.value))) if one.length is None else number(one.length)
                    )
                case "msg_flags":
                    self.flags = None if isinstance(one.value, Wildcard) else number(one.value)
                case "msg_control":
                    self.control = _control(one.value)
                case "msg_namelen" | "msg_iovlen" | "msg_controllen":
                    pass
                case other:
                    raise ScriptUnsupported(f"msghdr has no field {other} here")

    @property
    def control_length(self) -> int:
        """Bytes of room for control messages."""
        return CONTROL_ROOM if self.control is not None else 0

    def ancillary(self) -> list[tuple[int, int, bytes]]:
        """The control messages to send: level, type, data."""
        return [
            (_field(one, "cmsg_level"), _field(one, "cmsg_type"), _data(one.get("cmsg_data")))
            for one in self.control or []
        ]


def check_received(
    message: Message,
    control: Sequence[tuple[int, int, bytes]],
    flags: int,
    sender: object,
) -> None:
    """Compare what recvmsg gave beside the bytes with what the script says.

    Raises:
        ScriptFailed: other flags or control messages.
    """
    if message.flags is not None and message.flags != flags:
        raise ScriptFailed("msg_flags came back", f"{message.flags:#x}", f"{flags:#x}")
    if message.control is None:
        return
    if len(message.control) != len(control):
        expected, got = f"{len(message.control)} of them", f"{len(control)}"
        raise ScriptFailed("control messages came back", expected, got)
    for wanted, (level, kind, data) in zip(message.control, control, strict=True):
        for name, value in (("cmsg_level", level), ("cmsg_type", kind)):
            if _field(wanted, name) != value:
                raise ScriptFailed(f"{name} came back", str(_field(wanted, name)), str(value))
        _check_data(wanted.get("cmsg_data"), data)


def _control(expression: Expression) -> list[Struct]:
    found = []
    for one in elements(expression):
        if isinstance(one, Wildcard):
            continue
        if not isinstance(one, Struct):
            raise ScriptFailed(f"a control message is a structure, not {shape(one)}")
        found.append(one)
    return found


def _field(one: Struct, name: str) -> int:
    value = one.get(name)
    if value is None:
        raise ScriptFailed(f"a control message needs {name}")
    return number(value)


def _data(expression: Expression | None) -> bytes:
    """The bytes of a control message that is sent."""
    match expression:
        case None | Wildcard():
            return b""
        case String():
            return expression.text
    return struct.pack("=i", number(expression))


def _check_data(expected: Expression | None, got: bytes) -> None:
    if expected is None or isinstance(expected, Wildcard):
        return
    if isinstance(expected, Struct):
        _check_extended_error(expected, got)
        return
    if isinstance(expected, Array | Braces) and len(expected.items) != 1:
        raise ScriptUnsupported("control data of this shape")
    wanted, value = number(expected), int.from_bytes(got[:4], "little")
    if wanted != value:
        raise ScriptFailed("cmsg_data came back", str(wanted), str(value))


def _check_extended_error(expected: Struct, got: bytes) -> None:
    """Struct sock_extended_err (linux/errqueue.h): errno, origin, type, code, pad, info, data."""
    values = dict(
        zip(
            ("ee_errno", "ee_origin", "ee_type", "ee_code", "ee_pad", "ee_info", "ee_data"),
            struct.unpack("=IBBBBII", got[:16].ljust(16, b"\0")),
            strict=True,
        )
    )
    for one in expected.fields:
        if one.name not in values:
            raise ScriptUnsupported(f"the control message's field {one.name}")
        wanted = number(one.value)
        if wanted != values[one.name]:
            name = errno.errorcode.get(values[one.name], "") if one.name == "ee_errno" else ""
            got_text = f"{values[one.name]} {name}".strip()
            raise ScriptFailed(f"{one.name} came back", str(wanted), got_text)
