"""`wirelab protocols [NAME]`: which headers the codecs know, and what is in them.

Without a name, every header on a line with the numbers that name it. With one (a class, a display
filter name such as `ip`, in any case), its diagram, fields and options. It is the same as in
`docs/protocols/`, and both come from the schemas.
"""

import argparse
import json
from dataclasses import asdict
from difflib import get_close_matches

from wirelab.adapters.exits import CommandError, Exit
from wirelab.codecs.compiler.documents import terminal
from wirelab.codecs.compiler.documents.protocol import ProtocolFacts, protocols


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a header: TCP, ip, dot1q, ...")
    parser.add_argument("--json", action="store_true", help="as JSON, one object a line")


def run(arguments: argparse.Namespace) -> int:
    """Print the list, or one protocol.

    Raises:
        CommandError: no protocol of that name.
    """
    if arguments.name is None:
        if arguments.json:
            for one in protocols():
                print(_brief(one))
        else:
            print(terminal.listing())
            print("\nwirelab protocols NAME shows the fields of one.")
        return Exit.OK
    found = terminal.find(arguments.name)
    if found is None:
        raise CommandError(_unknown(arguments.name), Exit.USAGE)
    print(json.dumps(asdict(found)) if arguments.json else terminal.page(found))
    return Exit.OK


def _brief(one: ProtocolFacts) -> str:
    facts = asdict(one)
    names = ("name", "title", "display", "source", "numbers")
    return json.dumps({name: facts[name] for name in names})


def _unknown(name: str) -> str:
    known = {known.lower(): known for known in terminal.names()}
    near = [known[one] for one in get_close_matches(name.lower(), known, n=3, cutoff=0.5)]
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"no protocol is called {name}{hint} (wirelab protocols lists them all)"
