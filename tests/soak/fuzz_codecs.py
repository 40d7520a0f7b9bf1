"""A fuzzer for the codecs: whatever the bytes, a DecodeError is all that may be raised.

    python -m tests.soak.fuzz_codecs --inputs 5000000        (make soak)
    python -m tests.soak.fuzz_codecs --replay IPv4:4500...   (what a failure printed)

Of every input it is demanded that
    strict parsing succeeds or raises DecodeError, and so does lenient parsing;
    what parses gives its bytes back, strictly and leniently alike;
    all that can be asked of a packet is answered: fields, options, verdicts, texts, copies.

Inputs are made of a corpus (`wirelab.codecs.strategies`, so every protocol is in it) by mutations
that know where headers and fields begin. Input `n` of a seed is always the same one, on any number
of processes. A failure is cut down as far as it goes and printed as one line that replays it.
"""

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from multiprocessing import get_context
from typing import Any, NamedTuple

from wirelab.codecs import DecodeError, Ethernet, Header, Packet, parse
from wirelab.codecs.capture import CapturedFrame
from wirelab.codecs.compiler.agreement import projection_difference, stack_difference
from wirelab.codecs.compiler.equality import decode_difference
from wirelab.codecs.dissect import Dissector
from wirelab.codecs.protocols import HEADERS

BLOCK = 2000
"""Inputs that one process makes and checks in one go."""

PATIENCE_S = 20
"""Seconds of one input until it counts as hanging: thousands of times what any needs."""

DEEP_EACH = 4
"""One input in so many is asked everything; the others are parsed, and give their bytes back."""

COMPARED_EACH = 40
"""One input in so many is read in all ways there are, construct's among them."""

LONGEST = 4000
"""Bytes of an input at most."""

FIRST = {header.LAYER: header for header in HEADERS}


class Failure(NamedTuple):
    """An input that showed a bug."""

    number: int
    first: str
    frame: bytes
    problem: str


class Result(NamedTuple):
    """What a block of inputs came to."""

    inputs: int
    met: Counter[str]
    refused: Counter[str]
    failures: list[Failure]


class BrokenPromiseError(Exception):
    """A promise that does not hold, for which no exception was raised."""


class HangingError(Exception):
    """An input took longer than anything may."""


# What is demanded.


def check(frame: bytes, first: type[Header], deep: bool = True) -> Packet | None:
    """Demand everything of one input.

    Returns:
        The packet as it is read leniently, or None if it cannot be.

    Raises:
        Exception: any, if there is a bug.
    """
    try:
        strict: Packet | None = parse(frame, first)
    except DecodeError as error:
        str(error)
        strict = None
    try:
        lenient = parse(frame, first, strict=False)
    except DecodeError:
        demand(strict is None, "lenient parsing refuses what strict parsing reads")
        return None
    demand(bytes(lenient) == frame, "lenient parsing changed the bytes")
    if strict is not None:
        demand(bytes(strict) == frame, "strict parsing changed the bytes")
        demand(lenient.error is None, "strict parsing reads what lenient parsing complains about")
        demand(strict.layers == lenient.layers, "strict and lenient parsing read different headers")
    if deep:
        ask_everything(lenient, frame)
    return lenient


def compare(frame: bytes, first: type[Header]) -> None:
    """Demand that all derivations agree on an input, and that it can be dissected."""
    for strict in (True, False):
        difference = decode_difference(first, frame, strict)
        demand(difference is None, f"generated code and construct disagree: {difference}")
    if first is Ethernet:
        difference = stack_difference(frame) or projection_difference(frame)
        demand(difference is None, f"derivations disagree: {difference}")
        _DISSECTOR.dissect(CapturedFrame(1, 0, frame, len(frame), 1))


_DISSECTOR = Dissector()


