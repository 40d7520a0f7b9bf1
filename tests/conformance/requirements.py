"""What is required: read from `rfcs/*.toml`, one file an RFC, and `deviations.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TESTS = (ROOT / "tests" / "conformance", ROOT / "tests" / "packetdrill", ROOT / "tests" / "sim")
"""Where tests may name ids."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One demand of an RFC.

    Attributes:
        id: the RFC's own (`MUST-13`), or minted from number and section (`6298-5.1`).
        level: MUST, MUST NOT, SHOULD, SHOULD NOT or, for known problems, PROBLEM.
        section: where it stands.
        text: what it demands, in a line.
    """

    id: str
    level: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """An RFC and what it demands."""

    title: str
    url: str
    requirements: tuple[Requirement, ...]


def documents() -> list[Document]:
    """Every document, in the order of the files' names.

    Raises:
        ValueError: an id is used twice.
    """
    found = []
    seen: dict[str, str] = {}
    for path in sorted((HERE / "rfcs").glob("*.toml")):
        table = tomllib.loads(path.read_text())
        requirements = tuple(Requirement(**one) for one in table["requirement"])
        for one in requirements:
            if one.id in seen:
                raise ValueError(f"{path.name}: id {one.id} is in {seen[one.id]} already")
            seen[one.id] = path.name
        found.append(Document(table["title"], table["url"], requirements))
    return found


def deviations() -> dict[str, str]:
    """What we do otherwise on purpose, with the reason, by id.

    Raises:
        ValueError: a deviation from something that nobody demands.
    """
    known = {one.id for document in documents() for one in document.requirements}
    table: dict[str, str] = tomllib.loads((HERE / "deviations.toml").read_text())
    for identifier in table:
        if identifier not in known:
            raise ValueError(f"deviations.toml: {identifier} is the id of no requirement")
    return table
