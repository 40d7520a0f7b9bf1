r"""MAC, IPv4 and IPv6 addresses: bytes inside, text at the edges.

Every header field that holds an address is `bytes`. These functions turn text into bytes and back.

>>> ipv4_bytes("10.0.0.1")
b'\n\x00\x00\x01'
>>> mac_text(BROADCAST_MAC)
'ff:ff:ff:ff:ff:ff'
>>> ipv6_text(ipv6_bytes("2001:DB8::0:1"))
'2001:db8::1'
"""

from __future__ import annotations

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from typing import Protocol, TypeAlias

    class PackedAddress(Protocol):
        """What the classes of `ipaddress` have, so that this module need not import it."""

        @property
        def packed(self) -> bytes:
            """The address in network byte order."""

    AddressLike: TypeAlias = bytes | str | PackedAddress
    """What address arguments take: wire bytes, text, or an `ipaddress` object."""
else:  # names that others import
    AddressLike = PackedAddress = object

BROADCAST_MAC = b"\xff" * 6  # RFC 894, "Address Mappings"
ANY_IPV6 = bytes(16)  # "unspecified", RFC 4291 section 2.5.2
ANY_IPV4 = b"\0" * 4  # "this host on this network", RFC 1122 section 3.2.1.3 (a)
BROADCAST_IPV4 = b"\xff" * 4  # limited broadcast, RFC 1122 section 3.2.1.3 (c)

MAC_FORM = "six bytes, like 02:00:00:00:00:01"
IPV4_FORM = "four numbers from 0 to 255, like 10.0.0.1"
IPV6_FORM = "eight groups of hexadecimal digits, like 2001:db8::1"
_IPV4_MAPPED = bytes(10) + b"\xff\xff"  # RFC 4291 section 2.5.5.2
_HEX = [f"{byte:02x}" for byte in range(256)]


class AddressError(ValueError):
    """The text or value is no address.

    Attributes:
        expected: what one looks like; the message says that, too.
    """

    def __init__(self, message: str, expected: str) -> None:
        super().__init__(message, expected)
        self.expected = expected

    def __str__(self) -> str:
        return str(self.args[0])


def mac_text(address: bytes) -> str:
    """`02:00:00:00:00:01` for 6 bytes (any length works: hardware addresses vary in ARP)."""
    return ":".join([_HEX[byte] for byte in address])


def ipv4_text(address: bytes) -> str:
    """`10.0.0.1` for 4 bytes (any other length is written in hexadecimal)."""
    if len(address) != 4:
        return bytes(address).hex(":")
    return "%d.%d.%d.%d" % (address[0], address[1], address[2], address[3])  # noqa: UP031 (faster)


def ipv6_text(address: bytes) -> str:
    """`2001:db8::1` for 16 bytes, as RFC 5952 section 4 recommends (any other length: hexadecimal).

    The longest run of two or more zero groups becomes `::`, the first of several; IPv4-mapped
    addresses end in four decimal numbers (section 5).
    """
    if len(address) != 16:
        return bytes(address).hex(":")
    if address[:12] == _IPV4_MAPPED:
        return "::ffff:" + ipv4_text(address[12:])
    digits = bytes(address).hex()
    groups = [digits[at : at + 4].lstrip("0") or "0" for at in range(0, 32, 4)]
    start = length = 0
    for index in range(8):
        end = index
        while end < 8 and groups[end] == "0":
            end += 1
        if end - index > max(length, 1):
            start, length = index, end - index
    if not length:
        return ":".join(groups)
    return f"{':'.join(groups[:start])}::{':'.join(groups[start + length :])}"


def ip_text(address: bytes) -> str:
    """`ipv4_text` or `ipv6_text`, by the number of bytes."""
    return ipv6_text(address) if len(address) == 16 else ipv4_text(address)


