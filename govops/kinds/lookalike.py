"""What two names have in common that read alike."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Lower-case Cyrillic, Greek, special Latin letters and digits with their Latin look-alikes in either letter case,
# after https://www.unicode.org/reports/tr39/ (confusables.txt).
_LIKE = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0455\u0456\u0458\u0475\u04bb\u04cf"
    "\u0501\u051b\u051d\u03b1\u03b2\u03b3\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7"
    "\u0131\u0251\u026101|i",
    "abekmhopctyxsljvhldqwabyezhlkmvoptyxlagolll",
)


@lru_cache(maxsize=8192)
def skeleton(name: str) -> str:
    """A name with look-alike letters as one letter, without letter case, spaces and invisible characters."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_LIKE)
    return "".join(c for c in text if c.isprintable() and not c.isspace())
