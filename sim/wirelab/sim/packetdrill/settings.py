"""What a script and whoever runs it may choose: addresses, tolerances, profile."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import AddressValueError, IPv4Address, ip_address
from typing import Final

from wirelab.sim.host.durations import MICROSECOND
from wirelab.sim.packetdrill.outcome import ScriptFailed, ScriptUnsupported
from wirelab.sim.packetdrill.script_time import Tolerance
from wirelab.sim.packetdrill.syntax import ScriptOption
from wirelab.sim.packetdrill.wire import PACKETDRILLS_IPV6, Addresses

PACKETDRILLS: Final = Addresses()
USUAL: Final = Tolerance()

_LEAST_REST: Final = 3  # the two last bits of an address
_LEAST_MTU: Final = 68  # RFC 791 section 3.2
_LARGEST_MTU: Final = 65_535  # bytes, the total length's 16 bits

PORT: Final = 8080
"""packetdrill's own default, on both ends."""

_NOTHING_TO_DO: Final = frozenset(
    {
        "code_command",
        "code_format",
        "code_sockopt",
        "D",
        "debug",
        "define",
        "is_anyip",
        "persistent_tun_dev",
        "speed",
        "tun_dev",
        "verbose",
        "send_omit_free",
        "local_linklayer",
        "mss",
    }
)
"""They steer packetdrill's process or its tun device, which there is none of here."""


ELSEWHERE: Final = {
    "dry_run": "it judges nothing, so nothing could pass",
    "so_filename": "a stack in a shared object cannot be loaded here",
    "so_flags": "a stack in a shared object cannot be loaded here",
    "tcp_ts_ecr_scaled": "echoed timestamps are never scaled here",
    "wire_client": "both ends of the wire are here",
    "wire_client_dev": "both ends of the wire are here",
    "wire_server": "both ends of the wire are here",
    "wire_server_at": "both ends of the wire are here",
    "wire_server_dev": "both ends of the wire are here",
    "wire_server_ip": "both ends of the wire are here",
    "wire_server_port": "both ends of the wire are here",
}
"""What packetdrill has, and why it is not here."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds while a script runs.

    Attributes:
        profile: `rfc`, `linux` or `freebsd`; None: none is chosen yet.
        addresses: of both ends of the wire.
        bind_port, connect_port: what `...` means in bind and connect.
        tolerance: of times.
        tick: ns of one tick of the script's timestamps (`--tcp_ts_tick_usecs`); 0: not given.
        ignore_psh: PSH of outbound segments is not compared.
        strict_segments: an expected segment is one segment; else what the host sends in several
            segments may be expected as one.
        strict_end: what the host sent before the last event, and no line took, fails the script.
            None: under the profile `rfc` only. packetdrill itself never looks, and published
            scripts end with packets that they do not mention.
        mapped_ipv6: AF_INET6 sockets speak IPv4 (`--ip_version=ipv4-mapped-ipv6`).
        ipv6: the wire carries IPv6, and sockets are of AF_INET6 (`--ip_version=ipv6`).
        non_fatal: `packet`, `syscall`: what differs there is a note and no failure.
        init_scripts: files of settings that are read before anything else.
        seed: of the host's randomness.
    """

    profile: str | None = None
    addresses: Addresses = PACKETDRILLS
    bind_port: int = PORT
    connect_port: int = PORT
    tolerance: Tolerance = USUAL
    tick: int = 0
    ignore_psh: bool = False
    strict_segments: bool = False
    strict_end: bool | None = None
    mapped_ipv6: bool = False
    ipv6: bool = False
    non_fatal: frozenset[str] = frozenset()
    init_scripts: tuple[str, ...] = ()
    seed: int = 1

    @property
    def timestamp_tolerance(self) -> int | None:
        """Ticks by which a timestamp may miss the script's; None: they are not compared."""
        return self.tolerance.fixed // self.tick if self.tick else None

    def with_option(self, option: ScriptOption) -> "Settings":
        """What holds after one of the script's option lines.

        Raises:
            ScriptFailed: a value that makes no sense.
            ScriptUnsupported: an option that is not known, or asks for what is not here.
        """
        name, value = option.name.replace("-", "_"), option.value or ""
        if name in _ADDRESSES:
            checked = _netmask if name == "netmask_ip" else _address
            address = checked(option, value.split("/")[0])
            return replace(self, addresses=_ADDRESSES[name](self.addresses, address))
        if name in _NUMBERS:
            return self._with_number(name, _number(option))
        if name in _NOTHING_TO_DO:
            return self
        if name in _WORDS:
            return _WORDS[name](self, option)
        if name in ELSEWHERE:
            raise ScriptUnsupported(f"the option --{option.name}: {ELSEWHERE[name]}")
        raise ScriptUnsupported(f"the option --{option.name} is not known")

    def _with_number(self, name: str, value: int) -> "Settings":
        match name:
            case "tolerance_usecs":
                tolerance = self.tolerance._replace(fixed=value * MICROSECOND)
                return replace(self, tolerance=tolerance)
            case "tcp_ts_tick_usecs":
                return replace(self, tick=value * MICROSECOND)
            case "mtu":
                if not _LEAST_MTU <= value <= _LARGEST_MTU:
                    raise ScriptFailed(f"--mtu={value}: give {_LEAST_MTU} to {_LARGEST_MTU} bytes")
                return replace(self, addresses=self.addresses._replace(mtu=value))
            case "bind_port":
                return replace(self, bind_port=value)
        return replace(self, connect_port=value)


