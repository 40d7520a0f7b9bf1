"""The system's libpcap, bound with ctypes: nothing to install from a package index.

Source: pcap(3PCAP) and its pages, libpcap 1.10.

Rule 1: only this file knows C types. `Pcap` takes and gives bytes, numbers and text.
Rule 2: loading is apart from finding (`candidates`), so that all platforms are tested on one.
"""

import ctypes
import ctypes.util
import errno
import functools
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from wirelab.adapters.links.bpf import Instruction, Program
from wirelab.adapters.links.link import LinkError

ERROR_BYTES = 256
"""`PCAP_ERRBUF_SIZE`."""
NETMASK_UNKNOWN = 0xFFFFFFFF
PRECISION_NANOSECONDS = 1
DIRECTION_IN, DIRECTION_OUT = 1, 2
LINK_TYPE_ETHERNET = 1
NO_PERMISSION = (-8, -11)
"""`PCAP_ERROR_PERM_DENIED`, `PCAP_ERROR_PROMISC_PERM_DENIED`."""
NOT_UP = -9
NO_SUCH_DEVICE = -5
MISSING = (
    "libpcap not found: apt install libpcap0.8 / install Npcap; on Linux --link afpacket needs "
    "no library."
)


class _TimeValue(ctypes.Structure):
    """`struct timeval`; its second part holds nanoseconds when that precision was granted."""

    _fields_ = (
        ("seconds", ctypes.c_long),
        ("fraction", ctypes.c_int if sys.platform == "darwin" else ctypes.c_long),
    )


class _PacketHeader(ctypes.Structure):
    """`struct pcap_pkthdr`; macOS appends a comment, which a pointer to the front does not mind."""

    _fields_ = (("time", _TimeValue), ("captured", ctypes.c_uint32), ("length", ctypes.c_uint32))


class _Instruction(ctypes.Structure):
    """`struct bpf_insn`."""

    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("operand", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    """`struct bpf_program`."""

    _fields_ = (("length", ctypes.c_uint), ("instructions", ctypes.POINTER(_Instruction)))


class _Statistics(ctypes.Structure):
    """`struct pcap_stat`, with room for what Npcap appends."""

    _fields_ = (
        ("received", ctypes.c_uint),
        ("dropped", ctypes.c_uint),
        ("dropped_by_interface", ctypes.c_uint),
        ("more", ctypes.c_uint * 4),
    )


_HANDLE = ctypes.c_void_p
_PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "pcap_create": (_HANDLE, (ctypes.c_char_p, ctypes.c_char_p)),
    "pcap_open_dead": (_HANDLE, (ctypes.c_int, ctypes.c_int)),
    "pcap_activate": (ctypes.c_int, (_HANDLE,)),
    "pcap_close": (None, (_HANDLE,)),
    "pcap_geterr": (ctypes.c_char_p, (_HANDLE,)),
    "pcap_statustostr": (ctypes.c_char_p, (ctypes.c_int,)),
    "pcap_set_snaplen": (ctypes.c_int, (_HANDLE, ctypes.c_int)),
    "pcap_set_promisc": (ctypes.c_int, (_HANDLE, ctypes.c_int)),
    "pcap_set_timeout": (ctypes.c_int, (_HANDLE, ctypes.c_int)),
    "pcap_set_immediate_mode": (ctypes.c_int, (_HANDLE, ctypes.c_int)),
    "pcap_set_buffer_size": (ctypes.c_int, (_HANDLE, ctypes.c_int)),
    "pcap_set_tstamp_precision": (ctypes.c_int, (_HANDLE, ctypes.c_int)),
    "pcap_setnonblock": (ctypes.c_int, (_HANDLE, ctypes.c_int, ctypes.c_char_p)),
    "pcap_setdirection": (ctypes.c_int, (_HANDLE, ctypes.c_int)),
    "pcap_get_selectable_fd": (ctypes.c_int, (_HANDLE,)),
    "pcap_get_required_select_timeout": (ctypes.POINTER(_TimeValue), (_HANDLE,)),
    "pcap_datalink": (ctypes.c_int, (_HANDLE,)),
    "pcap_compile": (
        ctypes.c_int,
        (_HANDLE, ctypes.POINTER(_Program), ctypes.c_char_p, ctypes.c_int, ctypes.c_uint32),
    ),
    "pcap_setfilter": (ctypes.c_int, (_HANDLE, ctypes.POINTER(_Program))),
    "pcap_freecode": (None, (ctypes.POINTER(_Program),)),
    "pcap_inject": (ctypes.c_int, (_HANDLE, ctypes.c_char_p, ctypes.c_size_t)),
    "pcap_next_ex": (
        ctypes.c_int,
        (
            _HANDLE,
            ctypes.POINTER(ctypes.POINTER(_PacketHeader)),
            ctypes.POINTER(ctypes.c_void_p),
        ),
    ),
    "pcap_stats": (ctypes.c_int, (_HANDLE, ctypes.POINTER(_Statistics))),
}
OPTIONAL = {"pcap_get_selectable_fd", "pcap_get_required_select_timeout"}
"""Not on Windows, or younger than libpcap 1.9."""


