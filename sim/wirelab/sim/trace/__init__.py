"""The trace: frames with their fate, TCP states, timers and application calls, on one clock."""

from wirelab.sim.trace.ledger import HostObserver, Trace, TraceError
from wirelab.sim.trace.records import (
    Call,
    Event,
    Fate,
    FrameRecord,
    HostInfo,
    InterfaceInfo,
    Refusal,
    StateChange,
    TimerFired,
)

__all__ = [
    "Call",
    "Event",
    "Fate",
    "FrameRecord",
    "HostInfo",
    "HostObserver",
    "InterfaceInfo",
    "Refusal",
    "StateChange",
    "TimerFired",
    "Trace",
    "TraceError",
]