def mac_bytes(text: str) -> bytes:
    """Read `02:00:00:00:00:01`, `02-00-00-00-00-01`, `0200.0000.0001` or `020000000001`.

    Raises:
        AddressError: anything else.
    """
    digits = text.replace(":", "").replace("-", "").replace(".", "")
    groups = text.replace("-", ":").split(":")
    even = len(groups) == 1 or (len(groups) == 6 and all(len(group) == 2 for group in groups))
    try:
        address = bytes.fromhex(digits) if even else b""
    except ValueError:
        address = b""
    if len(address) != 6 or not digits.isalnum():
        raise AddressError(f"{text!r} is no MAC address; write {MAC_FORM}", MAC_FORM)
    return address


def ipv4_bytes(text: str) -> bytes:
    """Read four decimal numbers with dots.

    Raises:
        AddressError: anything else, also leading zeros, which some systems read as octal.
    """
    parts = text.split(".")
    try:
        if len(parts) == 4 and all(part.isascii() and part == str(int(part)) for part in parts):
            return bytes(map(int, parts))
    except ValueError:
        pass
    raise AddressError(f"{text!r} is no IPv4 address; write {IPV4_FORM}", IPV4_FORM)


def ipv6_bytes(text: str) -> bytes:
    """Read eight groups of up to four hexadecimal digits, some of them left out as `::`.

    The last 32 bits may be written as an IPv4 address (RFC 4291 section 2.2).

    Raises:
        AddressError: anything else, also with a zone (`%eth0`), which is no part of the address.
    """
    head, gap, tail = text.partition("::")
    try:
        left, right = _groups(head, not gap), _groups(tail, True)
        missing = 16 - len(left) - len(right)
        if missing >= 2 if gap else missing == 0:
            return left + bytes(missing) + right
    except ValueError:
        pass
    raise AddressError(f"{text!r} is no IPv6 address; write {IPV6_FORM}", IPV6_FORM)


def ip_bytes(text: str) -> bytes:
    """Read an IPv6 address where there is a colon, else an IPv4 address.

    Raises:
        AddressError: it is neither.
    """
    return ipv6_bytes(text) if ":" in text else ipv4_bytes(text)


def _groups(text: str, last: bool) -> bytes:
    """The bytes of groups with colons; the `last` one may be an IPv4 address."""
    found = b""
    groups = text.split(":") if text else []
    for index, group in enumerate(groups):
        if last and index == len(groups) - 1 and "." in group:
            found += ipv4_bytes(group)
        elif 1 <= len(group) <= 4 and group.isascii() and group.isalnum():
            found += int(group, 16).to_bytes(2, "big")
        else:
            raise ValueError
    return found


def mac_address(value: AddressLike) -> bytes:
    """The bytes of a MAC address given as bytes, text, or an object with `.packed`.

    Raises:
        AddressError: not 6 bytes, or text that is no MAC address.
    """
    address = mac_bytes(value) if isinstance(value, str) else _packed(value)
    if len(address) != 6:
        message = f"a MAC address has 6 bytes, not {len(address)}: {address!r}"
        raise AddressError(message, "6 bytes")
    return address


def ipv4_address(value: AddressLike) -> bytes:
    """The bytes of an IPv4 address given as bytes, text, or an `ipaddress.IPv4Address`.

    Raises:
        AddressError: not 4 bytes, or text that is no IPv4 address.
    """
    address = ipv4_bytes(value) if isinstance(value, str) else _packed(value)
    if len(address) != 4:
        message = f"an IPv4 address has 4 bytes, not {len(address)}: {address!r}"
        raise AddressError(message, "4 bytes")
    return address


def ipv6_address(value: AddressLike) -> bytes:
    """The bytes of an IPv6 address given as bytes, text, or an `ipaddress.IPv6Address`.

    Raises:
        AddressError: not 16 bytes, or text that is no IPv6 address.
    """
    address = ipv6_bytes(value) if isinstance(value, str) else _packed(value)
    if len(address) != 16:
        message = f"an IPv6 address has 16 bytes, not {len(address)}: {address!r}"
        raise AddressError(message, "16 bytes")
    return address


def _packed(value: bytes | PackedAddress) -> bytes:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    packed = getattr(value, "packed", None)
    if not isinstance(packed, bytes):
        forms = "bytes, text or an ipaddress object"
        raise AddressError(f"{value!r} is no address; give {forms}", forms)
    return packed
