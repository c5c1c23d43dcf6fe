"""How much two texts are about the same thing, by the words that they use."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

_READ = 300  # characters: what a text is about, it says at the beginning
_WORD = re.compile(r"\w+")
_SHORT = 3  # letters: words that are no longer join others and say little themselves
_STEM = 5  # letters that different forms of a word share, in most languages that have forms
_LEAST = 3  # stems in common


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it is compared: its telling words in the order of the alphabet, and what they begin with.

    ``heading`` are all words of the first line.
    """

    heading: frozenset[str]
    words: str
    stems: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Wording:
        """The wording of a text whose first line is its title."""
        title, _, rest = unicodedata.normalize("NFKC", text).casefold().partition("\n")
        found = {word for word in _WORD.findall(f"{title}\n{rest[:_READ]}") if len(word) > _SHORT or word.isdigit()}
        stems = frozenset(word[:_STEM] for word in found)
        return cls(frozenset(_WORD.findall(title)), " ".join(sorted(found)), stems)

    def may_be_like(self, other: Wording) -> bool:
        """Whether enough words begin alike to compare the two letter by letter."""
        shared = len(self.stems & other.stems)
        return self._has_title_of(other) or (shared >= _LEAST and 4 * shared >= len(self.stems) + len(other.stems))

    def may_stand_in(self, text: str) -> bool:
        """Whether a file with this text may hold a wording that may be like this one."""
        plain = unicodedata.normalize("NFKC", text).casefold()
        shared = sum(stem in plain for stem in self.stems)
        titled = bool(self.heading) and all(word in plain for word in self.heading)
        return titled or (shared >= _LEAST and 3 * shared >= len(self.stems))  # the other has no fewer than it shares

    def likeness(self, other: Wording) -> float:
        """0 to 1, the same from both sides: difflib's ratio of the sorted words, 1 where the titles are the same."""
        if self._has_title_of(other):
            return 1.0
        one, two = sorted((self.words, other.words))
        return SequenceMatcher(None, one, two, autojunk=False).ratio()

    def _has_title_of(self, other: Wording) -> bool:
        return bool(self.heading) and self.heading == other.heading
