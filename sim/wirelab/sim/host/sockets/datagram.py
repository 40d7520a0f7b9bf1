"""A UDP socket: what the calls of udp(7) do."""

from errno import EAGAIN, EDESTADDRREQ, EMSGSIZE, ENODEV, ENOTCONN, EOPNOTSUPP, EPIPE
from typing import Final, NamedTuple

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.interface import is_group
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.sockets import control
from wirelab.sim.host.sockets.addresses import AnyAddress, Place, SocketAddress
from wirelab.sim.host.sockets.base import Buffer, ControlMessage, room_in
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    IPV6_FLOWINFO_SEND,
    MSG_ERRQUEUE,
    MSG_MORE,
    MSG_OOB,
    MSG_PEEK,
    MSG_TRUNC,
    SHUT_RD,
    SHUT_RDWR,
    SHUT_WR,
    SO_NO_CHECK,
    SOL_IPV6,
    SOL_SOCKET,
)
from wirelab.sim.host.sockets.datagram_state import DatagramState
from wirelab.sim.host.sockets.error_queue import too_big
from wirelab.sim.host.sockets.failures import failure, invalid, refused, would_block
from wirelab.sim.host.sockets.families import everywhere, remote_of, way_of, zone_of
from wirelab.sim.host.sockets.wishes import USUAL, Wishes
from wirelab.sim.host.tcp.socket_options import (
    PMTUDISC_DO,
    PMTUDISC_DONT,
    PMTUDISC_INTERFACE,
    PMTUDISC_PROBE,
    PMTUDISC_WANT,
)
from wirelab.sim.host.udp import largest_payload
from wirelab.sim.reasons import Reason

_IP_HEADER: Final = {4: 20, 16: 40}
"""bytes, by the length of an address (RFC 791 section 3.1, RFC 8200 section 3)."""


