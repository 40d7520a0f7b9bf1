"""Shell commands of scripts: settings become knobs, questions about sockets are answered.

    `sysctl -w net.ipv4.tcp_sack=0`          a knob
    `../common/defaults.sh`                  read for its sysctl lines
    `../common/set_sysctls.py /proc/...=0`   knobs
    `echo 0 > /proc/sys/net/...`             a knob
    `sockstat -4 -P tcp -s | grep ...`       answered from the host's own sockets
    `nstat | grep TcpExt...`                 answered from the host's own counters
    `tcpdrop -s TIME_WAIT`                   done
    `dd if=/dev/zero of=FILE bs=1 count=5`   a file that the script may open
    `ethtool -K tun0 gso off`                a knob
    anything else                            UNSUPPORTED

Rule 1: nothing is ever run. A script file is read line by line, by the same rules.
Rule 2: what has no effect in a fresh virtual host (flushing caches, loading modules) passes in
silence; what would have one and is not here makes the script UNSUPPORTED.
"""

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

from wirelab.sim.packetdrill.outcome import ScriptFailed, ScriptUnsupported


class System(Protocol):
    """What commands act on."""

    def set_variable(self, name: str, value: str) -> None:
        """Set a sysctl variable; what ethtool sets has names that begin with `ethtool.`."""

    def socket_lines(self) -> list[str]:
        """The lines of `sockstat -s`."""

    def counter_lines(self) -> list[str]:
        """The lines of `nstat`: a name and a number, for counters that are not 0."""

    def knows_counter(self, name: str) -> bool:
        """Whether a counter of this name is kept."""

    def drop_connections(self, state: str) -> None:
        """Forget the connections in a state, named as sockstat names it."""

    def forget_peers(self) -> None:
        """Forget what was learnt of other hosts."""

    def make_file(self, name: str, size: int) -> None:
        """A file of so many zeros."""


DEEPEST: Final = 5
"""Script files that name script files; ours: a loop must end."""

_LARGEST_FILE: Final = 1 << 20  # bytes; ours: a script of settings is a few kilobytes

_NO_EFFECT: Final = frozenset(
    {":", "true", "sync", "echo", "export", "set", "sleep", "date", "rm", "modprobe", "kldload"}
    | {"nstat", "sockstat"}
)
"""sleep: time is the script's. modprobe and kldload: what a module would bring is asked by name.
nstat and sockstat: nobody reads what they print."""

_ARITHMETIC: Final = re.compile(r"\$\(\(([0-9*+() ]+)\)\)")
_RESTORE: Final = re.compile(r"^/tmp/sysctl_restore_\S*\.sh$")
_PROC: Final = "/proc/sys/"
_WRITES: Final = ">"
"""Before the file at the end of a command that writes a variable."""


