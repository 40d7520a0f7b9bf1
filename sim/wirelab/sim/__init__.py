"""A deterministic simulated network of virtual hosts, each with a complete TCP/IP stack.

    from wirelab.sim import Network, on, run

The names are loaded when they are first used, so that `wirelab.sim.host` alone (on a real link,
say) brings neither the simulated network nor asyncio with it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wirelab.sim.host import Host, HostConfig, HostError
    from wirelab.sim.network import Link, Network, Switch
    from wirelab.sim.programs.loop import DeadlockError, SimLoop, on, run
    from wirelab.sim.reasons import Reason
    from wirelab.sim.trace import Trace

_HOMES = {
    "DeadlockError": "wirelab.sim.programs.loop",
    "Host": "wirelab.sim.host",
    "HostConfig": "wirelab.sim.host",
    "HostError": "wirelab.sim.host",
    "Link": "wirelab.sim.network",
    "Network": "wirelab.sim.network",
    "Reason": "wirelab.sim.reasons",
    "SimLoop": "wirelab.sim.programs.loop",
    "Switch": "wirelab.sim.network",
    "Trace": "wirelab.sim.trace",
    "on": "wirelab.sim.programs.loop",
    "run": "wirelab.sim.programs.loop",
}

__all__ = [
    "DeadlockError",
    "Host",
    "HostConfig",
    "HostError",
    "Link",
    "Network",
    "Reason",
    "SimLoop",
    "Switch",
    "Trace",
    "on",
    "run",
]


def __getattr__(name: str) -> object:
    """Load a public name from its home (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
