"""`wirelab dhcp`: get an address from a DHCP server, message by message.

We begin without an address. What was leased is given back at the end, unless `--keep` is said.
"""

import argparse
import asyncio

from wirelab.adapters import options
from wirelab.adapters.exits import Exit
from wirelab.adapters.session import Session, printable, run_program
from wirelab.codecs.addresses import ANY_IPV4, ipv4_text
from wirelab.codecs.protocols.dhcp_options import (
    DHCPLeaseTime,
    DHCPMessage,
    DHCPRequestedAddress,
    DHCPServerIdentifier,
)
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import HostError
from wirelab.sim.reasons import Reason
from wirelab.sim.services.dhcp.client import DhcpClient
from wirelab.sim.services.dhcp.client_states import HOLDING, State
from wirelab.sim.services.dhcp.lease import Lease
from wirelab.sim.services.dhcp.messages import FOR_EVER, NAMES, REQUEST, Dialogue


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--request",
        metavar="IP",
        type=options.address,
        help="ask for this address, as after a restart (INIT-REBOOT)",
    )
    parser.add_argument(
        "--host-name", metavar="NAME", help='who we say we are (default: "wirelab")'
    )
    parser.add_argument("--renew", action="store_true", help="renew the lease once, at once")
    parser.add_argument("--keep", action="store_true", help="do not give the lease back at the end")
    parser.add_argument(
        "--no-probe", action="store_true", help="do not ask by ARP whether the address is free"
    )
    options.add_time_limit(parser, 30.0, "how long to wait for the lease")
    options.add_place(parser)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Get a lease, and show how.

    Raises:
        CommandError: anything but success.
    """

    async def program(session: Session) -> int:
        return await _Dialogue(session, arguments).run()

    return run_program(arguments, program, addressless=True)


class _Dialogue:
    """One client, whose messages are shown as they come and go."""

    def __init__(self, session: Session, arguments: argparse.Namespace) -> None:
        self._session = session
        self._host = session.host
        self._arguments = arguments
        self._began_at = self._host.now()
        self._client = DhcpClient(
            remembered=arguments.request,
            host_name=arguments.host_name or "wirelab",
            probe=not arguments.no_probe,
            changed=self._changed,
            overheard=self._show,
        )

    async def run(self) -> int:
        """From DISCOVER to RELEASE; the exit code."""
        self._host.core.start(self._client, self._host.now())
        self._host.kick()
        lease = await self._lease(None)
        if self._arguments.renew:
            self._client.renew(self._host.now())
            self._host.kick()
            lease = await self._lease(lease)
        self._session.result(_lease_text(lease), _lease_values(lease))
        if not self._arguments.keep:
            self._client.release(self._host.now())
            self._host.kick()
            await asyncio.sleep(0)  # the turn in which it leaves
        return Exit.OK

    async def _lease(self, before: Lease | None) -> Lease:
        """The next lease.

        Raises:
            HostError: there was none in time.
        """
        try:
            async with asyncio.timeout(self._arguments.timeout):
                while self._client.state is not State.BOUND or self._client.lease is before:
                    await self._host.waits.readable(self._client, "dhcp", "lease")
        except TimeoutError:
            detail = f"within {self._arguments.timeout:g} s; {self._client.state.value}"
            raise HostError(Reason.DHCP_TIMEOUT, detail) from None
        assert self._client.lease is not None
        return self._client.lease

    def _changed(self, client: DhcpClient, now: int) -> None:
        client.desk.tell(client, client.state)
        if client.state in HOLDING and client.lease is not None:
            self._session.take_address(client.lease.address, client.lease.prefix_length)
        elif client.state is State.CHECKING and client.lease is not None:
            self._session.say(f"asking by ARP whether {ipv4_text(client.lease.address)} is free")

    def _show(self, message: Dialogue, now: int) -> None:
        values = _message_values(message, (now - self._began_at) / SECOND)
        self._session.result(_message_text(values), values)


def _message_values(message: Dialogue, time_s: float) -> dict[str, object]:
    """What is worth showing of a message."""
    is_ours = message.message.operation == REQUEST
    values: dict[str, object] = {
        "message": NAMES.get(message.kind, f"type {message.kind}"),
        "sent": is_ours,
        "time_s": round(time_s, 6),
    }
    wanted = message.option(DHCPRequestedAddress)
    held = message.message.client_address if is_ours else message.message.your_address
    address = wanted.address if wanted is not None else held
    if address != ANY_IPV4:
        values["address"] = ipv4_text(address)
    server = message.option(DHCPServerIdentifier)
    if server is not None:
        values["server"] = ipv4_text(server.address)
    seconds = message.option(DHCPLeaseTime)
    if seconds is not None:
        values["lease_s"] = None if seconds.value == FOR_EVER else seconds.value
    said = message.option(DHCPMessage)
    if said is not None:
        values["text"] = said.text.decode("utf-8", "backslashreplace")
    return values


def _message_text(values: dict[str, object]) -> str:
    arrow = "-->" if values["sent"] else "<--"
    parts = [f"{values['time_s']:8.3f} s  {arrow} {values['message']:8}"]
    if "address" in values:
        parts.append(str(values["address"]))
    if "server" in values:
        parts.append(f"{'to' if values['sent'] else 'from'} {values['server']}")
    if "lease_s" in values:
        parts.append(_duration(values["lease_s"]))
    if "text" in values:
        parts.append(f'"{values["text"]}"')
    return printable(" ".join(parts))


def _lease_values(lease: Lease) -> dict[str, object]:
    """A lease for programs; times in seconds, null: for ever."""
    return {
        "lease": f"{ipv4_text(lease.address)}/{lease.prefix_length}",
        "server": ipv4_text(lease.server),
        "lease_s": lease.seconds,
        "renew_s": _after(lease, lease.renew_at),
        "rebind_s": _after(lease, lease.rebind_at),
        **_parameters(lease),
    }


def _lease_text(lease: Lease) -> str:
    """A lease for people."""
    address = f"{ipv4_text(lease.address)}/{lease.prefix_length}"
    lines = [f"lease  {address} from {ipv4_text(lease.server)}, {_duration(lease.seconds)}"]
    if lease.seconds is not None:
        renew, rebind = _after(lease, lease.renew_at), _after(lease, lease.rebind_at)
        lines.append(f"  renew after {renew:g} s, rebind after {rebind:g} s")
    for name, value in _parameters(lease).items():
        if value:
            shown = ", ".join(value) if isinstance(value, list) else value
            lines.append(f"  {name.replace('_', ' ')}: {shown}")
    return "\n".join(map(printable, lines))


def _parameters(lease: Lease) -> dict[str, list[str] | int | None]:
    """What came with the address."""
    return {
        "routers": [ipv4_text(one) for one in lease.routers],
        "routes": [
            f"{ipv4_text(network)}/{length} via {ipv4_text(router)}"
            for network, length, router in lease.routes
        ],
        "name_servers": [ipv4_text(one) for one in lease.name_servers],
        "search": list(lease.search),
        "mtu": lease.mtu,
    }


def _after(lease: Lease, time: int | None) -> float | None:
    """Seconds from when it was asked for."""
    return None if time is None else (time - lease.granted_at) / SECOND


def _duration(seconds: object) -> str:
    return "for ever" if seconds is None else f"for {seconds} s"
