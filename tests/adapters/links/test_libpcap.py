"""Finding, loading and driving libpcap, with a library made of Python."""

import ctypes
import errno
import sys
from typing import Any

import pytest

from wirelab.adapters.links import libpcap
from wirelab.adapters.links.bpf import for_mac
from wirelab.adapters.links.libpcap import Pcap, PcapError, candidates, compile_filter, load
from wirelab.adapters.links.link import LinkError


class FakeFunction:
    """A C function: remembers its calls; ctypes may set its types."""

    restype = None
    argtypes = ()

    def __init__(self, name, calls, answer):
        self.name, self.calls, self.answer = name, calls, answer

    def __call__(self, *arguments):
        self.calls.append((self.name, *arguments[1:]))
        return self.answer(*arguments) if callable(self.answer) else self.answer


class FakeLibrary:
    """libpcap as far as `Pcap` uses it; `answers` replaces results, None takes a function away."""

    def __init__(self, **answers):
        self.calls: list[tuple[object, ...]] = []
        usual = dict.fromkeys(libpcap._PROTOTYPES, 0) | {
            "pcap_create": 1,
            "pcap_geterr": b"",
            "pcap_statustostr": b"status",
            "pcap_get_selectable_fd": 7,
            "pcap_get_required_select_timeout": False,
        }
        for name, answer in (usual | answers).items():
            if answer is not None:
                setattr(self, name, FakeFunction(name, self.calls, answer))


def fake(**answers: Any) -> Any:
    """A `FakeLibrary`, which no type checker takes for a `ctypes.CDLL`."""
    return FakeLibrary(**answers)


def opened(**answers):
    library = fake(**answers)
    return library, Pcap("eth0", snap_length=1536, buffer_bytes=8 << 20, pcap=library)


def test_windows_takes_npcap_by_its_full_path_first():
    """An old WinPcap may have left its `wpcap.dll` in System32."""
    assert candidates("win32", {"SYSTEMROOT": r"D:\Win"}) == [
        r"D:\Win\System32\Npcap\wpcap.dll",
        "wpcap.dll",
    ]
    assert candidates("win32", {})[0] == r"C:\Windows\System32\Npcap\wpcap.dll"


def test_macos_names_what_cannot_be_found_by_looking():
    """It lives in the dyld cache: no file of that name exists, and `find` would say None."""
    assert candidates("darwin", {}, find=lambda name: None)[0] == "/usr/lib/libpcap.A.dylib"


def test_linux_knows_both_sonames_and_asks_the_linker_for_more():
    assert candidates("linux", {}, find=lambda name: None) == ["libpcap.so.1", "libpcap.so.0.8"]
    assert candidates("linux", {}, find=lambda name: "libpcap.so.0.8") == [
        "libpcap.so.1",
        "libpcap.so.0.8",
    ]
    assert candidates("linux", {}, find=lambda name: "libpcap.so.2")[-1] == "libpcap.so.2"


def test_the_first_library_that_loads_is_taken():
    tried, library = [], fake()

    def open_library(name):
        tried.append(name)
        if name != "second":
            raise OSError(f"{name}: cannot open shared object file")
        return library

    assert load(["first", "second", "third"], open_library) is library
    assert tried == ["first", "second"]
    assert library.pcap_inject.restype is ctypes.c_int


def test_no_library_names_every_way_out():
    def refuse(name):
        raise OSError(name)

    with pytest.raises(LinkError) as caught:
        load(["first"], refuse)
    assert caught.value.strerror == (
        "libpcap not found: apt install libpcap0.8 / install Npcap; on Linux --link afpacket "
        "needs no library."
    )


def test_a_library_from_before_immediate_mode_is_refused_by_name():
    """pcap_set_immediate_mode(3PCAP): libpcap 1.5."""
    ancient = fake(pcap_set_immediate_mode=None)
    with pytest.raises(LinkError, match=r"libpcap.so.1 has no pcap_set_immediate_mode: it is old"):
        load(["libpcap.so.1"], lambda name: ancient)


def test_windows_without_a_selectable_descriptor_still_loads():
    library = fake(pcap_get_selectable_fd=None, pcap_get_required_select_timeout=None)
    assert load(["wpcap.dll"], lambda name: library) is library
    pcap = Pcap("eth0", snap_length=1536, buffer_bytes=1, pcap=library)
    assert (pcap.fileno(), pcap.required_timeout_ns()) == (-1, None)


