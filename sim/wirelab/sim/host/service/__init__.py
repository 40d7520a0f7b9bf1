"""Services: what runs inside a host, on its timers and sockets, whoever drives it.

    class Echo(Service):
        def start(self, desk, now):
            self._port = desk.udp(7, self._answer, now)

        def _answer(self, message, now):
            self._port.send(message.data, message.address, message.port, now)

        def stop(self, now):
            self._port.close(now)

    host.start(Echo(), now)

A service is called by the host alone: when a datagram, a byte or a timer of its own is there. So
the simulator and the live driver carry it without knowing of it.

    desk      `Desk`: what a service is given: the host, timers, ports, streams, pings
    ports     `Port`: UDP        streams   `Stream`, `StreamHandler`: TCP

Rule 1: callbacks get `now`, and may call the host; what they send leaves with the next
`Host.poll_transmit`, that is, at once.
Rule 2: events of a service's sockets never reach the driver.
"""

from wirelab.sim.host.service.desk import Desk, Service
from wirelab.sim.host.service.ports import Message, Port
from wirelab.sim.host.service.streams import Stream, StreamHandler, StreamListener

__all__ = [
    "Desk",
    "Message",
    "Port",
    "Service",
    "Stream",
    "StreamHandler",
    "StreamListener",
]
