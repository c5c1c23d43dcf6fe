"""The example company as it was shipped: its files at any moment of the story, and its people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from govops.app.demo.plot import File
from govops.errors import UsageError
from govops.evidence.records import Account
from govops.history import Ident
from govops.kinds.user import User
from govops.yamlio import load


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the company, as their User file says: their first address, and every account."""

    name: str
    ident: Ident
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """``files`` are the shipped contents by path."""

    files: Mapping[str, bytes]
    people: Mapping[str, Person]

    def content(self, file: File) -> bytes | None:
        """What stands at the path at that moment; None when nothing does. ValueError if the story is wrong."""
        if file.gone:
            return None
        if file.text is not None:
            return file.text.encode()
        text = self.files[file.path].decode()
        for key, value in file.fields.items():
            text = _replace_field(text, key, value, file.path)
        for old, new in file.swaps.items():
            text = _replace_once(text, old, new, file.path)
        return text.encode()


def read_company(example: Path) -> Company:
    """The company in a folder that holds ``registry/`` and ``policies/``."""
    files = {
        path.relative_to(example).as_posix(): path.read_bytes()
        for root in ("registry", "policies")
        for path in sorted((example / root).rglob("*"))
        if path.is_file()
    }
    if not files:
        raise UsageError(
            f"no example company in {str(example)!r}", hint="give the folder that holds registry/ and policies/"
        )
    return Company(files, {person.name: person for person in _people(files)})


def _people(files: Mapping[str, bytes]) -> Iterable[Person]:
    for path, data in files.items():
        if path.startswith("registry/users/"):
            user = load(data, path=path).resource
            if not isinstance(user, User):
                raise UsageError(f"{path} does not describe a person", hint="govops validate shows why")
            kind: Literal["human", "bot"] = "human" if user.spec.type == "human" else "bot"
            accounts = tuple(
                Account(forge=item.forge, id=item.id, login=item.login, type=kind) for item in user.spec.accounts
            )
            ident = Ident(user.spec.display_name, user.spec.emails[0])
            yield Person(user.metadata.name, ident, accounts)


def _replace_field(text: str, key: str, value: str | None, path: str) -> str:
    """Replace a line of ``spec`` and all that is indented below it; a value may bring lines of its own."""
    pattern = re.compile(rf"^  {re.escape(key)}:.*\n(?:    .*\n)*", re.MULTILINE)
    separator = "" if value is not None and value.startswith("\n") else " "
    line = "" if value is None else f"  {key}:{separator}{value}\n"
    result, count = pattern.subn(lambda _: line, text)
    if count != 1 and (count or value is not None):  # to leave out what is not there is no mistake
        raise ValueError(f"{path} has {count} fields {key!r} in spec")
    return result


def _replace_once(text: str, old: str, new: str, path: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"{path} has {text.count(old)} times {old!r}")
    return text.replace(old, new)
