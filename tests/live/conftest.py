"""The namespace lab: kernels to talk to, on this machine and nowhere else.

Every namespace is held by a file descriptor of the test process and by nothing else (no name, no
mount): it vanishes with its last process, so nothing survives a failed or killed run, and parallel
workers cannot meet. Interface names may therefore be the same in every test (`eth0`, `tap0`).

Fixtures
--------
`lab`: makes everything below and takes it down again.
    lab.namespace(label)                     a Namespace, `lo` up, IPv6 off
    lab.veth(a, b, "eth0", "eth0")           joins two namespaces; both ends up
    lab.wire(bridged=False)                  a Wire (see `wire`); bridged: a third namespace with a
                                             bridge in between, as `wire.middle` (loss goes there)
    lab.nginx(namespace, directory)          nginx on port 80 of that namespace, ready
    lab.wire() / lab.tap_wire()              several of them in one test
`bridged_wire` = lab.wire(bridged=True)
`wire`: two namespaces joined by one veth pair, `eth0` at both ends
    wire.ours    the namespace in which we run; its kernel owns wire.host_address 198.51.100.1/24
    wire.peer    the kernel we talk to; owns wire.peer_address 198.51.100.2/24
    wire.own_address                         198.51.100.77: nobody's, the address for --ip
    wire.ours_mac, wire.peer_mac             6 bytes
`tap_wire`: one namespace (`ours` and `peer` are the same) for a TAP: its kernel will own
    peer_address on `tap0`. The TAP exists while the link is open; persistent, owned by us.

A Namespace
    with namespace: ...                  this thread is inside; sockets, links, processes, threads
                                         made there stay there
    namespace.run(*words, check=True, stdin="")   a command to its end -> CompletedProcess (text)
    namespace.start(*words)                       a background Process, stopped at teardown
    namespace.wirelab("ping", ...)                = run() of our command line, check=False
    namespace.start_wirelab("tcp", "listen", ...) = start() of our command line
    namespace.python(code, *arguments)            = start() of `python -c code`
    namespace.without_capabilities(code, ...)     the same, as root without a single capability
    namespace.ip("addr add ... dev eth0")         iproute2; namespace.nft("table ip x {...}")
    namespace.sysctl("net.ipv4.ip_forward", 1)
    namespace.listen(port)               a kernel TCP listener: a blocking socket, timeout 10 s
    namespace.kernel_socket(family, kind, protocol)    any kernel socket in there, timeout 10 s
    namespace.lose(percent, "eth0", ...) random loss of frames ARRIVING at these interfaces, behind
                                         the packet taps: so lose in `wire.middle`
    namespace.capture("eth0")            a Capture: every frame of that interface, both ways
    namespace.mac("eth0") -> bytes
A Process
    process.wait_for(text, timeout=10)   until stdout or stderr holds it; fails if it ends first
    process.write(text) / process.close_stdin() / process.interrupt()
    process.finish(timeout=10) -> exit code; then process.output, process.errors (text)
A Capture (tcpdump, ready when the call returns)
    capture.stop() -> Path               the complete pcap file; may be called again
    capture.frames() -> list[bytes]      stops it first
    capture.tshark("udp.port == 49152", "ip.src", "udp.checksum.status") -> list[list[str]]
    capture.resets() -> list[str]        TCP RSTs as tshark tells them; empty = none
    capture.expert("198.51.100.77")      what tshark has against frames from there: .wrong (lines):
                                         malformed, bad checksums, errors of its expert info;
                                         .remarks: Remark(frame, kind), the TCP frames that it
                                         takes for a `retransmission` or a `duplicate ACK`
A Capture of a file that somebody else wrote: lab.open_capture(path).

Where no namespace can be made (no root and no user namespaces) the tests are skipped with the
reason; in CI a skip is a failure (tests/conftest.py).
"""

import contextlib
import ctypes
import fcntl
import os
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import pytest

CLONE_NEWNET = 0x40000000
SIOCGIFHWADDR = 0x8927
PATIENCE_S = 10.0
"""Upper bound of every wait on another process; nothing waits longer than its answer takes."""
MARKER_TYPE = b"\x88\xb5"
"""EtherType for local experiments (IEEE 802), of the frame that ends a capture."""
ANALYSIS = ("retransmission", "out_of_order", "duplicate_ack")
"""What tshark remarks in TCP, and we must explain; a late segment looks like one sent again."""
EXPERT_ERROR = "8388608"
"""tshark's number for a severe entry of its expert info (PI_ERROR)."""
WIRELAB = (sys.executable, "-m", "wirelab.adapters.cli")