def candidates(
    platform: str = sys.platform,
    environment: Mapping[str, str] = os.environ,
    find: Callable[[str], str | None] = ctypes.util.find_library,
) -> list[str]:
    """Where the library may be, best first; nothing is looked at, for macOS has no file to see.

    macOS keeps it in the dyld cache: it loads, but cannot be stat-ed. Windows: Npcap's own folder,
    by full path, so that no `wpcap.dll` of the old WinPcap is taken.
    """
    if platform == "win32":
        root = environment.get("SYSTEMROOT", r"C:\Windows")
        return [rf"{root}\System32\Npcap\wpcap.dll", "wpcap.dll"]
    if platform == "darwin":
        return ["/usr/lib/libpcap.A.dylib", "libpcap.dylib"]
    names = ["libpcap.so.1", "libpcap.so.0.8"]
    found = find("pcap")  # slow (it runs ldconfig), but it knows names we do not
    return names if found is None or found in names else [*names, found]


def load(
    names: list[str] | None = None,
    open_library: Callable[[str], ctypes.CDLL] = lambda name: ctypes.CDLL(name, use_errno=True),
) -> ctypes.CDLL:
    """Load the first library that loads, and tell ctypes its functions.

    Raises:
        LinkError: none loads, or it lacks a function (its text says which).
    """
    for name in candidates() if names is None else names:
        try:
            library = open_library(name)
        except OSError:
            continue
        for function, (result, arguments) in _PROTOTYPES.items():
            entry = getattr(library, function, None)
            if entry is None:
                if function in OPTIONAL:
                    continue
                raise LinkError(
                    errno.ENOSYS, f"{name} has no {function}: it is older than libpcap 1.5 (2014)."
                )
            entry.restype, entry.argtypes = result, arguments
        return library
    raise LinkError(errno.ENOENT, MISSING)


@functools.cache
def library() -> ctypes.CDLL:
    """The loaded library; see `load`."""
    return load()


def is_available() -> bool:
    """Whether libpcap can be used here."""
    try:
        library()
    except LinkError:
        return False
    return True


def compile_filter(expression: str, snap_length: int) -> Program:
    """Compile a tcpdump expression for Ethernet frames.

    Raises:
        LinkError: not an expression; or no libpcap.
    """
    pcap = library()
    handle = pcap.pcap_open_dead(LINK_TYPE_ETHERNET, snap_length)
    try:
        program = _compile(pcap, handle, expression)
        found = [
            Instruction(item.code, item.if_true, item.if_false, item.operand)
            for item in program.instructions[: program.length]
        ]
        pcap.pcap_freecode(ctypes.byref(program))
        return found
    finally:
        pcap.pcap_close(handle)


def _compile(pcap: ctypes.CDLL, handle: int, expression: str) -> _Program:
    program = _Program()
    text = expression.encode()
    if pcap.pcap_compile(handle, ctypes.byref(program), text, 1, NETMASK_UNKNOWN) < 0:
        raise LinkError(errno.EINVAL, f"filter {expression!r}: {_error(pcap, handle)}")
    return program


def _error(pcap: ctypes.CDLL, handle: int) -> str:
    return (pcap.pcap_geterr(handle) or b"").decode(errors="replace")


class PcapError(LinkError):
    """libpcap said no; `status` is its own number for why."""

    def __init__(self, number: int, text: str, status: int) -> None:
        super().__init__(number, text)
        self.status = status


