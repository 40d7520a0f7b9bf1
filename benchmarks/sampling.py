"""Where processor time goes, layer by layer: the running function is looked at every millisecond.

A profiler that counts calls would charge each of them with its own cost, and most of our functions
are shorter than that. Sampling changes nothing but takes luck, so the function is run many times.
"""

import signal
import time
from collections import Counter
from collections.abc import Callable
from types import FrameType

INTERVAL_S = 0.001  # the system may make it four times as much
LEAST_SAMPLES = 1500

LAYERS = (
    ("benchmarks/", "the programs"),
    ("sim/network/", "simulated network: events, links, nodes"),
    ("sim/trace/", "trace"),
    ("codecs/checksum", "checksums"),
    ("host/ipv4/fast_path", "in: Ethernet, IPv4, finding the connection"),
    ("host/ipv4/input", "in: Ethernet, IPv4, finding the connection"),
    ("host/ipv6/fast_path", "in: Ethernet, IPv6, finding the connection"),
    ("host/ipv6/input", "in: Ethernet, IPv6, finding the connection"),
    ("host/ipv4/", "out: headers"),
    ("host/ipv6/", "out: headers"),
    ("host/neighbors/", "out: headers"),
    ("host/loopback", "out: headers"),
    ("host/network_output", "out: headers"),
    ("host/timers", "timers"),
    ("tcp/header_prediction", "in: TCP, text and windows"),
    ("tcp/delayed_ack", "in: TCP, text and windows"),
    ("tcp/buffers", "in: TCP, text and windows"),
    ("tcp/receive_window", "in: TCP, text and windows"),
    ("tcp/segment_arrives", "in: TCP, text and windows"),
    ("tcp/connection", "calls and events"),
    ("tcp/urgent", "calls and events"),
    ("tcp/send_buffer", "calls and events"),
    ("host/sockets", "calls and events"),
    ("tcp/acknowledgment", "in: ACKs, round trip, congestion"),
    ("tcp/flight", "in: ACKs, round trip, congestion"),
    ("tcp/rto", "in: ACKs, round trip, congestion"),
    ("tcp/congestion/", "in: ACKs, round trip, congestion"),
    ("tcp/retransmission_timer", "in: ACKs, round trip, congestion"),
    ("tcp/tail_loss_probe", "in: ACKs, round trip, congestion"),
    ("tcp/window_validation", "in: ACKs, round trip, congestion"),
    ("sim/host/tcp/", "out: TCP, what may go and its options"),
    ("sim/host/", "host: between driver and layers"),
)
"""The first part of a file's path that matches names the layer."""


def time_by_layer(function: Callable[[], int]) -> tuple[list[tuple[str, float]], float]:
    """Run a function many times; in which layer it spent its time.

    Args:
        function: does something some number of times, and returns the number.

    Returns:
        Layers with their shares of the time, largest first; and the processor seconds of each
        thing done.
    """
    samples: Counter[str] = Counter()

    def sample(number: int, frame: FrameType | None) -> None:
        if frame is not None:
            samples[_layer(frame.f_code.co_filename)] += 1

    done = 0
    before = signal.signal(signal.SIGPROF, sample)
    start = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, INTERVAL_S, INTERVAL_S)
    try:
        while samples.total() < LEAST_SAMPLES:
            done += function()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        seconds = time.process_time() - start
        signal.signal(signal.SIGPROF, before)
    total = samples.total()
    return [(layer, count / total) for layer, count in samples.most_common()], seconds / done


def _layer(path: str) -> str:
    return next((layer for part, layer in LAYERS if part in path), "Python's library")
