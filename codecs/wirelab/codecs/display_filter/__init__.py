"""Wireshark's display-filter language for the protocols that have a codec here."""

from wirelab.codecs.display_filter.errors import DisplayFilterError
from wirelab.codecs.display_filter.filter import DisplayFilter, compile_filter

__all__ = ["DisplayFilter", "DisplayFilterError", "compile_filter"]
