"""What happens at once when an option of a live connection is changed.

Most options are read where they matter and need nothing here; what is sent next sees them. An
option whose mechanism has a timer, or a state of its own, has its line in `_REACTIONS`.
"""

from collections.abc import Callable
from typing import Final

from wirelab.sim.host.tcp import keepalive, receive_window, user_timeout_option
from wirelab.sim.host.tcp.congestion import registry
from wirelab.sim.host.tcp.tcb import Tcb


def _switch_congestion(tcb: Tcb, now: int) -> None:
    name = tcb.options.congestion or tcb.config.congestion
    if name != tcb.congestion.name:
        tcb.congestion = registry.switch(tcb.congestion, name, tcb.config)


def _acknowledge(tcb: Tcb, now: int) -> None:
    """TCP_QUICKACK: what waits for company goes now (Linux: __tcp_sock_set_quickack)."""
    if tcb.options.quickack and tcb.delayed_ack_timer.running:
        tcb.acknowledge_at_once()


def _set_ttl(tcb: Tcb, now: int) -> None:
    if tcb.options.ttl is not None:
        tcb.flow.ttl = tcb.options.ttl


def _flush(tcb: Tcb, now: int) -> None:
    """TCP_NODELAY set, or TCP_CORK off with it: what waits goes, whatever else holds it back."""
    if tcb.send_queue is not None and not tcb.options.nagle:
        tcb.send_queue.flush = True


def _uncork(tcb: Tcb, now: int) -> None:
    if not tcb.options.cork:
        _flush(tcb, now)


def _set_plain_ttl(tcb: Tcb, now: int) -> None:
    tcb.plain_ttl = tcb.options.plain_ttl


def _set_device(tcb: Tcb, now: int) -> None:
    tcb.flow.leave_by(tcb.options.device)
    _set_plain_ttl(tcb, now)


def _set_dont_fragment(tcb: Tcb, now: int) -> None:
    tcb.flow.dont_fragment = tcb.options.dont_fragment


_REACTIONS: Final[dict[str, Callable[[Tcb, int], None]]] = {
    "congestion": _switch_congestion,
    "cork": _uncork,
    "device": _set_device,
    "keep_count": keepalive.changed,
    "keep_idle": keepalive.changed,
    "keep_interval": keepalive.changed,
    "keepalive": keepalive.changed,
    "minimum_ttl": _set_plain_ttl,
    "mtu_discover": _set_dont_fragment,
    "nagle": _flush,
    "quickack": _acknowledge,
    "rcv_buff": receive_window.buffer_was_set,
    "ttl": _set_ttl,
    "user_timeout": user_timeout_option.changed,
    "window_clamp": receive_window.buffer_was_set,
}


def changed(tcb: Tcb, name: str, now: int) -> None:
    """React to a new value of `tcb.options.<name>`, and look what may be sent now.

    Args:
        tcb: the connection, not CLOSED.
        name: of the attribute of `TcpOptions`.
        now: ns.
    """
    reaction = _REACTIONS.get(name)
    if reaction is not None:
        reaction(tcb, now)
    tcb.mark_dirty()