def test_a_handle_is_immediate_silent_on_our_own_frames_and_never_blocks():
    library, pcap = opened()
    names = [call[0] for call in library.calls]
    assert ("pcap_set_immediate_mode", 1) in library.calls
    assert ("pcap_set_snaplen", 1536) in library.calls
    assert ("pcap_set_buffer_size", 8 << 20) in library.calls
    assert ("pcap_setdirection", libpcap.DIRECTION_IN) in library.calls
    assert names.index("pcap_set_immediate_mode") < names.index("pcap_activate")
    assert names.index("pcap_activate") < names.index("pcap_setnonblock")
    assert pcap.fileno() == 7


@pytest.mark.parametrize(("granted", "scale"), [(0, 1), (-12, 1000)])
def test_timestamps_are_nanoseconds_whatever_the_library_grants(granted, scale):
    """pcap_set_tstamp_precision(3PCAP): microseconds are the fallback."""
    header = libpcap._PacketHeader(libpcap._TimeValue(3, 7), 4, 60)
    data = ctypes.create_string_buffer(b"data")

    def next_ex(handle, header_place, data_place):
        header_place._obj.contents = header
        data_place._obj.value = ctypes.addressof(data)
        return 1

    _, pcap = opened(pcap_set_tstamp_precision=granted, pcap_next_ex=next_ex)
    assert pcap.next() == (b"data", 60, 3_000_000_000 + 7 * scale)


def test_above_zero_activation_is_a_warning():
    """pcap_activate(3PCAP)."""
    answers = {"pcap_activate": 1, "pcap_geterr": b"no promiscuous mode"}
    assert opened(**answers)[1].warning == "eth0: status no promiscuous mode"
    assert opened()[1].warning == ""


def test_below_zero_activation_is_an_error_and_frees_the_handle():
    library = fake(pcap_activate=-8, pcap_geterr=b"root needed")
    with pytest.raises(PcapError, match="eth0: status root needed") as caught:
        Pcap("eth0", snap_length=1536, buffer_bytes=1, pcap=library)
    assert caught.value.status == -8
    assert [call[0] for call in library.calls].count("pcap_close") == 1


def test_a_required_timeout_is_told_in_nanoseconds():
    """pcap_get_required_select_timeout(3PCAP): some systems' descriptors stay silent."""
    time = ctypes.pointer(libpcap._TimeValue(0, 2500))
    assert opened(pcap_get_required_select_timeout=time)[1].required_timeout_ns() == 2_500_000


def test_reading_tells_nothing_yet_from_broken():
    assert opened(pcap_next_ex=0)[1].next() is None
    _, broken = opened(pcap_next_ex=-1, pcap_geterr=b"The interface disappeared")
    with pytest.raises(PcapError, match="eth0: The interface disappeared"):
        broken.next()


def test_sending_reports_the_systems_number():
    def inject(handle, frame, size):
        ctypes.set_errno(errno.ENOBUFS)
        return -1

    _, pcap = opened(pcap_inject=inject, pcap_geterr=b"send: No buffer space available")
    with pytest.raises(PcapError) as caught:
        pcap.inject(bytes(60))
    assert caught.value.errno == errno.ENOBUFS


def test_a_closed_handle_is_freed_once_and_answers_with_an_error():
    library, pcap = opened()
    pcap.close()
    pcap.close()
    assert [call[0] for call in library.calls].count("pcap_close") == 1
    library.calls.clear()
    for call in (
        pcap.next,
        pcap.fileno,
        pcap.dropped,
        pcap.required_timeout_ns,
        lambda: pcap.link_type,
        lambda: pcap.inject(bytes(60)),
        lambda: pcap.set_filter("arp"),
    ):
        with pytest.raises(PcapError, match="eth0: closed"):
            call()
    assert library.calls == []  # libpcap follows a null pointer


@pytest.mark.skipif(not libpcap.is_available(), reason=libpcap.MISSING)
def test_the_real_library_compiles_expressions():
    """pcap-filter(7)."""
    assert compile_filter("arp", 262_144)[0].code == 0x28  # ldh [12]
    assert len(for_mac(bytes(6), then=compile_filter("arp", 262_144))) > len(for_mac(bytes(6)))
    with pytest.raises(LinkError, match="filter 'udp port of call': "):
        compile_filter("udp port of call", 262_144)


def test_structures_have_the_platforms_sizes():
    """On 64-bit Linux and macOS `struct pcap_pkthdr` starts with 16 bytes of time."""
    assert ctypes.sizeof(libpcap._Instruction) == 8
    if sys.maxsize > 2**32 and sys.platform != "win32":
        assert libpcap._PacketHeader.captured.offset == 16
