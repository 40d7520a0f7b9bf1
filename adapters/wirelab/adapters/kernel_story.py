"""What our own kernel did, put into the trace of a live run.

The kernel hears every frame that comes for an address it shares with us. Of what it does with them
only its RSTs are seen (`wirelab.adapters.guards.witness`); what they answer is found here.
"""

from wirelab.adapters.guards.witness import KernelReset
from wirelab.codecs import TCP, IPv4
from wirelab.codecs.addresses import ipv4_text
from wirelab.sim.host.drops import Drop
from wirelab.sim.trace import KERNEL, FrameRecord, Trace
from wirelab.sim.trace.segments import read_frame


def tell_reset(trace: Trace, reset: KernelReset, now: int) -> None:
    """Give the kernel its lifeline, the segment that it refused, and the RST that it sent.

    Args:
        trace: of a live run, with our own host first.
        reset: what the witness saw.
        now: ns, on the clock of the trace.
    """
    us = next(iter(trace.hosts.values()))
    trace.add_host(KERNEL, us.interfaces)
    heard = _answered(trace, reset)
    if heard is not None:
        copy = trace.frame_copied(heard, now)
        detail = f"no socket on port {reset.source_port}"
        trace.frame_arrived(copy, KERNEL, Drop(reset.reason, detail, answered=True), now)
    trace.frame_handed_over(KERNEL, reset.frame, now, ipv4_text(reset.destination))


def _answered(trace: Trace, reset: KernelReset) -> FrameRecord | None:
    """The segment that the kernel answered: the last one from the peer it reset."""
    found = None
    for record in trace.frames():
        packet = None if record.sender in trace.hosts else read_frame(record.data)
        ip, tcp = (None, None) if packet is None else (packet.get(IPv4), packet.get(TCP))
        if ip is None or tcp is None or tcp.rst:
            continue
        ports = (tcp.source_port, tcp.destination_port)
        if ip.source == reset.destination and ports == (reset.destination_port, reset.source_port):
            found = record
    return found
