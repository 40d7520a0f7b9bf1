"""A UDP socket: what the calls of udp(7) do."""

from errno import EAGAIN, EDESTADDRREQ, EMSGSIZE, ENOTCONN, EOPNOTSUPP, EPIPE

from wirelab.codecs.addresses import ANY_IPV4, ipv4_text
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.interface import is_multicast
from wirelab.sim.host.ipv4.output import IPV4_HEADER
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.sockets import control
from wirelab.sim.host.sockets.addresses import Address, SocketAddress, address_of, parse
from wirelab.sim.host.sockets.base import Buffer, ControlMessage, room_in
from wirelab.sim.host.sockets.constants import (
    MSG_ERRQUEUE,
    MSG_MORE,
    MSG_OOB,
    MSG_PEEK,
    MSG_TRUNC,
    SHUT_RD,
    SHUT_RDWR,
    SHUT_WR,
    SO_NO_CHECK,
    SOL_SOCKET,
)
from wirelab.sim.host.sockets.datagram_state import DatagramState
from wirelab.sim.host.sockets.error_queue import too_big
from wirelab.sim.host.sockets.failures import failure, invalid, refused, would_block
from wirelab.sim.host.tcp.socket_options import (
    PMTUDISC_DO,
    PMTUDISC_DONT,
    PMTUDISC_INTERFACE,
    PMTUDISC_PROBE,
    PMTUDISC_WANT,
)
from wirelab.sim.host.udp import HEADER_LENGTH, LARGEST_PAYLOAD
from wirelab.sim.reasons import Reason


