"""What may be said of a machine in `options`, and what of that is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Final

from wirelab.sim.boxes.nat_config import Dependence
from wirelab.sim.host.config import HostConfig
from wirelab.sim.host.icmp.config import IcmpConfig
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.topology.model import Kind, Member

Types = type | tuple[type, ...]
LISTS: Final = (list, tuple)

SERVICES: Final = ("dhcp", "dns", "echo", "discard", "daytime", "chargen", "time")

_HOST: Final[Mapping[str, Types]] = {
    **{
        one.name: type(one.default)
        for one in fields(HostConfig)
        if type(one.default) in (bool, int)
    },
    "mac": str,
    "gateway": str,
    "allow_conflict": bool,
    "tcp": TcpConfig,
    "icmp": IcmpConfig,
    "services": LISTS,
}
_ROUTER: Final[Mapping[str, Types]] = {
    **{name: kind for name, kind in _HOST.items() if name != "forwarding"},
    "advertise": bool,
}
OPTIONS: Final[Mapping[Kind, Mapping[str, Types]]] = {
    Kind.HOST: _HOST,
    Kind.ROUTER: _ROUTER,
    Kind.NAT: {
        **_ROUTER,
        "mapping": (str, Dependence),
        "filtering": (str, Dependence),
        "forward": LISTS,
        "preserve_ports": bool,
    },
    Kind.FILTER: {**_ROUTER, "allow": LISTS},
}
"""By kind and name: the type. MTUs are the networks', routes follow from them."""

_WORDS: Final[Mapping[Types, str]] = {
    bool: "true or false",
    int: "a whole number",
    str: "a text",
    LISTS: "a list of texts",
    TcpConfig: "a TcpConfig, from Python",
    IcmpConfig: "an IcmpConfig, from Python",
}


def option_problems(member: Member) -> Iterator[str]:
    """Everything that is wrong with the options of a machine, as far as it can be told alone."""
    known = OPTIONS[member.kind]
    label = f"{member.kind.word} {member.name}"
    for name, value in member.options.items():
        kind = known.get(name)
        if kind is None:
            yield f"{label}: unknown option {name!r}; there are {', '.join(sorted(known))}"
        elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            yield f"{label}: option {name} is {value!r}; give {_WORDS.get(kind, _WORDS[str])}"
    for service in dict.fromkeys(member.services):
        if service not in SERVICES:
            yield f"{label}: unknown service {service!r}; there are {', '.join(SERVICES)}"
        elif member.services.count(service) > 1:
            yield f"{label}: service {service} twice; once is enough"
