"""The example company as a server finds it: its registry and its policies, in a bare repository of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from govops.app.example import example_company
from govops.app.governance import Actor, Site
from govops.evidence.records import Account
from govops.git import NewCommit, Stamp, Store
from govops.yamlio.editing import edited
from tests.support.cast import RECORDER, public_line
from tests.support.hosting import SERVED, Server, recorder_key

SETTINGS = "policies/govops.yaml"
FOUNDED = 1767258000  # seconds since 1970: the first morning of 2026
_OF_ANOTHER_HISTORY = ("incidents", "ratifications", "waivers")  # they speak of what was before this one
_FOUNDER = Stamp("Henrik Dahl", "henrik.dahl@brackwater.example.org", FOUNDED)


def found(folder: Path) -> Server:
    """The company, adopted as it is in this checkout but for the recorder, whose key is the server's."""
    repository = folder / "governance.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", repository], check=True)
    files = _files()
    text = files[SETTINGS].decode()
    recorder = {"name": RECORDER, "key": public_line(RECORDER)}
    fields: dict[tuple[str, ...], object] = {("spec", "recorders"): [recorder], ("spec", "tools"): SERVED["tools"]}
    files[SETTINGS] = edited(text, fields, path=SETTINGS).encode()
    with Store.open(repository) as store:
        commit = store.commit(NewCommit("Adopt govops\n", _FOUNDER, (), files))
        assert store.swap({"refs/heads/main": (None, commit)})
    return Server(Site(repository, key=recorder_key()))


def person(name: str, account: str) -> Actor:
    """One of the company, signed in."""
    return Actor(name, Account(forge="local", id=account, login=name.split("-", maxsplit=1)[0], type="human"))


INES = person("ines-carvalho", "u-1001")
HENRIK = person("henrik-dahl", "u-1002")
MAYA = person("maya-okonkwo", "u-1003")
JONAS = person("jonas-becker", "u-1004")
SOFIA = person("sofia-lindqvist", "u-1005")
RAFAEL = person("rafael-moreno", "u-1006")
PRIYA = person("priya-raman", "u-1007")
DANIEL = person("daniel-osei", "u-1008")
CLAIRE = person("claire-fontaine", "u-1009")
AMARA = person("amara-diallo", "u-1010")


def _files() -> dict[str, bytes]:
    root = example_company()
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for top in ("registry", "policies")
        for path in sorted((root / top).rglob("*"))
        if path.is_file() and path.parent.name not in _OF_ANOTHER_HISTORY
    }
