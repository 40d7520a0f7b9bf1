"""`wirelab interfaces`: what this machine has, and which links can be opened on it."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from wirelab.adapters import preflight, system
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.links import KINDS, default_kind, libpcap, link, runs_on
from wirelab.codecs.addresses import mac_text

HEADINGS = ("NAME", "STATE", "MAC", "MTU", "ADDRESSES", "LINKS")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON array instead of a table")


def run(arguments: argparse.Namespace) -> Exit:
    """Print the interfaces, one a line.

    Raises:
        CommandError: this system cannot be asked.
    """
    try:
        there = system.interfaces()
    except OSError as error:
        raise CommandError(str(error.strerror), Exit.IMPOSSIBLE) from error
    permitted = [kind for kind in KINDS if runs_on(kind) and preflight.raw_access(kind)]
    usable = [kind for kind in permitted if kind != "pcap" or libpcap.is_available()]
    described = [_described(interface, usable) for interface in there]
    if arguments.json:
        print(json.dumps(described, indent=2))
    else:
        print(_table(described))
        if default_kind() not in usable:
            refusal = link.refused("interfaces").strerror
            text = libpcap.MISSING if default_kind() in permitted else refusal
            print(f"wirelab: {text}", file=sys.stderr)
    return Exit.OK


def _described(interface: system.Interface, usable: Sequence[str]) -> dict[str, Any]:
    """One interface as JSON has it."""
    return {
        "name": interface.name,
        "state": interface.state,
        "mac": mac_text(interface.mac) if interface.mac else None,
        "mtu": interface.mtu,
        "addresses": [str(held) for held in interface.addresses],
        "wifi": system.is_wifi(interface.name),
        "links": _links(interface, usable),
    }


def _links(interface: system.Interface, usable: Sequence[str]) -> list[str]:
    """The kinds of link that would open on it now, of those `usable` on this machine by us."""
    if link.no_ethernet_text(interface) is not None or not interface.up:
        return []
    return [kind for kind in usable if kind != "tap" or interface.kind == "tun"]


def _table(described: Iterable[dict[str, Any]]) -> str:
    """Columns as wide as their widest entry; `-` for nothing."""
    rows = [HEADINGS] + [
        (
            each["name"],
            each["state"] + (" (Wi-Fi)" if each["wifi"] else ""),
            each["mac"] or "-",
            str(each["mtu"]),
            ",".join(each["addresses"]) or "-",
            ",".join(each["links"]) or "-",
        )
        for each in described
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = []
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
