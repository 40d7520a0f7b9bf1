import random

import pytest

from wirelab.codecs.addresses import ANY_IPV4 as ANY
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.ports import Ports
from wirelab.sim.host.tcp.socket_options import TcpOptions

HERE = b"\x0a\0\0\x01"
THERE = b"\x0a\0\0\x02"


def options(reuse_address=False, reuse_port=False):
    made = TcpOptions(TcpConfig())
    made.reuse_address, made.reuse_port = reuse_address, reuse_port
    return made


@pytest.fixture
def ports():
    return Ports(random.Random(1))


@pytest.mark.parametrize(("one", "other"), [(ANY, ANY), (ANY, HERE), (HERE, ANY), (HERE, HERE)])
def test_a_port_is_taken_once_on_addresses_that_overlap(ports, one, other):
    """RFC 9293 section 3.9.1.1."""
    first = ports.bind(one, 80, options())
    with pytest.raises(HostError, match=r"tcp\.port_in_use: port 80"):
        ports.bind(other, 80, options())
    first.release()
    first.release()
    assert ports.bind(other, 80, options()).port == 80


def test_two_addresses_do_not_disturb_each_other(ports):
    """RFC 9293 MUST-43."""
    assert [ports.bind(at, 80, options()).address for at in (HERE, THERE)] == [HERE, THERE]


@pytest.mark.parametrize("name", ["reuse_address", "reuse_port"])
def test_both_must_agree_to_share(ports, name):
    """socket(7)."""
    ports.bind(ANY, 80, options(**{name: True}))
    with pytest.raises(HostError):
        ports.bind(ANY, 80, options())
    ports.bind(ANY, 80, options(**{name: True}))


def test_what_sockets_agreed_to_is_looked_up_when_it_matters(ports):
    """socket(7): the option may be set after bind."""
    first = ports.bind(ANY, 80, options())
    first.options.reuse_address = True
    ports.bind(ANY, 80, options(reuse_address=True))


def test_ephemeral_ports_are_in_range_and_different(ports):
    """RFC 6335 section 6."""
    found = {ports.bind(ANY, 0, options()).port for _ in range(300)}
    assert len(found) == 300
    assert all(49_152 <= port <= 65_535 for port in found)


def test_only_one_of_two_that_reuse_the_address_may_listen(make_wire):
    """socket(7): SO_REUSEADDR, except when there is an active listening socket."""
    wire = make_wire()
    layer = wire.bob.layer
    chosen = [options(reuse_address=True), options(reuse_address=True)]
    bound = [layer.bind(ANY, 80, one) for one in chosen]
    listener = layer.listen(80, wire.now, options=chosen[0], binding=bound[0])
    with pytest.raises(HostError, match="has a listener"):
        layer.listen(80, wire.now, options=chosen[1], binding=bound[1])
    listener.close(wire.now)
    assert layer.listen(80, wire.now, options=chosen[1], binding=bound[1]).local_port == 80


def test_listeners_of_one_port_each_take_a_part_of_the_peers(make_wire):
    """socket(7), SO_REUSEPORT: "even distribution of connections across all of the listeners"."""
    wire = make_wire()
    layer = wire.bob.layer
    listeners = []
    for _ in range(3):
        chosen = options(reuse_port=True)
        bound = layer.bind(ANY, 80, chosen)
        listeners.append(layer.listen(80, wire.now, options=chosen, binding=bound))
    for _ in range(60):
        wire.alice.layer.connect(wire.bob.address, 80, wire.now)
    wire.run()
    assert all(listener.waiting > 9 for listener in listeners)
    assert sum(listener.waiting for listener in listeners) == 60


def test_a_connection_holds_the_port_of_its_listener(make_wire):
    """Without SO_REUSEADDR a server cannot start again while old connections are there."""
    wire = make_wire()
    layer = wire.bob.layer
    chosen = options()
    bound = layer.bind(ANY, 80, chosen)
    listener = layer.listen(80, wire.now, options=chosen, binding=bound)
    client = wire.alice.layer.connect(wire.bob.address, 80, wire.now)
    wire.run()
    server = listener.accept(wire.now)
    listener.close(wire.now)
    bound.release()
    with pytest.raises(HostError):
        layer.bind(ANY, 80, options(reuse_address=True))
    client.abort(wire.now)
    wire.run()
    assert server.state == "CLOSED"
    layer.bind(ANY, 80, options())


def test_a_connection_leaves_from_the_port_that_was_bound(make_wire):
    wire = make_wire()
    layer = wire.alice.layer
    bound = layer.bind(ANY, 5555, options())
    wire.bob.layer.listen(80, wire.now)
    client = layer.connect(wire.bob.address, 80, wire.now, options=bound.options, binding=bound)
    wire.run()
    assert (client.local_port, client.state) == (5555, "ESTABLISHED")
