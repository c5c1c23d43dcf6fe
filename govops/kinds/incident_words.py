"""By which words the category of an incident is known where nobody gives one: data, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal, NamedTuple

from pydantic import Field

from govops.kinds.lists import UniqueNonEmpty
from govops.kinds.resource import Part
from govops.kinds.scalars import Title

Category = Literal["performance", "safety", "security", "reliability", "compliance", "other"]
OTHERWISE: Category = "other"


class CategoryWords(Part):
    """One category, and the words that stand for it."""

    category: Category = Field(description="The category.")
    words: UniqueNonEmpty[Title] = Field(
        description="Words and phrases, each found as a whole and in any letter case: `leak` is not in `leakage`."
    )


class Derived(NamedTuple):
    """A category, and the word that made it so; empty where none of them was found."""

    category: Category
    word: str


# What can hurt somebody comes first: of two categories whose words are found, the earlier one is taken.
_DEFAULT: dict[Category, str] = {
    "safety": "injury, injured, injuries, death, died, harm, harmed, unsafe, hazard, hospital, patient, patients",
    "security": (
        "breach, breached, leak, leaked, exfiltration, exfiltrated, attack, attacked, attacker, intrusion, "
        "compromised, unauthorised, unauthorized, malware, prompt injection, jailbreak, data poisoning, "
        "credential, credentials, stolen, vulnerability"
    ),
    "compliance": (
        "gdpr, personal data, privacy, discrimination, discriminates, discriminated, bias, biased, unfair, complaint, "
        "complaints, regulator, unlawful, illegal, consent, audit finding, wrong person, wrong people"
    ),
    "reliability": (
        "outage, down, unavailable, crash, crashed, crashes, timeout, timeouts, failed, failure, failures, errors, "
        "unreachable, data loss"
    ),
    "performance": (
        "slow, slower, latency, drift, drifts, drifted, accuracy, degraded, degradation, precision, recall, "
        "false positive, false positives, false negative, false negatives, misclassified, throughput"
    ),
}


@cache
def default_words() -> tuple[CategoryWords, ...]:
    """What is gone by where Settings say nothing else."""
    return tuple(CategoryWords(category=name, words=tuple(words.split(", "))) for name, words in _DEFAULT.items())


def derive_category(title: str, description: str, rules: Iterable[CategoryWords]) -> Derived:
    """The first category of which a word stands in the title, else in the description, else ``other``."""
    known = tuple(rules)
    for text in map(_plain, (title, description)):
        for rule in known:
            for word in rule.words:
                if re.search(rf"(?<!\w){re.escape(_plain(word))}(?!\w)", text):
                    return Derived(rule.category, word)
    return Derived(OTHERWISE, "")


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
