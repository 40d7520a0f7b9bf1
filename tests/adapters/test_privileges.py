"""Who gives rights back, and who has none to give."""

import os

import pytest

from wirelab.adapters.privileges import drop_privileges


@pytest.fixture
def changes(monkeypatch):
    """The system calls that would have been made, on a system that has no more than macOS."""
    made = []
    monkeypatch.setattr("sys.platform", "darwin")  # prctl would outlive the test
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for name in ("setgroups", "setgid", "setuid"):
        monkeypatch.setattr(os, name, lambda *numbers, name=name: made.append((name, *numbers)))
    for name in ("setresgid", "setresuid"):
        monkeypatch.delattr(os, name, raising=False)
    return made


def test_under_sudo_the_process_becomes_its_caller_groups_first(changes):
    """Once the user is changed, groups can no longer be."""
    assert drop_privileges({"SUDO_UID": "1000", "SUDO_GID": "100"}) == 1000
    assert changes == [
        ("setgroups", [100]),
        ("setgid", 100),
        ("setuid", 1000),
    ]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"SUDO_UID": "1000"},
        {"SUDO_UID": "0", "SUDO_GID": "0"},
        {"SUDO_UID": "me", "SUDO_GID": "us"},
    ],
)
def test_whoever_did_not_come_by_sudo_stays(changes, environment):
    assert drop_privileges(environment) is None
    assert changes == []


def test_who_is_not_root_stays(changes, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert drop_privileges({"SUDO_UID": "1000", "SUDO_GID": "100"}) is None
    assert changes == []


def test_a_system_without_user_ids_has_nobody_to_become(monkeypatch):
    """Windows."""
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.delattr(os, "geteuid")
    assert drop_privileges({"SUDO_UID": "1000", "SUDO_GID": "100"}) is None
