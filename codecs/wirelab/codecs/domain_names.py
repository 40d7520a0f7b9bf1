r"""Domain names: labels on the wire, text for people.

Source: RFC 1035 section 3.1 (labels), 4.1.4 (compression), 5.1 (text); RFC 4343 section 2.1.

A name on the wire is a run of labels, each a length octet (0 to 63) and that many bytes, up to the
empty label of the root. Two bits set in a length octet make it a pointer: the name goes on at an
earlier place of the message.

Rule 1: text says everything. Bytes that are no visible ASCII are written `\DDD`, and the dot and
the characters that mean something in zone files with a backslash, so any label survives.
Rule 2: a pointer goes back, never forward and never to itself, so no name is endless.
Rule 3: the work for a name is bounded, whatever the message: 255 bytes, 127 pointers.
"""

from wirelab.codecs.errors import DecodeError, EncodeError

LONGEST_NAME = 255
"""Bytes on the wire, with length octets and the root's (RFC 1035 section 2.3.4)."""
LONGEST_LABEL = 63
"""Bytes (RFC 1035 section 2.3.4)."""
MOST_POINTERS = 127
"""Ours: as many as a name can have labels; pointers to pointers save nothing."""
FARTHEST_POINTER = 0x3FFF
"""What the 14 bits of a pointer can reach (RFC 1035 section 4.1.4)."""

Labels = tuple[bytes, ...]
"""A name as bytes, without the root's label."""

LABELS = "RFC 1035 section 3.1"
COMPRESSION = "RFC 1035 section 4.1.4"
LIMITS = "RFC 1035 section 2.3.4"
TEXT = "RFC 1035 section 5.1"

_ESCAPES = {byte: f"\\{byte:03d}" for byte in range(256) if not 0x21 <= byte <= 0x7E}
_ESCAPES |= {ord(char): f"\\{char}" for char in '.\\"();@$'}
_PLAIN = bytes(byte for byte in range(256) if byte not in _ESCAPES)


def decode_name(data: bytes, offset: int = 0, end: int | None = None) -> tuple[str, int]:
    """Read the name that begins at `offset`.

    Args:
        data: the whole message; pointers count from its start.
        offset: where the name begins.
        end: end of what may be read; None: the message's end.

    Returns:
        The name as text, without a dot at the end (the root is `"."`), and where it ends.

    Raises:
        DecodeError: cut short, a label type that is not defined, a pointer that does not go back,
            more than 255 bytes or 127 pointers.
    """
    labels, after = decode_labels(data, offset, end)
    return name_text(labels), after


def decode_labels(
    data: bytes,
    offset: int = 0,
    end: int | None = None,
    known: "dict[int, Labels] | None" = None,
) -> "tuple[Labels, int]":
    """The labels of a name as bytes, and where it ends; see `decode_name`.

    `known` are the labels of names that were pointed at before, by place; it grows.
    """
    limit = len(data) if end is None else end
    labels, after, target = _run(data, offset, limit)
    if target < 0:
        return tuple(labels), after
    tail = known.get(target) if known is not None else None
    if tail is None:
        tail = _follow(data, target, limit)
        if known is not None:
            known[target] = tail
    return _whole(labels, tail, offset), after


def _follow(data: bytes, target: int, limit: int) -> Labels:
    """The labels of the name that a pointer points at."""
    found: Labels = ()
    start, pointers = target, 1
    while True:
        labels, _, after = _run(data, start, limit)
        found = _whole(list(found), tuple(labels), start)
        if after < 0:
            return found
        pointers += 1
        if pointers > MOST_POINTERS:
            raise _wrong(start, f"at most {MOST_POINTERS} pointers", "more", "ours")
        start = after


def _run(data: bytes, offset: int, limit: int) -> tuple[list[bytes], int, int]:
    """The labels from `offset` on, where they end, and where their pointer leads, or -1."""
    labels: list[bytes] = []
    place = offset
    while True:
        if place >= limit:
            raise _cut(offset, f"a label at byte {place}", limit)
        size = data[place]
        if size > LONGEST_LABEL:
            return labels, place + 2, _target(data, offset, place, limit)
        place += 1
        if size == 0:
            return labels, place, -1
        if place + size > limit:
            raise _cut(offset, f"a label of {size} bytes at byte {place}", limit)
        if place + size - offset >= LONGEST_NAME:
            raise _too_long(offset, place + size - offset + 1)
        labels.append(data[place : place + size])
        place += size


def _target(data: bytes, offset: int, place: int, limit: int) -> int:
    """Where the pointer at `place` points, for labels that began at `offset`."""
    size = data[place]
    if size < 0xC0:
        raise _wrong(offset, "a length up to 63, or a pointer", f"{size:#04x}", LABELS)
    if place + 2 > limit:
        raise _cut(offset, f"a pointer of 2 bytes at byte {place}", limit)
    target = (size & 0x3F) << 8 | data[place + 1]
    # Back from where these labels began, not only from the pointer: that alone would allow a label
    # and a pointer to it.
    if target >= offset:
        expected = f"a pointer to a place before byte {offset}"
        raise _wrong(offset, expected, f"byte {target}", COMPRESSION)
    return target