_ADDRESSES: Final[dict[str, Callable[[Addresses, str], Addresses]]] = {
    "gateway_ip": lambda addresses, value: addresses._replace(gateway=value),
    "local_ip": lambda addresses, value: addresses._replace(local=value),
    "netmask_ip": lambda addresses, value: addresses._replace(netmask=value),
    "remote_ip": lambda addresses, value: addresses._replace(remote=value),
}

_NUMBERS: Final = frozenset(
    {"bind_port", "connect_port", "mtu", "tcp_ts_tick_usecs", "tolerance_usecs"}
)


def _with_ip_version(settings: Settings, option: ScriptOption) -> Settings:
    if option.value == "ipv4":
        return settings
    if option.value == "ipv4-mapped-ipv6":
        return replace(settings, mapped_ipv6=True)
    if option.value == "ipv6":
        kept = {
            field: value
            for field, value in settings.addresses._asdict().items()
            if field == "mtu" or ":" in value
        }
        return replace(settings, ipv6=True, addresses=PACKETDRILLS_IPV6._replace(**kept))
    raise ScriptFailed(f"--ip_version={option.value}: give ipv4, ipv4-mapped-ipv6 or ipv6")


def _with_percent(settings: Settings, option: ScriptOption) -> Settings:
    try:
        percent = float(option.value or "")
    except ValueError:
        raise ScriptFailed(f"--{option.name}={option.value}: give a number") from None
    return replace(settings, tolerance=settings.tolerance._replace(percent=percent))


def _with_init_scripts(settings: Settings, option: ScriptOption) -> Settings:
    names = (name.strip() for name in (option.value or "").split(","))
    return replace(settings, init_scripts=tuple(name for name in names if name))


def _with_non_fatal(settings: Settings, option: ScriptOption) -> Settings:
    kinds = frozenset((option.value or "").replace(",", " ").split())
    if not kinds or kinds - {"packet", "syscall"}:
        raise ScriptFailed(f"--{option.name}={option.value}: give packet, syscall or both")
    return replace(settings, non_fatal=kinds)


def _with_strict_end(settings: Settings, option: ScriptOption) -> Settings:
    return replace(settings, strict_end=option.value not in ("0", "no", "false"))


_WORDS: Final[dict[str, Callable[[Settings, ScriptOption], Settings]]] = {
    "ignore_psh": lambda settings, option: replace(settings, ignore_psh=True),
    "init_scripts": _with_init_scripts,
    "ip_version": _with_ip_version,
    "non_fatal": _with_non_fatal,
    "profile": lambda settings, option: replace(settings, profile=option.value),
    "strict_end": _with_strict_end,
    "strict_segments": lambda settings, option: replace(settings, strict_segments=True),
    "tolerance_percent": _with_percent,
}


VALUED: Final = (
    *sorted((*_ADDRESSES, *_NUMBERS, "init_scripts", "ip_version", "non_fatal")),
    "tolerance_percent",
    *("code_command", "code_format", "code_sockopt", "local_linklayer", "mss"),
    *("persistent_tun_dev", "speed", "tun_dev"),
)
"""packetdrill's options with a value, those of `ELSEWHERE` left out."""

SWITCHES: Final = ("debug", "is_anyip", "send_omit_free", "strict_end", "strict_segments")
"""Those without."""


def _address(option: ScriptOption, text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError as error:
        raise ScriptFailed(f"--{option.name}={option.value}: {error}") from None


def _netmask(option: ScriptOption, text: str) -> str:
    """A netmask with room for the host, its gateway and the two addresses that are no host's."""
    try:
        mask = int(IPv4Address(text))
    except AddressValueError as error:
        raise ScriptFailed(f"--{option.name}={option.value}: {error}") from None
    rest = mask ^ 0xFFFF_FFFF
    if rest & rest + 1 or rest < _LEAST_REST:
        what = f"--{option.name}={option.value}: give 0.0.0.0 to 255.255.255.252"
        raise ScriptFailed(what)
    return text


def _number(option: ScriptOption) -> int:
    value = option.value or ""
    if not value.isascii() or not value.isdigit():
        raise ScriptFailed(f"--{option.name}={value}: give a whole number")
    return int(value)
