r"""Zones as text: the master files of RFC 1035 section 5.

    $ORIGIN lab.example.
    $TTL 1h
    @       SOA   ns hostmaster (1 2h 1h 14d 5m)
            NS    ns
    ns      A     10.0.0.1
    www     CNAME ns
    *.dyn   TXT   "any name" ; a comment
    1.0.0.10.in-addr.arpa. PTR ns

Names without a dot at the end are below the origin; an empty owner is the one before. Times are
seconds, or 2h, 1w3d (as other servers take them). `TYPE65280 \# 3 010203` is any type at all
(RFC 3597 section 5).
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from wirelab.codecs.addresses import AddressError, ipv4_bytes, ipv6_bytes
from wirelab.codecs.dns_sections import DNSResource
from wirelab.codecs.protocols.dns import (
    DNSA,
    DNSAAAA,
    DNSCAA,
    DNSCNAME,
    DNSMX,
    DNSNS,
    DNSPTR,
    DNSSOA,
    DNSSRV,
    DNSTXT,
)
from wirelab.sim.services.dns.names import TYPES
from wirelab.sim.services.dns.records import Record, type_of
from wirelab.sim.services.dns.zone import Zone

DEFAULT_TTL: Final = 3600
"""s, where neither the record nor $TTL says; ours."""

_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([()])|;[^\n]*|((?:[^\s;()"\\]|\\.)+)')
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_TIME: Final = re.compile(r"(?:\d+[smhdw]?)+", re.IGNORECASE)
_PART: Final = re.compile(r"(\d+)([smhdw]?)", re.IGNORECASE)


class Token(NamedTuple):
    """A word of a master file; `quoted` ones are never names, types or times."""

    text: str
    quoted: bool = False


class Entry(NamedTuple):
    """What stands between two ends of line outside of parentheses.

    Attributes:
        line: its first line, from 1.
        indented: it begins with a blank: the owner is the one before.
        tokens: its words.
    """

    line: int
    indented: bool
    tokens: list[Token]


class ZoneTextError(ValueError):
    """The text cannot be read; says where and why."""


def parse_zone(text: str, origin: str | None = None) -> Zone:
    """A zone out of a master file.

    Args:
        text: see the module.
        origin: name of the zone; None: the first $ORIGIN, or the owner of the SOA record.

    Raises:
        ZoneTextError: with the number of the line.
    """
    reader = _Reader(origin)
    for entry in _entries(text):
        try:
            reader.take(entry)
        except (ValueError, IndexError) as error:
            reason = str(error) if not isinstance(error, IndexError) else "a value is missing"
            raise ZoneTextError(f"line {entry.line}: {reason}") from None
    name = origin or reader.zone_name
    if name is None:
        raise ZoneTextError("no SOA record and no $ORIGIN: give the zone's name as `origin`")
    try:
        return Zone(name, reader.records)
    except ValueError as error:
        raise ZoneTextError(str(error)) from None


def seconds(text: str) -> int:
    """A time: seconds, or with units.

    >>> seconds("90"), seconds("1h30m")
    (90, 5400)
    """
    if not _TIME.fullmatch(text):
        raise ValueError(f"time is {text!r}; give seconds, or units as in 1h30m")
    return sum(int(number) * _UNITS[unit.lower() or "s"] for number, unit in _PART.findall(text))


def _entries(text: str) -> Iterator[Entry]:
    """The entries, parentheses and comments resolved."""
    tokens: list[Token] = []
    depth, first, indented = 0, 1, False
    for number, line in enumerate(text.splitlines(), 1):
        if not depth:
            first, indented = number, line[:1].isspace()
        for token in _tokens(line, number):
            if token in _BRACKETS:
                depth += _BRACKETS[token]
            else:
                tokens.append(token)
            if depth < 0:
                raise ZoneTextError(f"line {number}: ')' without '('")
        if not depth and tokens:
            yield Entry(first, indented, tokens)
            tokens = []
    if depth:
        raise ZoneTextError(f"line {first}: '(' is never closed")


_BRACKETS: Final = {Token("("): 1, Token(")"): -1}


def _tokens(line: str, number: int) -> Iterator[Token]:
    """The words and brackets of a line."""
    position = 0
    for found in (*_TOKEN.finditer(line), None):
        start = len(line) if found is None else found.start()
        if line[position:start].strip():
            raise ZoneTextError(f"line {number}: cannot read {line[position:]!r}")
        if found is None:
            return
        position = found.end()
        quoted, bracket, word = found.groups()
        if quoted is not None:
            yield Token(quoted, True)
        elif bracket or word:
            yield Token(bracket or word)


class _Reader:
    """The state that goes from entry to entry."""

    def __init__(self, origin: str | None) -> None:
        self.records: list[Record] = []
        self.zone_name: str | None = None
        self._origin = origin.removesuffix(".") if origin else None
        self._ttl = DEFAULT_TTL
        self._owner: str | None = None

    def take(self, entry: Entry) -> None:
        """One directive or record."""
        words = [token.text for token in entry.tokens]
        if words[0].upper() == "$ORIGIN":
            self._origin = self._name(words[1])
            self.zone_name = self.zone_name or self._origin
        elif words[0].upper() == "$TTL":
            self._ttl = seconds(words[1])
        elif words[0].startswith("$"):
            raise ValueError(f"{words[0]} is not known; there are $ORIGIN and $TTL")
        else:
            self._record(entry)

    def _record(self, entry: Entry) -> None:
        tokens = list(entry.tokens)
        if not entry.indented:
            self._owner = self._name(tokens.pop(0).text)
        if self._owner is None:
            raise ValueError("the first record has no owner")
        ttl = self._ttl
        while not tokens[0].quoted:
            word = tokens[0].text.upper()
            if word == "IN":
                tokens.pop(0)
            elif word[0].isdigit() and _TIME.fullmatch(word):
                ttl = seconds(tokens.pop(0).text)
            else:
                break
        kind = tokens.pop(0).text.upper()
        record = self._make(kind, self._owner, tokens)
        if not isinstance(record, DNSResource) and kind != "OPT":
            setattr(record, "ttl", ttl)  # noqa: B010  (the base class does not have it)
        elif isinstance(record, DNSResource):
            record.ttl = ttl
        if type_of(record) == TYPES["SOA"]:
            self.zone_name = self._owner
        self.records.append(record)

    def _make(self, kind: str, owner: str, values: list[Token]) -> Record:
        texts = [token.text for token in values]
        if kind.startswith("TYPE") and kind[4:].isdecimal():
            return _unknown(int(kind[4:]), owner, texts)
        make = _MAKERS.get(kind)
        if make is None:
            raise ValueError(f"type {kind!r} is not known; there are {', '.join(_MAKERS)}")
        try:
            return make(owner, texts, self._name)
        except AddressError as error:
            raise ValueError(str(error)) from None

    def _name(self, text: str) -> str:
        """An absolute name, without its dot at the end."""
        if text == "@":
            if self._origin is None:
                raise ValueError("@ stands for the origin, and there is none yet: $ORIGIN")
            return self._origin or "."
        if text.endswith(".") and not text.endswith("\\."):
            return text[:-1] or "."
        if self._origin is None:
            raise ValueError(f"{text} is relative, and there is no $ORIGIN")
        return f"{text}.{self._origin}" if self._origin not in ("", ".") else text


def _unknown(kind: int, owner: str, texts: list[str]) -> DNSResource:
    r"""RFC 3597 section 5: `\# length hex`."""
    if texts[0] != "\\#":
        raise ValueError(rf"TYPE{kind}: give \# , the length and the bytes in hex (RFC 3597)")
    content = bytes.fromhex("".join(texts[2:]))
    if len(content) != int(texts[1]):
        raise ValueError(f"TYPE{kind}: says {texts[1]} bytes, has {len(content)}")
    return DNSResource(owner, kind, content)


_Naming = Callable[[str], str]
_Maker = Callable[[str, list[str], _Naming], Record]


def _string(text: str) -> bytes:
    """A character string, its escapes resolved (RFC 1035 section 5.1)."""

    def plain(found: re.Match[str]) -> str:
        escaped = found[1]
        return chr(int(escaped)) if escaped.isdecimal() else escaped

    return re.sub(r"\\(\d{3}|.)", plain, text).encode("latin-1")


def _soa(owner: str, texts: list[str], name: _Naming) -> Record:
    times = [seconds(text) for text in texts[3:7]]
    if len(times) != 4:
        raise ValueError("SOA: give server, mailbox, serial, refresh, retry, expire and minimum")
    return DNSSOA(owner, name(texts[0]), name(texts[1]), int(texts[2]), *times)


_MAKERS: Final[dict[str, _Maker]] = {
    "A": lambda owner, texts, name: DNSA(owner, ipv4_bytes(texts[0])),
    "AAAA": lambda owner, texts, name: DNSAAAA(owner, ipv6_bytes(texts[0])),
    "NS": lambda owner, texts, name: DNSNS(owner, name(texts[0])),
    "CNAME": lambda owner, texts, name: DNSCNAME(owner, name(texts[0])),
    "PTR": lambda owner, texts, name: DNSPTR(owner, name(texts[0])),
    "MX": lambda owner, texts, name: DNSMX(owner, int(texts[0]), name(texts[1])),
    "TXT": lambda owner, texts, name: DNSTXT(owner, [_string(text) for text in texts]),
    "SRV": lambda owner, texts, name: DNSSRV(
        owner, int(texts[0]), int(texts[1]), int(texts[2]), name(texts[3])
    ),
    "CAA": lambda owner, texts, name: DNSCAA(
        owner, int(texts[0]), _string(texts[1]), _string(texts[2])
    ),
    "SOA": _soa,
}
