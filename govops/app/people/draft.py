"""One person who could become a User, and the file that would say so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from govops.app.resource_files import resource_file
from govops.errors import UsageError
from govops.kinds.scalars import Email, Name, Title
from govops.render.untrusted import log_exact, visible
from govops.yamlio import dump

LONGEST_NAME = 63
_SPELT = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE", "œ": "oe"}
)
_BOTS = r"bot|robot|jenkins|buildkite|renovate|dependabot|github-actions|automation"
_BOT = re.compile(rf"(?<![a-z])(?:{_BOTS})(?![a-z])|(?:^|[-_])ci$")
_EMAIL: TypeAdapter[str] = TypeAdapter(Email)
_NAME: TypeAdapter[str] = TypeAdapter(Name)
_TITLE: TypeAdapter[str] = TypeAdapter(Title)


@dataclass(frozen=True, slots=True)
class GitHubAccount:
    """An account as a User names it."""

    id: str
    login: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A person who is not in the registry. ``slug`` is the file's name."""

    slug: str
    display_name: str
    emails: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    accounts: tuple[GitHubAccount, ...] = ()
    roles: tuple[str, ...] = ()
    type: str = "human"

    def file(self) -> tuple[str, str]:
        """(path, text). UsageError for what a User cannot have."""
        accounts = [
            {"forge": "github", "id": account.id, **({"login": account.login} if account.login else {})}
            for account in self.accounts
        ]
        spec = {
            "display_name": self.display_name,
            "type": self.type,
            "emails": list(self.emails),
            "accounts": accounts,
            "keys": list(self.keys),
            "roles": list(self.roles),
        }
        return resource_file("User", self.slug, spec)


def slug_for(name: str, email: str, taken: Container[str]) -> str:
    """A legal resource name in ASCII that is not taken: of the name, else of the address, else a plain word."""
    parts = (_ascii(name), _ascii(email.partition("@")[0]), "person")
    stem = next(part for part in parts if part)
    number = 1
    slug = stem
    while slug in taken or not _is_legal(slug):
        number += 1
        slug = f"{stem[: LONGEST_NAME - 8]}-{number}"
    return slug


def type_of(name: str, email: str) -> str:
    """``bot`` for what looks like one by name or address, else ``human``: a guess that people should look at."""
    local = email.partition("@")[0]
    return "bot" if _BOT.search(name.lower()) or _BOT.search(local.lower()) else "human"


def wrong_email(email: str) -> str | None:
    """What is wrong with an address, in words that are safe to print; None if nothing is."""
    if not email:
        return "there is no e-mail address"
    local, _, domain = email.rpartition("@")
    if not _accepts(_EMAIL, email) or not (local and domain):
        return f"'{log_exact(email, 60)}' is not an e-mail address"
    return None


def wrong_name(name: str) -> str | None:
    """What is wrong with a display name, in words that are safe to print; None if nothing is."""
    if not name.strip():
        return "the name is blank"
    if not _accepts(_TITLE, name):
        return f"'{log_exact(name, 60)}' is not a name: at most 200 characters, all of them visible"
    return None


def alike(name: str) -> str:
    """The same text for names that differ in letter case, spaces and ways to write one letter only."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_SPELT)).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:LONGEST_NAME].strip("-")


def _is_legal(slug: str) -> bool:
    return _accepts(_NAME, slug)


def _accepts(adapter: TypeAdapter[str], text: str) -> bool:
    """Whether a field takes the text, YAML can hold it, and all of it can be seen."""
    try:
        adapter.validate_python(text)
        dump({"text": text})
    except (ValidationError, UsageError):
        return False
    return visible(text) == text
