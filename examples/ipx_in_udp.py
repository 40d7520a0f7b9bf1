"""IPX in UDP (RFC 1234): two simulated hosts, a router between them, and a NetWare-style question.

Run: python examples/ipx_in_udp.py
"""

from wirelab.codecs import IPX
from wirelab.sim import Network
from wirelab.sim.services.ipx_tunnel import BROADCAST_NODE, IpxTunnel

NETWORK = 0xABCD
SAP_SOCKET = 0x0452
"""Service advertising: who is a file server here?"""


def main() -> list[str]:
    """Ask every station for a server, and tell what happened."""
    net = Network(seed=1)
    client = net.host("client", "10.1.0.2/24", gateway="10.1.0.1")
    router = net.host("router", ["10.1.0.1/24", "10.2.0.1/24"], forwarding=True)
    server = net.host("server", "10.2.0.2/24", gateway="10.2.0.1")
    net.link(client, router, latency="2ms")
    net.link(router, server, latency="3ms")
    told: list[str] = []

    def answer(header: IPX, payload: bytes, now: int) -> None:
        told.append(
            f"{now / 1e6:5.1f} ms  server hears {payload!r} on {header.destination_socket:#x}"
        )
        serving.send(header.source_node, header.source_socket, b"I am: SERVER1", now)

    def learn(header: IPX, payload: bytes, now: int) -> None:
        node = header.source_node.hex(":")
        told.append(f"{now / 1e6:5.1f} ms  client hears {payload!r} from node {node}")

    serving = IpxTunnel(NETWORK, answer)
    asking = IpxTunnel(NETWORK, learn, peers=["10.2.0.2"])
    server.start(serving, net.now)
    client.start(asking, net.now)
    asking.send(BROADCAST_NODE, SAP_SOCKET, b"who serves files?", net.now)
    net.run_for("1s")
    net.check()
    return told


if __name__ == "__main__":
    print("\n".join(main()))
