"""IANA's numbers and names, as far as the codecs print them."""

from __future__ import annotations

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from collections.abc import Mapping


class Registry(dict[int, str]):
    """Names by number; knows its own module and name, for generated code.

    Args:
        home: module and variable, `"ethertypes.ETHERTYPES"`.
        names: the entries.
    """

    def __init__(self, home: str, names: Mapping[int, str]) -> None:
        super().__init__(names)
        self.home = home

    def __reduce__(self) -> tuple[type[Registry], tuple[str, dict[int, str]]]:
        return Registry, (self.home, dict(self))


class Registries(dict[int, Registry]):
    """Registries by a number that another field holds: the codes of each ICMP type.

    Args:
        home: module and variable, as in `Registry`.
        registries: the entries.
    """

    def __init__(self, home: str, registries: Mapping[int, Registry]) -> None:
        super().__init__(registries)
        self.home = home

    def __reduce__(self) -> tuple[type[Registries], tuple[str, dict[int, Registry]]]:
        return Registries, (self.home, dict(self))
