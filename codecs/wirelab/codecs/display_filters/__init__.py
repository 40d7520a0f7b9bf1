"""Wireshark's display-filter language for the protocols that have a codec here.

The compiler is imported when it is needed: most captures are read without a filter.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wirelab.codecs.display_filters.errors import DisplayFilterError
    from wirelab.codecs.display_filters.filter import DisplayFilter, compile_filter
    from wirelab.codecs.display_filters.packets import PacketFilter, display_filter
    from wirelab.codecs.display_filters.runtime import collect

_HOMES = {
    "DisplayFilter": "filter",
    "DisplayFilterError": "errors",
    "PacketFilter": "packets",
    "collect": "runtime",
    "compile_filter": "filter",
    "display_filter": "packets",
}

__all__ = [
    "DisplayFilter",
    "DisplayFilterError",
    "PacketFilter",
    "collect",
    "compile_filter",
    "display_filter",
]


def __getattr__(name: str) -> object:
    """Import a name from its home (PEP 562), once."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
