"""Each protocol's fields against tshark's, on many odd frames made out of a few ordinary ones.

    def test_every_field_of_udp_is_what_tshark_prints(variations, oracle):
        oracle("udp", variations(BASE))

`variations` multiplies frames, `oracle` writes them to a capture, has tshark and us print all
fields of the protocol, and fails with the first differences.
"""

import collections
import itertools
import struct
from typing import NamedTuple

import pytest
from scapy.utils import checksum

from wirelab.codecs.capture import PcapWriter, open_capture
from wirelab.codecs.dissect import REGISTRY, Dissector, Kind
from wirelab.codecs.dissect.foreign import FOREIGN
from wirelab.codecs.dissect.hex_text import hexdump

START_NS = 1_700_000_000_000_000_000
STEP_NS = 1_234_567
IPV4_OPTIONS = {
    "nop": b"\1\1\1\0",
    "alert": b"\x94\x04\0\0",
    "route": b"\x07\x0b\x08" + bytes((10, 0, 0, 9)) + bytes(4) + b"\0",
    "source route": b"\x83\x07\x04" + bytes((10, 0, 0, 9)) + b"\0",
    "times": b"\x44\x0c\x05\0" + bytes(8),
    "unknown": b"\x1e\x04\1\2",
    "lying": b"\x94\x09\0\0",
}


class Frame(NamedTuple):
    """A frame, and how it came about."""

    name: str
    data: bytes
    wire_length: int


def whole(name, data):
    """A frame of which nothing was cut off."""
    return Frame(name, data, len(data))


def is_ipv4(data):
    """Whether an untagged Ethernet frame holds a sound IPv4 header."""
    return data[12:14] == b"\x08\0" and len(data) >= 34 and data[14] >> 4 == 4


def with_header(data, header, payload):
    """An Ethernet frame with another IPv4 header, its checksum made right."""
    header = header[:10] + b"\0\0" + header[12:]
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    return data[:14] + header + payload


def parts(data):
    """IPv4 header and payload of an Ethernet frame."""
    size = (data[14] & 15) * 4
    return data[14 : 14 + size], data[14 + size :]


def tagged(name, data):
    """VLAN stacks."""
    for tags in ("8100002a", "8100e001810000c8", "88a800648100000a", "81000fff" * 3):
        yield whole(f"{name} behind {tags}", data[:12] + bytes.fromhex(tags) + data[12:])


