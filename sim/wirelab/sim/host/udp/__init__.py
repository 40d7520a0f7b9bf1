"""UDP and UDP-Lite over IPv4 and IPv6.

endpoint    who holds a port            udp_socket  the socket of `Host.udp_bind`
ports       who holds which             layer       datagrams in and out (RFC 768)
lite        UDP-Lite (RFC 3828)
"""

from wirelab.sim.host.udp.endpoint import OVERHEAD, Datagram, Endpoint, buffer_full, source_of
from wirelab.sim.host.udp.layer import HEADER_LENGTH, LARGEST_PAYLOAD, Udp, largest_payload
from wirelab.sim.host.udp.udp_socket import UdpSocket

__all__ = [
    "HEADER_LENGTH",
    "LARGEST_PAYLOAD",
    "OVERHEAD",
    "Datagram",
    "Endpoint",
    "Udp",
    "UdpSocket",
    "buffer_full",
    "largest_payload",
    "source_of",
]
