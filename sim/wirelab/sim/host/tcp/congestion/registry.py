"""Which congestion control algorithms there are, by name (TCP_CONGESTION, `TcpConfig.congestion`).

An algorithm of a user's own takes its place with one line:

>>> from wirelab.sim.host.tcp.congestion.newreno import NewReno
>>> class Timid(NewReno):
...     name = "timid"
...     def reduced(self, flight_size: int, now: int) -> int:
...         return 2 * self.smss
>>> register("timid", Timid)
>>> "timid" in available()
True
>>> unregister("timid")
"""

from collections.abc import Callable
from typing import TypeAlias

from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.congestion.control import CongestionControl
from wirelab.sim.host.tcp.congestion.cubic import Cubic
from wirelab.sim.host.tcp.congestion.newreno import NewReno

Factory: TypeAlias = Callable[[int, TcpConfig], CongestionControl]
"""Eff.snd.MSS in bytes and the knobs -> the algorithm of one connection."""

_FACTORIES: dict[str, Factory] = {"cubic": Cubic, "reno": NewReno}


def register(name: str, factory: Factory) -> None:
    """Let connections ask for `factory` by `name`.

    Raises:
        ValueError: the name is taken.
    """
    if name in _FACTORIES:
        raise ValueError(f"congestion control {name!r} is there already; unregister it first")
    _FACTORIES[name] = factory


def unregister(name: str) -> None:
    """Forget an algorithm; connections that have it keep it."""
    _FACTORIES.pop(name, None)


def available() -> tuple[str, ...]:
    """All names, in the order of registration."""
    return tuple(_FACTORIES)


def create(name: str, smss: int, config: TcpConfig) -> CongestionControl:
    """An algorithm for a new connection.

    Raises:
        ValueError: nobody has registered `name`.
    """
    factory = _FACTORIES.get(name)
    if factory is None:
        raise ValueError(f"no congestion control {name!r}; there are {', '.join(_FACTORIES)}")
    return factory(smss, config)


def switch(old: CongestionControl, name: str, config: TcpConfig) -> CongestionControl:
    """Another algorithm for a connection that runs; it goes on from the same window.

    Raises:
        ValueError: nobody has registered `name`.
    """
    new = create(name, old.smss, config)
    new.cwnd, new.ssthresh = old.cwnd, old.ssthresh
    return new
