import errno

import pytest

from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.reasons import Reason


def test_a_host_error_names_its_reason_and_the_numbers():
    error = HostError(Reason.UDP_PORT_IN_USE, "port 53")
    assert error.reason is Reason.UDP_PORT_IN_USE
    assert str(error) == "udp.port_in_use: port 53"
    assert str(HostError(Reason.TCP_RESET)) == "tcp.reset"


@pytest.mark.parametrize(
    ("reason", "number"),
    [
        (Reason.TCP_NO_LISTENER, errno.ECONNREFUSED),
        (Reason.TCP_RESET, errno.ECONNRESET),
        (Reason.ARP_TIMEOUT, errno.EHOSTUNREACH),
        (Reason.ND_TIMEOUT, errno.EHOSTUNREACH),
        (Reason.LINK_LOSS, errno.EIO),
    ],
)
def test_a_host_error_is_the_os_error_that_a_bsd_socket_would_raise(reason, number):
    error = HostError(reason)
    assert isinstance(error, OSError)
    assert error.errno == number


def test_would_block_is_no_false_value():
    """Else `if result:` would take an orderly end (b"") and "not yet" for the same."""
    assert bool(WOULD_BLOCK)
