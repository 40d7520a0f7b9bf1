"""systemd's Journal Export Format, which pcapng's block type 9 holds.

Source: https://systemd.io/JOURNAL_EXPORT_FORMATS ("Journal Export Format").
"""

from collections.abc import Mapping

from wirelab.codecs.capture.records import JournalEntry
from wirelab.codecs.errors import EncodeError

_SOURCE = "systemd.io/JOURNAL_EXPORT_FORMATS"

TIMESTAMP = "__REALTIME_TIMESTAMP"
"""Microseconds since 1970; Wireshark takes the row's time from it."""
LONGEST_TIMESTAMP = 20
"""Digits of an unsigned number of 64 bits, which is what journald writes."""


def build_entry(fields: Mapping[str, str], timestamp_ns: int) -> bytes:
    """An entry with its time first; a value of several lines goes out with its length.

    Raises:
        EncodeError: a name or value that the format cannot hold, or a time before 1970.
    """
    if not 0 <= timestamp_ns // 1000 < 1 << 64:
        expected = "nanoseconds since 1970; 64 bits hold their microseconds"
        raise EncodeError("pcapng", "timestamp", timestamp_ns, expected, _SOURCE)
    lines = [f"{TIMESTAMP}={timestamp_ns // 1000}\n".encode()]
    for name, value in fields.items():
        if not name or "=" in name or "\n" in name:
            expected = "a field name without `=` and line feed"
            raise EncodeError("pcapng", name, name, expected, _SOURCE)
        try:
            data = value.encode()
        except UnicodeEncodeError:
            raise EncodeError("pcapng", name, value, "text that UTF-8 holds", _SOURCE) from None
        if b"\n" in data:
            size = len(data).to_bytes(8, "little")
            lines.append(name.encode() + b"\n" + size + data + b"\n")
        else:
            lines.append(name.encode() + b"=" + data + b"\n")
    return b"".join(lines)


def parse_entry(number: int, data: bytes) -> JournalEntry:
    """Read an entry; what is malformed in it is left out of `fields`, never an error."""
    fields: dict[str, str] = {}
    position = 0
    body = data.rstrip(b"\0")
    while position < len(body):
        newline = body.find(b"\n", position)
        line = body[position : newline if newline >= 0 else len(body)]
        position += len(line) + 1
        name, equals, value = line.partition(b"=")
        if not equals and newline >= 0:
            size = int.from_bytes(data[position : position + 8], "little")
            value = data[position + 8 : position + 8 + size]
            position += 8 + size + 1
        fields[name.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
    time = fields.get(TIMESTAMP, "")
    known = time.isascii() and time.isdigit() and len(time) <= LONGEST_TIMESTAMP
    return JournalEntry(number, int(time) * 1000 if known else 0, fields, body, known)
