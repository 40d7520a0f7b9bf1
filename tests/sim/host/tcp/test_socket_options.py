import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.socket_options import TcpOptions


def test_defaults_come_from_the_configuration():
    config = TcpConfig(nagle=False, retries=3, syn_retries=2, keep_idle=5 * SECOND, keep_count=4)
    options = TcpOptions(config)
    assert (options.nagle, options.retries, options.syn_retries) == (False, 3, 2)
    assert (options.keep_idle, options.keep_count) == (5 * SECOND, 4)


@pytest.mark.parametrize("name", TcpOptions.__slots__)
def test_a_copy_has_every_value_and_its_own(name):
    options = TcpOptions(TcpConfig())
    setattr(options, name, 77)
    copy = options.copy()
    assert getattr(copy, name) == 77
    setattr(copy, name, 78)
    assert getattr(options, name) == 77


def test_a_repr_shows_what_was_set():
    options = TcpOptions(TcpConfig())
    assert repr(options) == "TcpOptions()"
    options.cork = True
    options.congestion = "cubic"
    assert repr(options) == "TcpOptions(congestion='cubic', cork=True)"


def test_the_connection_of_a_listener_inherits_its_options(make_wire):
    """accept(2)."""
    wire = make_wire()
    options = TcpOptions(wire.bob_config)
    options.retries = 4
    listener = wire.bob.layer.listen(80, wire.now, options=options)
    wire.alice.layer.connect(wire.bob.address, 80, wire.now)
    wire.run()
    accepted = listener.accept(wire.now)
    assert accepted.retries == 4
    accepted.retries = 9
    assert options.retries == 4


def test_an_active_open_keeps_the_options_that_it_was_given(make_wire):
    wire = make_wire()
    options = TcpOptions(wire.alice_config)
    connection = wire.alice.layer.connect(wire.bob.address, 80, wire.now, options=options)
    options.retries = 4
    assert connection.retries == 4