class Shell:
    """Understands the commands of one script.

    Args:
        folder: where file names of the script begin.
        system: what the commands act on.
    """

    def __init__(self, folder: Path, system: System) -> None:
        self._folder = folder
        self._system = system
        self._commands: dict[str, Callable[[list[str]], None]] = {
            "sysctl": self._sysctl,
            "set_sysctls.py": self._set_sysctls,
            "tcpdrop": self._tcpdrop,
            "dd": self._dd,
            "ethtool": self._ethtool,
            "ip": self._ip,
        }

    def run(self, text: str) -> None:
        """Do what a command, or several, would do.

        Raises:
            ScriptUnsupported: a command that is not understood.
            ScriptFailed: a question whose answer is no.
        """
        self._run_lines(text, self._folder, 0)

    def _run_lines(self, text: str, folder: Path, depth: int) -> None:
        for line in _logical_lines(text):
            for pipeline in _pipelines(line):
                self._run_pipeline(pipeline, folder, depth)

    def _run_pipeline(self, pipeline: list[list[str]], folder: Path, depth: int) -> None:
        words, *filters = pipeline
        if filters:
            self._ask(words, filters)
        elif words:
            self._run_command(words, folder, depth)

    def _run_command(self, words: list[str], folder: Path, depth: int) -> None:
        name, arguments = words[0], words[1:]
        base = name.rsplit("/", 1)[-1]
        if words[-2:-1] == [_WRITES]:
            self._write_variable(words)
        elif base in ("sudo", "exec"):
            self._run_command(arguments or [":"], folder, depth)
        elif base in self._commands:
            self._commands[base](arguments)
        elif base in _NO_EFFECT or _RESTORE.match(name) or _is_harmless(words):
            return
        elif base in ("sh", "bash", ".", "source") and arguments:
            self._run_file(arguments[0], folder, depth)
        elif "/" in name and base.endswith(".sh"):
            self._run_file(name, folder, depth)
        else:
            raise ScriptUnsupported(f"the shell command `{shlex.join(words)}`")

    # settings

    def _sysctl(self, arguments: list[str]) -> None:
        """`sysctl -w name=value ...`; without a value it only shows, which nobody sees here."""
        if any(word in ("-p", "--load", "--system") for word in arguments):
            raise ScriptUnsupported(f"the shell command `sysctl {shlex.join(arguments)}`")
        for word in arguments:
            if word.startswith("-"):
                continue
            name, equals, value = word.partition("=")
            if equals:
                self._system.set_variable(name.replace("/", "."), value.strip())

    def _set_sysctls(self, arguments: list[str]) -> None:
        """`set_sysctls.py /proc/sys/net/ipv4/tcp_sack=0 ...`."""
        for word in arguments:
            path, equals, value = word.partition("=")
            if not equals or not path.startswith(_PROC):
                raise ScriptUnsupported(f"set_sysctls.py {word}: not /proc/sys/NAME=VALUE")
            self._system.set_variable(path.removeprefix(_PROC).replace("/", "."), value.strip())

    def _write_variable(self, words: list[str]) -> None:
        """`echo 0 > /proc/sys/net/ipv4/tcp_sack`."""
        name, *values = words[:-2]
        if name != "echo" or not values or values[0].startswith("-"):
            raise ScriptUnsupported(f"the shell command `{' '.join(words)}`")
        variable = words[-1].removeprefix(_PROC).replace("/", ".")
        self._system.set_variable(variable, " ".join(values))

    def _ip(self, arguments: list[str]) -> None:
        """`ip tcp_metrics flush all`, ip-tcp_metrics(8)."""
        if arguments[:2] not in (["tcp_metrics", "flush"], ["tcp_metrics", "del"]):
            raise ScriptUnsupported(f"the shell command `ip {shlex.join(arguments)}`")
        self._system.forget_peers()

    def _ethtool(self, arguments: list[str]) -> None:
        """`ethtool -K tun0 tso off gso off`."""
        if arguments[:1] != ["-K"] or len(arguments) % 2:
            raise ScriptUnsupported(f"the shell command `ethtool {shlex.join(arguments)}`")
        for feature, state in zip(arguments[2::2], arguments[3::2], strict=True):
            self._system.set_variable(f"ethtool.{feature}", "0" if state == "off" else "1")

    def _dd(self, arguments: list[str]) -> None:
        """`dd if=/dev/zero of=/tmp/file bs=1 count=5`."""
        words = dict(word.partition("=")[::2] for word in arguments)
        size, count, name = words.get("bs", "512"), words.get("count", "1"), words.get("of")
        if name is None or words.get("if") != "/dev/zero" or not (size + count).isdecimal():
            raise ScriptUnsupported(f"the shell command `dd {shlex.join(arguments)}`")
        self._system.make_file(name, int(size) * int(count))

    def _tcpdrop(self, arguments: list[str]) -> None:
        """`tcpdrop -s TIME_WAIT`, tcpdrop(8) of FreeBSD."""
        if len(arguments) != 2 or arguments[0] != "-s":
            raise ScriptUnsupported(f"the shell command `tcpdrop {shlex.join(arguments)}`")
        self._system.drop_connections(arguments[1])

    def _run_file(self, name: str, folder: Path, depth: int) -> None:
        """Read a file of settings; its name counts from the script's folder."""
        if depth >= DEEPEST:
            raise ScriptUnsupported(f"{name}: shell scripts call each other {DEEPEST} deep")
        path = folder / name
        try:
            if path.stat().st_size > _LARGEST_FILE:
                raise ScriptUnsupported(
                    f"the shell script {path} is too long to be one of settings"
                )
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise ScriptUnsupported(f"the shell script {path}: {error.strerror}") from None
        self._run_lines(text, folder, depth + 1)

    # questions

    def _ask(self, words: list[str], filters: list[list[str]]) -> None:
        """`sockstat ... | grep ... | grep -c ...`: the last grep must find something."""
        lines = asked = self._told(words, filters)
        found = True
        for words_of_filter in filters:
            lines, found = _filter(words_of_filter, lines)
        if not found:
            question = " | ".join(shlex.join(each) for each in (words, *filters))
            shown = "; ".join(asked) if asked else "no sockets"
            raise ScriptFailed("the command's answer is no", f"`{question}` finds something", shown)

    def _told(self, words: list[str], filters: list[list[str]]) -> list[str]:
        """What the first command of a question prints."""
        base = words[0].rsplit("/", 1)[-1]
        if base == "sockstat":
            return _of_ports(self._system.socket_lines(), words[1:])
        if base == "nstat" and self._system.knows_counter(filters[0][-1]):
            return self._system.counter_lines()
        raise ScriptUnsupported(f"the shell command `{shlex.join(words)} | ...`")


