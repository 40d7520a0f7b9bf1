"""sysctl variables as knobs of the host.

A table says for each variable of a system what becomes of a value: `Knob` sets knobs, `Only`
accepts what the host does anyway and nothing else, `NO_EFFECT` accepts everything because it cannot
matter here. A variable that is in no table makes the script UNSUPPORTED: it is set for a reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Final, NamedTuple, TypeAlias

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.packetdrill.outcome import ScriptFailed, ScriptUnsupported

Settings: TypeAlias = dict[str, object]
"""Values by the names of knobs."""


class Knob(NamedTuple):
    """The variable sets knobs: those that `settings` gives for its value."""

    settings: Callable[[str], Settings]


class Only(NamedTuple):
    """Only these values are what the host does."""

    values: frozenset[str]


class NoEffect(NamedTuple):
    """Any value will do."""


NO_EFFECT: Final = NoEffect()

Rule: TypeAlias = Knob | Only | NoEffect
Table: TypeAlias = Mapping[str, Rule]

KNOBS: Final = frozenset(one.name for one in fields(TcpConfig))


def apply(tables: Mapping[str, Table], config: TcpConfig, name: str, value: str) -> None:
    """Set a variable.

    Args:
        tables: by name, for the message.
        config: its knobs are set.
        name: such as `net.ipv4.tcp_sack`.
        value: as written.

    Raises:
        ScriptUnsupported: an unknown variable, or a value that the host has nothing for.
        ScriptFailed: a value of the wrong form.
    """
    rule = next((table[name] for table in tables.values() if name in table), None)
    if rule is None:
        raise ScriptUnsupported(f"the sysctl variable {name} is not known")
    if isinstance(rule, Only) and value not in rule.values:
        known = " or ".join(sorted(rule.values))
        raise ScriptUnsupported(f"sysctl {name}={value}: only {known} is what this host does")
    if isinstance(rule, Knob):
        try:
            settings = rule.settings(value)
        except ValueError:
            raise ScriptFailed(f"sysctl {name}={value}: not a value of its form") from None
        for knob, setting in settings.items():
            if knob not in KNOBS:
                raise ScriptUnsupported(f"sysctl {name}={value}: the host has no knob {knob} yet")
            setattr(config, knob, setting)


# --- forms of values ----------------------------------------------------------------------------


def only(*values: object) -> Only:
    """Only these values."""
    return Only(frozenset(map(str, values)))


def switch(knob: str) -> Knob:
    """0 is off, everything else on."""
    return Knob(lambda value: {knob: int(value, 0) != 0})


def off_switch(knob: str) -> Knob:
    """0 is on, everything else off."""
    return Knob(lambda value: {knob: int(value, 0) == 0})


def count(knob: str) -> Knob:
    """A number as it stands."""
    return Knob(lambda value: {knob: int(value, 0)})


def in_seconds(knob: str) -> Knob:
    """A number of seconds."""
    return Knob(lambda value: {knob: int(value, 0) * SECOND})


def in_milliseconds(knob: str) -> Knob:
    """A number of milliseconds."""
    return Knob(lambda value: {knob: int(value, 0) * MILLISECOND})


def text(knob: str) -> Knob:
    """A word."""
    return Knob(lambda value: {knob: value})


def choice(knob: str, meanings: Mapping[str, object]) -> Knob:
    """One of several words.

    The knob's function raises `ValueError` for any other.
    """

    def settings(value: str) -> Settings:
        if value not in meanings:
            raise ValueError(value)
        return {knob: meanings[value]}

    return Knob(settings)
