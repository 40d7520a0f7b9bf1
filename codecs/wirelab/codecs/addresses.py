r"""MAC and IPv4 addresses: bytes inside, text at the edges.

Every header field that holds an address is `bytes`. These functions turn text into bytes and back.

>>> ipv4_bytes("10.0.0.1")
b'\n\x00\x00\x01'
>>> mac_text(BROADCAST_MAC)
'ff:ff:ff:ff:ff:ff'
"""

from typing import Protocol, TypeAlias

BROADCAST_MAC = b"\xff" * 6  # RFC 894, "Address Mappings"
ANY_IPV4 = b"\0" * 4  # "this host on this network", RFC 1122 section 3.2.1.3 (a)
BROADCAST_IPV4 = b"\xff" * 4  # limited broadcast, RFC 1122 section 3.2.1.3 (c)

MAC_FORM = "six bytes, like 02:00:00:00:00:01"
IPV4_FORM = "four numbers from 0 to 255, like 10.0.0.1"
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


class PackedAddress(Protocol):
    """What `ipaddress.IPv4Address` has, so that this module need not import `ipaddress`."""

    @property
    def packed(self) -> bytes:
        """The address in network byte order."""


AddressLike: TypeAlias = bytes | str | PackedAddress
"""What address arguments take: wire bytes, text, or an `ipaddress` object."""


def mac_text(address: bytes) -> str:
    """`02:00:00:00:00:01` for 6 bytes (any length works: hardware addresses vary in ARP)."""
    return ":".join([_HEX[byte] for byte in address])


def ipv4_text(address: bytes) -> str:
    """`10.0.0.1` for 4 bytes (any other length is written in hexadecimal)."""
    if len(address) != 4:
        return bytes(address).hex(":")
    return "%d.%d.%d.%d" % (address[0], address[1], address[2], address[3])  # noqa: UP031 (faster)


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


def _packed(value: bytes | PackedAddress) -> bytes:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    packed = getattr(value, "packed", None)
    if not isinstance(packed, bytes):
        forms = "bytes, text or an ipaddress object"
        raise AddressError(f"{value!r} is no address; give {forms}", forms)
    return packed