def with_options(name, data):
    """IPv4 options."""
    if not is_ipv4(data):
        return
    header, payload = parts(data)
    for option, raw in IPV4_OPTIONS.items():
        if len(header) + len(raw) <= 60:
            longer = header + raw
            total = struct.pack("!H", min(len(longer) + len(payload), 65535))
            longer = bytes((0x40 | len(longer) // 4,)) + longer[1:2] + total + longer[4:]
            yield whole(f"{name} with {option}", with_header(data, longer, payload))


def mangled(name, data):
    """Wrong bytes, one at a time: checksums, lengths, types and all the rest."""
    for place in range(12, min(len(data), 14 + 100)):
        for value in (data[place] ^ 1, data[place] ^ 0x80, 0, 0xFF, data[place] + 5 & 0xFF):
            if value != data[place]:
                changed = data[:place] + bytes((value,)) + data[place + 1 :]
                yield whole(f"{name} with 0x{value:02x} at {place}", changed)


def lying(name, data):
    """IPv4 and IPv6 lengths that promise more or less than there is; 0 is segmentation offload."""
    place = {b"\x08\0": 16, b"\x86\xdd": 18}.get(data[12:14])
    if place is None or len(data) < place + 2:
        return
    (length,) = struct.unpack_from("!H", data, place)
    for value in (0, 1, 19, 20, 24, 28, length - 1, length + 1, length - 7, length + 100, 65535):
        lie = struct.pack("!H", value & 0xFFFF)
        yield whole(f"{name}, length {value}", data[:place] + lie + data[place + 2 :])


def padded(name, data):
    """Padding, trailers and what may be a frame check sequence."""
    for count in (1, 4, 6, 18, 46):
        yield whole(f"{name} and {count} zeros", data + bytes(count))
        yield whole(f"{name} and a trailer of {count}", data + bytes(range(1, count + 1)))
    filled = data.ljust(60, b"\0")
    yield whole(f"{name} filled up", filled)
    yield whole(f"{name} filled up, with FCS", filled + b"\xde\xad\xbe\xef")


def cut(name, data):
    """Snapshot lengths, and frames that really end there."""
    for length in range(1, len(data)):
        yield Frame(f"{name} captured to {length}", data[:length], len(data))
        yield whole(f"{name} ending at {length}", data[:length])


def fragments(name, data, identification):
    """The payload in pieces: all that belong together."""
    if not is_ipv4(data):
        return
    header, payload = parts(data)
    if struct.unpack_from("!H", header, 6)[0] & 0x3FFF or len(payload) < 16:
        return
    middle = len(payload) // 2 // 8 * 8 or 8
    for order in ("in order", "reversed", "missing one"):
        number = struct.pack("!H", next(identification))
        pieces = []
        for start, stop in ((0, middle), (middle, len(payload))):
            word = struct.pack("!H", start // 8 | (0x2000 if stop < len(payload) else 0))
            total = struct.pack("!H", len(header) + stop - start)
            new = header[:2] + total + number + word + header[8:]
            frame = with_header(data, new, payload[start:stop])
            pieces.append(whole(f"{name} from {start} to {stop}, {order}", frame))
        if order == "reversed":
            pieces.reverse()
        yield pieces[: 1 if order == "missing one" else 2]


def quotes(name, data):
    """ICMP errors that quote the packet, whole and cut."""
    if not is_ipv4(data):
        return
    packet = data[14:]
    for kind, code, word in ((3, 3, 0), (3, 4, 1400), (5, 1, 0x0A0000FE), (11, 0, 0), (12, 0, 0)):
        for length in (28, 36, len(packet)):
            message = struct.pack("!BBHI", kind, code, 0, word) + packet[:length]
            message = message[:2] + struct.pack("!H", checksum(message)) + message[4:]
            header = struct.pack(
                "!BBHHHBBH8s",
                0x45,
                0,
                20 + len(message),
                1,
                0,
                64,
                1,
                0,
                packet[16:20] + packet[12:16],
            )
            quoted = with_header(data[6:12] + data[:6] + b"\x08\0", header, message)
            yield whole(f"ICMP {kind}/{code} with {length} bytes of {name}", quoted)


FOREIGN_NAMES = {name for names in FOREIGN.values() for name in names.values()}
KNOWN = {"ethertype", "raw", "null", "ieee8021ad", "sll"} | FOREIGN_NAMES
KNOWN |= {name for name, field in REGISTRY.items() if field.kind is Kind.PROTOCOL}
"""Names in `frame.protocols` that wirelab gives."""

WAYS = {
    "tagged": tagged,
    "options": with_options,
    "mangled": mangled,
    "lying": lying,
    "padded": padded,
    "cut": cut,
    "quotes": quotes,
}


def spread(found, count):
    """`count` elements at even distances; all of them if there are fewer."""
    if len(found) <= count:
        return found
    return [found[index * len(found) // count] for index in range(count)]


def in_turn(lists):
    """The first of each, then the second of each, and so on."""
    return [one for row in itertools.zip_longest(*lists) for one in row if one is not None]


@pytest.fixture(scope="session")
def variations():
    """Frames (bytes, or scapy packets) -> many odd ones of them, always the same.

    `without` names ways of `WAYS`, or "fragments", that are left out; `count` is about how many
    frames to make. The frames themselves come first.
    """

    def vary(frames, count=400, without=()):
        base = [bytes(frame) for frame in frames]
        found = [whole(f"frame {number}", data) for number, data in enumerate(base)]
        numbers = itertools.count(0x7000)
        pools = {
            # Of each frame in turn, so that a small share has some of every one.
            way: in_turn([[[f] for f in make(frame.name, frame.data)] for frame in found])
            for way, make in WAYS.items()
        }
        made = [list(fragments(frame.name, frame.data, numbers)) for frame in found]
        pools["fragments"] = in_turn(made)
        chosen = {way: pool for way, pool in pools.items() if way not in without and pool}
        left = count - len(found)
        # The smallest first: what they leave over goes to those that have more.
        for ways_left, way in zip(
            range(len(chosen), 0, -1), sorted(chosen, key=lambda way: len(chosen[way])), strict=True
        ):
            groups = spread(chosen[way], max(left // ways_left, 1))
            chosen[way] = groups
            left -= sum(map(len, groups))
        found += [frame for groups in chosen.values() for group in groups for frame in group]
        return found

    return vary


class Comparison(NamedTuple):
    """What came of a comparison that found no difference."""

    frames: int
    fields: list[str]
    filled: frozenset[str]
    """Fields that had a value somewhere."""


@pytest.fixture(scope="session")
def utc():
    """Times print in UTC."""
    import time

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def oracle(tmp_path, tshark_run, tshark, utc):
    """Compare all fields of protocols on frames with tshark's; fail with the first differences.

    Args of the function: `protocols`, names such as "udp" (all their fields are compared) or a
    list of fields and protocols; `frames` of `variations`, or bytes; `link_type` of the capture;
    `at_least` so many frames; `on_purpose` maps a field to a function of (frame, theirs, ours)
    that says whether the difference is one that README.md names.
    """

    def compare(protocols, frames, link_type=1, at_least=300, on_purpose=None):
        frames = [f if isinstance(f, Frame) else whole("frame", bytes(f)) for f in frames]
        assert len(frames) >= at_least, f"{len(frames)} frames; vary them more"
        fields = fields_of([protocols] if isinstance(protocols, str) else protocols)
        path = tmp_path / "oracle.pcap"
        with PcapWriter(path, link_type) as writer:
            for number, frame in enumerate(frames):
                now = START_NS + number * STEP_NS
                writer.write(frame.data, now, wire_length=frame.wire_length)
        theirs = printed_by_tshark(tshark_run, path, fields)
        ours = printed_by_us(path, fields)
        assert len(ours) == len(theirs) == len(frames)
        further = sum(map(goes_further, theirs, ours))
        assert len(frames) - further >= at_least, f"tshark looks further into {further} frames"
        fail_if_different(frames, fields, theirs, ours, on_purpose or {})
        filled = frozenset(name for name in fields if any(row[name] for row in theirs))
        return Comparison(len(frames), fields, filled)

    return compare


def fields_of(names):
    """Fields as they are, protocols as all of their fields."""
    found = []
    for name in names:
        if name in REGISTRY and REGISTRY[name].kind is not Kind.PROTOCOL:
            found.append(name)
            continue
        inside = [
            each
            for each, field in REGISTRY.items()
            if each.startswith(f"{name}.") and field.kind is not Kind.PROTOCOL
        ]
        assert inside, f"no field of {name!r} is known: does its schema have display names?"
        found += inside
    return list(dict.fromkeys([*found, "frame.protocols"]))


def printed_by_tshark(tshark_run, path, fields):
    """A row of texts by field for each frame."""
    words = [word for name in fields for word in ("-e", name)]
    output = tshark_run("-n", "-r", str(path), "-T", "fields", *words)
    return [dict(zip(fields, line.split("\t"), strict=True)) for line in output.split("\n")[:-1]]


def printed_by_us(path, fields):
    """The same, by our dissector."""
    escapes = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r"})
    rows = []
    with open_capture(path) as capture:
        dissector = Dissector(fields)
        for record in capture:
            values = collections.defaultdict(list)
            for name, value in dissector.dissect(record).items:
                if name in REGISTRY:
                    values[name].append(REGISTRY[name].text(value))
            rows.append({name: ",".join(values[name]).translate(escapes) for name in fields})
            dissector.displayed(record)
    return rows


def goes_further(theirs, ours):
    """Whether tshark dissects a protocol in a frame of which wirelab knows the name at most."""
    names = theirs["frame.protocols"].split(":")
    own = ours["frame.protocols"].split(":")
    return not KNOWN.issuperset(names) or not FOREIGN_NAMES.isdisjoint(
        (own[-1], *(set(names) - set(own)))
    )


def fail_if_different(frames, fields, theirs, ours, on_purpose):
    """Tell the first differences: one of each field, the fields with most of them first."""
    wrong = collections.defaultdict(list)
    for index, (expected, got) in enumerate(zip(theirs, ours, strict=True)):
        if goes_further(expected, got):
            continue
        for name in fields:
            if expected[name] != got[name]:
                excuse = on_purpose.get(name)
                if excuse is None or not excuse(frames[index], expected[name], got[name]):
                    wrong[name].append(index)
    if not wrong:
        return
    lines = [f"{len(wrong)} of {len(fields)} fields differ in {len(frames)} frames:"]
    for name, indexes in sorted(wrong.items(), key=lambda item: -len(item[1]))[:12]:
        lines.append(f"{name}: {len(indexes)} frames")
        for index in indexes[:: max(len(indexes) // 4, 1)][:4]:
            lines.append(f"  frame {index + 1}: {frames[index].name}")
            lines.append(f"    tshark  {theirs[index][name]!r}")
            lines.append(f"    wirelab {ours[index][name]!r}")
    worst = max(wrong.values(), key=len)[0]
    lines += [f"frame {worst + 1}, {frames[worst].name}:", hexdump(frames[worst].data)]
    pytest.fail("\n".join(lines), pytrace=False)
