"""What a host lends to its services, and takes back."""

import pytest

from wirelab.sim import Network
from wirelab.sim.host.errors import HostError
from wirelab.sim.reasons import Reason
from wirelab.sim.services.small_services import Echo


@pytest.fixture
def host():
    return Network(seed=1).host("box", "10.0.0.1")


def test_a_service_that_cannot_start_leaves_no_port_open(host):
    """Its UDP port is free again when its TCP port is taken."""
    host.tcp_listen(7, 0)
    with pytest.raises(HostError) as caught:
        host.start(Echo(), 0)
    assert caught.value.reason is Reason.TCP_PORT_IN_USE
    assert host.services == ()
    host.start(Echo(tcp=False), 0)
    assert len(host.services) == 1


def test_a_service_that_runs_is_not_started_once_more(host):
    echo = Echo()
    host.start(echo, 0)
    with pytest.raises(ValueError, match="<Echo> runs on box already; stop it first"):
        host.start(echo, 0)
    host.stop(echo, 0)
    host.start(echo, 0)
    assert host.services == (echo,)
