import re
from string import Formatter

import pytest

from wirelab.sim.reasons import Reason
from wirelab.sim.views import english, japanese
from wirelab.sim.views.cells import cell_width
from wirelab.sim.views.messages import (
    Language,
    choose_language,
    explanation,
    remedy,
    word,
)

KANA_OR_KANJI = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize("texts", [english, japanese], ids=["en", "ja"])
def test_every_reason_has_its_texts_in_every_language(texts):
    assert set(texts.REASONS) == set(Reason)


def test_both_languages_have_the_same_words_with_the_same_places():
    def places(text):
        return {field for _, field, _, _ in Formatter().parse(text) if field}

    assert english.WORDS.keys() == japanese.WORDS.keys()
    for key, text in english.WORDS.items():
        assert places(text) == places(japanese.WORDS[key]), key


@pytest.mark.parametrize("reason", list(Reason), ids=str)
def test_a_reason_is_told_in_one_short_line_and_with_a_way_out(reason):
    for language in Language:
        assert 0 < cell_width(explanation(reason, language)) <= 72
        assert remedy(reason, language)
        assert "\n" not in explanation(reason, language) + remedy(reason, language)
    assert explanation(reason).isascii()
    assert remedy(reason).isascii()
    assert KANA_OR_KANJI.search(explanation(reason, Language.JAPANESE))
    assert KANA_OR_KANJI.search(remedy(reason, Language.JAPANESE))


def test_no_two_reasons_of_a_layer_say_the_same():
    for texts in (english, japanese):
        said = [(reason.layer, line) for reason, (line, _) in texts.REASONS.items()]
        assert len(said) == len(set(said))


def test_a_word_has_its_places_filled():
    assert word("silence", Language.JAPANESE, duration="57 ms") == "無通信 57 ms"


@pytest.mark.parametrize(
    ("asked", "environment", "language"),
    [
        ("ja", {"CI": "true"}, Language.JAPANESE),
        (None, {"CI": "true", "LANG": "ja_JP.UTF-8"}, Language.ENGLISH),
        (None, {"LANG": "ja_JP.UTF-8"}, Language.JAPANESE),
        (None, {"LC_ALL": "C.UTF-8", "LANG": "ja_JP.UTF-8"}, Language.ENGLISH),
        (None, {}, Language.ENGLISH),
    ],
)
def test_the_language_is_asked_for_or_the_locales_and_english_in_ci(asked, environment, language):
    assert choose_language(asked, environment) is language