class Namespace:
    """One network namespace; see the top of this file."""

    def __init__(self, label: str, folder: Path) -> None:
        self.label = label
        self.folder = folder
        self._outside: list[int] = []
        self._opened: list[Any] = []
        here = _open_current()
        try:
            _system_call("unshare", CLONE_NEWNET)
            self.descriptor = _open_current()
            _system_call("setns", here, CLONE_NEWNET)
        finally:
            os.close(here)
        self.path = f"/proc/{os.getpid()}/fd/{self.descriptor}"

    def __repr__(self) -> str:
        return f"<namespace {self.label}>"

    def __enter__(self) -> "Namespace":
        self._outside.append(_open_current())
        _system_call("setns", self.descriptor, CLONE_NEWNET)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        outside = self._outside.pop()
        _system_call("setns", outside, CLONE_NEWNET)
        os.close(outside)

    def run(
        self, *words: str | Path, check: bool = True, stdin: str = "", timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        with self:
            done = subprocess.run(
                [str(word) for word in words],
                input=stdin,
                capture_output=True,
                text=True,
                check=False,
                timeout=timeout,
                env=_environment(),
            )
        if check and done.returncode != 0:
            pytest.fail(f"{done.args} in {self.label}: exit {done.returncode}\n{done.stderr}")
        return done

    def start(self, *words: str | Path) -> "Process":
        with self:
            process = Process([str(word) for word in words])
        self._opened.append(process)
        return process

    def wirelab(self, *words: str, stdin: str = "", timeout: float = 60) -> Any:
        return self.run(*WIRELAB, *words, check=False, stdin=stdin, timeout=timeout)

    def start_wirelab(self, *words: str) -> "Process":
        return self.start(*WIRELAB, *words)

    def python(self, code: str, *arguments: str) -> "Process":
        return self.start(sys.executable, "-u", "-c", code, *arguments)

    def without_capabilities(self, code: str, *arguments: str) -> "Process":
        words = ("setpriv", "--inh-caps=-all", "--bounding-set=-all")
        return self.start(*words, sys.executable, "-u", "-c", code, *arguments)

    def ip(self, words: str) -> str:
        return self.run("ip", *words.split()).stdout

    def nft(self, rules: str) -> None:
        self.run("nft", "-f", "-", stdin=rules)

    def sysctl(self, name: str, value: int) -> None:
        with self:
            Path("/proc/sys", *name.split(".")).write_text(f"{value}\n")

    def kernel_socket(self, family: int, kind: int, protocol: int = 0) -> socket.socket:
        with self:
            opened = socket.socket(family, kind, protocol)
        opened.settimeout(PATIENCE_S)
        self._opened.append(opened)
        return opened

    def listen(self, port: int, address: str = "0.0.0.0") -> socket.socket:
        listener = self.kernel_socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen()
        return listener

    def lose(self, percent: int, *interfaces: str) -> None:
        drop = "drop" if percent >= 100 else f"numgen random mod 100 < {percent} drop"
        for interface in interfaces:
            self.nft(
                f"table netdev lose_{interface} {{\n chain arriving {{\n"
                f'  type filter hook ingress device "{interface}" priority 0;\n'
                f"  {drop}\n }}\n}}\n"  # nft 1.0.6 needs the newline before each brace
            )

    def capture(self, interface: str = "eth0") -> "Capture":
        capture = Capture(self, interface)
        self._opened.append(capture)
        return capture

    def mac(self, interface: str) -> bytes:
        return self._ask(SIOCGIFHWADDR, interface)[18:24]

    def wait_for_queue(self, interface: str) -> None:
        """Until it transmits: its queue starts a moment after the cable is in, and drops before."""
        deadline = time.monotonic() + PATIENCE_S
        while " qdisc noop " in self.ip(f"-o link show dev {interface}"):
            if time.monotonic() > deadline:
                pytest.fail(f"{interface} in {self.label} does not come up")

    def _ask(self, request: int, interface: str) -> bytes:
        with self, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            return fcntl.ioctl(any_socket, request, struct.pack("40s", interface.encode()))

    def close(self) -> None:
        for opened in reversed(self._opened):
            opened.close()
        os.close(self.descriptor)


class Process:
    """A background process whose output is read while we wait for it, so that it never blocks."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self._popen = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
        )
        assert self._popen.stdin
        assert self._popen.stdout
        assert self._popen.stderr
        self.pid = self._popen.pid
        self._stdin = self._popen.stdin
        self._texts = {"output": bytearray(), "errors": bytearray()}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._popen.stdout, selectors.EVENT_READ, "output")
        self._selector.register(self._popen.stderr, selectors.EVENT_READ, "errors")

    @property
    def output(self) -> str:
        return self._texts["output"].decode()

    @property
    def errors(self) -> str:
        return self._texts["errors"].decode()

    def wait_for(self, text: str, timeout: float = PATIENCE_S) -> None:
        deadline = time.monotonic() + timeout
        while text not in self.output and text not in self.errors:
            if not self._pump(deadline):
                pytest.fail(f"no {text!r} from {self}")

    def write(self, text: str | bytes) -> None:
        self._stdin.write(text.encode() if isinstance(text, str) else text)
        self._stdin.flush()

    def close_stdin(self) -> None:
        self._stdin.close()

    def interrupt(self) -> None:
        self._popen.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self._popen.kill()
        self._popen.wait(PATIENCE_S)

    def finish(self, timeout: float = PATIENCE_S) -> int:
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        deadline = time.monotonic() + timeout
        while self._pump(deadline):
            pass
        if self._selector.get_map():
            pytest.fail(f"did not end within {timeout} s: {self}")
        return self._popen.wait(PATIENCE_S)

    def close(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        if self._popen.poll() is None:
            self._popen.terminate()
            try:
                self._popen.wait(2)
            except subprocess.TimeoutExpired:
                self.kill()
        self._selector.close()
        for pipe in (self._popen.stdout, self._popen.stderr):
            assert pipe is not None
            pipe.close()

    def __repr__(self) -> str:
        return f"{' '.join(self.words)}\nstdout: {self.output}\nstderr: {self.errors}"

    def _pump(self, deadline: float) -> bool:
        """Read what is there; False: the process closed its output, or the time is over."""
        if not self._selector.get_map():
            return False
        ready = self._selector.select(max(0.0, deadline - time.monotonic()))
        for key, _ in ready:
            data = os.read(key.fd, 65536)
            self._texts[key.data] += data
            if not data:
                self._selector.unregister(key.fileobj)
        return bool(ready)


class Capture:
    """tcpdump on one interface. A marker frame ends it, so that no frame before it is missed."""

    def __init__(self, namespace: Namespace, interface: str) -> None:
        _need("tcpdump", "tshark")
        self.namespace = namespace
        self.interface = interface
        self.path = namespace.folder / f"{namespace.label}-{interface}-{time.monotonic_ns()}.pcap"
        if Path("/proc/self/setgroups").read_text().strip() == "allow":
            words: tuple[str, ...] = (
                "tcpdump",
                "-n",
                "-U",
                "--immediate-mode",
                "-B",
                "32768",
                "-Z",
                "root",
            )
            ready = "listening on"
        else:  # root in a user namespace: tcpdump insists on changing groups, and may not
            words, ready = ("dumpcap", "-P", "-q", "-B", "32"), "File:"
        self._process = namespace.start(*words, "-i", interface, "-w", self.path)
        self._process.wait_for(ready)
        self._stopped = False

    def stop(self) -> Path:
        if not self._stopped:
            self._stopped = True
            marker = os.urandom(16)
            self._send(bytes(12) + MARKER_TYPE + marker + bytes(30))
            self._wait_for_marker(marker)
            self._process.interrupt()
            self._process.finish()
        return self.path

    def _send(self, frame: bytes) -> None:
        """Put a frame on the interface; on a TAP that nobody holds, from its free end."""
        with self.namespace:
            if self.interface.startswith("tap"):
                request = struct.pack("16sH22x", self.interface.encode(), 0x1002)  # TAP, NO_PI
                with contextlib.suppress(OSError), open("/dev/net/tun", "r+b", buffering=0) as tap:
                    fcntl.ioctl(tap, 0x400454CA, request)  # TUNSETIFF: EBUSY while it is held
                    tap.write(frame)
                    return
            with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sender:
                sender.bind((self.interface, 0))
                sender.send(frame)

    def _wait_for_marker(self, marker: bytes) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with self.path.open("rb") as file:
                file.seek(max(0, self.path.stat().st_size - 4096))
                if marker in file.read():
                    return
            time.sleep(0.002)  # waits on tcpdump's writing; bounded, and no assertion hangs on it
        pytest.fail(f"tcpdump did not write the marker frame: {self._process}")

    def frames(self) -> list[bytes]:
        """The frames, read here (pcap, little or big end first), without the marker."""
        data = self.stop().read_bytes()
        end = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
        frames, offset = [], 24
        while offset < len(data):
            (length,) = struct.unpack_from(f"{end}I", data, offset + 8)
            frames.append(data[offset + 16 : offset + 16 + length])
            offset += 16 + length
        return [frame for frame in frames if frame[12:14] != MARKER_TYPE]

    def tshark(
        self, display_filter: str = "", *fields: str, checksums: bool = True
    ) -> list[list[str]]:
        wanted = "!(eth.type == 0x88b5)" + (f" && ({display_filter})" if display_filter else "")
        words = ["tshark", "-n", "-r", str(self.stop()), "-Y", wanted]
        for protocol in ("ip", "tcp", "udp"):
            words += ["-o", f"{protocol}.check_checksum:{str(checksums).upper()}"]
        for field in fields:
            words += ["-e", field]
        words += ["-T", "fields"] if fields else []
        done = self.namespace.run(*words)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def resets(self) -> list[str]:
        return ["\t".join(row) for row in self.tshark("tcp.flags.reset == 1")]

    def expert(self, source: str, checksums: bool = True) -> "Expert":
        analysis = [f"tcp.analysis.{kind}" for kind in ANALYSIS]
        sums = [f"{name}.checksum.status" for name in ("ip", "icmp", "icmpv6", "tcp", "udp")]
        faults = ["_ws.malformed", "_ws.expert.severity", *sums]
        shown = ["_ws.malformed", "_ws.expert.severity == error"]
        shown += [f"{name} == 0" for name in sums] + analysis
        from_us = "ipv6.src" if ":" in source else "ip.src"
        fields = ("frame.number", from_us, *analysis, *faults)
        fields += ("_ws.col.info", "_ws.expert.message")
        wanted = f"{from_us} == {source} && ({' || '.join(shown)})"
        told = Expert([], [])
        for row in self.tshark(wanted, *fields, checksums=checksums):
            if row[1].split(",")[0] != source:
                continue  # an ICMP error quotes it
            number, (again, late, duplicate) = int(row[0]), row[2:5]
            if again or late or duplicate:
                kind = "retransmission" if again or late else "duplicate ACK"
                told.remarks.append(Remark(number, kind))
            malformed, severities, *statuses = row[5 : 5 + len(faults)]
            bad_sum = any("0" in status.split(",") for status in statuses)
            if malformed or EXPERT_ERROR in severities.split(",") or bad_sum:
                told.wrong.append("\t".join(row))
        return told

    def close(self) -> None:
        """Its process is closed by the namespace."""


class Expert(NamedTuple):
    """What tshark says; see the top of this file."""

    wrong: list[str]
    remarks: list["Remark"]


class Remark(NamedTuple):
    """A frame (numbered from 1) in which tshark sees a `retransmission` or a `duplicate ACK`."""

    frame: int
    kind: str


class RecordedCapture(Capture):
    """A capture file that somebody else has written."""

    def __init__(self, namespace: Namespace, path: Path) -> None:
        _need("tshark")
        self.namespace = namespace
        self.path = path

    def stop(self) -> Path:
        return self.path


class Wire(NamedTuple):
    """Two kernels and what lies between; see the top of this file."""

    ours: Namespace
    peer: Namespace
    middle: Namespace | None = None
    interface: str = "eth0"
    host_address: str = "198.51.100.1"
    peer_address: str = "198.51.100.2"
    own_address: str = "198.51.100.77"
    prefix_length: int = 24

    @property
    def ours_mac(self) -> bytes:
        return self.ours.mac(self.interface)

    @property
    def peer_mac(self) -> bytes:
        return self.peer.mac(self.interface)


class Lab:
    """Makes namespaces and takes them down; see the top of this file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._namespaces: list[Namespace] = []

    def namespace(self, label: str) -> Namespace:
        made = Namespace(label, self._folder)
        self._namespaces.append(made)
        made.sysctl("net.ipv6.conf.all.disable_ipv6", 1)
        made.sysctl("net.ipv6.conf.default.disable_ipv6", 1)
        made.ip("link set lo up")
        return made

    def veth(self, a: Namespace, b: Namespace, in_a: str = "eth0", in_b: str = "eth0") -> None:
        a.ip(f"link add name {in_a} up type veth peer name {in_b} netns {b.path}")
        b.ip(f"link set {in_b} up")
        a.wait_for_queue(in_a)
        b.wait_for_queue(in_b)

    def wire(self, bridged: bool = False) -> Wire:
        ours, peer = self.namespace("ours"), self.namespace("peer")
        middle = self.namespace("middle") if bridged else None
        if middle is None:
            self.veth(ours, peer)
        else:
            middle.ip("link add name br0 up type bridge")
            for outside, port in ((ours, "ours0"), (peer, "peer0")):
                self.veth(middle, outside, port, "eth0")
                middle.ip(f"link set {port} master br0")
        wire = Wire(ours, peer, middle)
        ours.ip(f"addr add {wire.host_address}/24 dev eth0")
        peer.ip(f"addr add {wire.peer_address}/24 dev eth0")
        return wire

    def open_capture(self, path: Path) -> Capture:
        return RecordedCapture(self._namespaces[0], path)

    def can_tap(self) -> bool:
        return os.access("/dev/net/tun", os.R_OK | os.W_OK)

    def need_tap(self) -> None:
        if not self.can_tap():
            pytest.skip("/dev/net/tun cannot be opened by this user")

    def tap_wire(self) -> Wire:
        self.need_tap()
        ours = self.namespace("ours")
        wire = Wire(ours, ours, interface="tap0")
        ours.ip("tuntap add dev tap0 mode tap")
        ours.ip(f"addr add {wire.peer_address}/24 dev tap0")
        ours.ip("link set tap0 up")
        return wire

    def nginx(self, namespace: Namespace, directory: Path, port: int = 80) -> Process:
        _need("nginx")
        state = self._folder / f"nginx-{port}"
        state.mkdir()
        configuration = state / "nginx.conf"
        temporary = "".join(
            f" {kind}_temp_path {state}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        configuration.write_text(
            f"daemon off; master_process off; pid {state}/pid; error_log stderr notice;\n"
            f"user root;\nevents {{ }}\nhttp {{\n access_log off;\n{temporary}"
            f" server {{ listen {port}; root {directory}; }}\n}}\n"
        )
        process = namespace.start("nginx", "-c", configuration, "-p", state)
        process.wait_for("using the")  # the notice of the event method, written after listen()
        return process

    def close(self) -> None:
        for namespace in reversed(self._namespaces):
            namespace.close()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """An empty lab; everything made with it is gone afterwards."""
    _need("ip", "nft")
    made = Lab(tmp_path)
    try:
        try:
            made.namespace("probe")
        except OSError as error:
            pytest.skip(f"no network namespaces here ({error}); run as root, or allow unshare -Ur")
        yield made
    finally:
        made.close()


@pytest.fixture
def wire(lab: Lab) -> Wire:
    """Two kernels on one veth pair."""
    return lab.wire()


@pytest.fixture
def bridged_wire(lab: Lab) -> Wire:
    """Two kernels with a bridge between them, in the namespace `middle`: the place for loss."""
    return lab.wire(bridged=True)


@pytest.fixture
def tap_wire(lab: Lab) -> Wire:
    """One kernel behind a TAP called `tap0`."""
    return lab.tap_wire()


def _need(*programs: str) -> None:
    path = _environment()["PATH"]
    missing = [name for name in programs if shutil.which(name, path=path) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def _environment() -> dict[str, str]:
    """English, uncoloured, and where Debian keeps `ip` and `nft` for everybody but root."""
    inherited = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    return {**inherited, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}


def _open_current() -> int:
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _system_call(name: str, *arguments: int) -> None:
    """`unshare` or `setns`, which the standard library has only from Python 3.12 on."""
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
