"""A category is derived by whole words, the same way every time; what can hurt somebody is looked for first."""

from __future__ import annotations

import pytest

from govops.kinds.incident_words import CategoryWords, default_words, derive_category

CASES = {
    "a word of the title": ("Scores leak to a stranger", "", ("security", "leak")),
    "in any letter case": ("LEAK", "", ("security", "leak")),
    "not within another word": ("Leakage current", "", ("other", "")),
    "a phrase over a line break": ("It went to the wrong\n  people", "", ("compliance", "wrong people")),
    "the description where the title says nothing": ("Monday", "The scores drift", ("performance", "drift")),
    "the title before the description": ("Slow answers", "A patient was harmed", ("performance", "slow")),
    "the graver of two": ("Slow, and a patient was harmed", "", ("safety", "harmed")),
    "no word": ("Monday", "It rained", ("other", "")),
    "letters that only look alike": ("le\u0430k", "", ("other", "")),
}


@pytest.mark.parametrize(("title", "description", "derived"), CASES.values(), ids=CASES)
def test_the_first_word_found_decides(title: str, description: str, derived: tuple[str, str]) -> None:
    assert derive_category(title, description, default_words()) == derived


def test_signs_in_a_word_stand_for_themselves() -> None:
    told = {"safety": "c++ (unsafe)", "security": ".*"}
    rules = [CategoryWords.model_validate({"category": name, "words": [word]}) for name, word in told.items()]
    assert derive_category("Written in C++ (unsafe)", "", rules) == ("safety", "c++ (unsafe)")
    assert derive_category("anything", "", rules) == ("other", "")


def test_no_word_stands_for_two_categories() -> None:
    words = [word for rule in default_words() for word in rule.words]
    assert len(words) == len(set(words))
