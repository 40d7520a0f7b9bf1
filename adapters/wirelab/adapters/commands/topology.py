"""`wirelab topology FILE`: check a network declared in TOML, and draw it.

The drawing goes to stdout, as text, or with `--svg` as a picture; `--routes` adds the routing
tables that follow from the declaration. A declaration with mistakes is not drawn: each mistake is
one line on stderr.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from wirelab.adapters.exits import CommandError, Exit
from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.config import Route
from wirelab.sim.topology import Member, Topology, TopologyError
from wirelab.sim.topology.reachability import Reachability
from wirelab.sim.topology.routes import routes_of
from wirelab.sim.views.glyphs import ASCII, choose_glyphs


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", metavar="FILE", help="a topology in TOML; - is stdin")
    parser.add_argument("--svg", metavar="OUT", help="draw a picture instead; - is stdout")
    parser.add_argument("--routes", action="store_true", help="show every routing table, too")
    parser.add_argument("--json", action="store_true", help="addresses and routes, as JSON")
    parser.add_argument("--ascii", action="store_true", help="no box characters")


def run(arguments: argparse.Namespace) -> int:
    """Check and draw.

    Raises:
        CommandError: the file cannot be read or written, or the declaration has mistakes.
    """
    topology = _read(arguments.file)
    if arguments.svg:
        _write(arguments.svg, topology.svg())
        return Exit.OK
    if arguments.json:
        print(json.dumps({one.name: _facts(topology, one) for one in topology.members.values()}))
        return Exit.OK
    glyphs = choose_glyphs(arguments.ascii, os.environ, sys.stdout.encoding or "ascii")
    print(topology.text(ascii=glyphs is ASCII))
    if arguments.routes:
        for member in topology.members.values():
            print(f"\n{member.name}")
            for line in _route_lines(topology, member):
                print(f"  {line}")
    return Exit.OK


def _read(path: str) -> Topology:
    try:
        if path == "-":
            return Topology.loads(sys.stdin.read(), "stdin").check()
        return Topology.read(path).check()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", Exit.BAD_INPUT) from None
    except (TopologyError, UnicodeDecodeError) as error:
        raise CommandError(str(error), Exit.BAD_INPUT) from None


def _write(path: str, text: str) -> None:
    if path == "-":
        sys.stdout.write(text)
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}", Exit.IMPOSSIBLE) from None


def _routes(topology: Topology, member: Member) -> Iterator[Route]:
    for size in (4, 16):
        reach = Reachability(topology.segments, topology.members, size)
        yield from routes_of(member, topology.segments, reach)


def _route_lines(topology: Topology, member: Member) -> Iterator[str]:
    """As `ip route` prints them."""
    for attachment in member.attachments:
        for prefix in topology.segments[attachment.network].prefixes:
            yield f"{prefix} on {attachment.network}"
    for route in _routes(topology, member):
        target = f"{ip_text(route.destination)}/{route.prefix_length}"
        network = member.attachments[route.interface].network
        name = target if route.prefix_length else "default"
        yield f"{name} via {ip_text(route.gateway or b'')} on {network}"


def _facts(topology: Topology, member: Member) -> dict[str, object]:
    return {
        "kind": member.kind.word,
        "addresses": {
            attachment.network: [ip_text(one) for one in attachment.addresses]
            for attachment in member.attachments
        },
        "routes": list(_route_lines(topology, member)),
    }