class DatagramSocket(DatagramState):
    """A UDP socket; `Host.socket(AF_INET, SOCK_DGRAM)` makes it."""

    __slots__ = ()

    def set_option(self, name: str, value: object, now: int) -> None:
        """Change an attribute of `options`; a datagram that is no longer corked goes out."""
        super().set_option(name, value, now)
        if name == "cork" and not value:
            self._uncork(now)

    # --- data --------------------------------------------------------------------------------

    def sendmsg(
        self,
        buffers: list[Buffer] | tuple[Buffer, ...],
        ancillary: list[ControlMessage] | tuple[ControlMessage, ...] = (),
        flags: int = 0,
        address: SocketAddress | None = None,
        *,
        now: int,
    ) -> int:
        """Send one datagram, to `address` or to the peer; returns its length.

        Control messages: IP_TTL, IP_TOS, IP_PKTINFO (the source address). MSG_MORE: the datagram
        goes on with the next call.

        Raises:
            OSError: EDESTADDRREQ without address and peer, EMSGSIZE (longer than the link takes,
                with IP_PMTUDISC_PROBE, or the path with IP_PMTUDISC_DO), EPIPE after
                shutdown, EACCES, ENETUNREACH, EOPNOTSUPP for MSG_OOB, the pending error.
        """
        self._check_open("send")
        if not self._mailbox.port:
            self._enter(ANY_IPV4, 0)
        data = b"".join(buffers)
        if flags & MSG_OOB:
            raise failure(EOPNOTSUPP, f"send of urgent data on {self!r}: it is no stream")
        if len(data) > LARGEST_PAYLOAD:
            text = f"datagram of {len(data)} bytes; at most {LARGEST_PAYLOAD} fit IPv4"
            raise failure(EMSGSIZE, text, Reason.IP_TOO_BIG_DF)
        host, port = self._destination(address)
        wishes = control.wishes_of(ancillary)
        self._source_for(host, "send")
        if self._send_shut:
            raise failure(EPIPE, f"send on {self!r}: sending was shut down")
        self._raise_pending("send")
        if flags & MSG_MORE or self.options.cork or self._corked is not None:
            self._collect(data, host, port)
            if flags & MSG_MORE or self.options.cork:
                return len(data)
            self._uncork(now)
        else:
            self._transmit(data, host, port, wishes, now)
        return len(data)

    def _destination(self, address: SocketAddress | None) -> tuple[bytes, int]:
        if address is not None:
            host, port = parse(address)
            if not port:
                raise invalid(f"send to {ipv4_text(host)}:0; give a port from 1 to 65535")
            return host, port
        if self._mailbox.remote is None:
            text = f"send on {self!r}: it has no peer; connect it, or give an address"
            raise failure(EDESTADDRREQ, text)
        return self._mailbox.remote

    def _transmit(
        self, data: bytes, host: bytes, port: int, wishes: control.Wishes, now: int
    ) -> None:
        ttl = self.options.multicast_ttl if is_multicast(host) else self.options.ttl
        dont_fragment, largest = self._bounds(len(data), host)
        manner = Manner(
            ttl=ttl if wishes.ttl is None else wishes.ttl,
            tos=self.options.tos if wishes.tos is None else wishes.tos,
            dont_fragment=dont_fragment,
            largest=largest,
        )
        source, checksum = wishes.source or b"", not self.settings.get((SOL_SOCKET, SO_NO_CHECK))
        try:
            self.hub.udp.send(self._mailbox, data, host, port, now, manner, source, checksum)
        except HostError as error:
            where = f"send of {len(data)} bytes to {ipv4_text(host)}:{port}"
            if error.reason is Reason.IP_TOO_BIG_DF and self.options.receive_errors:
                self._mailbox.errors.add(too_big(largest, address_of(host, port), data))
            raise refused(error.reason, f"{where}: {error.detail}") from None

    def _bounds(self, length: int, host: bytes) -> tuple[bool, int]:
        """Whether to set Don't Fragment, and the largest IP packet, bytes (IP_MTU_DISCOVER).

        Linux (__ip_make_skb, __ip_append_data): what is longer is cut where it may be cut, and
        refused where not; IP_PMTUDISC_INTERFACE neither sets the bit nor cuts.
        """
        mode = self.options.mtu_discover
        output = self.hub.udp.output
        path_mtu, link_mtu = output.mtu_for(host), output.link_mtu_for(host)
        size = IPV4_HEADER + HEADER_LENGTH + length
        if mode == PMTUDISC_WANT:
            return size <= path_mtu, path_mtu
        if mode == PMTUDISC_INTERFACE:
            return size > link_mtu, link_mtu
        largest = path_mtu if mode in (PMTUDISC_DO, PMTUDISC_DONT) else link_mtu
        return mode in (PMTUDISC_DO, PMTUDISC_PROBE), largest

    def _collect(self, data: bytes, host: bytes, port: int) -> None:
        """Add to the datagram that waits; it goes where its first part was meant to go."""
        if self._corked is None:
            self._corked = (bytearray(), host, port)
        self._corked[0].extend(data)

    def _uncork(self, now: int) -> None:
        """Send what was collected."""
        if self._corked is None:
            return
        data, host, port = self._corked
        self._corked = None
        self._transmit(bytes(data), host, port, control.Wishes(), now)

    def recvmsg(
        self, size: int, ancillary_size: int = 0, flags: int = 0, *, now: int
    ) -> tuple[bytes, list[ControlMessage], int, Address | None]:
        """Take one datagram; what does not fit `size` is lost, and MSG_TRUNC set.

        MSG_PEEK: it stays. MSG_ERRQUEUE: an entry of the error queue (IP_RECVERR) instead: the
        payload of the datagram that it is about, a control message, and where that was going.

        Raises:
            OSError: EAGAIN when nothing is there, the pending error.
        """
        data, length, messages, returned, address = self._receive(size, ancillary_size, flags)
        if length > len(data):
            returned |= MSG_TRUNC
        return data, messages, returned, address

    def recv_into(
        self, buffer: bytearray | memoryview, size: int = 0, flags: int = 0, *, now: int
    ) -> int:
        """Receive into `buffer`; with MSG_TRUNC returns the whole length, also what was lost."""
        view = room_in(buffer, size)
        data, length, *_ = self._receive(len(view), 0, flags)
        view[: len(data)] = data
        return length if flags & MSG_TRUNC else len(data)

    def _receive(
        self, size: int, ancillary_size: int, flags: int
    ) -> tuple[bytes, int, list[ControlMessage], int, Address | None]:
        """Data, its whole length, control messages, flags, address."""
        self._check_open("recv")
        if size < 0:
            raise invalid(f"recv size is {size}; give 0 or more bytes")
        if flags & MSG_ERRQUEUE:
            return self._receive_error(size, ancillary_size)
        self._raise_pending("recv")
        datagram = self._mailbox.peek()
        if datagram is None:
            if self._receive_shut and self.blocking:
                return b"", 0, [], 0, None
            raise would_block(self, "recv")
        if not flags & MSG_PEEK:
            self._mailbox.take()
        told = control.of_datagram(datagram, self.settings, self._mailbox.dropped)
        messages, returned = control.fit(told, ancillary_size)
        data = datagram.data
        address = address_of(datagram.address, datagram.port)
        return data[:size], len(data), messages, returned, address

    def _receive_error(
        self, size: int, ancillary_size: int
    ) -> tuple[bytes, int, list[ControlMessage], int, Address | None]:
        """Linux: ip_recv_error."""
        mailbox = self._mailbox
        entry = mailbox.errors.take()
        if entry is None:
            raise failure(EAGAIN, f"recv on {self!r}: its error queue is empty")
        mailbox.error = mailbox.errors.next_errno
        messages, returned = control.fit([entry.control_message()], ancillary_size)
        data = entry.data
        return data[:size], len(data), messages, returned | MSG_ERRQUEUE, entry.destination

    # --- closing -----------------------------------------------------------------------------

    def shutdown(self, how: int, *, now: int) -> None:
        """End receiving or sending; without a peer it is an error, and done all the same.

        Raises:
            OSError: ENOTCONN without a peer, EINVAL for another `how`.
        """
        self._check_open("shutdown")
        if how not in (SHUT_RD, SHUT_WR, SHUT_RDWR):
            raise invalid(f"shutdown how is {how}; give SHUT_RD, SHUT_WR or SHUT_RDWR")
        self._receive_shut = self._receive_shut or how != SHUT_WR
        self._send_shut = self._send_shut or how != SHUT_RD
        if self._mailbox.remote is None:
            raise failure(ENOTCONN, f"shutdown of {self!r}")

    def close(self, *, now: int) -> None:
        """Give the port back, and forget what was not read."""
        if not self.closed:
            if self._mailbox.port:
                self.hub.udp.ports.release(self._mailbox)
            self.closed = True
