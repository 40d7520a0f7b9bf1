"""Options at levels IPPROTO_UDP and IPPROTO_UDPLITE; see udp(7) and udplite(7)."""

from typing import Any, Final

from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets.option import Option, flag
from wirelab.sim.host.udp import HEADER_LENGTH

UDP_LEVEL: Final[dict[int, Option]] = {
    c.UDP_CORK: flag("cork"),
    c.UDP_NO_CHECK6_TX: flag("no_checksum_out"),
    c.UDP_NO_CHECK6_RX: flag("no_checksum_in"),
}


def _coverage(direction: str) -> Option:
    """Bytes of UDP-Lite's checksum coverage, header included; 0: all (udplite(7))."""

    def get(socket: Any, now: int) -> int:
        return int(getattr(socket.coverage, direction))

    def put(socket: Any, value: int, now: int) -> None:
        if value:
            value = min(max(value, HEADER_LENGTH), 0xFFFF)
        setattr(socket.coverage, direction, value)

    return Option(get, put)


UDP_LITE_LEVEL: Final[dict[int, Option]] = {
    **UDP_LEVEL,
    c.UDPLITE_SEND_CSCOV: _coverage("send"),
    c.UDPLITE_RECV_CSCOV: _coverage("receive"),
}
"""What UDP has, too, and more."""
