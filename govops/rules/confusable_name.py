"""The rule ``confusable-name``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.kinds.user import User
from govops.rule import ResourceFacts, warning

_HINT = "write it in one script, or add what tells the two apart"
# Lower-case Cyrillic, Greek, special Latin letters and digits with their Latin look-alikes in either letter case,
# after https://www.unicode.org/reports/tr39/ (confusables.txt).
_LIKE = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0455\u0456\u0458\u0475\u04bb\u04cf"
    "\u0501\u051b\u051d\u03b1\u03b2\u03b3\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7"
    "\u0131\u0251\u026101|i",
    "abekmhopctyxsljvhldqwabyezhlkmvoptyxlagolll",
)


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """No two people have display names that look alike.

    ## Why it matters
    Reviewers and auditors read names, not account ids. With a Cyrillic letter or a digit in the right place, a second
    account reads like the head of risk. It is a warning, because people do share names; judgement itself never uses
    the display name.

    ## Example

        registry/users/alice.yaml:   display_name: Alice Stone
        registry/users/a-stone.yaml: display_name: A1ice Stone      # digit one for the letter l

    ## How to fix it
    Write the name in one script. Where two people really share it, add what tells them apart: `Alice Stone (Legal)`.
    """
    user = facts.resource
    if not isinstance(user, User):
        return
    mine = _skeleton(user.spec.display_name)
    paths = facts.snapshot.paths_of("User") - {facts.path}
    others = (facts.snapshot.files[path].resource for path in paths)
    alike = (other for other in others if isinstance(other, User) and _skeleton(other.spec.display_name) == mine)
    for other in sorted(alike, key=lambda other: other.metadata.name):
        message = (
            f"{quoted(user.spec.display_name)} of {user.metadata.name} looks like "
            f"{quoted(other.spec.display_name)} of {other.metadata.name}"
        )
        subject, at = other.metadata.name, ("spec", "display_name")
        yield warning(facts.finding("confusable-name", message, at=at, hint=_HINT, subject=subject))


@lru_cache(maxsize=8192)
def _skeleton(name: str) -> str:
    """A name with look-alike letters as one letter, without letter case, spaces and invisible characters."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_LIKE)
    return "".join(c for c in text if c.isprintable() and not c.isspace())
