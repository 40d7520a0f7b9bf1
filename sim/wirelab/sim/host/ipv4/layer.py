"""IPv4 of one host, put together: the way down, the way up, and the way through.

Rule: what a plain host does not need is made when it is first needed: there may be thousands.
"""

from collections.abc import Sequence
from functools import partial

from wirelab.sim.host.config import HostConfig, RandomSource
from wirelab.sim.host.counters import Counters, count
from wirelab.sim.host.icmp.complaints import Complaint
from wirelab.sim.host.ipv4.errors import Errors
from wirelab.sim.host.ipv4.fast_forwarding import FastForwarding
from wirelab.sim.host.ipv4.forwarding import Forwarding
from wirelab.sim.host.ipv4.input import Handler, Ipv4Input
from wirelab.sim.host.ipv4.output import Ipv4Output
from wirelab.sim.host.ipv4.reassembly import Piece, Reassembly
from wirelab.sim.host.link_output import LinkOutput
from wirelab.sim.host.loopback import Loopback
from wirelab.sim.host.packet_hooks import PacketHooks
from wirelab.sim.host.path_mtu import PathMtus
from wirelab.sim.host.redirects import Redirects
from wirelab.sim.host.routing import Routes
from wirelab.sim.host.timers import Timers


class Ipv4Layer:
    """What the host gives IPv4, and what it gets.

    Args:
        config: the host's.
        routes: the host's.
        links: by interface index.
        loopback: the link to ourselves.
        hooks: see every packet that comes in, goes out or goes through.
        path_mtus: the host's.
        redirects: the host's.
        timers: the host's.
        random: where identifications begin.
        counters: the host's.

    Attributes:
        output: the way down.
        input: the way up, once `connect` was called.
        fast_forwarding: the short way through a router; None: this host is none.
    """

    input: Ipv4Input

    def __init__(
        self,
        config: HostConfig,
        routes: Routes,
        links: Sequence[LinkOutput],
        loopback: Loopback,
        hooks: PacketHooks,
        path_mtus: PathMtus,
        redirects: Redirects,
        timers: Timers,
        random: RandomSource,
        counters: Counters,
    ) -> None:
        self._config = config
        self._routes = routes
        self._hooks = hooks
        self._timers = timers
        self._counters = counters
        self._reassembly: Reassembly | None = None
        self.fast_forwarding = FastForwarding() if config.forwarding else None
        refused = partial(count, counters.not_sent)
        self.output = Ipv4Output(
            routes, links, loopback, hooks, config.ttl, path_mtus, redirects, random, refused
        )

    def connect(self, handlers: dict[int, Handler], no_protocol: Handler, errors: Errors) -> None:
        """Say who is above: ICMP and others need the way down before there can be a way up.

        Args:
            handlers: see `Ipv4Input`.
            no_protocol: likewise.
            errors: likewise.
        """
        self._errors = errors
        forwarding = None
        if self.fast_forwarding is not None:
            forwarding = Forwarding(
                self._config, self._routes, self.output, errors, self._hooks, self.fast_forwarding
            )
        self.input = Ipv4Input(
            self._routes,
            handlers,
            no_protocol,
            errors,
            self._hooks,
            self.reassembly,
            forwarding,
            self._config.source_routes,
        )

    def reassembly(self) -> Reassembly:
        """The fragments of this host."""
        if self._reassembly is None:
            self._reassembly = Reassembly(
                self._config.reassembly_bytes, self._timers, self._counters, self._timed_out
            )
        return self._reassembly

    def forget(self) -> None:
        """Addresses, routes or hooks have changed: look every way up anew."""
        self.output.forget_paths()
        if self.fast_forwarding is not None:
            self.fast_forwarding.forget()

    def _timed_out(self, first: Piece, now: int) -> None:
        """RFC 1122 section 3.3.2: tell the sender, of its first fragment."""
        if first.unicast:
            self._errors.complain(first.header, Complaint.REASSEMBLY_TIMEOUT, now)