def _of_ports(lines: list[str], arguments: list[str]) -> list[str]:
    """`sockstat -p 80,8080`: the lines of sockets with one of these ports, on either end."""
    if "-p" not in arguments[:-1]:
        return lines
    ends = tuple(f":{port}" for port in arguments[arguments.index("-p") + 1].split(","))
    return [line for line in lines if any(word.endswith(ends) for word in line.split())]


def _filter(words: list[str], lines: list[str]) -> tuple[list[str], bool]:
    """What a `grep` or `wc -l` lets through, and whether its exit status is 0."""
    if words[:2] == ["wc", "-l"]:
        return [str(len(lines))], True
    options = [word for word in words[1:] if word.startswith("-") and word != "--"]
    patterns = [word for word in words[1:] if not word.startswith("-")]
    letters = set("".join(options).replace("-", ""))
    if words[0] not in ("grep", "egrep", "fgrep") or len(patterns) != 1 or letters - set("civqEFw"):
        raise ScriptUnsupported(f"the shell command `... | {shlex.join(words)}`")
    pattern = re.escape(patterns[0]) if "F" in letters else patterns[0]
    if "w" in letters:
        pattern = rf"\b{pattern}\b"
    try:
        wanted = re.compile(pattern, re.IGNORECASE if "i" in letters else 0)
    except re.error as error:
        raise ScriptUnsupported(f"the pattern of `{shlex.join(words)}`: {error}") from None
    hits = [line for line in lines if bool(wanted.search(line)) != ("v" in letters)]
    return ([str(len(hits))] if "c" in letters else hits), bool(hits)


def _is_harmless(words: list[str]) -> bool:
    """Commands without effect on a host that is new and has one plain queue.

    `tc qdisc ... pfifo`: the virtual wire is first in, first out.
    """
    if words[:2] != ["tc", "qdisc"]:
        return False
    return words[2:3] in (["del"], ["delete"]) or words[-1] in ("pfifo", "pfifo_fast")


def _logical_lines(text: str) -> Iterator[str]:
    """Lines without comments, those that end in a backslash joined."""
    for line in text.replace("\\\n", " ").splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield stripped


def _pipelines(line: str) -> Iterator[list[list[str]]]:
    """The pipelines of a line, each a list of commands, each a list of words."""
    expanded = _ARITHMETIC.sub(lambda found: str(_product(found[1])), line)
    lexer = shlex.shlex(expanded, posix=True, punctuation_chars=";&|<>")
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError as error:
        raise ScriptUnsupported(f"the shell command `{line}`: {error}") from None
    pipeline: list[list[str]] = [[]]
    skip = False
    for word in words:
        if skip:
            skip = False
            if word.startswith(_PROC):
                pipeline[-1] += [_WRITES, word]
        elif word in (";", "&&", "||", "&"):
            yield pipeline
            pipeline = [[]]
        elif word == "|":
            pipeline.append([])
        elif set(word) <= set("<>&") and word:
            skip = True  # the file of a redirection
            if pipeline[-1] and pipeline[-1][-1] in ("1", "2"):
                pipeline[-1].pop()  # the number of its descriptor
        else:
            pipeline[-1].append(word)
    yield pipeline


def _product(expression: str) -> int:
    """`15*1024*1024` of shell arithmetic; only products and sums occur.

    >>> _product("15*1024*1024"), _product("2 + 3*4")
    (15728640, 14)
    """
    total = 0
    for term in expression.replace("(", "").replace(")", "").split("+"):
        product = 1
        for factor in term.split("*"):
            product *= int(factor)
        total += product
    return total