def ask_everything(packet: Packet, frame: bytes) -> None:
    """Use all that a packet offers."""
    for ask in QUESTIONS:
        ask(packet)
    demand(bytes(packet.resolved()) == frame, "resolving AUTO changed a packet that has none")
    fixed = packet.fix_checksums()
    demand(len(bytes(fixed)) == len(frame), "right checksums made the packet longer or shorter")
    for header in packet.layers:
        for field in header.FIELDS:
            value = getattr(header, field.name)
            if field.format == "options":
                repr(value)
        demand(header == header.replace(), "a copy without changes is another header")


def _quoted(packet: Packet) -> None:
    quoted = packet.quoted
    if quoted is not None:
        quoted.show()
        bytes(quoted)


def _method(name: str) -> Callable[[Packet], object]:
    """A method by name, so that one which is not there yet is no failure."""

    def ask(packet: Packet) -> object:
        method = getattr(packet, name, None)
        return None if method is None else method()

    return ask


QUESTIONS: tuple[Callable[[Packet], object], ...] = (
    repr,
    _quoted,
    *(
        _method(name)
        for name in ("summary", "show", "hexdump", "verify", "known_whole", "fix", "flow_key")
    ),
)


def demand(condition: bool, promise: str) -> None:
    """Raise unless a promise holds."""
    if not condition:
        raise BrokenPromiseError(promise)


# Making inputs.


class Seed(NamedTuple):
    """A frame of the corpus, and the places in it where something begins."""

    first: str
    frame: bytes
    starts: tuple[int, ...]
    fields: tuple[tuple[int, int], ...]
    """First bit and width of each field that has a fixed place."""


@cache
def corpus() -> tuple[Seed, ...]:
    """Every header alone, every header on every header that carries it, and any stacks."""
    from wirelab.codecs import strategies
    from wirelab.codecs.strategies.packets import followers

    found: list[tuple[type[Header], Packet]] = []
    for header in HEADERS:
        stacks = [(header,), *((header, above) for above in followers(header))]
        for stack in stacks:
            found += [
                (header, packet) for packet in strategies.samples(strategies.packets(*stack), 3)
            ]
    found += [(Ethernet, one) for one in strategies.samples(strategies.packets(), 150)]
    return tuple(_seed(first, bytes(packet)) for first, packet in found)


def _seed(first: type[Header], frame: bytes) -> Seed:
    starts, fields, start = [], [], 0
    for header in parse(frame, first, strict=False).layers:
        starts.append(start)
        fields += [
            (start * 8 + field.bit_offset, field.bits)
            for field in header.FIELDS
            if min(field.bit_offset, field.bits) >= 0
        ]
        start += header.header_length
    return Seed(first.LAYER, frame, (*starts, start), tuple(fields))


def inputs(seed: int, block: int) -> Iterator[tuple[str, bytes]]:
    """The inputs of a block: name of the first header, and bytes."""
    chance = random.Random(f"{seed} {block}")
    seeds = corpus()
    for _ in range(BLOCK):
        chosen = chance.choice(seeds)
        data = bytearray(chosen.frame)
        for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 5))):
            chance.choice(MUTATIONS)(chance, data, chosen)
        yield chosen.first, bytes(data[:LONGEST])


def _set_field(chance: random.Random, data: bytearray, seed: Seed) -> None:
    """A field gets a boundary value: 0, 1, all ones, or one more or less than it had."""
    if not seed.fields:
        return
    first, bits = chance.choice(seed.fields)
    shift = len(data) * 8 - first - bits
    if shift < 0:
        return
    whole, mask = int.from_bytes(data, "big"), (1 << bits) - 1
    old = whole >> shift & mask
    new = chance.choice((0, 1, mask, mask >> 1, old + 1, old - 1, chance.getrandbits(bits))) & mask
    data[:] = (whole & ~(mask << shift) | new << shift).to_bytes(len(data), "big")


def _flip(chance: random.Random, data: bytearray, seed: Seed) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _set_byte(chance: random.Random, data: bytearray, seed: Seed) -> None:
    if data:
        data[chance.randrange(len(data))] = chance.choice((0, 1, 2, 127, 128, 192, 255))


