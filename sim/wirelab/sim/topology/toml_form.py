"""A topology as TOML: the same names, the same defaults, nothing that Python cannot say.

    name = "office"

    [networks]
    lan = "10.0.1.0/24"
    servers = { prefix = ["10.0.2.0/24", "2001:db8:2::/64"], latency = "2ms" }

    [hosts]
    alice = "lan"
    bob = { lan = "10.0.1.20" }

    [routers]
    r1 = ["lan", "servers"]

    [nats]
    home = { outside = "isp", inside = { lan = "192.168.1.1" } }

A machine is a network's name, a list of them, or a table from network to address; further settings
stand in its table `options`.
"""

import json
import tomllib
from collections.abc import Iterator
from typing import Any, Final

from wirelab.sim.topology.declaration import Topology
from wirelab.sim.topology.model import Attachment, Kind, Member, Segment, TopologyError

SIDES: Final = ("outside", "inside")
LINK_KEYS: Final = {"latency": str, "rate": str, "loss": float, "mtu": int}
TABLES: Final = {kind.value: kind for kind in Kind}

_WORDS: Final = {str: "a text", float: "a number", int: "a whole number"}


class _EntryError(Exception):
    """One line about one entry."""


def loads(text: str, origin: str) -> Topology:
    """Read it; see `Topology.loads`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TopologyError(origin, [f"is no TOML: {error}"]) from None
    problems: list[str] = []
    known = {"name", "partitioned", "networks", *TABLES}
    for key in table.keys() - known:
        problems.append(f"unknown entry {key!r}; use {', '.join(sorted(known))}")
    topology = Topology(
        _typed(table, "name", str, origin, problems),
        partitioned=_typed(table, "partitioned", bool, False, problems),
    )
    for section in ("networks", *TABLES):
        entries = table.get(section, {})
        if not isinstance(entries, dict):
            problems.append(f"[{section}] is no table of names")
            continue
        for name, value in entries.items():
            try:
                if section == "networks":
                    _network(topology, name, value)
                else:
                    _member(topology, TABLES[section], name, value)
            except _EntryError as problem:
                problems.append(f"[{section}] {name}: {problem}")
            except TopologyError as error:
                problems.extend(f"[{section}] {problem}" for problem in error.problems)
    if problems:
        raise TopologyError(origin, sorted(problems))
    return topology


def _typed(table: dict[str, Any], key: str, kind: type, default: Any, problems: list[str]) -> Any:
    value = table.get(key, default)
    if isinstance(value, kind):
        return value
    problems.append(f"{key} is {value!r}; give {_WORDS.get(kind, 'true or false')}")
    return default


def _network(topology: Topology, name: str, value: object) -> None:
    table = value if isinstance(value, dict) else {"prefix": value}
    options: dict[str, Any] = {}
    for key, given in table.items():
        kind = LINK_KEYS.get(key)
        if kind is not None:
            if isinstance(given, bool) or not isinstance(
                given, (kind, int) if kind is float else kind
            ):
                raise _EntryError(f"{key} is {given!r}; give {_WORDS[kind]}")
            options[key] = given
        elif key != "prefix":
            raise _EntryError(f"unknown setting {key!r}; use prefix, {', '.join(LINK_KEYS)}")
    topology.network(name, *_texts(table.get("prefix", []), "prefix"), **options)


def _member(topology: Topology, kind: Kind, name: str, value: object) -> None:
    table = dict(value) if isinstance(value, dict) else value
    options = table.pop("options", {}) if isinstance(table, dict) else {}
    if not isinstance(options, dict):
        raise _EntryError("options is no table")
    if kind in (Kind.NAT, Kind.FILTER):
        if not isinstance(table, dict) or table.keys() != set(SIDES):
            raise _EntryError('say both sides: { outside = "...", inside = "..." }')
        places = [one for side in SIDES for one in _only(_places(table[side]), side)]
    else:
        places = list(_places(table))
    topology.add(kind, name, places, options)


def _only(places: Iterator[Attachment], side: str) -> list[Attachment]:
    found = list(places)
    if len(found) != 1:
        raise _EntryError(f"{side} is on {len(found)} networks; name one")
    return found


def _places(value: object) -> Iterator[Attachment]:
    if isinstance(value, dict):
        for network, addresses in value.items():
            yield Attachment(network, tuple(_texts(addresses, network)))
    else:
        for network in _texts(value, "networks"):
            yield Attachment(network)


def _texts(value: object, what: str) -> list[str]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise _EntryError(f"{what} is {value!r}; give a text or a list of texts")
    return found


# Writing.


def dumps(topology: Topology) -> str:
    """Write it; see `Topology.toml`."""
    lines = [f"name = {_value(topology.name)}"]
    if topology.partitioned:
        lines.append("partitioned = true")
    if topology.segments:
        lines += ["", "[networks]"]
        lines += [f"{_key(one.name)} = {_segment_value(one)}" for one in topology.segments.values()]
    for section, kind in TABLES.items():
        members = [one for one in topology.members.values() if one.kind is kind]
        if members:
            lines += ["", f"[{section}]"]
            lines += [f"{_key(one.name)} = {_member_value(topology, one)}" for one in members]
    return "\n".join(lines) + "\n"


def _segment_value(segment: Segment) -> str:
    plain = Segment(segment.name)
    settings = {
        key: getattr(segment, key)
        for key in LINK_KEYS
        if getattr(segment, key) != getattr(plain, key)
    }
    prefixes = [str(prefix) for prefix in segment.prefixes]
    prefix = prefixes[0] if len(prefixes) == 1 else prefixes
    return _value({"prefix": prefix, **settings} if settings else prefix)


def _member_value(topology: Topology, member: Member) -> str:
    places = [_place(one) for one in member.attachments]
    table: dict[str, object]
    if member.kind in (Kind.NAT, Kind.FILTER):
        table = dict(zip(SIDES, places, strict=True))
    elif member.options or any(isinstance(one, dict) for one in places):
        table = {one.network: _addresses(one) for one in member.attachments}
    else:
        names = [one.network for one in member.attachments]
        return _value(names[0] if len(names) == 1 else names)
    if member.options:
        table["options"] = member.options
    try:
        return _value(table)
    except TypeError as error:
        raise TopologyError(
            topology.name, [f"{member.kind.word} {member.name}: {error}; declare it in Python"]
        ) from None


def _place(attachment: Attachment) -> object:
    if not attachment.texts:
        return attachment.network
    return {attachment.network: _addresses(attachment)}


def _addresses(attachment: Attachment) -> object:
    return attachment.texts[0] if len(attachment.texts) == 1 else list(attachment.texts)


def _value(value: object) -> str:
    """A TOML value; its strings are written as JSON's, which are a part of TOML's."""
    if isinstance(value, bool | int | float | str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
    raise TypeError(f"TOML cannot hold {value!r}")


def _key(text: str) -> str:
    bare = text and all(one.isascii() and (one.isalnum() or one in "-_") for one in text)
    return text if bare else json.dumps(text, ensure_ascii=False)
