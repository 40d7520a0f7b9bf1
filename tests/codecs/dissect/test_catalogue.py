"""What is loaded when: nothing that a capture does not need, and whatever is asked for."""

import json
import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import pytest

from wirelab.codecs import TCP, Ethernet, IPv4
from wirelab.codecs.capture import PcapWriter
from wirelab.codecs.dissect import REGISTRY, layers
from wirelab.codecs.dissect.catalogue import FILES
from wirelab.codecs.protocols import DISPLAYS

LOADED = """
import sys
from wirelab.adapters.cli import main
main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
"""
ASKED = """
import json, os, sys
from wirelab.codecs.dissect import REGISTRY
for word in sys.argv[1:]:  # a process for each: what one loads shall not help the next
    if os.fork() == 0:
        name = next(name for name in sys.stdin.readlines() if name.startswith(word + " "))
        names = name.split()[1:]
        print(json.dumps({each: list(map(str, REGISTRY[each])) for each in names}), flush=True)
        os._exit(0)
    os.wait()
    sys.stdin.seek(0)
"""


@pytest.fixture
def loaded(tmp_path):
    """Function that runs `wirelab dissect` on a TCP capture; what it loaded of codecs."""
    path = tmp_path / "tcp.pcap"
    with path.open("wb") as stream:
        writer = PcapWriter(stream)
        for number in range(5):
            frame = bytes(Ethernet() / IPv4() / TCP(destination_port=9) / b"data")
            writer.write(frame, timestamp_ns=number)

    def run(*words):
        command = [sys.executable, "-c", LOADED, "dissect", str(path), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.count("\n") >= 5
        return {name.removeprefix("wirelab.codecs.") for name in done.stderr.split()}

    return run


@pytest.mark.parametrize(
    ("words", "most_files"),
    [
        ((), 10),
        (("-T", "fields", "-e", "ip.src", "-e", "tcp.port"), 11),
        (("--json",), 11),
        (("-V",), 11),
    ],
    ids=["lines", "fields", "json", "tree"],
)
def test_a_capture_of_tcp_loads_no_other_protocols(loaded, words, most_files):
    modules = loaded(*words)
    files = {name for name in modules if name.startswith("dissect.layers.")}
    protocols = {name for name in modules if name.startswith("protocols.")}
    assert "dissect.layers.tcp" in files
    assert len(files) <= most_files
    assert len(protocols) <= 12
    assert not any("dns" in name or "dhcp" in name or "icmpv6" in name for name in modules)


@pytest.mark.parametrize("module", ["importlib.metadata", "dataclasses", "numpy", "construct"])
def test_a_line_a_packet_needs_no_heavy_module(loaded, module):
    modules = loaded()
    assert module not in modules
    assert "display_filters.syntax" not in modules


def test_every_field_is_found_by_its_first_word_alone(tmp_path):
    """`FILES` says which file declares what; this is what the files themselves say."""
    names: dict[str, list[str]] = {}
    for name in REGISTRY:
        names.setdefault(name.partition(".")[0], []).append(name)
    questions = tmp_path / "names"
    questions.write_text("".join(f"{word} {' '.join(names[word])}\n" for word in names))
    with questions.open() as stdin:
        command = [sys.executable, "-c", ASKED, *names]
        done = subprocess.run(command, stdin=stdin, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        found |= json.loads(line)
    assert found == {name: list(map(str, field)) for name, field in REGISTRY.items()}


@pytest.fixture
def layer_files():
    """Every file of `layers/`, imported, by name."""
    return {
        entry.name: import_module(f"{layers.__name__}.{entry.name}")
        for entry in iter_modules(layers.__path__)
    }


def test_every_file_of_layers_is_listed(layer_files):
    assert set(FILES) | {"dns_names", "tcp_retransmission", "tcp_streams"} == set(layer_files)
    for name, module in layer_files.items():
        shown = {
            header.__name__
            for each in vars(module).values()
            if isinstance(each, type) and each.__module__ == module.__name__
            for header in each.__dict__.get("HEADERS", ())
        }
        words = FILES[name].shows.split() if name in FILES else []
        assert {word for word in words if word[0].isupper()} == shown


def test_schemas_display_names_are_indexed():
    assert DISPLAYS["tcp"] == ("tcp", "tcp_options")
    assert "ipv4_options" in DISPLAYS["ip"]
