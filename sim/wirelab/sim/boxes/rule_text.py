"""How the rules of a filter are written.

    in tcp to port 22                         out any
    drop in udp from 198.51.100.0/24          tcp 80,443,8000-8080
    reject out tcp to 2001:db8::/32 port 25   in ping

Without an action a rule accepts. PORTS behind the protocol are those that are sent to. `in` is what
comes by the outer interface, `out` what comes by any other.
"""

from typing import Final

from wirelab.sim.boxes.filter_rules import Action, Direction, Rule
from wirelab.sim.boxes.reading import ICMPV4, ICMPV6, TCP, UDP, UDP_LITE, WITH_PORTS
from wirelab.sim.boxes.words import Words, read_number

GRAMMAR: Final = (
    "[accept|drop|reject] [in|out] [on INTERFACE] PROTOCOL [PORTS] "
    "[from PREFIX [port PORTS]] [to [PREFIX] [port PORTS]]"
)
ACTIONS: Final = {one.value: one for one in Action}
DIRECTIONS: Final = {one.value: one for one in Direction}
PROTOCOLS: Final = {"tcp": TCP, "udp": UDP, "udplite": UDP_LITE, "icmp": ICMPV4, "icmpv6": ICMPV6}
LARGEST_PROTOCOL: Final = 255  # RFC 791 section 3.1


def read_rule(text: str) -> Rule:
    """Read a rule.

    Raises:
        ValueError: it is none; the message says which word is wrong, and what a rule looks like.

    >>> read_rule("in tcp to port 22").action
    <Action.ACCEPT: 'accept'>
    """
    words = Words(text, "rule", GRAMMAR)
    action = words.choice(ACTIONS) or Action.ACCEPT
    direction = words.choice(DIRECTIONS)
    interface = words.take("the name of an interface") if words.found("on") else None
    protocol, only_ping = _protocol(words)
    ports = words.ports() if words.next[:1].isdigit() else None
    source = source_ports = destination = None
    if words.found("from"):
        source = words.prefix()
        source_ports = words.ports() if words.found("port") else None
    if words.found("to"):
        destination = words.prefix() if words.next != "port" else None
        ports = words.ports() if words.found("port") else ports
    words.end()
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


def _protocol(words: Words) -> tuple[int | None, bool]:
    """The number, None for any; and whether only pings are meant."""
    word = words.take("the protocol")
    if word in ("any", "ping"):
        return None, word == "ping"
    number = PROTOCOLS.get(word)
    if number is None:
        number = read_number(word, LARGEST_PROTOCOL)
    if number is None:
        names = ", ".join(["any", "ping", *PROTOCOLS])
        raise words.wrong(f"{word!r} is no protocol: use {names}, or a number up to 255")
    return number, False
