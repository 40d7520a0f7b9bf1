"""Running scripts: `run_script` does one, from its text to its outcome.

    from wirelab.sim.packetdrill import run_script
    outcome = run_script("handshake.pkt", profile="linux")
    print(outcome)                       # PASS handshake.pkt

The host begins in the state of its profile: the one that is asked for, else the one that the script
names (`--profile=linux`), else that of the system whose settings the script changes (or
those of a `common/defaults.sh` in a folder above it), else `rfc`.
"""

import re
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from typing import Final

from wirelab.sim.host.profiles import PROFILES
from wirelab.sim.packetdrill import conditions
from wirelab.sim.packetdrill.outcome import Outcome, ScriptFailed, ScriptUnsupported, Verdict
from wirelab.sim.packetdrill.parser import parse_script
from wirelab.sim.packetdrill.player import Player
from wirelab.sim.packetdrill.script_error import ScriptError, UnsupportedError
from wirelab.sim.packetdrill.settings import Settings
from wirelab.sim.packetdrill.syntax import Command, Script, ScriptOption

READY_WORDS: Final = {
    "CMSG_LEVEL_IP": "SOL_IP",
    "CMSG_TYPE_RECVERR": "IP_RECVERR",
    "TFO_COOKIE": "3021b9d889017eeb",
    "TFO_COOKIE_ZERO": "b7c12350a90dc8f5",
}
"""What those who run the published scripts over IPv4 define on packetdrill's command line: the
names of the error queue's messages, and the Fast Open cookies of Linux for packetdrill's addresses
with the key a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4 and with zeros."""

READY_WORDS_IPV6: Final = {
    "CMSG_LEVEL_IP": "SOL_IPV6",
    "CMSG_TYPE_RECVERR": "IPV6_RECVERR",
    "TFO_COOKIE": "c1d1e9742a47a9bc",
    "TFO_COOKIE_ZERO": "82af1a8f9a205c34",
}
"""The same for IPv6."""

SYSTEM_WORDS: Final = {"freebsd": "FreeBSD", "linux": "Linux", "rfc": "STANDARD"}
"""What `#ifdef` asks for: lines that hold for the system of a profile."""

_OWN_DEFINES: Final = re.compile(r"^--define=\"?(\w+)=", re.MULTILINE)

_MARKS: Final = {
    "freebsd": ("net.inet.", "kern.ipc.", "kldload", "sockstat"),
    "linux": ("net.ipv4.", "net/ipv4/", "set_sysctls.py", "tcp_metrics", "defaults.sh"),
}
"""What in a script's shell commands tells for which system it was written."""

_LINUX_FILE: Final = "common/defaults.sh"
"""Beside a folder of scripts, it sets Linux's defaults for all of them."""


def run_script(
    path: str | PathLike[str],
    *,
    profile: str | None = None,
    ignore_psh: bool = False,
    defines: Mapping[str, str] | None = None,
    options: Iterable[tuple[str, str | None]] = (),
    seed: int = 1,
) -> Outcome:
    """Run one script against a host of ours, in virtual time.

    Args:
        path: the script; files that it names are looked for from its folder.
        profile: `rfc`, `linux` or `freebsd`; None: as the script says, or as it looks.
        ignore_psh: do not compare PSH of outbound segments, which follows a kernel's buffers.
        defines: values of words in the script, over its own `--define`.
        options: packetdrill's (`("mtu", "1280")`), over the script's own.
        seed: of everything random in the host.

    Raises:
        OSError: the script cannot be read.
        ValueError: there is no such profile.
    """
    if profile is not None and profile not in PROFILES:
        raise ValueError(f"no profile is called {profile!r}; use {', '.join(PROFILES)}")
    shown = fspath(path)
    text = Path(path).read_text(encoding="utf-8-sig", errors="surrogateescape")
    own = set(_OWN_DEFINES.findall(text))
    asked = tuple(ScriptOption(name, value) for name, value in options)
    over_ipv6 = "--ip_version=ipv6" in text or ScriptOption("ip_version", "ipv6") in asked
    words = READY_WORDS_IPV6 if over_ipv6 else READY_WORDS
    ready = {word: meaning for word, meaning in words.items() if word not in own}
    try:
        script = _read(text, shown, {**ready, **(defines or {})}, profile)
    except ScriptError as error:
        place = error.position.line
        return Outcome(shown, Verdict.FAIL, error.problem, place, error.line)
    except UnsupportedError as error:
        return Outcome(shown, Verdict.UNSUPPORTED, error.what, error.position.line)
    script = replace(script, options=(*script.options, *asked))
    return play(script, shown, Settings(ignore_psh=ignore_psh, seed=seed), profile)


