"""The message catalogue: every text a view shows, in English and Japanese, keyed by id.

Rule: both languages have the same keys; a test demands it, and a text for every reason.
"""

from collections.abc import Mapping
from enum import Enum

from wirelab.sim.reasons import Reason
from wirelab.sim.views import english, japanese


class Language(Enum):
    """A language of the views; its value is what `--lang` takes."""

    ENGLISH = "en"
    JAPANESE = "ja"


_REASONS = {Language.ENGLISH: english.REASONS, Language.JAPANESE: japanese.REASONS}
_WORDS = {Language.ENGLISH: english.WORDS, Language.JAPANESE: japanese.WORDS}


def explanation(reason: Reason, language: Language = Language.ENGLISH) -> str:
    """What happened, in one line.

    >>> explanation(Reason.TCP_NO_LISTENER)
    'no program listens on this TCP port'
    """
    return _REASONS[language][reason][0]


def remedy(reason: Reason, language: Language = Language.ENGLISH) -> str:
    """What to do about it, in one line."""
    return _REASONS[language][reason][1]


def word(key: str, language: Language = Language.ENGLISH, **values: object) -> str:
    """A phrase of the views, with its `{places}` filled in.

    >>> word("silence", duration="57 ms")
    '57 ms of silence'
    """
    return _WORDS[language][key].format(**values)


def choose_language(asked: str | None, environment: Mapping[str, str]) -> Language:
    """Which language to speak.

    The order: `--lang`; English where `CI` is set, so that logs can be compared; the locale
    (`LC_ALL`, then `LC_MESSAGES`, then `LANG`); English.
    """
    if asked is not None:
        return Language(asked)
    if environment.get("CI"):
        return Language.ENGLISH
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((name for name in names if name), "")
    return Language.JAPANESE if locale.startswith("ja") else Language.ENGLISH
