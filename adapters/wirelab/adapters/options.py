"""Arguments that the traffic verbs share, and how their texts become values.

Flags mean the same in every verb: `-i` interface, `-c` count, `-W` time limit in seconds,
`-w` write pcapng, `-p` port.
"""

import argparse
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from wirelab.adapters.exits import CommandError, Exit
from wirelab.codecs.addresses import ANY_IPV4, AddressError, ip_bytes, mac_bytes

LINKS = ("tap", "afpacket", "pcap")


def add_place(parser: argparse.ArgumentParser) -> None:
    """Where the verb runs: simulated (the default), or on a real link, and as whom."""
    place = parser.add_argument_group(
        "where", "without -i or --link: a simulated network, you are alice, bob answers"
    )
    place.add_argument("--sim", action="store_true", help="the simulated network (default)")
    place.add_argument("-i", "--interface", metavar="IF", help="a real interface")
    place.add_argument("--link", choices=LINKS, help="how to reach it (default: by the system)")
    place.add_argument(
        "--ip", metavar="ADDRESS[/N]", help="our address; a free one, not this machine's own"
    )
    place.add_argument(
        "--kernel-ip",
        metavar="ADDRESS",
        type=address,
        help="with --link tap: the address of the kernel's end (default for a new TAP: the first "
        "of our network)",
    )
    place.add_argument(
        "--mac",
        default="auto",
        metavar="auto|own|host|MAC",
        help="our MAC: a made-up own one, or the interface's (auto: own, but host on Wi-Fi)",
    )
    place.add_argument("--gateway", metavar="IP", type=address, help="next hop off the local net")
    place.add_argument(
        "--allow-global", action="store_true", help="send beyond the local net, by the gateway"
    )
    place.add_argument(
        "--guard",
        action="store_true",
        help="use this machine's own address and keep its kernel off the port in use",
    )
    place.add_argument("--no-preflight", action="store_true", help="try even what is known to fail")
    place.add_argument(
        "--strict-checksum",
        action="store_true",
        help="with --link pcap: refuse partial checksums of this machine's own kernel",
    )
    place.add_argument(
        "--seed", type=int, default=0, help="of the simulated network (default %(default)s)"
    )


def add_family(parser: argparse.ArgumentParser) -> None:
    """`-4` and `-6`: which of a name's addresses is meant."""
    family = parser.add_mutually_exclusive_group()
    for number, length in (("4", 4), ("6", 16)):
        family.add_argument(
            f"-{number}",
            dest="family",
            action="store_const",
            const=length,
            help=f"IPv{number} only" + (" (default, where a name has both)" * (length == 4)),
        )


def add_output(parser: argparse.ArgumentParser) -> None:
    """What the verb shows, and how."""
    output = parser.add_argument_group("output")
    output.add_argument("-w", "--write", metavar="FILE", help="write a pcapng; - is stdout")
    output.add_argument("-v", "--verbose", action="store_true", help="show the ladder at the end")
    output.add_argument("-q", "--quiet", action="store_true", help="only results and errors")
    output.add_argument("--json", action="store_true", help="results as JSON, one object a line")
    output.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    output.add_argument("--ascii", action="store_true", help="no box characters")
    output.add_argument("--lang", choices=("en", "ja"), help="language of explanations")


def add_time_limit(parser: argparse.ArgumentParser, default: float, what: str) -> None:
    """`-W SECONDS`."""
    parser.add_argument(
        "-W",
        "--timeout",
        type=seconds,
        default=default,
        metavar="SECONDS",
        help=f"{what} (default %(default)g)",
    )


# Types for argparse: a bad text is a usage error, with the way out.


def port(text: str) -> int:
    """A port one can send to: 1 to 65535."""
    return _number(text, 1, 0xFFFF, "a port")


def source_port(text: str) -> int:
    """A local port: 1 to 65535."""
    return _number(text, 1, 0xFFFF, "a source port")


def count(text: str) -> int:
    """How often: 1 and up."""
    return _number(text, 1, 2**31, "a count")


def seconds(text: str) -> float:
    """A time above 0, at most a day."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: use seconds, such as 2 or 0.5")
    return value


def address(text: str) -> bytes:
    """An address of either family, as 4 or 16 bytes."""
    try:
        return ip_bytes(text)
    except AddressError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _number(text: str, low: int, high: int, what: str) -> int:
    if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}: use {low} to {high}")
    return int(text)


# Texts whose meaning depends on the place.


def destination(text: str, names: Mapping[str, Sequence[str]], family: int | None = None) -> str:
    """The address to talk to, as text.

    Args:
        text: an address, or one of `names`.
        names: hosts that are known by name (the simulated network's), and their addresses.
        family: 4 or 16 bytes (`-4`, `-6`); None: the first that a name has.

    Raises:
        CommandError: a name; there is no resolver yet. Or an address of the other family.
    """
    try:
        found = [text] if ip_bytes(text.partition("%")[0]) else []
    except AddressError:
        found = list(names.get(text, ()))
        if not found:
            known = f" or one of {', '.join(names)}" if names else " (getent ahosts NAME finds it)"
            raise CommandError(
                f"{text} is no address, and names are not looked up yet: use an address{known}.",
                Exit.USAGE,
            ) from None
    fitting = [one for one in found if family in (None, _length(one))]
    if not fitting:
        asked = "-4" if family == len(ANY_IPV4) else "-6"
        raise CommandError(
            f"{text} is an {family_name(_length(found[0]))} address, and {asked} excludes it: "
            f"leave out {asked}, or name another address.",
            Exit.USAGE,
        )
    return fitting[0]


def family_name(length: int) -> str:
    """What addresses of so many bytes are called."""
    return "IPv4" if length == len(ANY_IPV4) else "IPv6"


def _length(text: str) -> int:
    return len(ip_bytes(text.partition("%")[0]))


def at(address: str, port: int) -> str:
    """An address and a port: `10.0.0.2:80`, `[2001:db8::2]:80` (RFC 3986 section 3.2.2)."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def own_address(text: str) -> tuple[bytes, int | None]:
    """`10.0.0.5`, `10.0.0.5/24` or `2001:db8::5/64` as (address, prefix length or None).

    Raises:
        CommandError: neither of the two.
    """
    bare, slash, prefix = text.partition("/")
    try:
        value = ip_bytes(bare)
    except AddressError as error:
        raise CommandError(f"--ip: {error}", Exit.USAGE) from error
    if not slash:
        return value, None
    if not (prefix.isascii() and prefix.isdigit()) or int(prefix) > 8 * len(value):
        raise CommandError(
            f"--ip {text}: the prefix length must be 0 to {8 * len(value)}", Exit.USAGE
        )
    return value, int(prefix)


def own_mac(text: str) -> bytes:
    """A MAC that an interface may have: unicast.

    Raises:
        CommandError: not a MAC, or a group address.
    """
    try:
        value = mac_bytes(text)
    except AddressError as error:
        raise CommandError(f"--mac: {error}", Exit.USAGE) from error
    if value[0] & 1 or not any(value):
        raise CommandError(
            f"--mac {text}: a group address or all zero cannot be a source (IEEE 802 section 8.2)",
            Exit.USAGE,
        )
    return value


def readable_folder(text: str) -> Path:
    """An existing folder.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path
