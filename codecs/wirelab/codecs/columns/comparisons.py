"""Comparing whole columns: numbers, and values of several bytes as rows of an array.

One side may be a single value: a number, or `bytes`.
"""

import operator
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from wirelab.codecs.columns.arrays import Array, Flags
from wirelab.codecs.display_filters.literals import Network

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_EXACT_BITS = 63
"""Of signed integers."""

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "&": operator.and_,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.floordiv,
    "%": operator.mod,
}


def compare(name: str, one: Array, other: Array) -> Flags:
    """Compare two columns, or a column and a value, by an operator of the filter language."""
    function = _COMPARISONS[name]
    if one.ndim < 2 and other.ndim < 2:
        truth: Flags = function(one, other)
        return truth
    size = min(one.shape[-1], other.shape[-1])
    shorter = one.shape[-1] - other.shape[-1]  # bytes compare like words in a dictionary
    order = _order(_rows(one)[:, :size], _rows(other)[:, :size])
    truth = function(np.where(order == 0, shorter, order), 0)
    return truth


def _rows(values: Array) -> Array:
    return values if values.ndim == 2 else values.reshape(1, -1)


def _order(one: Array, other: Array) -> Array:
    """Negative, zero or positive, by the first byte that differs."""
    if not one.shape[1]:
        return np.zeros(max(len(one), len(other)), np.int64)
    difference = one.astype(np.int16) - other
    first = np.argmax(difference != 0, axis=1)
    order: Array = np.take_along_axis(difference, first[:, None], axis=1)[:, 0]
    return order


def in_network(values: Array, network: Network, name: str) -> Flags:
    """Compare the first bits of addresses with a prefix."""
    size = len(network.address)
    prefix = int.from_bytes(network.address, "big") >> (size * 8 - network.bits)
    if values.ndim == 1:  # IPv4
        if not network.bits:
            shifted = np.zeros(len(values), values.dtype)
        else:
            shifted = values >> values.dtype.type(size * 8 - network.bits)
        truth: Flags = _COMPARISONS[name](shifted, prefix)
        return truth
    mask = ((1 << network.bits) - 1 << size * 8 - network.bits).to_bytes(size, "big")
    wanted = bytes(one & other for one, other in zip(network.address, mask, strict=True))
    masked = values & np.frombuffer(mask, np.uint8)
    return compare(name, masked, np.frombuffer(wanted, np.uint8).reshape(1, -1))


def contains(values: Array, part: bytes) -> Flags:
    """Whether rows of bytes contain a byte string."""
    width, size = values.shape[1], len(part)
    found = np.zeros(len(values), np.bool_)
    wanted = np.frombuffer(part, np.uint8)
    for at in range(width - size + 1):
        found |= (values[:, at : at + size] == wanted).all(axis=1)
    return found


def search(values: Array, expression: "re.Pattern[bytes]") -> Flags:
    """Whether a regular expression is found in rows of bytes; each distinct row is tried once."""
    distinct, index = np.unique(values, axis=0, return_inverse=True)
    truths = [expression.search(row.tobytes()) is not None for row in distinct]
    return np.array(truths, np.bool_)[index.reshape(-1)]


def computed(name: str, one: Array, other: Array) -> tuple[Array, Flags | bool]:
    """Arithmetic of two columns of numbers, exact; and where it has a result."""
    if one.ndim == 2 or other.ndim == 2:
        width = min(one.shape[-1], other.shape[-1])
        return _rows(one)[:, :width] & _rows(other)[:, :width], True
    if _bits(one, other, name) > _EXACT_BITS:
        one, other = one.astype(object), other.astype(object)
    else:
        one, other = one.astype(np.int64), other.astype(np.int64)
    possible: Flags | bool = True
    if name in "/%":
        possible = other != 0
        other = np.where(possible, other, 1)
    return ARITHMETIC[name](one, other), possible


def _bits(one: Array, other: Array, name: str) -> int:
    """How large a result may be."""
    sizes = [8 * each.dtype.itemsize if each.dtype != object else 64 for each in (one, other)]
    return sum(sizes) if name == "*" else max(sizes) + (name in "+-")
