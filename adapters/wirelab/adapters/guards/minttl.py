"""A guard that needs no privileges: a kernel socket that owns the port and hears nothing.

The kernel answers a segment for a port it knows nothing of with RST. So it is given a socket for
that port: a *listening* one (a socket that is only bound is not looked up), which accepts no
segment whose TTL is below 255 (`IP_MINTTL`, ip(7)), and whose filter drops the rest. The kernel
then drops each segment without a word, and nobody else on this machine can take the port.

UDP needs no TTL: a bound socket whose filter drops all keeps the kernel from answering with ICMP.

macOS (from its source; not run): the socket is bound and does not listen.
"""

import contextlib
import errno
import socket
import sys
from collections.abc import Sequence

from wirelab.adapters.links import bpf
from wirelab.codecs.addresses import ipv4_text

IP_MINTTL = 21
MAXIMUM_TTL = 255


class GuardSockets:
    """One kernel socket a port, held until `close`.

    Args:
        address: one of this host's IPv4 addresses, 4 bytes.
        ports: 1 to 65535 each.
        protocol: `tcp` or `udp`.

    Raises:
        OSError: EADDRINUSE (the kernel has the port in use), EADDRNOTAVAIL (not our address),
            EACCES (a port below 1024), ENOTSUP (neither Linux nor macOS), or an option is unknown.
    """

    def __init__(self, address: bytes, ports: Sequence[int], protocol: str = "tcp") -> None:
        if not sys.platform.startswith(("linux", "darwin")):
            text = f"a socket is not known to keep a {sys.platform} kernel silent"
            raise OSError(errno.ENOTSUP, text)
        self._held = contextlib.ExitStack()
        with self._held:
            for port in ports:
                self._hold(ipv4_text(address), port, protocol)
            self._held = self._held.pop_all()

    def _hold(self, address: str, port: int, protocol: str) -> None:
        kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
        held = self._held.enter_context(socket.socket(socket.AF_INET, kind))
        if sys.platform.startswith("linux"):
            if protocol == "tcp":
                held.setsockopt(socket.IPPROTO_IP, IP_MINTTL, MAXIMUM_TTL)
            # Before bind and listen: not one segment is let through.
            _deafen(held, required=protocol == "udp")
        held.bind((address, port))
        if protocol == "tcp" and sys.platform != "darwin":
            held.listen(1)

    def close(self) -> None:
        """Give the ports back; may be called again."""
        self._held.close()


def _deafen(held: socket.socket, required: bool) -> None:
    """Attach a filter that drops all.

    Linux 6.18 was seen to refuse a TCP socket's filter to the unprivileged (older kernels do not).
    TCP can do without: `IP_MINTTL` then lets through only what arrives with a TTL of 255, and
    hardly any system sends that.

    Raises:
        PermissionError: refused, although it was `required`.
    """
    try:
        bpf.attach(held, bpf.DROP_ALL)
    except PermissionError:
        if required:
            raise
