"""The frameworks that come with govops, as files to be put into a repository and made one's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from govops import yamlio
from govops.app.new_files import NewFiles, new_files
from govops.errors import GovopsError, UsageError
from govops.kinds.framework import Framework
from govops.render.untrusted import one_line

_FOLDER = Path(__file__).parent / "packs"


@dataclass(frozen=True, slots=True)
class Pack:
    """One framework: the text of its file, and what that says."""

    path: str
    text: str
    framework: Framework

    @property
    def name(self) -> str:
        """By which it is asked for."""
        return self.framework.metadata.name


def packs() -> tuple[Pack, ...]:
    """All of them, sorted by name."""
    return tuple(_read(file) for file in sorted(_FOLDER.glob("*.yaml")))


def add_packs(root: Path, names: Iterable[str]) -> NewFiles:
    """Write these packs into the work tree, and those that supersede them; a file that is there is left alone.

    UsageError for a name that no pack has.
    """
    known = {pack.name: pack for pack in packs()}
    wanted = list(names)
    for name in wanted:  # grows as successors are found
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"one of: {', '.join(known)}"
            raise UsageError(f"no framework '{one_line(name, 60)}' comes with govops", hint=hint)
        successor = known[name].framework.spec.superseded_by
        if successor is not None and successor not in wanted:
            wanted.append(successor)
    with new_files(root, {known[name].path: known[name].text for name in dict.fromkeys(wanted)}) as written:
        return written


def _read(file: Path) -> Pack:
    text = file.read_text(encoding="utf-8")
    path = f"policies/frameworks/{file.name}"
    loaded = yamlio.load(text.encode("utf-8"), path=path)
    if not isinstance(loaded.resource, Framework):
        raise GovopsError(f"{file.name} is no framework", hint="install govops from a wheel or a checkout again")
    return Pack(path, text, loaded.resource)
