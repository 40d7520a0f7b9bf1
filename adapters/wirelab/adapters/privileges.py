"""Give root's rights back once the links and guards are open: they keep working without.

Under sudo the process becomes the user who called it. Whoever it is then, no program it starts can
gain rights again (`PR_SET_NO_NEW_PRIVS`, Linux). Never `setcap` the interpreter: that would give
the right to every script on the machine.
"""

import ctypes
import os
import sys
from collections.abc import Mapping

PR_SET_NO_NEW_PRIVS = 38


def drop_privileges(environment: Mapping[str, str] = os.environ) -> int | None:
    """Become the user who called sudo.

    Returns:
        The user id that the process has now; None: it was not root by sudo, and stays who it is.

    Raises:
        OSError: the system refused; the process must not go on believing that it dropped them.
    """
    if sys.platform.startswith("linux"):
        _refuse_new_rights()
    caller = environment.get("SUDO_UID", ""), environment.get("SUDO_GID", "")
    if not hasattr(os, "geteuid") or os.geteuid() != 0:  # Windows has no user ids
        return None
    if not all(number.isdecimal() for number in caller):
        return None
    user, group = (int(number) for number in caller)
    if user == 0:
        return None
    os.setgroups([group])
    # From root these two set the real, effective and saved ids at once (POSIX `setuid`); macOS has
    # no `setresuid`.
    os.setgid(group)
    os.setuid(user)
    return user


def _refuse_new_rights() -> None:
    library = ctypes.CDLL(None, use_errno=True)
    numbers = (ctypes.c_ulong(number) for number in (1, 0, 0, 0))
    if library.prctl(PR_SET_NO_NEW_PRIVS, *numbers) != 0:  # Linux before 3.5
        number = ctypes.get_errno()
        raise OSError(number, f"PR_SET_NO_NEW_PRIVS: {os.strerror(number)}")
