"""One connection of a script, and how its numbers become those on the wire.

Source: packetdrill's own rules, which are tcpdump's: the numbers of a segment with SYN are
absolute, all others count from the initial sequence number of their direction.

Rule 1: the remote side's numbers are the script's own, so its initial sequence number is what the
script's SYN says (0 before there was one).
Rule 2: the local side's is learnt from the live SYN or SYN,ACK that answers the script's.
Rule 3: a timestamp echo of the script stands for the live timestamp that was matched with the
script's value; one that was never matched keeps its distance from the first pair.
"""

from dataclasses import replace

from wirelab.sim.packetdrill.syntax import Ports, Sack, TcpOption, Timestamps

_MASK = 0xFFFF_FFFF


class Conversation:
    """A TCP connection, or a pair of UDP ports, between the script and the host.

    Attributes:
        local_port: of the host under test; 0 while it is not known.
        remote_port: of the script.
        local_isn: (script's, live) of the host, or None before its SYN was seen.
        remote_isn: of the script, the same on the wire; 0 before its SYN (`remote_known`).
        reopened: the script has sent a SYN with another number (`next_remote_isn`), and from the
            next SYN,ACK on everything counts anew.
        absolute: nobody listened when it began, so its numbers never count from a SYN.
    """

    __slots__ = (
        "_first_timestamps",
        "_opened_by_script",
        "_text",
        "_text_start",
        "_timestamps",
        "absolute",
        "local_isn",
        "local_port",
        "next_remote_isn",
        "remote_isn",
        "remote_known",
        "remote_port",
        "reopened",
    )

    def __init__(self, local_port: int, remote_port: int) -> None:
        self.local_port = local_port
        self.remote_port = remote_port
        self.local_isn: tuple[int, int] | None = None
        self.remote_isn = 0
        self.remote_known = False
        self.next_remote_isn = 0
        self.reopened = False
        self.absolute = False
        self._opened_by_script = False
        self._text = bytearray()
        self._text_start: int | None = None
        self._timestamps: dict[int, int] = {}
        self._first_timestamps: tuple[int, int] | None = None

    @property
    def inbound_ports(self) -> Ports:
        """Source and destination port of what the script sends."""
        return Ports(self.remote_port, self.local_port)

    @property
    def outbound_ports(self) -> Ports:
        """Source and destination port of what the host sends."""
        return Ports(self.local_port, self.remote_port)

    # --- initial sequence numbers --------------------------------------------------------------

    def inbound_syn(self, sequence: int, with_ack: bool) -> None:
        """The script sends a SYN: learn the remote side's initial number."""
        if self.absolute:
            return
        if not self.remote_known:
            self._opened_by_script = not with_ack
        if not self.remote_known or (with_ack and not self._opened_by_script):
            self.remote_isn = sequence
            self.remote_known = True
        elif sequence != self.remote_isn:
            # Either a SYN within a connection, which is only challenged, or a new incarnation of
            # it: the answer tells. Until then the old numbers stay.
            self.reopened = True
            self.next_remote_isn = sequence

    def outbound_syn(self, script: int, live: int) -> None:
        """The host has sent a SYN that the script expects: learn the local side's number."""
        if self.reopened:
            self.remote_isn = self.next_remote_isn
            self.reopened = False
            self.local_isn = None
            self._text.clear()
            self._text_start = None
        if self.local_isn is None:
            self.local_isn = (script, live)

    # --- numbers of the remote side ----------------------------------------------------------

    def remote_offset(self, syn: bool) -> int:
        """What to add to the script's numbers of the remote side."""
        return 0 if syn else self.remote_isn

    def local_offset(self, syn: bool) -> int:
        """What to add to the script's numbers of the local side."""
        script, live = self.local_isn or (0, 0)
        return live - script if syn else live

    # --- options -------------------------------------------------------------------------------

    def inbound_options(
        self, options: tuple[TcpOption, ...], syn: bool, ack: bool
    ) -> tuple[TcpOption, ...]:
        """Options of the script with the numbers of the wire."""
        offset = self.local_offset(syn)
        found: list[TcpOption] = []
        for option in options:
            if isinstance(option, Sack):
                found.append(shifted(option, offset))
            elif isinstance(option, Timestamps) and ack and not option.absolute_echo:
                found.append(replace(option, echo=self._live_echo(option.echo)))
            else:
                found.append(option)
        return tuple(found)

    def outbound_options(self, options: tuple[TcpOption, ...], syn: bool) -> tuple[TcpOption, ...]:
        """Live options with the numbers of the script; timestamps still as they were."""
        offset = -self.remote_offset(syn)
        return tuple(shifted(one, offset) if isinstance(one, Sack) else one for one in options)

    def pair_timestamps(self, script: int, live: int) -> None:
        """A live timestamp was matched with the script's."""
        self._timestamps[script] = live
        if self._first_timestamps is None:
            self._first_timestamps = (script, live)

    def script_timestamp(self, live: int) -> int:
        """A live timestamp on the clock of the script, which starts with the first pair."""
        if self._first_timestamps is None:
            return live
        script, first = self._first_timestamps
        return script + live - first & _MASK

    def _live_echo(self, script: int) -> int:
        live = self._timestamps.get(script)
        if live is not None:
            return live
        if self._first_timestamps is None:
            return script
        first_script, first_live = self._first_timestamps
        return script - first_script + first_live & _MASK

    # --- text ----------------------------------------------------------------------------------

    def remember_text(self, start: int, text: bytes) -> int | None:
        """Keep what the host sends from a live sequence number on.

        Returns:
            The first number whose byte is another than it was when it was first sent, or None.
        """
        if self._text_start is None:
            self._text_start = start
        offset = start - self._text_start & _MASK
        known = self._text[offset : offset + len(text)]
        if known != text[: len(known)]:
            differs = next(i for i, byte in enumerate(known) if byte != text[i])
            return start + differs & _MASK
        if offset <= len(self._text):
            self._text += text[len(known) :]
        return None


def shifted(option: Sack, offset: int) -> Sack:
    """SACK blocks with an offset added to each edge, modulo 2**32."""
    return Sack(
        tuple((left + offset & _MASK, right + offset & _MASK) for left, right in option.blocks)
    )
