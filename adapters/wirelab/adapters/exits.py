"""How a command ends: exit codes, and the exception that carries one."""

from enum import IntEnum

from wirelab.sim.reasons import Reason


class Exit(IntEnum):
    """Exit codes of every `wirelab` command."""

    OK = 0
    """The asked-for thing happened."""
    NO = 1
    """It ran, and the network's answer was no; the last stderr line is `reason=...`."""
    USAGE = 2
    IMPOSSIBLE = 3
    """Impossible here (permission, interface, system); the message holds the remedy."""
    BAD_INPUT = 4
    """Bad input file or scenario."""
    BUG = 70
    INTERRUPTED = 130


class CommandError(Exception):
    """Ends a command with a message on stderr and an exit code.

    Args:
        message: what is wrong, with which numbers, and the way out.
        exit_code: see `Exit`.
        reason: printed last, as `reason=tcp.no_listener`, when the network said no.
    """

    def __init__(
        self, message: str, exit_code: Exit = Exit.IMPOSSIBLE, reason: Reason | None = None
    ) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.reason = reason
