"""TCP options as Wireshark shows them (RFC 9293 section 3.1, RFC 7323, RFC 2018).

An option whose length cannot be followed ends the options; it is not shown itself.
"""

from collections.abc import Callable
from typing import Any

from wirelab.codecs.dissect.fields import Kind, declare
from wirelab.codecs.dissect.visit import Visit

END, NO_OPERATION, MSS, WINDOW_SCALE, SACK_PERMITTED, SACK, TIMESTAMPS = 0, 1, 2, 3, 4, 5, 8

NAMED = {
    END: "tcp.options.eol",
    NO_OPERATION: "tcp.options.nop",
    MSS: "tcp.options.mss",
    WINDOW_SCALE: "tcp.options.wscale",
    SACK_PERMITTED: "tcp.options.sack_perm",
    SACK: "tcp.options.sack",
    TIMESTAMPS: "tcp.options.timestamp",
}
FIXED_LENGTHS = {MSS: 4, WINDOW_SCALE: 3, SACK_PERMITTED: 2, TIMESTAMPS: 10}

STRUCTURED = {
    6: "tcp.options.echo",
    7: "tcp.options.echo",
    11: "tcp.options.cc",
    12: "tcp.options.cc",
    13: "tcp.options.cc",
    19: "tcp.options.md5",
    27: "tcp.options.qs",
    28: "tcp.options.user_to",
    29: "tcp.options.ao",
    30: "",  # Wireshark gives Multipath TCP's options no name of their own
    34: "tcp.options.tfo",
    172: "tcp.options.acc_ecn",
    174: "tcp.options.acc_ecn",
    253: "tcp.options.experimental",
    254: "tcp.options.experimental",
}
"""Kind -> the name of an option as a whole that is shown as its class says."""
MULTIPATH = 30

FOREIGN = frozenset((20, 21, 22, 23, 76, 78))
"""Options that Wireshark shows in fields that are not here: SCPS, Riverbed."""

declare("tcp.options", Kind.BYTES, "Options")
declare("tcp.option_kind", Kind.NUMBER, "Option kind")
declare("tcp.option_len", Kind.NUMBER, "Option length")
declare("tcp.options.eol", Kind.BYTES, "End of options")
declare("tcp.options.nop", Kind.BYTES, "No operation")
declare("tcp.options.mss", Kind.BYTES, "Maximum segment size option")
declare("tcp.options.mss_val", Kind.NUMBER, "Maximum segment size")
declare("tcp.options.wscale", Kind.BYTES, "Window scale option")
declare("tcp.options.wscale.shift", Kind.NUMBER, "Shift")
declare("tcp.options.wscale.multiplier", Kind.NUMBER, "Multiplier")
declare("tcp.options.sack_perm", Kind.BYTES, "SACK permitted")
declare("tcp.options.sack", Kind.BYTES, "SACK option")
declare("tcp.options.sack.count", Kind.NUMBER, "SACK blocks")
declare("tcp.options.sack_le", Kind.NUMBER, "SACK left edge")
declare("tcp.options.sack_re", Kind.NUMBER, "SACK right edge")
declare("tcp.options.timestamp", Kind.BYTES, "Timestamps option")
declare("tcp.options.timestamp.tsval", Kind.NUMBER, "Timestamp value")
declare("tcp.options.timestamp.tsecr", Kind.NUMBER, "Timestamp echo reply")
declare("tcp.options.unknown", Kind.BYTES, "Unknown option")
declare("tcp.options.unknown.payload", Kind.BYTES, "Payload")
for _name in dict.fromkeys(filter(None, STRUCTURED.values())):
    declare(_name, Kind.BYTES, "Option")

_OURS = ("tcp.option_", "tcp.options.", "mptcp")
"""How the names of all that begins that is shown of options."""


def walk(options: bytes, size: int | None = None) -> list[tuple[int, bytes]]:
    """Kinds and options, up to the first that cannot be followed.

    Args:
        options: what was captured of them.
        size: bytes that the header says; more than `options` when the capture cuts them, and then
            the last option may be cut, too.
    """
    limit = len(options) if size is None else size
    found: list[tuple[int, bytes]] = []
    position = 0
    while position < len(options):
        kind = options[position]
        if kind == NO_OPERATION:
            found.append((kind, b"\1"))
            position += 1
            continue
        if kind == END:
            rest = options[position:]
            # Behind the end, zeros are shown as further ends; anything else stops the walk.
            found += [(END, b"\0")] * (1 if any(rest) else len(rest))
            break
        length = options[position + 1] if position + 1 < len(options) else 0
        if length < 2 or position + length > limit:
            break
        found.append((kind, options[position : position + length]))
        position += length
    return found


