"""What all tests share: root inside a user namespace, where it is needed and can be had.

The live tests make network namespaces. Root can do that at once; anybody else can after
`unshare --user --map-root-user`, which wants a process with a single thread. So the run starts
itself again under `unshare`, once, before pytest-xdist starts its workers.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LIVE = Path(__file__).parent / "live"
AGAIN = "WIRELAB_TESTS_UNSHARED"


def pytest_configure(config: pytest.Config) -> None:
    """Start again as root of a user namespace when live tests are asked for and we are not root."""
    if os.geteuid() == 0 or AGAIN in os.environ or hasattr(config, "workerinput"):
        return
    if not _wants_live(config) or not _can_unshare():
        return
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        capture.stop_global_capturing()  # gives file descriptors 1 and 2 back
    os.environ[AGAIN] = "1"
    os.execvp("unshare", ["unshare", "--user", "--map-root-user", *sys.orig_argv])


def _wants_live(config: pytest.Config) -> bool:
    """Whether a chosen path holds tests/live or lies inside it."""
    if "not live" in config.getoption("markexpr", ""):
        return False
    chosen = [
        (config.invocation_params.dir / word.split("::")[0]).resolve() for word in config.args
    ]
    return any(path == LIVE or path in LIVE.parents or LIVE in path.parents for path in chosen)


def _can_unshare() -> bool:
    if not sys.platform.startswith("linux") or shutil.which("unshare") is None:
        return False
    words = ["unshare", "--user", "--map-root-user", "true"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0
