"""Frames taken apart into Wireshark's display fields, with its values and texts."""

from wirelab.codecs.dissect.dissector import Dissection, Dissector
from wirelab.codecs.dissect.fields import (
    REGISTRY,
    DisplayField,
    Kind,
    UnknownFieldError,
    lookup,
    nearest_names,
)

__all__ = [
    "REGISTRY",
    "DisplayField",
    "Dissection",
    "Dissector",
    "Kind",
    "UnknownFieldError",
    "lookup",
    "nearest_names",
]