class Target(NamedTuple):
    """Where a datagram goes.

    Attributes:
        host, port: whom to.
        flow: flow label.
        way: index of the interface to leave by; None: as routed.
    """

    host: bytes
    port: int
    flow: int = 0
    way: int | None = None


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

        Control messages: IP_TTL, IP_TOS, IP_PKTINFO (source address and interface), IP_RETOPTS;
        with AF_INET6 IPV6_HOPLIMIT, IPV6_TCLASS, IPV6_PKTINFO, IPV6_DONTFRAG, IPV6_FLOWINFO and
        IPV6_HOPOPTS. MSG_MORE: the datagram goes on with the next call.

        Raises:
            OSError: EDESTADDRREQ without address and peer, EMSGSIZE (longer than a datagram can
                be, or than may be fragmented: see IP_MTU_DISCOVER), EPIPE after shutdown, EACCES,
                ENETUNREACH, EOPNOTSUPP for MSG_OOB, the pending error.
        """
        self._check_open("send")
        if not self._mailbox.port:
            self._enter(everywhere(self), 0)
        data = b"".join(buffers)
        if flags & MSG_OOB and self.family == AF_INET:  # IPv6 ignores it on Linux
            raise failure(EOPNOTSUPP, f"send of urgent data on {self!r}: it is no stream")
        if len(data) > 0xFFFF:
            text = f"datagram of {len(data)} bytes; its length has 16 bits"
            raise failure(EMSGSIZE, text, Reason.IP_TOO_BIG_DF)
        target, wishes = self._target(address), USUAL
        if ancillary:
            wishes = control.wishes_of(ancillary, self.family, target.host)
            target = self._redirected(target, wishes.interface)
            self._check_source(wishes.source)
        self._check_data(data, target.host)
        most = largest_payload(target.host)
        if len(data) > most:
            text = f"datagram of {len(data)} bytes; at most {most} fit"
            raise failure(EMSGSIZE, text, Reason.IP_TOO_BIG_DF)
        self._source_for(target.host, target.way, "send")
        if self._send_shut and self.heeds_shutdown:
            raise failure(EPIPE, f"send on {self!r}: sending was shut down")
        self._raise_pending("send")
        if flags & MSG_MORE or self.options.cork or self._corked is not None:
            self._collect(data, target)
            if flags & MSG_MORE or self.options.cork:
                return len(data)
            self._uncork(now)
        else:
            self._transmit(data, target, wishes, now)
        return len(data)

    def _target(self, address: SocketAddress | None) -> Target:
        """Where to, and by which interface: what the call says goes before what options say."""
        if address is not None:
            place = self._parse(address)
            self._check_port(place)
            host = remote_of(self, place, "send")
            way, port, flow = way_of(self, place, "send"), place.port, place.flow
        elif self._mailbox.remote is None:
            text = f"send on {self!r}: it has no peer; connect it, or give an address"
            raise failure(EDESTADDRREQ, text)
        else:
            (host, port), way, flow = self._mailbox.remote, self.device, self._flow
        if way is None:
            way = self._usual_way(host)
        return Target(host, port, flow, way)

    def _usual_way(self, host: bytes) -> int | None:
        """By which interface, where neither address nor socket are bound to one."""
        if is_group(host):
            return self.options.multicast_interface
        return self.options.unicast_interface

    def _redirected(self, target: Target, interface: int | None) -> Target:
        """By the interface that a control message names."""
        if interface is None or (interface == self.hub.loopback and self._is_own(target.host)):
            return target
        if not 0 <= interface < len(self.hub.interfaces):
            raise failure(ENODEV, f"send by interface {interface + 1}: this host has no such")
        return target._replace(way=interface)

    def _is_own(self, host: bytes) -> bool:
        return self.hub.udp.is_local(host)

    def _check_source(self, source: bytes | None) -> None:
        """Linux: ip6_datagram_send_ctl; over IPv4 there is no route from elsewhere."""
        if source is not None and len(source) == 16 and not self._is_own(source):
            raise invalid(f"send from {ip_text(source)}: no address of this host")

    def _check_port(self, place: Place) -> None:
        """Whether there is somebody at such a port."""
        if not place.port:
            text = f"send to {self._address(place.host, 0)}; give a port from 1 to 65535"
            raise invalid(text)

    def _check_data(self, data: bytes, host: bytes) -> None:
        """Whether these bytes may be sent; UDP asks nothing of them."""

    def _transmit(self, data: bytes, target: Target, wishes: Wishes, now: int) -> None:
        manner = self._manner(len(data), target, wishes)
        try:
            self._send(data, target, manner, wishes.source or b"", now)
        except HostError as error:
            where = self._address(target.host, target.port)
            if error.reason is Reason.IP_TOO_BIG_DF and self.options.receive_errors:
                self._mailbox.errors.add(too_big(manner.largest or 0, where, data))
            text = f"send of {len(data)} bytes to {where}: {error.detail}"
            raise refused(error.reason, text) from None

    def _send(self, data: bytes, target: Target, manner: Manner, own: bytes, now: int) -> None:
        """Hand a datagram to the layer below."""
        options, host = self.options, target.host
        if len(host) == 4:
            checksum = not self.settings.get((SOL_SOCKET, SO_NO_CHECK))
            if not own and is_group(host) and any(options.multicast_source):
                own = options.multicast_source
        else:
            checksum = not options.no_checksum_out
        self._layer.send(self._mailbox, data, host, target.port, now, manner, own, checksum)

    def _manner(self, length: int, target: Target, wishes: Wishes) -> Manner:
        """How a datagram with so many bytes of payload goes out."""
        options, host = self.options, target.host
        ttl = wishes.ttl
        if ttl is None:
            ttl = options.multicast_ttl if is_group(host) else options.ttl
        whole = options.whole if wishes.whole is None else wishes.whole
        dont_fragment, largest = self._bounds(length, target)
        return Manner(
            ttl=ttl,
            tos=options.tos if wishes.tos is None else wishes.tos,
            dont_fragment=dont_fragment or whole,
            largest=largest,
            options=options.header_options if wishes.options is None else wishes.options,
            interface=target.way,
            loops=options.multicast_loop,
            flow_label=target.flow if wishes.flow is None else wishes.flow,
        )

    def _bounds(self, length: int, target: Target) -> tuple[bool, int]:
        """Whether to set Don't Fragment, and the largest IP packet, bytes (IP_MTU_DISCOVER).

        Linux (__ip_make_skb, __ip_append_data): what is longer is cut where it may be cut, and
        refused where not; IP_PMTUDISC_INTERFACE neither sets the bit nor cuts. Over IPv6, which
        has no such bit, the same modes say whether we cut ourselves.
        """
        mode, host, output = self.options.mtu_discover, target.host, self._layer.output
        path_mtu, link_mtu = output.mtu_for(host, target.way), output.link_mtu_for(host, target.way)
        if len(host) == 16 and self.options.largest_packet:
            path_mtu = min(path_mtu, self.options.largest_packet)
            link_mtu = min(link_mtu, self.options.largest_packet)
        size = _IP_HEADER[len(host)] + self.header_length + length
        if mode == PMTUDISC_WANT:
            return size <= path_mtu, path_mtu
        if mode == PMTUDISC_INTERFACE:
            return size > link_mtu, link_mtu
        largest = path_mtu if mode in (PMTUDISC_DO, PMTUDISC_DONT) else link_mtu
        return mode in (PMTUDISC_DO, PMTUDISC_PROBE), largest

    def _collect(self, data: bytes, target: Target) -> None:
        """Add to the datagram that waits; it goes where its first part was meant to go."""
        if self._corked is None:
            self._corked = (bytearray(), target)
        self._corked[0].extend(data)

    def _uncork(self, now: int) -> None:
        """Send what was collected."""
        if self._corked is None:
            return
        data, target = self._corked
        self._corked = None
        self._transmit(bytes(data), target, USUAL, now)

    def recvmsg(
        self, size: int, ancillary_size: int = 0, flags: int = 0, *, now: int
    ) -> tuple[bytes, list[ControlMessage], int, AnyAddress | None]:
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
    ) -> tuple[bytes, int, list[ControlMessage], int, AnyAddress | None]:
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
        dropped = self._mailbox.dropped
        told = control.of_datagram(datagram, self.settings, dropped, self.family)
        messages, returned = control.fit(told, ancillary_size)
        data = datagram.data
        zone = zone_of(datagram.address, datagram.interface)
        flow = datagram.flow if self.settings.get((SOL_IPV6, IPV6_FLOWINFO_SEND)) else 0
        address = self._address(datagram.address, datagram.port, flow, zone)
        return data[:size], len(data), messages, returned, address

    def _receive_error(
        self, size: int, ancillary_size: int
    ) -> tuple[bytes, int, list[ControlMessage], int, AnyAddress | None]:
        """Linux: ip_recv_error."""
        mailbox = self._mailbox
        entry = mailbox.errors.take()
        if entry is None:
            raise failure(EAGAIN, f"recv on {self!r}: its error queue is empty")
        mailbox.error = mailbox.errors.next_errno
        messages, returned = control.fit([entry.control_message(self.family)], ancillary_size)
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
                self._layer.ports.release(self._mailbox)
            if self.has_joined:
                self.hub.multicast.forget(self, now)
            self.closed = True
