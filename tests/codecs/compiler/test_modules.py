"""The committed modules are what the compiler writes, and need no construct."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from wirelab.codecs.compiler import __main__ as command
from wirelab.codecs.compiler import modules


@pytest.fixture(scope="module")
def generated():
    return modules.generate()


def test_the_committed_modules_are_up_to_date(generated):
    """Else run `make generate`."""
    committed = {
        path.name: path.read_text(encoding="utf-8") for path in modules.PROTOCOLS.glob("*.py")
    }
    assert committed == generated


def test_check_names_what_differs_and_writes_nothing(generated, tmp_path, monkeypatch, capsys):
    for name, source in generated.items():
        (tmp_path / name).write_text(source, encoding="utf-8")
    (tmp_path / "udp.py").write_text("# edited by hand\n", encoding="utf-8")
    monkeypatch.setattr(command, "PROTOCOLS", tmp_path)
    monkeypatch.setattr(command, "generate", lambda: generated)
    assert command.main(["--check"]) == 1
    assert "udp.py; run `make generate`" in capsys.readouterr().err
    assert (tmp_path / "udp.py").read_text(encoding="utf-8") == "# edited by hand\n"
    assert command.main([]) == 0
    assert command.main(["--check"]) == 0


def test_a_generated_module_without_a_schema_is_reported(generated, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "PROTOCOLS", tmp_path)
    monkeypatch.setattr(command, "generate", lambda: generated)
    command.main([])
    (tmp_path / "token_ring.py").write_text("", encoding="utf-8")
    capsys.readouterr()
    assert command.main(["--check"]) == 1
    assert "token_ring.py (no schema)" in capsys.readouterr().err


def test_importing_and_using_the_codecs_loads_no_construct():
    """Users of the codecs pay for construct only when an error is to be explained."""
    code = """
import sys
import wirelab.codecs as codecs
packet = codecs.Ethernet() / codecs.IPv4() / codecs.UDP() / b"x"
assert codecs.parse(bytes(packet)).verify() == []
codecs.parse(bytes(packet)).show()
assert not any(name.split(".")[0] in ("construct", "ipaddress", "socket") for name in sys.modules)
try:
    codecs.UDP.parse(b"")
except codecs.DecodeError:
    assert "construct" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent)


def test_the_compiler_repairs_modules_that_cannot_be_imported(generated, tmp_path):
    """It is part of the package that it writes, so it must not need what it has written."""
    package = modules.PROTOCOLS.parent
    copy = tmp_path / "codecs" / "wirelab" / "codecs"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(package.parents[2] / "pyproject.toml", tmp_path)  # ruff's configuration
    for path in (copy / "protocols").glob("*.py"):
        path.write_text("this is no Python\n", encoding="utf-8")

    def compiler(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "wirelab.codecs.compiler", *arguments],
            env=os.environ | {"PYTHONPATH": str(tmp_path / "codecs")},
            capture_output=True,
            text=True,
            check=False,
        )

    assert "run `make generate`" in compiler("--check").stderr
    repairing = compiler()
    assert repairing.returncode == 0, repairing.stderr
    repaired = {path.name: path.read_text("utf-8") for path in (copy / "protocols").glob("*.py")}
    assert repaired == generated
