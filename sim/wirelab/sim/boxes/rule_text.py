"""How the rules of a filter are written.

    in tcp to port 22                         out any
    drop in udp from 198.51.100.0/24          tcp 80,443,8000-8080
    reject out tcp to 2001:db8::/32 port 25   in ping

Without an action a rule accepts. PORTS behind the protocol are those that are sent to. `in` is what
comes by the outer interface, `out` what comes by any other.
"""

from collections.abc import Mapping
from typing import Final, TypeVar

from wirelab.codecs.addresses import AddressError, ip_bytes
from wirelab.sim.boxes.filter_rules import Action, Direction, Ports, Rule
from wirelab.sim.boxes.reading import ICMPV4, ICMPV6, TCP, UDP, UDP_LITE, WITH_PORTS
from wirelab.sim.host.interface_address import LONGEST_PREFIX, InterfaceAddress

T = TypeVar("T")

GRAMMAR: Final = (
    "[accept|drop|reject] [in|out] [on INTERFACE] PROTOCOL [PORTS] "
    "[from PREFIX [port PORTS]] [to [PREFIX] [port PORTS]]"
)
ACTIONS: Final = {one.value: one for one in Action}
DIRECTIONS: Final = {one.value: one for one in Direction}
PROTOCOLS: Final = {"tcp": TCP, "udp": UDP, "udplite": UDP_LITE, "icmp": ICMPV4, "icmpv6": ICMPV6}
LARGEST_PORT: Final = 65_535  # RFC 768, RFC 9293 section 3.1
LARGEST_PROTOCOL: Final = 255  # RFC 791 section 3.1


def read_rule(text: str) -> Rule:
    """Read a rule.

    Raises:
        ValueError: it is none; the message says which word is wrong, and what a rule looks like.

    >>> read_rule("in tcp to port 22").action
    <Action.ACCEPT: 'accept'>
    """
    words = _Words(text)
    action = words.choice(ACTIONS) or Action.ACCEPT
    direction = words.choice(DIRECTIONS)
    interface = words.take("the name of an interface") if words.found("on") else None
    protocol, only_ping = words.protocol()
    ports = words.ports() if words.next[:1].isdigit() else None
    source = source_ports = destination = None
    if words.found("from"):
        source = words.prefix()
        source_ports = words.ports() if words.found("port") else None
    if words.found("to"):
        destination = words.prefix() if words.next != "port" else None
        ports = words.ports() if words.found("port") else ports
    if words.next:
        raise words.wrong(f"{words.next!r} is not expected there")
    if (ports or source_ports) and protocol not in WITH_PORTS:
        raise words.wrong("only tcp, udp and udplite have ports")
    return Rule(
        action,
        text,
        direction,
        interface,
        protocol,
        only_ping,
        source,
        destination,
        source_ports,
        ports,
    )


class _Words:
    """The words of a rule that are still to be read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._left = text.split()[::-1]

    @property
    def next(self) -> str:
        """The next word; empty at the end."""
        return self._left[-1] if self._left else ""

    def wrong(self, what: str) -> ValueError:
        return ValueError(f"rule {self._text!r}: {what}; write {GRAMMAR}")

    def take(self, what: str) -> str:
        if not self._left:
            raise self.wrong(f"{what} is missing at its end")
        return self._left.pop()

    def found(self, word: str) -> bool:
        """Whether the next word is this one; then it is taken."""
        if self.next != word:
            return False
        self._left.pop()
        return True

    def choice(self, choices: Mapping[str, T]) -> T | None:
        """What the next word means, if it is one of these; then it is taken."""
        return choices[self._left.pop()] if self.next in choices else None

    def protocol(self) -> tuple[int | None, bool]:
        """The number, None for any; and whether only pings are meant."""
        word = self.take("the protocol")
        if word == "any":
            return None, False
        if word == "ping":
            return None, True
        if word in PROTOCOLS:
            return PROTOCOLS[word], False
        number = _number(word, LARGEST_PROTOCOL)
        if number is None:
            names = ", ".join(["any", "ping", *PROTOCOLS])
            raise self.wrong(f"{word!r} is no protocol: use {names}, or a number up to 255")
        return number, False

    def prefix(self) -> InterfaceAddress:
        word = self.take("an address or a prefix")
        text, slash, length = word.partition("/")
        try:
            address = ip_bytes(text)
        except AddressError as error:
            raise self.wrong(str(error)) from None
        longest = LONGEST_PREFIX[len(address)]
        bits = _number(length, longest) if slash else longest
        if bits is None:
            raise self.wrong(f"{length!r} is no prefix length from 0 to {longest}")
        return InterfaceAddress(address, bits)

    def ports(self) -> Ports:
        """`80`, `80,443`, `8000-8080`."""
        word = self.take("a port")
        ranges = []
        for part in word.split(","):
            first, dash, last = part.partition("-")
            low = _number(first, LARGEST_PORT)
            high = _number(last, LARGEST_PORT) if dash else low
            if low is None or high is None or low > high:
                raise self.wrong(f"{part!r} is no port from 0 to {LARGEST_PORT}, nor a range")
            ranges.append(range(low, high + 1))
        return tuple(ranges)


def _number(word: str, largest: int) -> int | None:
    if not (word.isascii() and word.isdigit()) or len(word) > 5:
        return None
    return int(word) if int(word) <= largest else None
