"""Hypothesis strategies: headers, packets and frames for anyone's tests, right ones and wrong ones.

    headers(TCP)                   one header; every field may be given, as a value or a strategy
    options(TCP)                   one of its options
    packets(Ethernet, IPv4, TCP)   a stack with payload; `packets()`: any stack that there can be
    frames()                       bytes on the wire, with padding and trailers
    malformed()                    a frame that something was done to, and what that was
    samples(frames(), 100)         some of them, the same at every call

All are derived from the declarations in `wirelab.codecs.schemas`: a new protocol needs nothing
here. They favour what breaks programs (boundary numbers, all zeros, all ones, checksums that come
out as zero, full option lists, odd payloads), and shrink towards a header as its constructor makes
it, no options and no payload.

A test of your own program, with `pip install wirelab[strategies]`:

>>> from hypothesis import given
>>> from wirelab.codecs import IPv4, TCP, parse, strategies
>>> @given(strategies.packets(IPv4, strategies.headers(TCP, destination_port=80)))
... def test_web_traffic_is_read_back(packet):
...     assert parse(bytes(packet), first=IPv4)[TCP].destination_port == 80
>>> test_web_traffic_is_read_back()

And one that must survive whatever the network sends:

>>> @given(strategies.malformed(IPv4, TCP))
... def test_nothing_but_a_refusal(broken):
...     assert parse(broken.frame, first=IPv4, strict=False).layers, broken.what
"""

try:
    from wirelab.codecs.strategies.headers import headers, option_lists, options
    from wirelab.codecs.strategies.malformed import Malformed, malformed
    from wirelab.codecs.strategies.packets import frames, packets, payloads
    from wirelab.codecs.strategies.values import prepare, samples
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] != "hypothesis":
        raise
    raise ImportError(
        "wirelab.codecs.strategies needs Hypothesis, which is not installed here: "
        "pip install 'wirelab[strategies]'"
    ) from error

prepare()

__all__ = [
    "Malformed",
    "frames",
    "headers",
    "malformed",
    "option_lists",
    "options",
    "packets",
    "payloads",
    "samples",
]
