"""Options at level IPPROTO_UDP; see udp(7)."""

from typing import Final

from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets.option import Option, flag, stored_flag

UDP_LEVEL: Final[dict[int, Option]] = {
    c.UDP_CORK: flag("cork"),
    c.UDP_NO_CHECK6_TX: stored_flag((c.SOL_UDP, c.UDP_NO_CHECK6_TX)),
    c.UDP_NO_CHECK6_RX: stored_flag((c.SOL_UDP, c.UDP_NO_CHECK6_RX)),
}
