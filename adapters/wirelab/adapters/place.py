"""Which real link a verb uses, and who we are on it: what arguments leave open is filled in here.

Rule: our own address by default, the host's only with --guard (its kernel would reset our
connections); an own MAC with it, except where the air does not carry it (Wi-Fi).
"""

import argparse
import random
import sys
from contextlib import suppress
from dataclasses import dataclass

from wirelab.adapters import options, preflight, system
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.links import default_kind
from wirelab.codecs.addresses import (
    ANY_IPV4,
    AddressError,
    ip_bytes,
    ip_text,
    ipv4_bytes,
    ipv6_bytes,
)
from wirelab.sim.host.ipv6.scopes import is_link_local

NEW_TAP = "wirelab0"
OWN_ADDRESS = ipv4_bytes("10.77.0.2")
"""On a TAP that nobody has set up; ours: of a private network (RFC 1918) that is rarely in use."""
OWN_ADDRESS6 = ipv6_bytes("fd77::2")
"""The same for IPv6; ours: a local address (RFC 4193), in one namespace of one machine."""
_USUAL_PREFIX = {4: 24, 16: 64}
FIRST_EPHEMERAL, EPHEMERAL_PORTS = 49_152, 16_384
"""RFC 6335 section 6."""
CLASS_D = 224
"""First byte of the first multicast address (RFC 1112 section 4); beyond 239 all is reserved."""


@dataclass(slots=True)
class Place:
    """Which link, and who we are on it.

    Attributes:
        mac: None for the link's own.
        gateway: next hop to other networks.
        kernel_address: what the kernel's end of a new TAP is to be given.
        is_hosts: the address is one of this host's, so that its kernel hears what we hear.
    """

    kind: str
    interface: str
    address: bytes
    prefix_length: int
    mac: bytes | None
    gateway: bytes | None
    guard: bool
    kernel_address: bytes | None = None
    is_hosts: bool = False

    @property
    def network(self) -> system.InterfaceAddress:
        """Our address with its prefix."""
        return system.InterfaceAddress(self.address, self.prefix_length)


def choose_place(arguments: argparse.Namespace, *, addressless: bool = False) -> Place:
    """Fill in what the arguments leave open.

    Args:
        arguments: of `options.add_place`.
        addressless: we begin without an address, and get one from the network.

    Raises:
        CommandError: they contradict each other or the machine.
    """
    kind = arguments.link or default_kind()
    name = arguments.interface or (NEW_TAP if kind == "tap" else None)
    if name is None:
        raise CommandError(f"--link {kind} needs -i IF; see: wirelab interfaces", Exit.USAGE)
    try:
        there = {interface.name: interface for interface in system.interfaces()}
    except OSError as error:  # not Linux, not macOS
        raise CommandError(str(error.strerror), Exit.IMPOSSIBLE) from error
    interface = there.get(name)
    if interface is None and kind != "tap":  # a TAP is made when it is opened
        raise CommandError(preflight.no_interface_text(name, there), Exit.IMPOSSIBLE)
    place = Place(kind, name, ANY_IPV4, 24, None, arguments.gateway, arguments.guard)
    if addressless:
        _refuse_addresses(arguments)
        place.kernel_address = arguments.kernel_ip
    else:
        six = _wants_ipv6(arguments)
        held = () if interface is None else interface.addresses6 if six else interface.addresses
        _give_address(place, arguments, held)
        place.is_hosts = any(
            place.address == one.address
            for each in there.values()
            for one in (*each.addresses, *each.addresses6)
        )
    place.mac = _mac(arguments.mac, place, interface)
    return place


