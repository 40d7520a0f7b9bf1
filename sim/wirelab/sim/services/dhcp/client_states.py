"""The states of a DHCP client; `client` has the diagram, and changes them.

Source: RFC 2131 figure 5; CHECKING and STOPPED are ours.
"""

from enum import Enum
from typing import Final


class State(Enum):
    """Where in the diagram a client is."""

    STOPPED = "STOPPED"
    INIT = "INIT"
    INIT_REBOOT = "INIT-REBOOT"
    SELECTING = "SELECTING"
    REQUESTING = "REQUESTING"
    REBOOTING = "REBOOTING"
    CHECKING = "CHECKING"
    BOUND = "BOUND"
    RENEWING = "RENEWING"
    REBINDING = "REBINDING"
    INFORMING = "INFORMING"
    """We have an address, and want to know the rest (DHCPINFORM)."""


HOLDING: Final = (State.BOUND, State.RENEWING, State.REBINDING)
"""We have an address."""

REFUSABLE: Final = (State.REQUESTING, State.REBOOTING, State.RENEWING, State.REBINDING)
"""A NAK counts."""
