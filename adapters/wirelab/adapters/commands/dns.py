"""`wirelab dns query NAME [TYPE]` and `wirelab dns serve ZONEFILE`."""

import argparse
from contextlib import suppress
from pathlib import Path

from wirelab.adapters import options
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.session import Session, printable, run_program
from wirelab.adapters.world import ALICE, BOB, BOB6
from wirelab.codecs import DNS
from wirelab.codecs.addresses import ip_bytes, ip_text, ipv4_bytes
from wirelab.codecs.dns_sections import DNSQuestion, DNSResource
from wirelab.sim.host.errors import HostError
from wirelab.sim.programs.aio import AsyncHost
from wirelab.sim.programs.names import resolver_of
from wirelab.sim.services.dns.names import TYPE_NAMES, TYPES
from wirelab.sim.services.dns.records import Record, ttl_of, type_of
from wirelab.sim.services.dns.resolver import Answer, Resolver
from wirelab.sim.services.dns.server import PORT, DnsServer
from wirelab.sim.services.dns.zone import Zone
from wirelab.sim.services.dns.zone_text import ZoneTextError, parse_zone

CODES = {-1: "no response", 0: "no error", 1: "format error", 3: "no such name", 5: "refused"}
BESIDE = ("name", "type", "record_class", "ttl")
"""Fields of a record that are not its data."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    verbs = parser.add_subparsers(metavar="query|serve", required=True, dest="verb")
    query = verbs.add_parser("query", help="find the records of a name")
    query.add_argument("name", metavar="NAME", help="with a dot at its end: without search list")
    query.add_argument("type", metavar="TYPE", nargs="?", default=TYPES["A"], type=_type)
    query.add_argument(
        "--server", metavar="IP", type=options.address, help="whom to ask (simulated: bob)"
    )
    query.add_argument("--search", metavar="DOMAIN", action="append", default=[])
    options.add_time_limit(query, 5.0, "how long to wait for the server, each of two times")
    serve = verbs.add_parser("serve", help="answer for the zones of master files")
    serve.add_argument("files", metavar="ZONEFILE", nargs="+", type=Path)
    serve.add_argument("--origin", help="name of the zone, where the file does not say")
    serve.add_argument("-p", "--port", type=options.port, default=PORT, help="default: %(default)s")
    serve.add_argument(
        "-c", "--count", type=options.count, help="stop after so many queries (simulated: 1)"
    )
    options.add_family(query)
    for verb in (query, serve):
        options.add_place(verb)
        options.add_output(verb)


def run(arguments: argparse.Namespace) -> int:
    """Ask or serve.

    Raises:
        CommandError: anything but success.
    """
    return _serve(arguments) if arguments.verb == "serve" else _query(arguments)


def _type(text: str) -> int:
    number = TYPES.get(text.upper())
    if number is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no type; there are {', '.join(TYPES)}")
    return number


# --- query


def _query(arguments: argparse.Namespace) -> int:
    async def program(session: Session) -> int:
        server = arguments.server or (
            None if session.live else ip_bytes(BOB6 if session.family == 16 else BOB)
        )
        if server is None:
            raise CommandError("--server: which name server to ask", Exit.USAGE)
        resolver = Resolver([server], arguments.search, timeout_s=arguments.timeout)
        host = session.host
        host.core.start(resolver, host.now())
        answer = await _look_up(host, resolver, arguments.name, arguments.type)
        for record in (*answer.aliases, *answer.records):
            session.result(_line(record), _values(record))
        if answer.reason is not None:
            name = f"{arguments.name} {TYPE_NAMES[arguments.type]}"
            raise HostError(answer.reason, f"{name}, says {ip_text(server)}")
        return Exit.OK

    return run_program(arguments, program)


async def _look_up(host: AsyncHost, resolver: Resolver, name: str, kind: int) -> Answer:
    key = object()
    told: list[Answer] = []

    def found(answer: Answer, now: int) -> None:
        told.append(answer)
        resolver.desk.tell(key, answer)

    resolver.look_up(name, kind, found, host.now())
    host.kick()
    if not told:
        await host.waits.readable(key, "dns query", name)
    return told[0]


def _line(record: Record) -> str:
    """As a master file has it."""
    kind = TYPE_NAMES.get(type_of(record), f"TYPE{type_of(record)}")
    data = " ".join(str(value) for value in _data(record).values())
    return printable(f"{record.name}. {ttl_of(record)} IN {kind} {data}")


def _values(record: Record) -> dict[str, object]:
    kind = TYPE_NAMES.get(type_of(record), type_of(record))
    return {"name": record.name, "ttl": ttl_of(record), "type": kind, **_data(record)}


def _data(record: Record) -> dict[str, object]:
    """The fields behind the head, as text."""
    if isinstance(record, DNSResource):
        return {"content": record.content.hex()}
    found: dict[str, object] = {}
    for field in record.FIELDS:
        if field.name in BESIDE:
            continue
        value = getattr(record, field.name)
        if field.format in ("ipv4", "ipv6"):
            value = ip_text(value)
        elif field.format == "name":
            value = f"{value}." if value != "." else value
        elif isinstance(value, bytes):
            value = value.decode("utf-8", "backslashreplace")
        elif isinstance(value, tuple):
            value = " ".join(f'"{one.decode("utf-8", "backslashreplace")}"' for one in value)
        found[field.name] = value
    return found


# --- serve


def _serve(arguments: argparse.Namespace) -> int:
    zones = [_zone(path, arguments.origin) for path in arguments.files]

    async def program(session: Session) -> int:
        host = session.host

        def told(query: DNS, response: DNS | None, now: int) -> None:
            for question in query.questions:
                if isinstance(question, DNSQuestion):
                    session.result(*_told(question, response))
            server.desk.tell(server, query)

        server = DnsServer(zones, arguments.port, told)
        host.core.start(server, host.now())
        for zone in zones:
            session.say(f"serving {zone!r} on port {arguments.port} of {host.address}")
        enough = arguments.count or (None if session.live else 1)
        while enough is None or server.queries < enough:
            await host.waits.readable(server, "dns serve", f"port {arguments.port}")
        return Exit.OK

    async def caller(bob: AsyncHost) -> None:
        bob.core.name_servers.put("by hand", (ipv4_bytes(ALICE),))
        with suppress(HostError):  # a zone's own name need not have addresses
            await _look_up(bob, resolver_of(bob), f"{zones[0].origin}.", TYPES["A"])

    return run_program(arguments, program, transport="udp", port=arguments.port, caller=caller)


def _told(question: DNSQuestion, response: DNS | None) -> tuple[str, dict[str, object]]:
    """A query and what became of it, for people and for programs."""
    kind = TYPE_NAMES.get(question.type, f"TYPE{question.type}")
    code = -1 if response is None else response.response_code
    records = 0 if response is None else len(response.answers)
    text = f"{question.name} {kind}: {records} records, {CODES.get(code, f'code {code}')}"
    value = {"name": question.name, "type": kind, "records": records, "response_code": code}
    return printable(text), value


def _zone(path: Path, origin: str | None) -> Zone:
    try:
        return parse_zone(path.read_text("utf-8"), origin)
    except (OSError, UnicodeError, ZoneTextError) as error:
        raise CommandError(f"{path}: {error}", Exit.USAGE) from error
