"""Bytes in options that people write and read as something else: names, prefixes, addresses.

The bytes themselves stay what an option keeps, because there are several ways to send the same:
compressed names, padding, prefixes of more bytes than needed. Which way a field is shown stands in
`Field.shown`:

    names              domain names, then zeros up to a multiple of 8 bytes (RFC 8106 section 5.2)
    compressed names   domain names that may point at each other (RFC 3397 section 2)
    ipv4 prefix        the first bytes of an address
    ipv6 prefix        the same
    address            an address of any kind, by its length
"""

from __future__ import annotations

from wirelab.codecs.addresses import (
    AddressError,
    ipv4_address,
    ipv4_text,
    ipv6_address,
    ipv6_text,
    mac_address,
    mac_text,
)
from wirelab.codecs.errors import DecodeError, EncodeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from wirelab.codecs.addresses import AddressLike

NAMES_UNIT = 8
"""Bytes: options of Neighbor Discovery are multiples of them (RFC 4861 section 4.6)."""


def names_argument(value: Iterable[str] | bytes, compress: bool) -> bytes:
    """Domain names as an option keeps them; bytes are taken as they are.

    Raises:
        EncodeError: a name that is none.
    """
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    from wirelab.codecs.domain_names import encode_names

    if not hasattr(value, "__iter__"):
        raise EncodeError("DNS", "names", value, "bytes, or names like ['example.com']")
    names = encode_names([value] if isinstance(value, str) else list(value), compress=compress)
    return names if compress else names + bytes(-len(names) % NAMES_UNIT)


def names_in(data: bytes) -> tuple[str, ...]:
    """The names in such bytes, without the padding.

    Raises:
        DecodeError: the bytes are no list of names.
    """
    from wirelab.codecs.domain_names import decode_names

    return tuple([name for name in decode_names(data) if name != "."])


def prefix_argument(owner: type, name: str, value: AddressLike, whole: int, size: int) -> bytes:
    """The first bytes of an address.

    Args:
        owner: class of the option, for the message.
        name: of the field.
        value: the prefix as an address in any spelling; bytes may be the first ones alone.
        whole: bytes of an address.
        size: bytes to keep; -1: all.

    Raises:
        EncodeError: no such address.
    """
    if isinstance(value, bytes) and len(value) != whole:
        return value
    try:
        address = ipv4_address(value) if whole == 4 else ipv6_address(value)
    except AddressError as error:
        raise EncodeError(owner.__name__, name, value, error.expected) from None
    return address[:size] if size >= 0 else address


def any_address_argument(owner: type, name: str, value: AddressLike) -> bytes:
    """An address of any kind; bytes are taken as they are.

    Raises:
        EncodeError: no address.
    """
    if isinstance(value, bytes):
        return value
    for convert in (ipv4_address, ipv6_address, mac_address):
        try:
            return convert(value)
        except AddressError:
            continue
    raise EncodeError(owner.__name__, name, value, "an IPv4, IPv6 or MAC address")


def shown(kind: str, data: bytes) -> str:
    """Such bytes as the constructor takes them, or the bytes if they are nothing of the kind."""
    if kind.endswith("names"):
        try:
            return repr(list(names_in(data)))
        except DecodeError:
            return repr(data)
    if kind == "address":
        text = {4: ipv4_text, 6: mac_text, 16: ipv6_text}.get(len(data))
        return repr(data if text is None else text(data))
    whole = 4 if kind.startswith("ipv4") else 16
    if len(data) > whole:
        return repr(data)
    filled = data.ljust(whole, b"\0")
    return repr(ipv4_text(filled) if whole == 4 else ipv6_text(filled))
