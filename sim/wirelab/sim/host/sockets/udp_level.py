"""Options at level IPPROTO_UDP; see udp(7)."""

from typing import Final

from wirelab.sim.host.sockets.option import Option

UDP_LEVEL: Final[dict[int, Option]] = {}
