"""The trace: frames with their fate, TCP states, timers and application calls, on one clock."""

from wirelab.sim.trace.ledger import HostObserver, Trace, TraceError
from wirelab.sim.trace.records import (
    KERNEL,
    Call,
    Event,
    Fate,
    FrameRecord,
    HostInfo,
    InterfaceInfo,
    LiveLink,
    Refusal,
    StateChange,
    TimerFired,
)

__all__ = [
    "KERNEL",
    "Call",
    "Event",
    "Fate",
    "FrameRecord",
    "HostInfo",
    "HostObserver",
    "InterfaceInfo",
    "LiveLink",
    "Refusal",
    "StateChange",
    "TimerFired",
    "Trace",
    "TraceError",
]