def _read(text: str, shown: str, defines: dict[str, str], profile: str | None) -> Script:
    """Read a script; what it says for other systems than the profile's is left out."""
    words = {SYSTEM_WORDS[profile]} if profile is not None else set()
    script = parse_script(text, shown, defines, words)
    if profile is not None or not conditions.is_conditional(text):
        return script
    settings = Settings()
    try:
        for option in script.options:
            settings = settings.with_option(option)
        chosen, _ = _choose_profile(script, settings)
    except (ScriptFailed, ScriptUnsupported):
        return script  # `play` comes upon it again, and tells where
    return parse_script(text, shown, defines, {SYSTEM_WORDS[chosen]})


def play(script: Script, shown: str, settings: Settings, profile: str | None = None) -> Outcome:
    """Run a script that is read already.

    Args:
        script: its tree; files that it names are looked for from the folder of its `path`.
        shown: its path for the outcome.
        settings: before the script's own options.
        profile: see `run_script`.
    """
    line = 0
    chosen, how = profile or "rfc", "as asked"
    player: Player | None = None
    told: tuple[str, ...] = ()
    try:
        for option in script.options:
            line = option.position.line
            settings = settings.with_option(option)
        line = 0
        if profile is None:
            chosen, how = _choose_profile(script, settings)
        player = Player(script, replace(settings, profile=chosen))
        player.play()
        ending = Outcome(shown, Verdict.PASS)
    except ScriptFailed as failed:
        ending = Outcome(
            shown, Verdict.FAIL, failed.what, failed.line or line, "", failed.expected, failed.got
        )
    except ScriptUnsupported as unsupported:
        ending = Outcome(shown, Verdict.UNSUPPORTED, unsupported.what, unsupported.line or line)
    except UnsupportedError as error:
        ending = Outcome(shown, Verdict.UNSUPPORTED, error.what, error.position.line)
    except Exception as error:
        # Our own bug must not take the other scripts of a run with it.
        what = f"our bug: {type(error).__name__}: {error}; please report it with the script"
        ending = Outcome(shown, Verdict.FAIL, what, player.line if player is not None else line)
        told = tuple(traceback.format_exc().splitlines())
    said = (*player.printed, *player.warnings) if player is not None else ()
    return replace(
        ending,
        source=script.line(ending.line).strip(),
        profile=chosen,
        trace=player.wire.trace if player is not None else None,
        notes=(f"profile {chosen}: {how}", *said, *told),
    )


def _choose_profile(script: Script, settings: Settings) -> tuple[str, str]:
    """A profile for a script that was started without one, and why this."""
    if settings.profile is not None:
        if settings.profile not in PROFILES:
            what = f"--profile={settings.profile}: there are {', '.join(PROFILES)}"
            raise ScriptUnsupported(what)
        return settings.profile, "the script asks for it"
    actions = [script.init, *(event.action for event in script.events)]
    commands = [action.text for action in actions if isinstance(action, Command)]
    commands += settings.init_scripts
    for name, marks in _MARKS.items():
        for mark in marks:
            if any(mark in command for command in commands):
                return name, f"the script says {mark}"
    folder = Path(script.path).resolve().parent
    for above in (folder, *folder.parents):
        if (above / _LINUX_FILE).is_file():
            return "linux", f"there is {above / _LINUX_FILE}"
    return "rfc", "the default"