def _give_address(
    place: Place, arguments: argparse.Namespace, held: tuple[system.InterfaceAddress, ...]
) -> None:
    """Decide who we are, and who the kernel's end of a TAP is; `held`: the interface's addresses.

    Raises:
        CommandError: no address is given where one is needed, or an impossible one.
    """
    own = arguments.ip and options.own_address(arguments.ip)
    if place.kind == "tap" and not held and own is None:
        own = OWN_ADDRESS6 if _wants_ipv6(arguments) else OWN_ADDRESS, None
    if own is not None:
        place.address, prefix = own
        near = [one.prefix_length for one in held if one.holds(place.address)]
        place.prefix_length = (
            prefix if prefix is not None else (near or [_USUAL_PREFIX[len(place.address)]])[0]
        )
    elif arguments.guard and held:
        place.address, place.prefix_length = held[0].address, held[0].prefix_length
    else:
        raise CommandError(_address_needed(place.interface, held), Exit.USAGE)
    _refuse_mixed(arguments, place)
    _refuse_impossible(place)
    if place.guard and place.gateway is None:
        place.gateway = system.gateway(place.interface)
    if place.kind == "tap" and (not held or arguments.kernel_ip):
        place.kernel_address = arguments.kernel_ip or _first_other(place.network)


def _refuse_addresses(arguments: argparse.Namespace) -> None:
    """Refuse to be told what the network is asked for.

    Raises:
        CommandError: an address of ours is given.
    """
    for option in ("ip", "gateway", "guard"):
        if getattr(arguments, option):
            way_out = "--request ADDRESS asks for a certain one" if option == "ip" else "leave it"
            raise CommandError(f"--{option}: we begin without an address; {way_out}", Exit.USAGE)


def _wants_ipv6(arguments: argparse.Namespace) -> bool:
    """Whether our address is, or has to be, one of IPv6."""
    if arguments.ip:
        return len(options.own_address(arguments.ip)[0]) == 16
    family = getattr(arguments, "family", None)
    return family == 16 or (family is None and ":" in getattr(arguments, "host", ""))


def _refuse_mixed(arguments: argparse.Namespace, place: Place) -> None:
    """Refuse a mixture of families, and what is not done for IPv6.

    Raises:
        CommandError: an option is of the other family, or needs IPv4.
    """
    ours = options.family_name(len(place.address))
    family = getattr(arguments, "family", None) or len(place.address)
    other = "2001:db8::5/64" if ours == "IPv4" else "10.0.0.5/24"
    if family != len(place.address):
        raise CommandError(
            f"-{'4' if family == 4 else '6'}, but our address {ip_text(place.address)} is {ours}: "
            f"give --ip one of the other family, such as --ip {other}",
            Exit.USAGE,
        )
    for option in ("gateway", "kernel_ip"):
        value = getattr(arguments, option)
        if value is not None and len(value) != len(place.address):
            name = option.replace("_", "-")
            raise CommandError(
                f"--{name} {ip_text(value)} is of another family than our address "
                f"{ip_text(place.address)} ({ours}): give both of the same",
                Exit.USAGE,
            )
    if place.guard and ours == "IPv6":
        text = "--guard knows IPv4 only: with IPv6 use an address of our own (--ip), or --link tap"
        raise CommandError(text, Exit.USAGE)


def _refuse_impossible(place: Place) -> None:
    """Refuse what no host can have: RFC 1122 sections 3.2.1.3 and 3.3.1.2.

    Raises:
        CommandError: our address means nobody, many or this machine; or the gateway is far away.
    """
    if len(place.address) == 16:
        _refuse_impossible6(place)
        return
    shown, network = ip_text(place.address), str(place.network)
    number, host_bits = int.from_bytes(place.address), 32 - place.prefix_length
    rest = number & ((1 << host_bits) - 1)
    if place.address[0] in (0, 127) or place.address[0] >= CLASS_D:
        raise CommandError(f"--ip {shown}: no host can have this address", Exit.USAGE)
    if host_bits > 1 and rest in (0, (1 << host_bits) - 1):
        what = "broadcast address" if rest else "number"
        raise CommandError(f"--ip {shown} is the {what} of its network {network}", Exit.USAGE)
    if place.gateway is not None and not place.network.holds(place.gateway):
        gateway = ip_text(place.gateway)
        raise CommandError(f"--gateway {gateway} is not on our network ({network})", Exit.USAGE)


