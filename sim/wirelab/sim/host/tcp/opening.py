"""Making a connection: the TCB, its timers and the object that the application will hold."""

from wirelab.sim.host.tcp import delayed_ack, fast_open, keepalive, persist, transitions
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.environment import Environment, Key
from wirelab.sim.host.tcp.expiry import timer_expired
from wirelab.sim.host.tcp.isn import initial_sequence_number
from wirelab.sim.host.tcp.socket_options import PMTUDISC_WANT, TcpOptions
from wirelab.sim.host.tcp.states import SYN_SENT
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.host.tcp.user_timeout_option import ToldTimeout


def create(
    environment: Environment, key: Key, now: int, options: TcpOptions, iss: int | None = None
) -> Tcb:
    """A TCB in CLOSED, entered among the connections; `iss` only where it must not be free."""
    if iss is None:
        iss = initial_sequence_number(environment.isn_secret, *key, now=now)
    tcb = Tcb(environment, key, iss, options)
    tcb.connection = Connection(tcb)
    if options.ttl is not None:
        tcb.flow.ttl = options.ttl
    if options.mtu_discover != PMTUDISC_WANT:
        tcb.flow.dont_fragment = options.dont_fragment
    if environment.config.user_timeout_option:
        tcb.told_timeout = ToldTimeout()
    timers = environment.timers
    tcb.retransmission_timer = timers.timer_of(tcb, timer_expired)
    tcb.persist_timer = timers.timer_of(tcb, persist.expired)
    tcb.keepalive_timer = timers.timer_of(tcb, keepalive.expired)
    tcb.delayed_ack_timer = timers.timer_of(tcb, delayed_ack.expired)
    tcb.time_wait_timer = timers.timer_of(tcb, transitions.time_wait_over)
    environment.connections[key] = tcb
    environment.ports.enter(tcb)
    return tcb


def open_actively(
    environment: Environment,
    key: Key,
    now: int,
    options: TcpOptions,
    iss: int | None = None,
    fast: bool = False,
) -> Tcb:
    """OPEN, active (RFC 9293 section 3.10.1): a SYN will go out; `fast`: by Fast Open."""
    tcb = create(environment, key, now, options, iss)
    tcb.announced = True  # the caller holds it from now on
    transitions.change_state(tcb, SYN_SENT, now)
    if fast:
        fast_open.prepare(tcb, now)
    tcb.mark_dirty()
    return tcb