class Pcap:
    """One capture handle: immediate, never blocking.

    Args:
        name: the interface.
        snap_length: bytes kept of a frame; with immediate mode also the size of a ring slot.
        buffer_bytes: of the kernel's ring.
        promiscuous: see frames for other MACs.
        direction: `DIRECTION_IN` leaves out what this machine sends.
        pcap: the library, for tests.

    Attributes:
        warning: what libpcap grumbled about although it went on; empty when content.

    Raises:
        PcapError: it could not be opened.
    """

    def __init__(
        self,
        name: str,
        *,
        snap_length: int,
        buffer_bytes: int,
        promiscuous: bool = False,
        direction: int = DIRECTION_IN,
        pcap: ctypes.CDLL | None = None,
    ) -> None:
        self._pcap = pcap = pcap or library()
        self.name = name
        self.warning = ""
        message = ctypes.create_string_buffer(ERROR_BYTES)
        self._handle: int | None = pcap.pcap_create(name.encode(), message)
        if not self._handle:
            raise PcapError(errno.ENODEV, f"{name}: {message.value.decode(errors='replace')}", -1)
        try:
            pcap.pcap_set_snaplen(self._handle, snap_length)
            pcap.pcap_set_promisc(self._handle, int(promiscuous))
            pcap.pcap_set_timeout(self._handle, 1)  # ms; immediate mode makes it idle
            pcap.pcap_set_immediate_mode(self._handle, 1)
            pcap.pcap_set_buffer_size(self._handle, buffer_bytes)
            granted = pcap.pcap_set_tstamp_precision(self._handle, PRECISION_NANOSECONDS)
            self._nanoseconds_per_tick = 1 if granted == 0 else 1000
            self._activate()
            self._check(pcap.pcap_setnonblock(self._handle, 1, message))
            self._check(pcap.pcap_setdirection(self._handle, direction))
        except BaseException:
            self.close()
            raise
        self._header = ctypes.POINTER(_PacketHeader)()
        self._data = ctypes.c_void_p()
        self._header_place = ctypes.byref(self._header)
        self._data_place = ctypes.byref(self._data)

    def _activate(self) -> None:
        """Above 0 it works all the same; below 0 it does not (pcap_activate(3PCAP))."""
        status = self._pcap.pcap_activate(self._handle)
        if status == 0:
            return
        meaning = self._pcap.pcap_statustostr(status).decode(errors="replace")
        text = f"{self.name}: {meaning} {self._error()}".rstrip()
        if status > 0:
            self.warning = text
        else:
            raise PcapError(errno.EIO, text, status)

    @property
    def link_type(self) -> int:
        """The capture's link type; 1 is Ethernet."""
        return int(self._pcap.pcap_datalink(self._opened()))

    def fileno(self) -> int:
        """The descriptor to wait on; -1 where the system has none (Windows)."""
        function = getattr(self._pcap, "pcap_get_selectable_fd", None)
        handle = self._opened()
        return -1 if function is None else int(function(handle))

    def required_timeout_ns(self) -> int | None:
        """How often to read although the descriptor is silent; None: no need."""
        function = getattr(self._pcap, "pcap_get_required_select_timeout", None)
        handle = self._opened()
        found = None if function is None else function(handle)
        if not found:
            return None
        return int(found[0].seconds) * 1_000_000_000 + int(found[0].fraction) * 1000

    def next(self) -> tuple[bytes, int, int] | None:
        """The next frame: its captured bytes, length on the wire, timestamp in ns; None: no frame.

        Raises:
            PcapError: the interface is down or gone, or the handle broken.
        """
        handle = self._handle or self._opened()
        status = self._pcap.pcap_next_ex(handle, self._header_place, self._data_place)
        if status == 1:
            header = self._header[0]
            time = header.time
            stamp = time.seconds * 1_000_000_000 + time.fraction * self._nanoseconds_per_tick
            return ctypes.string_at(self._data.value or 0, header.captured), header.length, stamp
        if status == 0:
            return None
        raise PcapError(errno.EIO, f"{self.name}: {self._error()}", status)

    def inject(self, frame: bytes) -> None:
        """Send one frame.

        Raises:
            PcapError: its errno is the system's.
        """
        handle = self._handle or self._opened()
        ctypes.set_errno(0)
        if self._pcap.pcap_inject(handle, frame, len(frame)) < 0:
            raise PcapError(ctypes.get_errno() or errno.EIO, f"{self.name}: {self._error()}", -1)

    def set_filter(self, expression: str) -> None:
        """Replace the filter.

        Raises:
            LinkError: not an expression.
        """
        handle = self._opened()
        program = _compile(self._pcap, handle, expression)
        try:
            self._check(self._pcap.pcap_setfilter(handle, ctypes.byref(program)))
        finally:
            self._pcap.pcap_freecode(ctypes.byref(program))

    def dropped(self) -> int:
        """Frames lost since the start because the ring was full."""
        statistics = _Statistics()
        self._check(self._pcap.pcap_stats(self._opened(), ctypes.byref(statistics)))
        return int(statistics.dropped)

    def close(self) -> None:
        """Free the handle; may be called again."""
        if self._handle:
            self._pcap.pcap_close(self._handle)
            self._handle = None

    def _opened(self) -> int:
        """The handle. None would be a null pointer, which libpcap follows.

        Raises:
            PcapError: it is closed.
        """
        if not self._handle:
            raise PcapError(errno.EBADF, f"{self.name}: closed", -1)
        return self._handle

    def _check(self, status: int) -> None:
        if status < 0:
            raise PcapError(errno.EIO, f"{self.name}: {self._error()}", status)

    def _error(self) -> str:
        return _error(self._pcap, self._handle or 0)