def _refuse_impossible6(place: Place) -> None:
    """The same for IPv6: RFC 4291 sections 2.5.2, 2.5.3 and 2.7.

    Raises:
        CommandError: our address means nobody, many or this machine; or the gateway is far away.
    """
    shown = ip_text(place.address)
    if place.address[0] == 0xFF or not any(place.address[:15]):
        raise CommandError(f"--ip {shown}: no host can have this address", Exit.USAGE)
    if place.gateway is not None and not (
        place.network.holds(place.gateway) or is_link_local(place.gateway)
    ):
        raise CommandError(
            f"--gateway {ip_text(place.gateway)} is neither on our network ({place.network}) nor "
            "link-local (fe80::...): name a router of this link",
            Exit.USAGE,
        )


def _first_other(network: system.InterfaceAddress) -> bytes:
    """The first host address of our network that is not ours."""
    length = len(network.address)
    size = 1 << (8 * length - network.prefix_length)
    start = int.from_bytes(network.address) & -size
    first = start + 1 if size > 2 else start  # a /31 has no network address (RFC 3021)
    value = first.to_bytes(length)
    return value if value != network.address else (first + 1).to_bytes(length)


def _address_needed(name: str, held: tuple[system.InterfaceAddress, ...]) -> str:
    text = "on a real link we need an address of our own: --ip with a free one"
    if not held:
        return f"{text} ({name} has none that we could share)."
    return f"{text} of the network of {held[0]}, or --guard to use that of {name}."


def _mac(text: str, place: Place, interface: system.Interface | None) -> bytes | None:
    """Our MAC; None for the link's own (that of the interface)."""
    if place.guard or text == "host" or (text == "auto" and place.is_hosts):
        return None
    if text == "auto" and place.kind != "tap" and system.is_wifi(place.interface):
        return None
    if text in ("auto", "own") and place.address == ANY_IPV4:
        # The same at every time, so that a server knows us again; a TAP derives its own.
        return b"\x02\x57" + interface.mac[2:] if interface is not None and interface.mac else None
    if text in ("auto", "own"):
        # Locally administered (IEEE 802 section 8.4), and as unique as our address.
        return b"\x02\x57" + place.address[-4:]
    return options.own_mac(text)


def free_port(address: bytes, transport: str) -> int:
    """A port that neither the kernel nor we use, since a guard must name it beforehand."""
    for _ in range(100):
        port = FIRST_EPHEMERAL + random.SystemRandom().randrange(EPHEMERAL_PORTS)
        if preflight.port_is_free(address, port, transport):
            return port
    raise CommandError("no free port from 49152 up; give one with --source-port", Exit.IMPOSSIBLE)


def _one_host(text: str) -> bytes | None:
    """The address that a HOST argument is; None for names, servers (no HOST), and broadcasts."""
    with suppress(AddressError):
        address = ip_bytes(text)
        limit = CLASS_D if len(address) == 4 else 0xFF  # RFC 4291 section 2.7
        return address if address[0] < limit else None
    return None


def check(arguments: argparse.Namespace, place: Place, transport: str | None, port: int) -> None:
    """Preflight: print warnings, stop at what cannot work.

    Raises:
        CommandError: a fatal problem, unless --no-preflight.
    """
    plan = preflight.Plan(
        place.kind,
        place.interface,
        place.address,
        place.prefix_length,
        own_mac=place.mac is not None,
        guard=place.guard,
        ports=(port,) if transport and port else (),
        protocol=transport or "tcp",
        destination=_one_host(getattr(arguments, "host", "")),
        allow_global=arguments.allow_global,
    )
    for problem in preflight.check(plan):
        if problem.fatal and not arguments.no_preflight:
            raise CommandError(problem.text, Exit.IMPOSSIBLE)
        print(f"wirelab: warning: {problem.text}", file=sys.stderr)