def _cut(chance: random.Random, data: bytearray, seed: Seed) -> None:
    del data[chance.randrange(len(data) + 1) :]


def _cut_at_a_header(chance: random.Random, data: bytearray, seed: Seed) -> None:
    del data[max(0, chance.choice(seed.starts) + chance.choice((-1, 0, 1, 4))) :]


def _remove(chance: random.Random, data: bytearray, seed: Seed) -> None:
    start = chance.randrange(len(data) + 1)
    del data[start : start + chance.randrange(1, 9)]


def _garbage(chance: random.Random, data: bytearray, seed: Seed) -> None:
    start = chance.choice((*seed.starts, chance.randrange(len(data) + 1)))
    data[start : start + chance.choice((0, 4, 8))] = chance.randbytes(chance.randrange(24))


def _repeat_headers(chance: random.Random, data: bytearray, seed: Seed) -> None:
    """A part between two headers stands there several times."""
    first, second = chance.choice(seed.starts), chance.choice(seed.starts)
    start, stop = min(first, second), max(first, second)
    data[start:start] = data[start:stop] * chance.choice((1, 2, 20))


def _another_upper_part(chance: random.Random, data: bytearray, seed: Seed) -> None:
    """What follows a header comes from another frame."""
    other = chance.choice(corpus())
    data[chance.choice(seed.starts) :] = other.frame[chance.choice(other.starts) :]


MUTATIONS: tuple[Callable[[random.Random, bytearray, Seed], None], ...] = (
    _set_field,
    _set_field,
    _set_field,
    _flip,
    _set_byte,
    _cut,
    _cut_at_a_header,
    _remove,
    _garbage,
    _repeat_headers,
    _another_upper_part,
)


# Running.


def run_block(job: tuple[int, int]) -> Result:
    """Check one block of inputs."""
    seed, block = job
    signal.signal(signal.SIGALRM, _hangs)
    result = Result(BLOCK, Counter(), Counter(), [])
    for number, (first, frame) in enumerate(inputs(seed, block), block * BLOCK):
        depths = number % DEEP_EACH == 0, number % COMPARED_EACH == 0
        problem, packet = try_one(frame, first, *depths)
        if problem is not None:
            result.failures.append(Failure(number, first, frame, problem))
        elif packet is None:
            result.refused[first] += 1
        else:
            result.met.update({header.LAYER for header in packet.layers})
            if packet.error is not None:
                result.refused[packet.error.layer] += 1
    return result


def try_one(
    frame: bytes, first: str, deep: bool = True, compared: bool = True
) -> tuple[str | None, Packet | None]:
    """The problem with one input or None, and the packet that it is."""
    signal.setitimer(signal.ITIMER_REAL, PATIENCE_S)
    try:
        if compared:
            compare(frame, FIRST[first])
        return None, check(frame, FIRST[first], deep)
    except Exception as error:
        return f"{type(error).__name__} at {_place(error)}: {error}", None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _hangs(number: int, frame: object) -> None:
    raise HangingError(f"longer than {PATIENCE_S} s")


def _place(error: Exception) -> str:
    """File and line of the last call inside of the library."""
    place, trace = "?", error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if f"{os.sep}codecs{os.sep}" in name:
            place = f"{os.path.basename(name)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def smallest(failure: Failure) -> Failure:
    """The failure with as few bytes, and as many zeros, as show the same problem."""
    signal.signal(signal.SIGALRM, _hangs)
    frame, kind = failure.frame, failure.problem.split(":")[0]

    def fails(candidate: bytes) -> bool:
        problem, _ = try_one(candidate, failure.first)
        return problem is not None and problem.split(":")[0] == kind

    size = len(frame) // 2
    while size:
        start = 0
        while start < len(frame):
            candidate = frame[:start] + frame[start + size :]
            if fails(candidate):
                frame = candidate
            else:
                start += size
        size //= 2
    for index, byte in enumerate(frame):
        candidate = frame[:index] + b"\0" + frame[index + 1 :]
        if byte and fails(candidate):
            frame = candidate
    return failure._replace(frame=frame)


