"""The end of a ladder when something failed: where, why, how far the frame came, what to do.

✗ where: layer 4 TCP, on bob    reason: tcp.no_listener
  link ✓  the frame left alice and reached bob
  eth  ✓  addressed to 02:00:00:00:00:02
  ip   ✓  10.0.0.1 > 10.0.0.2, TTL 64
  tcp  ✗  port 81 is closed: no program listens on this TCP port
 try: start the server first, or check the port number
"""

from collections.abc import Iterator

from wirelab.codecs import TCP, UDP, Ethernet, IPv4, Packet, UDPLite
from wirelab.codecs.addresses import ip_text, mac_text
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import KERNEL
from wirelab.sim.trace.failure import LAYERS, Failure, Step, layer_name, layer_of
from wirelab.sim.trace.records import Fate
from wirelab.sim.trace.segments import network_header
from wirelab.sim.views.cells import cell_width, wrap
from wirelab.sim.views.glyphs import UNICODE, Glyphs
from wirelab.sim.views.messages import Language, explanation, remedy, word
from wirelab.sim.views.rows import Row, Span, row


def where_rows(
    failure: Failure,
    *,
    width: int = 80,
    glyphs: Glyphs = UNICODE,
    language: Language = Language.ENGLISH,
) -> Iterator[Row]:
    """The rows for a frame that failed, each at most `width` cells."""
    frame = failure.frame
    if frame.fate is Fate.LOST and not frame.receiver:
        place = word("on_host", language, host=frame.sender)
    elif frame.fate is Fate.LOST:
        place = word("on_link", language, sender=frame.sender, receiver=frame.receiver)
    elif frame.receiver == KERNEL:
        place = word("in_kernel", language)
    else:
        place = word("on_host", language, host=failure.host)
    layer = _layer_text(failure.steps[-1].layer, failure.packet, language)
    yield from _heading(failure.reason, layer, place, width, glyphs, language)
    for step in failure.steps:
        if step.passed:
            mark = Span(glyphs.check, "good")
            text = _passed(failure, step.layer, language)
        else:
            mark = Span(glyphs.cut, "drop")
            text = explanation(failure.reason, language)
            text = f"{text} ({frame.detail})" if frame.detail else text
        yield from _step_rows(step, mark, text, width)
    yield from _wrapped(word("try", language, remedy=remedy(failure.reason, language)), width)


def reason_only_rows(
    reason: Reason,
    host: str,
    *,
    width: int = 80,
    glyphs: Glyphs = UNICODE,
    language: Language = Language.ENGLISH,
) -> Iterator[Row]:
    """The rows for a reason that no frame of the trace carries (nobody answered)."""
    place = word("on_host", language, host=host or "?")
    layer = _layer_text(layer_of(reason), None, language)
    yield from _heading(reason, layer, place, width, glyphs, language)
    yield from _step_rows(
        Step(layer_of(reason), False),
        Span(glyphs.cut, "drop"),
        explanation(reason, language),
        width,
    )
    yield from _wrapped(word("try", language, remedy=remedy(reason, language)), width)


def _layer_text(layer: str, packet: Packet | None, language: Language) -> str:
    """`layer 4 TCP`; nothing for what is no layer."""
    if layer not in LAYERS:
        return ""
    number, name = layer_name(layer, packet)
    return word("layer", language, number=number, name=name)


def _heading(
    reason: Reason, layer: str, place: str, width: int, glyphs: Glyphs, language: Language
) -> Iterator[Row]:
    """Layer, place and reason, in one line where they fit."""
    if layer:
        text = word("where", language, layer=layer, place=place)
    else:
        text = word("where_only", language, place=place)
    named = word("reason", language, reason=reason)
    one_line = f" {glyphs.cut} {text}    {named}"
    if cell_width(one_line) <= width:
        yield row(Span(one_line, "drop"))
    else:
        first, *more = wrap(text, width - 3)
        yield row(Span(f" {glyphs.cut} {first}", "drop"))
        for line in [*more, named]:
            yield row(Span(f"   {line}", "drop"))


def _step_rows(step: Step, mark: Span, text: str, width: int) -> Iterator[Row]:
    """`   tcp  ✗  text`, the text wrapped under itself."""
    indent = 11
    first, *more = wrap(text, width - indent)
    gap = " " * (3 - cell_width(mark.text))
    yield row(f"   {step.layer:<5}", mark, f"{gap}{first}")
    for line in more:
        yield row(" " * indent + line)


def _wrapped(text: str, width: int) -> Iterator[Row]:
    for line in wrap(text, width - 2):
        yield row(Span(f"  {line}", "advice"))


def _passed(failure: Failure, layer: str, language: Language) -> str:
    """What a layer did with the frame that it let pass."""
    frame, packet = failure.frame, failure.packet
    if layer == "link":
        receiver = word("kernel", language) if frame.receiver == KERNEL else failure.host
        return word("walk_link", language, sender=frame.sender, receiver=receiver)
    assert packet is not None  # only a frame that was read has layers above the link
    if layer == "eth":
        return word("walk_eth", language, mac=mac_text(packet[Ethernet].destination))
    if layer == "ip":
        ip = network_header(packet)
        assert ip is not None
        ends = {"source": ip_text(ip.source), "destination": ip_text(ip.destination)}
        if isinstance(ip, IPv4):
            return word("walk_ip", language, **ends, ttl=ip.ttl)
        return word("walk_ipv6", language, **ends, hop_limit=ip.hop_limit)
    if layer in ("udp", "tcp"):
        ports = packet.get(TCP) or packet.get(UDP) or packet[UDPLite]
        return word(
            "walk_transport",
            language,
            source_port=ports.source_port,
            destination_port=ports.destination_port,
        )
    return word(f"walk_{layer}", language)