def _whole(labels: list[bytes], tail: Labels, offset: int) -> Labels:
    """Both parts of a name, if they are not too long together."""
    whole = (*labels, *tail)
    length = sum(map(len, whole)) + len(whole) + 1
    if length > LONGEST_NAME:
        raise _too_long(offset, length)
    return whole


def decode_names(data: bytes) -> tuple[str, ...]:
    """All names of a list without anything between them (DHCP option 119, RFC 3397 section 2).

    Raises:
        DecodeError: as `decode_name`.
    """
    names: list[str] = []
    offset = 0
    while offset < len(data):
        name, offset = decode_name(data, offset)
        names.append(name)
    return tuple(names)


def name_text(labels: tuple[bytes, ...]) -> str:
    """Labels as text (RFC 1035 section 5.1)."""
    if not labels:
        return "."
    return ".".join([label_text(label) for label in labels])


def label_text(label: bytes) -> str:
    """One label as text, with escapes where they are needed."""
    if label.translate(None, _PLAIN):
        return "".join([_ESCAPES.get(byte) or chr(byte) for byte in label])
    return label.decode("ascii")


def name_labels(name: str) -> tuple[bytes, ...]:
    """The labels of a name written as text; a dot at the end changes nothing.

    Raises:
        EncodeError: no text, an empty label, a label of more than 63 bytes, a name of more than
            255, a wrong escape, or a character that is no ASCII (write IDNA's `xn--` form).
    """
    if not isinstance(name, str):
        raise EncodeError("DNS", "name", name, "text, like 'example.com'")
    if name in (".", ""):
        return ()
    labels = _split(name) if "\\" in name else _split_plain(name)
    if labels[-1] == b"":
        labels.pop()
    for label in labels:
        if not 0 < len(label) <= LONGEST_LABEL:
            expected = f"labels of 1 to {LONGEST_LABEL} bytes, not {len(label)}"
            raise EncodeError("DNS", "name", name, expected, LIMITS)
    length = sum(map(len, labels)) + len(labels) + 1
    if length > LONGEST_NAME:
        expected = f"at most {LONGEST_NAME} bytes, not {length}"
        raise EncodeError("DNS", "name", name, expected, LIMITS)
    return tuple(labels)


def _split_plain(name: str) -> list[bytes]:
    try:
        return name.encode("ascii").split(b".")
    except UnicodeEncodeError:
        raise _no_ascii(name) from None


def _split(name: str) -> list[bytes]:
    """Labels of a name with escapes."""
    labels = [bytearray()]
    index = 0
    while index < len(name):
        char = name[index]
        index += 1
        if char == ".":
            labels.append(bytearray())
            continue
        if char != "\\":
            if char > "\x7f":
                raise _no_ascii(name)
            labels[-1].append(ord(char))
            continue
        digits = name[index : index + 3]
        if len(digits) == 3 and digits.isascii() and digits.isdigit() and int(digits) < 256:
            labels[-1].append(int(digits))
            index += 3
        elif digits and digits[0] <= "\x7f" and not digits[0].isdigit():
            labels[-1].append(ord(digits[0]))
            index += 1
        else:
            expected = "after a backslash: three digits up to 255, or another character"
            raise EncodeError("DNS", "name", name, expected, TEXT)
    return [bytes(label) for label in labels]


def encode_name(
    name: str, offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0
) -> bytes:
    """A name as it stands on the wire.

    Args:
        name: text, see `name_labels`.
        offsets: for compression: where the names so far stand in the message (it grows with this
            one); None: do not compress.
        at: where this name will stand in the message.

    Raises:
        EncodeError: as `name_labels`.
    """
    labels = name_labels(name)
    parts: list[bytes] = []
    for index, label in enumerate(labels):
        if offsets is not None:
            # Names are compared without regard to case (RFC 1035 section 2.3.3), but kept as they
            # are written: a suffix in other letters is no pointer's worth.
            known = offsets.get(labels[index:])
            if known is not None:
                parts.append((0xC000 | known).to_bytes(2, "big"))
                return b"".join(parts)
            if at <= FARTHEST_POINTER:
                offsets[labels[index:]] = at
        parts.append(bytes((len(label),)) + label)
        at += len(label) + 1
    parts.append(b"\0")
    return b"".join(parts)


def encode_names(names: "tuple[str, ...] | list[str]", compress: bool = True) -> bytes:
    """A list of names without anything between them (RFC 3397 section 2).

    Raises:
        EncodeError: as `name_labels`.
    """
    offsets: dict[tuple[bytes, ...], int] | None = {} if compress else None
    encoded = b""
    for name in names:
        encoded += encode_name(name, offsets, len(encoded))
    return encoded


def _wrong(offset: int, expected: str, got: str, source: str) -> DecodeError:
    return DecodeError("DNS", "name", offset, expected, got, source)


def _too_long(offset: int, length: int) -> DecodeError:
    return _wrong(offset, f"at most {LONGEST_NAME} bytes", f"{length} or more", LIMITS)


def _cut(offset: int, expected: str, limit: int) -> DecodeError:
    return _wrong(offset, expected, f"the end at byte {limit}", LABELS)


def _no_ascii(name: str) -> EncodeError:
    way_out = "ASCII; write other letters as IDNA does (name.encode('idna')) or as \\DDD"
    return EncodeError("DNS", "name", name, way_out, TEXT)