def fuzz(total: int, seed: int, workers: int) -> Result:
    """Check `total` inputs, rounded up to whole blocks, and tell the progress.

    Interrupted, it gives what it has.
    """
    started, shown = time.monotonic(), 0.0
    whole = Result(0, Counter(), Counter(), [])
    jobs = [(seed, block) for block in range(-(-total // BLOCK))]
    with get_context("spawn").Pool(workers, initializer=_leave_interrupts_alone) as pool:
        try:
            for done in pool.imap_unordered(run_block, jobs):
                whole = Result(
                    whole.inputs + done.inputs,
                    whole.met + done.met,
                    whole.refused + done.refused,
                    whole.failures + done.failures,
                )
                now = time.monotonic()
                if now - shown > (1 if sys.stderr.isatty() else 60):
                    shown = now
                    _show_progress(whole, now - started, len(jobs) * BLOCK)
        except KeyboardInterrupt:
            print("\ninterrupted; this is what came of it so far", file=sys.stderr)
    return whole


def _leave_interrupts_alone() -> None:
    """Ctrl-C goes to all processes of a terminal; the first one alone shall answer it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _show_progress(whole: Result, elapsed_s: float, total: int) -> None:
    """On a terminal one line that changes, elsewhere a line a minute."""
    rate = whole.inputs / elapsed_s
    text = (
        f"{whole.inputs:,} of {total:,} inputs, {rate:,.0f} a second, "
        f"{(total - whole.inputs) / rate:,.0f} s left, {len(whole.failures)} failures"
    )
    is_terminal = sys.stderr.isatty()
    print(f"\r{text}  " if is_terminal else text, end="" if is_terminal else "\n", file=sys.stderr)


def report(result: Result, elapsed_s: float) -> list[str]:
    """What came of it: each header, how often it was met and refused, and each kind of failure."""
    rate = result.inputs / elapsed_s
    lines = [f"{result.inputs:,} inputs in {elapsed_s:,.0f} s ({rate:,.0f} a second)"]
    lines.append(f"{'header':<28}{'read':>12}{'refused':>12}")
    for header in HEADERS:
        name = header.LAYER
        lines.append(f"{name:<28}{result.met[name]:>12,}{result.refused[name]:>12,}")
    kinds: dict[str, Failure] = {}
    for failure in sorted(result.failures):
        kinds.setdefault(failure.problem.split(":")[0], failure)
    for failure in kinds.values():
        least = smallest(failure)
        lines.append(f"FAILURE {failure.problem}")
        lines.append(f"  input {failure.number}; --replay {least.first}:{least.frame.hex()}")
    never = [header.LAYER for header in HEADERS if not result.met[header.LAYER]]
    if never:
        lines.append(f"never read: {', '.join(never)}")
    count = len(result.failures)
    lines.append(f"{count:,} failures of {len(kinds)} kinds" if count else "no failure")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Run the fuzzer, or replay one input.

    Returns:
        0; or 1 if something failed, or a header was never read.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.soak.fuzz_codecs")
    parser.add_argument("--inputs", type=int, default=5_000_000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--replay", metavar="HEADER:HEX", help="check this input only")
    asked: Any = parser.parse_args(arguments)
    if asked.replay:
        name, _, text = asked.replay.partition(":")
        compare(bytes.fromhex(text), FIRST[name])
        packet = check(bytes.fromhex(text), FIRST[name])
        print("no problem;", "refused" if packet is None else packet.summary())
        return 0
    started = time.monotonic()
    result = fuzz(asked.inputs, asked.seed, asked.workers)
    print("\n".join(report(result, time.monotonic() - started)))
    never = any(not result.met[header.LAYER] for header in HEADERS)
    return 1 if result.failures or never else 0


if __name__ == "__main__":
    sys.exit(main())
