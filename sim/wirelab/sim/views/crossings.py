"""What routers did to a packet on its way, in words: the TTL that is left, addresses rewritten."""

import itertools
from collections.abc import Sequence

from wirelab.codecs import TCP, UDP, ICMPv4, IPv4, IPv6, Packet, UDPLite
from wirelab.codecs.addresses import ip_text
from wirelab.sim.trace import FrameRecord
from wirelab.sim.trace.segments import network_header, read_frame
from wirelab.sim.views.labels import Label
from wirelab.sim.views.messages import Language, word

SHORT_LIFE = 30  # hops; ours: as many as traceroute asks for, and no host begins with so few


def crossings(
    label: Label, hops: Sequence[FrameRecord], language: Language
) -> tuple[Label, list[str]]:
    """The label with the TTL that is left, and what each router has rewritten, "" for nothing.

    Args:
        label: of the first frame.
        hops: the frames that carried the packet, in order.
        language: of the words.
    """
    packets = [read_frame(record.data) for record in hops]
    rewritten = [_rewritten(*pair, language) for pair in itertools.pairwise(packets)]
    first, last = network_header(packets[0]), network_header(packets[-1])
    if first is None or last is None or len(hops) == 1:
        return label, rewritten
    ttl = word("hop", language, sent=_ttl(first), left=_ttl(last), router=hops[-1].sender)
    head, *rest = label.parts
    parts = (head, ttl, *rest) if _ttl(first) <= SHORT_LIFE else (head, *rest, ttl)
    return label._replace(parts=parts), rewritten


def _rewritten(before: Packet | None, after: Packet | None, language: Language) -> str:
    """The new source and destination, where a NAT has changed them."""
    old, new = network_header(before), network_header(after)
    if before is None or after is None or old is None or new is None:
        return ""
    parts = []
    for key, side in (("nat_source", "source"), ("nat_destination", "destination")):
        changed = _end(before, old, side), _end(after, new, side)
        if changed[0] != changed[1]:
            parts.append(word(key, language, address=_text(*changed)))
    return " ".join(parts)


def _end(packet: Packet, ip: IPv4 | IPv6, side: str) -> tuple[bytes, int]:
    """Address and port of one side; an echo's identifier is no port."""
    address = ip.source if side == "source" else ip.destination
    upper = packet.get(TCP) or packet.get(UDP) or packet.get(UDPLite)
    if upper is None or ICMPv4 in packet:
        return address, 0
    return address, upper.source_port if side == "source" else upper.destination_port


def _text(old: tuple[bytes, int], new: tuple[bytes, int]) -> str:
    """The new address, with its port if that is new, too."""
    text = ip_text(new[0])
    if old[1] == new[1]:
        return text
    return f"[{text}]:{new[1]}" if ":" in text else f"{text}:{new[1]}"


def _ttl(ip: IPv4 | IPv6) -> int:
    return int(ip.ttl if isinstance(ip, IPv4) else ip.hop_limit)