def has_multipath(options: bytes) -> bool:
    """Whether there is an option of Multipath TCP: Wireshark makes a layer of it."""
    return MULTIPATH in options and any(kind == MULTIPATH for kind, _ in walk(options))


class OptionsView:
    """Adds the fields of the options that were asked for."""

    def __init__(self, wanted: frozenset[str] | None) -> None:
        self._wanted = wanted
        self.asked = wanted is None or any(name.startswith(_OURS) for name in wanted)
        """Whether any field of an option is wanted."""
        self._bodies: dict[int, Callable[[Visit, bytes, int], None]] = {
            MSS: self._maximum_segment_size,
            WINDOW_SCALE: self._window_scale,
            SACK: self._sack,
            TIMESTAMPS: self._timestamps,
        }

    def show(self, visit: Visit, options: bytes, base: int, size: int | None = None) -> None:
        """Add the options' fields.

        Args:
            visit: the frame's state.
            options: their bytes.
            base: what SACK edges are relative to: the first sequence number the peer sent.
            size: bytes that the header says, if it is more than was captured.
        """
        for kind, option in walk(options, size):
            self._add(visit, "tcp.option_kind", kind)
            if kind > NO_OPERATION:
                self._add(visit, "tcp.option_len", option[1])
            if kind in NAMED:
                self._add(visit, NAMED[kind], option)
                if kind in self._bodies and option[1] == FIXED_LENGTHS.get(kind, option[1]):
                    self._bodies[kind](visit, option, base)
                if kind == SACK and (option[1] % 8 != 2 or option[1] == 2):
                    return  # malformed; Wireshark reads no further
            elif kind in STRUCTURED:
                self._structured(visit, option)
            elif kind not in FOREIGN:
                self._add(visit, "tcp.options.unknown", option)
                if len(option) > 2:
                    self._add(visit, "tcp.options.unknown.payload", option[2:])

    def _structured(self, visit: Visit, option: bytes) -> None:
        # Imported here: few segments have such an option, and there are many classes of them.
        from wirelab.codecs.dissect.layers.tcp_structured_options import items

        self._add(visit, STRUCTURED[option[0]], option)
        for name, value in items(option):
            self._add(visit, name, value)

    def _add(self, visit: Visit, name: str, value: Any) -> None:
        if self._wanted is None or name in self._wanted:
            visit.items.append((name, value))

    def _maximum_segment_size(self, visit: Visit, option: bytes, base: int) -> None:
        if len(option) == 4:
            self._add(visit, "tcp.options.mss_val", int.from_bytes(option[2:], "big"))

    def _window_scale(self, visit: Visit, option: bytes, base: int) -> None:
        if len(option) == 3:
            self._add(visit, "tcp.options.wscale.shift", option[2])
            self._add(visit, "tcp.options.wscale.multiplier", 1 << min(option[2], 14))

    def _sack(self, visit: Visit, option: bytes, base: int) -> None:
        for position in range(2, len(option) - 3, 8):
            left = int.from_bytes(option[position : position + 4], "big")
            self._add(visit, "tcp.options.sack_le", left - base & 0xFFFFFFFF)
            if position + 8 <= len(option):
                right = int.from_bytes(option[position + 4 : position + 8], "big")
                self._add(visit, "tcp.options.sack_re", right - base & 0xFFFFFFFF)
        if len(option) == option[1]:
            self._add(visit, "tcp.options.sack.count", (option[1] - 2) // 8)

    def _timestamps(self, visit: Visit, option: bytes, base: int) -> None:
        if len(option) >= 6:
            self._add(visit, "tcp.options.timestamp.tsval", int.from_bytes(option[2:6], "big"))
        if len(option) == 10:
            self._add(visit, "tcp.options.timestamp.tsecr", int.from_bytes(option[6:], "big"))
