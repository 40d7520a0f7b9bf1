"""The rules of CONTRIBUTING.md ("Layout") that no linter knows."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE_ROOTS = ("codecs", "sim", "adapters")
MODULES = [path for root in SOURCE_ROOTS for path in (ROOT / root).rglob("*.py")]


def test_source_roots_are_no_packages():
    """A package named `codecs` could never be imported: the standard library's is loaded first."""
    for root in SOURCE_ROOTS:
        assert not (ROOT / root / "__init__.py").exists()
        assert not (ROOT / root / "wirelab" / "__init__.py").exists()


def test_each_portion_is_typed():
    for root in SOURCE_ROOTS:
        assert (ROOT / root / "wirelab" / root / "py.typed").exists()


def test_no_module_is_named_like_one_of_the_standard_library():
    """Its neighbours would shadow it when one of them is run as a script."""
    settled = {ROOT / root / "wirelab" / root / "__init__.py" for root in SOURCE_ROOTS}
    # Named so by the architecture; beside it stands no script, and nobody there traces Python.
    settled.add(ROOT / "sim/wirelab/sim/trace/__init__.py")
    clashes = [
        path
        for path in MODULES
        if path not in settled
        and (path.parent if path.name == "__init__.py" else path).stem in sys.stdlib_module_names
    ]
    assert clashes == []


def test_every_test_file_mirrors_a_module():
    """tests/codecs/test_udp.py tests codecs/wirelab/codecs/udp.py, or one protocols/udp.py."""
    modules = {path.stem for path in MODULES} | {path.parent.name for path in MODULES}
    strays = [
        str(path.relative_to(ROOT))
        for root in SOURCE_ROOTS
        for path in (ROOT / "tests" / root).rglob("test_*.py")
        if not any(
            path.stem.removeprefix("test_").startswith(module) for module in modules if module
        )
    ]
    assert strays == []


def test_committed_files_hold_no_address_of_a_package_registry():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    registry = re.compile(r"https?://[\w.-]*(pypi|pythonhosted|npmjs)[\w.-]*", re.IGNORECASE)
    for name in tracked:
        path = ROOT / name
        if path.is_file() and path.suffix in {".lock", ".toml", ".md", ".yml", ".py", ""}:
            assert not registry.search(path.read_text(encoding="utf-8", errors="replace")), name
