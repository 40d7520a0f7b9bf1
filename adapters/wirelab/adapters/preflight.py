"""Say it before it fails: what would go wrong on a real interface, with the way out.

Each check asks this machine (`Machine`, a set of functions that tests replace) and yields a
`Problem`; nothing here changes anything. The one check that sends frames, the ARP probe for our
address, is a function the driver brings along.
"""

import errno
import os
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from wirelab.adapters import system
from wirelab.adapters.guards import in_use_text
from wirelab.adapters.links import libpcap, link, linux_only_text, runs_on
from wirelab.adapters.policy import off_link_text
from wirelab.adapters.system import Interface, InterfaceAddress
from wirelab.codecs.addresses import ANY_IPV4, ip_text, ipv4_text, mac_text
from wirelab.sim.host.ipv6.scopes import is_link_local
from wirelab.sim.reasons import Reason

Probe = Callable[[bytes], bytes | None]
"""Sends RFC 5227 probes for an address; answers with its owner's MAC, or None."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is about to happen on a real link.

    Attributes:
        kind: `tap`, `afpacket` or `pcap`.
        interface: its name.
        address: ours, 4 or 16 bytes, and its `prefix_length`.
        own_mac: our MAC is not the interface's.
        guard: the kernel will be kept off `ports`.
        ports: local ports of ours.
        protocol: `tcp` or `udp`, of `ports`.
        destination: whom we talk to; None for a server.
        allow_global: destinations beyond the gateway are meant.
    """

    kind: str
    interface: str
    address: bytes
    prefix_length: int = 24
    own_mac: bool = True
    guard: bool = False
    ports: tuple[int, ...] = ()
    protocol: str = "tcp"
    destination: bytes | None = None
    allow_global: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    Attributes:
        check: a stable name, for tests and `--json`.
        text: what is wrong and the way out, ready to print.
        fatal: going on makes no sense; otherwise it is a warning.
    """

    check: str
    text: str
    fatal: bool = True
    reason: Reason | None = None


def raw_access(kind: str, platform: str = sys.platform) -> bool:
    """Whether this process may open that kind of link at all."""
    if kind == "tap":
        return os.access(link.TAP_DEVICE, os.R_OK | os.W_OK)
    if platform == "darwin":
        return os.access("/dev/bpf0", os.R_OK | os.W_OK)
    if not platform.startswith("linux"):
        return True  # Npcap decides by itself when it opens
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    except OSError:  # not allowed, or a kernel without packet sockets
        return False
    return True


def has_tap_device() -> bool:
    """Whether this machine's kernel offers TAPs."""
    return os.path.exists(link.TAP_DEVICE)


def port_is_free(address: bytes, port: int, protocol: str) -> bool:
    """Whether the kernel has nothing bound to `port` of `address`; True if it cannot tell."""
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as trial:
        try:
            trial.bind((ipv4_text(address), port))
        except OSError as error:
            return error.errno != errno.EADDRINUSE
    return True


@dataclass(frozen=True, slots=True)
class Machine:
    """The questions that checks ask; each field may be replaced. `platform`: as `sys.platform`."""

    interfaces: Callable[[], list[Interface]] = system.interfaces
    forwards: Callable[[], bool] = system.forwards
    proxies_arp: Callable[[str], bool] = system.proxies_arp
    is_wifi: Callable[[str], bool] = system.is_wifi
    platform: str = sys.platform
    has_libpcap: Callable[[], bool] = libpcap.is_available
    has_tap_device: Callable[[], bool] = has_tap_device
    raw_access: Callable[[str], bool] = raw_access
    port_is_free: Callable[[bytes, int, str], bool] = port_is_free


def check(plan: Plan, machine: Machine | None = None, probe: Probe | None = None) -> list[Problem]:
    """All problems of a plan, in the order in which they would hit.

    Args:
        plan: what is about to happen.
        machine: who is asked; None for this one.
        probe: asks the network whether `plan.address` is taken; None leaves that out. It is called
            only when nothing fatal was found before, for it sends frames.

    Raises:
        OSError: the machine cannot list its interfaces.
    """
    machine = machine or Machine()
    interfaces = machine.interfaces()
    found = list(_of_the_system(plan, machine))
    found += _of_the_link(plan, machine, interfaces)
    found += _of_the_kernel(plan, machine, interfaces)
    found += _of_the_destination(plan, interfaces)
    if probe is not None and not any(problem.fatal for problem in found):
        owner = None if _is_local(plan.address, interfaces) else probe(plan.address)
        if owner is not None:
            found.append(address_taken(plan.address, owner))
    return found


def address_taken(address: bytes, owner: bytes) -> Problem:
    """The problem that an ARP probe for our address was answered by the MAC `owner`."""
    text = f"{ip_text(address)} is already used by {mac_text(owner)}; choose another --ip."
    return Problem("address_taken", text)


