"""Guards keep this host's kernel off ports that we use on the host's own address.

Without one, the kernel answers our peer's SYN+ACK with RST, because it knows nothing of our
connection. A guard is in place before the first SYN and held through TIME-WAIT; it ends with our
process, however that ends.
"""

import errno
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, Protocol

from wirelab.adapters.guards.minttl import GuardSockets
from wirelab.adapters.guards.nftables import OwnedTable
from wirelab.codecs.addresses import ipv4_text

__all__ = ["GUARDS", "GuardError", "guard_ports"]

GuardName = Literal["socket", "nftables"]


class Guard(Protocol):
    """Something that keeps the kernel silent until it is closed."""

    def close(self) -> None:
        """Let the kernel have the ports again."""


class GuardError(OSError):
    """No guard could be had; the text holds the way out."""


GUARDS: dict[GuardName, Callable[[bytes, Sequence[int], str], Guard]] = {
    "socket": GuardSockets,
    "nftables": OwnedTable,
}
"""In the order they are tried: the first needs no privileges and reserves the port, too."""


@contextmanager
def guard_ports(
    address: bytes,
    ports: Sequence[int],
    protocol: str = "tcp",
    only: GuardName | None = None,
) -> Iterator[GuardName]:
    """Keep the kernel off `ports` of `address` inside the `with` block.

    Args:
        address: IPv4, 4 bytes: one of this host's, or (nftables only) one that its kernel would
            forward packets for.
        ports: 1 to 65535 each.
        protocol: `tcp` or `udp`.
        only: this guard and no other.

    Yields:
        The name of the guard that holds.

    Raises:
        GuardError: a port is the kernel's (EADDRINUSE), or no guard works here.
    """
    name, guard = _first_that_works(address, ports, protocol, [only] if only else list(GUARDS))
    try:
        yield name
    finally:
        guard.close()


def _first_that_works(
    address: bytes, ports: Sequence[int], protocol: str, names: Sequence[GuardName]
) -> tuple[GuardName, Guard]:
    failures = []
    for name in names:
        if name == "nftables" and not sys.platform.startswith("linux"):
            continue
        try:
            return name, GUARDS[name](address, ports, protocol)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise GuardError(errno.EADDRINUSE, in_use_text(ports)) from error
            failures.append(f"{name}: {error.strerror or error}")  # a timeout has no strerror
    raise GuardError(
        errno.EPERM,
        f"the kernel cannot be kept off {ipv4_text(address)} ({'; '.join(failures)}); "
        "use --ip with a free address, or --link tap, or run with CAP_NET_ADMIN on Linux 5.12 "
        "or newer.",
    )


def in_use_text(ports: Sequence[int]) -> str:
    """The remedy for a port that the kernel uses itself."""
    words = f"port {ports[0]} is" if len(ports) == 1 else f"one of ports {_listed(ports)} is"
    return f"{words} in use by the kernel (EADDRINUSE); choose another --source-port."


def _listed(ports: Sequence[int]) -> str:
    return ", ".join(str(port) for port in ports)
