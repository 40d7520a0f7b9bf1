"""Bad news on their way to whoever sent the packet, and what the host itself learns from them.

Source: RFC 1122 section 3.2.2 (by protocol number), RFC 4443 section 2.4 (d); RFC 1191 section 3
and RFC 8201 section 4 (path MTU).
"""

from collections.abc import Callable

from wirelab.sim.host.icmp.trouble import Trouble, TroubleHandler
from wirelab.sim.host.path_mtu import PathMtus


class Troubles:
    """The handlers of one host.

    Args:
        is_local: whether an address is this host's.
        path_mtus: learn from what is too big.

    Attributes:
        handlers: by protocol number.
        listeners: told of all that was about packets of ours, whoever sent them (raw sockets).
    """

    __slots__ = (
        "_is_local",
        "_path_mtus",
        "handlers",
        "listeners",
    )

    def __init__(self, is_local: Callable[[bytes], bool], path_mtus: PathMtus) -> None:
        self.handlers: dict[int, TroubleHandler] = {}
        self.listeners: list[TroubleHandler] = []
        self._is_local = is_local
        self._path_mtus = path_mtus

    def report(self, trouble: Trouble, now: int) -> bool:
        """Pass bad news to the protocol that sent the packet; False: it was none of ours."""
        if not self._is_local(trouble.quoted.source):
            return False
        handler = self.handlers.get(trouble.protocol)
        taken = handler is not None and handler(trouble, now)
        for listener in self.listeners:
            taken = listener(trouble, now) or taken
        return taken

    def report_too_big(self, trouble: Trouble, mtu: int, now: int) -> bool:
        """Lower the path MTU, for a packet that was ours (RFC 1191 section 3, RFC 8201 section 4).

        Whoever sent the packet asks for the new MTU at once, so it is lowered first.
        """
        destination = trouble.quoted.destination
        before = self._path_mtus.known(destination)
        believed = self._path_mtus.lower(destination, mtu, now)
        matched = self.report(trouble, now)
        if believed and not matched:
            self._path_mtus.restore(destination, before, now)
        return matched
