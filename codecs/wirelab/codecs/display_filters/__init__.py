"""Wireshark's display-filter language for the protocols that have a codec here."""

from wirelab.codecs.display_filters.errors import DisplayFilterError
from wirelab.codecs.display_filters.filter import DisplayFilter, compile_filter
from wirelab.codecs.display_filters.packets import PacketFilter, display_filter
from wirelab.codecs.display_filters.runtime import collect

__all__ = [
    "DisplayFilter",
    "DisplayFilterError",
    "PacketFilter",
    "collect",
    "compile_filter",
    "display_filter",
]
