"""Programs and IPv6 addresses, with and without zones (RFC 4007 section 11)."""

import pytest

from wirelab.codecs.addresses import AddressError, ip_text
from wirelab.sim.network.network import Network
from wirelab.sim.programs.loop import on, run


@pytest.fixture
def pair():
    network = Network(seed=7)
    alice = network.host("alice", "10.0.0.1 2001:db8::1")
    bob = network.host("bob", "10.0.0.2 2001:db8::2")
    network.link(alice, bob, latency="1ms")
    return network, alice, bob


def link_local(host):
    [address] = [one.address for one in host.interfaces[0].ipv6 if one.address[0] == 0xFE]
    return ip_text(address)


@pytest.mark.parametrize("how", ["10.0.0.2", "2001:db8::2", "%eth0", "%1"])
def test_streams_and_datagrams_reach_a_host_by_each_of_its_addresses(pair, how):
    network, alice, bob = pair
    where = link_local(bob) + how if how.startswith("%") else how

    async def main():
        listener, port = on(bob).listen(80), on(bob).udp(4000)
        stream = await on(alice).connect(where, 80)
        accepted = await listener.accept()
        await stream.send(b"stream")
        on(alice).udp().send_to(b"datagram", where, 4000)
        received = await port.receive_from()
        return await accepted.receive(9), received.data, str(stream)

    text, data, shown = run(main, network)
    assert (text, data) == (b"stream", b"datagram")
    assert (f"[{where.partition('%')[0]}]:80" if ":" in where else "10.0.0.2:80") in shown


def test_a_zone_that_is_no_interface_says_which_there_are(pair):
    network, alice, _ = pair

    async def main():
        await on(alice).connect("fe80::1%eth7", 80)

    with pytest.raises(AddressError, match="alice has the interfaces eth0"):
        run(main, network)
