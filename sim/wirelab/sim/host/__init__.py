"""A sans-IO TCP/IP host: frames and calls in, frames and events out, `now` always an argument."""

from wirelab.sim.host.host import Host

__all__ = ["Host"]
