"""`wirelab interfaces`: what this machine has, and which links can be opened on it."""

import argparse
import json
import sys
from collections.abc import Iterable
from typing import Any

from wirelab.adapters import preflight, system
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.links import default_kind, libpcap, link
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
        described = [_described(interface) for interface in system.interfaces()]
    except OSError as error:
        raise CommandError(str(error.strerror), Exit.IMPOSSIBLE) from error
    if arguments.json:
        print(json.dumps(described, indent=2))
    else:
        print(_table(described))
        if not preflight.raw_access(default_kind()):
            print(f"wirelab: {link.refused('interfaces').strerror}", file=sys.stderr)
    return Exit.OK


def _described(interface: system.Interface) -> dict[str, Any]:
    """One interface as JSON has it."""
    return {
        "name": interface.name,
        "state": interface.state,
        "mac": mac_text(interface.mac) if interface.mac else None,
        "mtu": interface.mtu,
        "addresses": [str(held) for held in interface.addresses],
        "wifi": system.is_wifi(interface.name),
        "links": _links(interface),
    }


def _links(interface: system.Interface) -> list[str]:
    """The kinds of link that would open on it now, with the rights we have."""
    if interface.loopback or not interface.mac or not interface.up:
        return []
    kinds = []
    if interface.kind == "tun" and preflight.raw_access("tap"):
        kinds.append("tap")
    if sys.platform.startswith("linux") and preflight.raw_access("afpacket"):
        kinds.append("afpacket")
    if preflight.raw_access("pcap") and libpcap.is_available():
        kinds.append("pcap")
    return kinds


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
