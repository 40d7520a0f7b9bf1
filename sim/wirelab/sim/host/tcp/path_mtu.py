"""What a smaller path MTU does to a connection.

Source: RFC 1191 section 6.4; RFC 9293 section 3.7.2.
"""

from wirelab.sim.host.tcp.options import send_mss
from wirelab.sim.host.tcp.retransmission import packet_too_big
from wirelab.sim.host.tcp.tcb import Tcb


def shrink(tcb: Tcb) -> None:
    """A router could not pass a segment on: cut smaller and send again."""
    packet_too_big(tcb, send_mss(tcb))
