"""Readiness: what poll(2) and epoll(7) tell of a socket in each state.

Source: Linux, tcp_poll and datagram_poll. In short, for a stream:

    POLLHUP    both directions are over, or there never was a connection
    POLLRDHUP  the peer has closed, or receiving was shut down
    POLLIN     something to read, the end of it, or a connection to accept
    POLLOUT    a third of the send buffer is free; or sending would fail at once
    POLLPRI    urgent data
    POLLERR    an error waits (SO_ERROR), or the error queue is not empty
"""

from typing import TYPE_CHECKING

from wirelab.sim.host.sockets.constants import (
    POLLERR,
    POLLHUP,
    POLLIN,
    POLLOUT,
    POLLPRI,
    POLLRDHUP,
    POLLRDNORM,
    POLLWRBAND,
    POLLWRNORM,
)
from wirelab.sim.host.tcp.states import CLOSED, LISTEN, SYN_RECEIVED, SYN_SENT

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.stream import StreamSocket
    from wirelab.sim.host.tcp.connection import Connection

READABLE = POLLIN | POLLRDNORM
WRITABLE = POLLOUT | POLLWRNORM


def of_stream(socket: "StreamSocket") -> int:
    """Linux: tcp_poll."""
    state = socket.state
    if state == LISTEN:
        listener = socket.listener
        return READABLE if listener is not None and listener.waiting else 0
    mask = 0
    receive_shut, send_shut = socket.receive_shut, socket.send_shut
    if state == CLOSED or (receive_shut and send_shut):
        mask |= POLLHUP
    if receive_shut:
        mask |= READABLE | POLLRDHUP
    connection = socket.connection
    if state not in (SYN_SENT, SYN_RECEIVED) or (connection is not None and connection.is_early):
        if connection is not None and _is_readable(connection):
            mask |= READABLE
        if connection is not None and connection.urgent_is_here:
            mask |= POLLPRI
        if connection is None or send_shut or connection.is_writable:
            mask |= WRITABLE
    elif socket.waits_for_text:
        mask |= WRITABLE
    if socket.pending_error() or socket.has_queued_errors:
        mask |= POLLERR
    return mask


def of_datagrams(waiting: bool, troubled: bool, receive_shut: bool, send_shut: bool) -> int:
    """Linux: datagram_poll. A datagram leaves at once, so there is always room."""
    mask = WRITABLE | POLLWRBAND
    if troubled:
        mask |= POLLERR
    if receive_shut:
        mask |= READABLE | POLLRDHUP
        if send_shut:
            mask |= POLLHUP
    if waiting:
        mask |= READABLE
    return mask


def _is_readable(connection: "Connection") -> bool:
    """Linux: tcp_stream_is_readable: SO_RCVLOWAT bytes are there, or no more can come."""
    return connection.readable_bytes >= connection.options.receive_lowat
