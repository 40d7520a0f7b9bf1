"""Which guard is taken, and what is said when none can be."""

import errno

import pytest

from wirelab.adapters import guards
from wirelab.adapters.guards import GuardError, guard_ports
from wirelab.adapters.guards.minttl import GuardSockets

HOST = bytes([198, 51, 100, 1])


class FakeGuard:
    """Holds, or refuses with a number; counts how often it was closed."""

    def __init__(self, refusal=None):
        self.refusal, self.closed = refusal, 0

    def __call__(self, address, ports, protocol):
        if self.refusal is not None:
            raise OSError(self.refusal, errno.errorcode[self.refusal])
        return self

    def close(self):
        self.closed += 1


@pytest.fixture
def replace(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")

    def make(socket_guard, table):
        monkeypatch.setattr(guards, "GUARDS", {"socket": socket_guard, "nftables": table})

    return make


def test_the_guard_without_privileges_comes_first_and_is_closed_once(replace):
    socket_guard, table = FakeGuard(), FakeGuard()
    replace(socket_guard, table)
    with guard_ports(HOST, [49152]) as name:
        assert (name, socket_guard.closed) == ("socket", 0)
    assert (socket_guard.closed, table.closed) == (1, 0)


def test_the_owned_table_is_next(replace):
    table = FakeGuard()
    replace(FakeGuard(errno.EACCES), table)
    with guard_ports(HOST, [80]) as name:
        assert name == "nftables"
    assert table.closed == 1


def test_an_error_inside_lets_the_guard_go(replace):
    guard = FakeGuard()
    replace(guard, FakeGuard())
    with pytest.raises(RuntimeError), guard_ports(HOST, [80]):
        raise RuntimeError
    assert guard.closed == 1


@pytest.mark.parametrize(
    ("ports", "text"),
    [
        ([49152], "port 49152 is in use by the kernel (EADDRINUSE); choose another --source-port."),
        (
            [80, 443],
            "one of ports 80, 443 is in use by the kernel (EADDRINUSE); choose another "
            "--source-port.",
        ),
    ],
)
def test_a_port_in_use_is_no_case_for_another_guard(replace, ports, text):
    """Dropping its traffic would cut somebody else's connection."""
    replace(FakeGuard(errno.EADDRINUSE), FakeGuard())
    with pytest.raises(GuardError) as caught, guard_ports(HOST, ports):
        pass
    assert (caught.value.errno, caught.value.strerror) == (errno.EADDRINUSE, text)


def test_without_any_guard_every_failure_and_way_out_is_told(replace):
    replace(FakeGuard(errno.ENOPROTOOPT), FakeGuard(errno.EPERM))
    with pytest.raises(GuardError) as caught, guard_ports(HOST, [49152]):
        pass
    assert caught.value.strerror == (
        "the kernel cannot be kept off 198.51.100.1 (socket: ENOPROTOOPT; nftables: EPERM); "
        "use --ip with a free address, or --link tap, or run with CAP_NET_ADMIN on Linux 5.12 "
        "or newer."
    )


def test_elsewhere_than_on_linux_there_is_no_table(replace, monkeypatch):
    replace(FakeGuard(errno.EACCES), FakeGuard())
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(GuardError, match=r"\(socket: EACCES\)"), guard_ports(HOST, [80]):
        pass


def test_a_system_whose_kernel_would_answer_all_the_same_has_no_guard(monkeypatch):
    """Windows: a plain listening socket would accept what our peer sends."""
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(OSError, match="not known to keep a win32 kernel silent") as caught:
        GuardSockets(bytes([127, 0, 0, 1]), [49152])
    assert caught.value.errno == errno.ENOTSUP