def no_interface_text(name: str, there: Iterable[str]) -> str:
    """That there is no such interface, and which there are."""
    return f"no interface {name!r} here; there are: {_list(there)}."


def _of_the_system(plan: Plan, machine: Machine) -> Iterator[Problem]:
    """Is there such a link here, and may we open it?"""
    if not runs_on(plan.kind, machine.platform):
        yield Problem("not_on_this_system", linux_only_text(plan.kind))
        return
    if plan.kind == "tap" and not machine.has_tap_device():
        yield Problem("no_tap_device", str(link.tap_missing().strerror))
        return
    if plan.kind == "pcap" and not machine.has_libpcap():
        yield Problem("no_libpcap", libpcap.MISSING)
    if not machine.raw_access(plan.kind):
        refused = link.tap_refused if plan.kind == "tap" else link.refused
        text = str(refused(plan.interface).strerror)
        yield Problem("no_permission", text, reason=Reason.LIVE_NO_PERMISSION)


def _of_the_link(plan: Plan, machine: Machine, interfaces: list[Interface]) -> Iterator[Problem]:
    """Is the interface there and up, and does its wire carry our frames?"""
    name = plan.interface
    there = {interface.name: interface for interface in interfaces}
    interface = there.get(name)
    if interface is None:
        if plan.kind != "tap":  # a TAP is made when it is opened
            yield Problem("no_interface", no_interface_text(name, there))
        return
    if plan.kind == "tap":  # the rest is for wires that others share
        return
    no_ethernet = link.no_ethernet_text(interface)
    if no_ethernet is not None:
        yield Problem("no_ethernet", no_ethernet)
        return
    if not interface.up:
        yield Problem("link_down", str(link.down(name).strerror), reason=Reason.LINK_DOWN)
    if plan.own_mac and machine.is_wifi(name):
        text = f"{name} is Wi-Fi: access points drop frames from other MACs. Use --mac host."
        yield Problem("wifi", text)


def _of_the_kernel(plan: Plan, machine: Machine, interfaces: list[Interface]) -> Iterator[Problem]:
    """Will this host's own kernel meddle?"""
    ours = ip_text(plan.address)
    if _is_local(plan.address, interfaces):
        if not plan.guard:
            text = (
                f"{ours} belongs to this host: its kernel will reset our connections. Use --ip "
                "with a free address, --link tap, or --guard to keep the kernel off the chosen "
                "ports."
            )
            yield Problem("address_is_hosts", text, reason=Reason.LIVE_KERNEL_RST)
    elif plan.kind != "tap" and not plan.own_mac and not plan.guard and machine.forwards():
        text = (
            "IP forwarding is on: the kernel would redirect or forward packets for "
            f"{ours}. Use own MAC, --link tap, or --guard."
        )
        yield Problem("forwarding", text)
    if plan.guard:
        for port in plan.ports:
            if port and not machine.port_is_free(plan.address, port, plan.protocol):
                yield Problem("port_in_use", in_use_text([port]))
    four = len(plan.address) == 4
    if four and plan.kind != "tap" and machine.proxies_arp(plan.interface):
        text = f"proxy_arp on {plan.interface} may answer ARP for {ours}."
        yield Problem("proxy_arp", text, fatal=False)


def _of_the_destination(plan: Plan, interfaces: list[Interface]) -> Iterator[Problem]:
    """Can frames get there from this link?"""
    if plan.destination is None:
        return
    if len(plan.destination) != len(plan.address):
        yield Problem("mixed_families", _mixed_text(plan))
        return
    if plan.kind != "tap" and _is_local(plan.destination, interfaces):
        text = (
            f"{plan.interface} does not loop frames back to this host's own kernel; use --link tap."
        )
        yield Problem("destination_is_this_host", text)
    network = InterfaceAddress(plan.address, plan.prefix_length)
    if is_link_local(plan.destination):
        return
    if not plan.allow_global and not network.holds(plan.destination):
        yield Problem("off_link", off_link_text(plan.destination, [network]))


def _mixed_text(plan: Plan) -> str:
    """That we speak another family than the destination."""
    theirs, example = ("IPv6", "2001:db8::5/64")
    if len(plan.destination or b"") == len(ANY_IPV4):
        theirs, example = ("IPv4", "10.0.0.5/24")
    return (
        f"{ip_text(plan.destination or b'')} is an {theirs} address, and ours is "
        f"{ip_text(plan.address)}: give --ip an {theirs} address of ours, such as --ip {example}."
    )


def _is_local(address: bytes, interfaces: list[Interface]) -> bool:
    return any(
        held.address == address
        for each in interfaces
        for held in (*each.addresses, *each.addresses6)
    )


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
