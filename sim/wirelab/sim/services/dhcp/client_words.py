"""What a DHCP client says: the header and the options of each of its messages.

Source: RFC 2131 section 4.4.1 and table 5; RFC 2132 sections 9.6 to 9.14.
"""

from collections.abc import Iterable
from typing import Final

from wirelab.codecs import DHCP
from wirelab.codecs.addresses import ANY_IPV4
from wirelab.codecs.options import Option
from wirelab.codecs.protocols.dhcp_options import (
    DHCPClientIdentifier,
    DHCPHostName,
    DHCPMaximumMessageSize,
    DHCPMessageType,
    DHCPParameterRequestList,
)
from wirelab.sim.host.interface import Interface
from wirelab.sim.services.dhcp.messages import (
    DECLINE,
    DHCPREQUEST,
    DISCOVER,
    ETHERNET,
    INFORM,
    REQUEST,
    Dialogue,
)

LARGEST_MESSAGE: Final = 1500  # bytes of IP packet that we take

WANTED: Final = (1, 121, 3, 6, 15, 119, 26, 28, 42, 51, 54, 58, 59)
"""Options asked for; 121 stands before 3, as RFC 3442 demands."""


class ClientWords:
    """The messages of one client, but for what its state decides.

    Args:
        interface: whose address is asked for.
        identifier: what the server knows us by; None: the MAC address.
        wanted: numbers of options to ask for.
    """

    def __init__(
        self, interface: Interface, identifier: bytes | None, wanted: tuple[int, ...]
    ) -> None:
        self._interface = interface
        self._identifier = identifier
        self._wanted = wanted

    def say(
        self,
        kind: int,
        options: Iterable[Option],
        transaction: int,
        seconds: int,
        own: bytes,
        host_name: str,
    ) -> Dialogue:
        """A message of ours (RFC 2131 table 5).

        Args:
            kind: message type.
            options: what only this message says.
            transaction: its `xid`.
            seconds: since we began to ask.
            own: `ciaddr`, 4 bytes.
            host_name: told to the server where it may matter; "": nothing.
        """
        message = DHCP(
            operation=REQUEST,
            hardware_type=ETHERNET,
            transaction_id=transaction,
            seconds=min(seconds, 0xFFFF),
            broadcast=own == ANY_IPV4 and kind != DECLINE,
            client_address=own,
            client_hardware_address=self._interface.mac,
        )
        every = [DHCPMessageType(kind), self._client_identifier(), *options]
        if kind in (DISCOVER, DHCPREQUEST, INFORM):
            if host_name:
                every.append(DHCPHostName(host_name))
            size = min(LARGEST_MESSAGE, self._interface.mtu)
            every += [DHCPMaximumMessageSize(size), DHCPParameterRequestList(self._wanted)]
        return Dialogue(message, kind, tuple(every))

    def _client_identifier(self) -> Option:
        """RFC 2132 section 9.14; the same in every message."""
        if self._identifier is not None:
            return DHCPClientIdentifier(0, self._identifier)
        return DHCPClientIdentifier(ETHERNET, self._interface.mac)
