"""`%{ python }%`: assertions about the connection under test.

Source: packetdrill's code.c: each snippet sees the values of TCP_INFO as `tcpi_...` at its time,
the states and options by name, and what earlier snippets defined.

Rule 1: a snippet runs at its time, in a namespace that the script's snippets share.
Rule 2: what a snippet prints is kept for the report, not mixed into the command's results.
Rule 3: an assertion that does not hold shows the values that it names.
Rule 4: assertions are judged under `python -O`, too, which leaves those of other modules out.
"""

import re
import traceback
from contextlib import redirect_stdout
from io import StringIO
from typing import Final

from wirelab.sim.packetdrill.outcome import ScriptFailed, ScriptUnsupported

_LINUX_STATES: Final = (
    "TCP_ESTABLISHED",
    "TCP_SYN_SENT",
    "TCP_SYN_RECV",
    "TCP_FIN_WAIT1",
    "TCP_FIN_WAIT2",
    "TCP_TIME_WAIT",
    "TCP_CLOSE",
    "TCP_CLOSE_WAIT",
    "TCP_LAST_ACK",
    "TCP_LISTEN",
    "TCP_CLOSING",
)
"""From 1 on: include/net/tcp_states.h."""

_FREEBSD_STATES: Final = {
    "TCPI_CLOSED": "TCP_CLOSE",
    "TCPI_CLOSE_WAIT": "TCP_CLOSE_WAIT",
    "TCPI_CLOSING": "TCP_CLOSING",
    "TCPI_ESTABLISHED": "TCP_ESTABLISHED",
    "TCPI_FIN_WAIT_1": "TCP_FIN_WAIT1",
    "TCPI_FIN_WAIT_2": "TCP_FIN_WAIT2",
    "TCPI_LAST_ACK": "TCP_LAST_ACK",
    "TCPI_LISTEN": "TCP_LISTEN",
    "TCPI_SYN_RECEIVED": "TCP_SYN_RECV",
    "TCPI_SYN_SENT": "TCP_SYN_SENT",
    "TCPI_TIME_WAIT": "TCP_TIME_WAIT",
}
"""The names of FreeBSD's dialect, here with Linux's numbers: they are only compared."""

_STATES: Final = {name: index for index, name in enumerate(_LINUX_STATES, 1)}

CONSTANTS: Final[dict[str, object]] = {
    **_STATES,
    **{name: _STATES[linux] for name, linux in _FREEBSD_STATES.items()},
    "TCP_CA_Open": 0,
    "TCP_CA_Disorder": 1,
    "TCP_CA_CWR": 2,
    "TCP_CA_Recovery": 3,
    "TCP_CA_Loss": 4,
    "TCP_INFINITE_SSTHRESH": 0x7FFF_FFFF,
    "TCPI_OPT_TIMESTAMPS": 1,
    "TCPI_OPT_SACK": 2,
    "TCPI_OPT_WSCALE": 4,
    "TCPI_OPT_ECN": 8,
    "TCPI_OPT_ECN_SEEN": 16,
    "TCPI_OPT_SYN_DATA": 32,
}
"""linux/tcp.h and include/uapi/linux/tcp.h."""

_TOLD_BY_A_KERNEL: Final = re.compile(r"(mptcpi|sctp|SK|tcpi?|tcpv|bbr|dctcp)_|TCPI?_")
"""Names that code.c takes from socket options; any other that is not there is the script's slip."""

_INFO_NAME: Final = re.compile(r"\btcpi_\w+")


class Assertions:
    """The snippets of one script.

    Attributes:
        printed: the lines that they printed, each with the number of its snippet's line.
    """

    def __init__(self) -> None:
        self.printed: list[str] = []
        self._names: dict[str, object] = dict(CONSTANTS)

    def run(self, code: str, path: str, line: int, info: dict[str, object]) -> None:
        """Run a snippet.

        Args:
            code: Python, as written.
            path: of the script, for tracebacks.
            line: where it stands.
            info: the `tcpi_...` values.

        Raises:
            ScriptFailed: an assertion does not hold, or the snippet raises.
            ScriptUnsupported: it names what this host does not tell.
        """
        self._names.update(info)
        output = StringIO()
        try:
            with redirect_stdout(output):
                # Rule 4: `optimize`.
                exec(compile(_dedented(code), f"{path}:{line}", "exec", optimize=0), self._names)
        except AssertionError as error:
            told = f" ({error})" if str(error) else ""
            what = f"the assertion does not hold{told}"
            raise ScriptFailed(what, _failing_line(error, code), self._values(code)) from None
        except NameError as error:
            if error.name and _TOLD_BY_A_KERNEL.match(error.name):
                raise ScriptUnsupported(f"the assertion needs {error.name}") from None
            raise ScriptFailed(f"the Python code is wrong: {error}") from None
        except SystemExit as error:  # packetdrill runs a process, and looks at its exit status
            if error.code not in (None, 0):
                raise ScriptFailed(f"the Python code ends with exit({error.code!r})") from None
        except SyntaxError as error:
            raise ScriptFailed(f"the Python code is wrong: {error.msg}") from None
        except Exception as error:
            what = f"the Python code raises {type(error).__name__}: {error}"
            raise ScriptFailed(what) from None
        finally:
            self.printed += [f"line {line} prints {one}" for one in output.getvalue().splitlines()]

    def _values(self, code: str) -> str:
        """The values of what a snippet names."""
        names = dict.fromkeys(_INFO_NAME.findall(code))
        return ", ".join(f"{name} = {self._names.get(name)}" for name in names) or "False"


def _dedented(code: str) -> str:
    """The code as a module: as written, or without the indentation that all lines but one share."""
    first, *others = code.strip().splitlines() or [""]
    margin = min((len(line) - len(line.lstrip()) for line in others if line.strip()), default=0)
    plain = "\n".join([first, *others]) + "\n"
    try:
        compile(plain, "", "exec")
    except SyntaxError:
        return "\n".join([first, *(line[margin:] for line in others)]) + "\n"
    return plain


def _failing_line(error: AssertionError, code: str) -> str:
    """The line of the snippet that failed."""
    number = traceback.extract_tb(error.__traceback__)[-1].lineno or 1
    lines = _dedented(code).splitlines()
    return lines[number - 1].strip() if number <= len(lines) else "an assertion that holds"
