"""How a NAT's settings are written: `port-restricted`, `tcp 8080 to 10.0.0.7 port 80`."""

from typing import Final, NamedTuple

from wirelab.sim.boxes.nat import PROTOCOLS
from wirelab.sim.boxes.nat_config import Dependence
from wirelab.sim.boxes.words import LARGEST_PORT, Words

GRAMMAR: Final = "tcp|udp|udplite PORT to ADDRESS [port PORT]"
DEPENDENCES: Final = {
    **{one.value: one for one in Dependence},
    "symmetric": Dependence.ADDRESS_AND_PORT_DEPENDENT,
    "port-restricted": Dependence.ADDRESS_AND_PORT_DEPENDENT,
}
"""By the terms of RFC 4787, and by the older ones of RFC 3489 section 5."""

IPV4_BITS: Final = 32


class ForwardedPort(NamedTuple):
    """The arguments of `Nat.forward`."""

    protocol: str
    port: int
    inner: bytes
    inner_port: int


def read_dependence(text: str) -> Dependence:
    """What a mapping or a filtering depends on.

    Raises:
        ValueError: it is none.

    >>> read_dependence("port-restricted")
    <Dependence.ADDRESS_AND_PORT_DEPENDENT: 'address-and-port-dependent'>
    """
    if text not in DEPENDENCES:
        raise ValueError(f"{text!r}: use one of {', '.join(DEPENDENCES)} (RFC 4787 section 4.1)")
    return DEPENDENCES[text]


def read_forwarded_port(text: str) -> ForwardedPort:
    """Read which outer port leads where.

    Raises:
        ValueError: it says none; the message says which word is wrong.

    >>> read_forwarded_port("tcp 8080 to 10.0.0.7 port 80").inner_port
    80
    """
    words = Words(text, "forwarded port", GRAMMAR)
    protocol = words.take("the protocol")
    if protocol not in PROTOCOLS:
        raise words.wrong(f"{protocol!r} is none of {', '.join(PROTOCOLS)}")
    port = words.number("port", LARGEST_PORT)
    if not words.found("to"):
        raise words.wrong("'to' is missing")
    inner = words.prefix()
    if inner.prefix_length != IPV4_BITS or len(inner.address) != 4:
        raise words.wrong("only one IPv4 address can be forwarded to")
    inner_port = words.number("port", LARGEST_PORT) if words.found("port") else port
    words.end()
    if not port or not inner_port:
        raise words.wrong("port 0 belongs to nobody")
    return ForwardedPort(protocol, port, inner.address, inner_port)
