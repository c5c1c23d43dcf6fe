"""From what people type to a kind and a name: any case, hyphens or none, singular or plural."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from govops.errors import UsageError
from govops.kinds import KINDS
from govops.kinds.custom import CustomKind
from govops.kinds.paths import claim

_SHORT = {"sla": "ServiceLevelAgreement"}
_SEARCHED = 5_000  # names compared with a mistyped one


@dataclass(frozen=True, slots=True)
class Family:
    """One kind, built in or of the user's own."""

    kind: str
    custom: CustomKind | None = None

    def name_at(self, path: str) -> str | None:
        """The name of the resource of this kind whose file has that path; None for other paths."""
        if self.custom is not None:
            return self.custom.match(path)
        claimed = claim(path)
        if claimed is None or claimed[0] != self.kind:
            return None
        return "/".join(claimed[1]) or path.rpartition("/")[2].removesuffix(".yaml")  # Settings have one path

    def named(self, paths: Iterable[str]) -> dict[str, str]:
        """Name -> path of those paths that are this kind's."""
        found = ((self.name_at(path), path) for path in sorted(paths))
        return {name: path for name, path in found if name is not None}


def family(text: str, custom: Iterable[CustomKind]) -> Family:
    """The kind that is meant. UsageError with the nearest one when there is none."""
    known = {kind.name: Family(kind.name) for kind in KINDS}
    known |= {kind.name: Family(kind.name, kind) for kind in custom if kind.name not in known}
    found = known.get(text) or _spelled(known).get(_folded(text))
    if found is None:
        close = get_close_matches(text.lower(), {name.lower(): name for name in known}, n=1)
        near = next((name for name in known if close and name.lower() == close[0]), None)
        hint = f"did you mean '{near}'?" if near else f"one of: {', '.join(known)}"
        raise UsageError(f"there is no kind '{text[:60]}'", hint=hint)
    return found


def split(text: str) -> tuple[str, str]:
    """KIND and NAME of ``KIND/NAME``; UsageError when either is missing."""
    kind, _, name = text.partition("/")
    if not kind or not name:
        hint = "write KIND/NAME, as in Model/fraud or Deployment/production/fraud; `govops list KIND` shows the names"
        raise UsageError(f"'{text[:60]}' names no resource", hint=hint)
    return kind, name


def nearest(kind: str, name: str, names: Iterable[str]) -> str:
    """What to try instead of a name that is not there."""
    known = list(names)[:_SEARCHED]
    close = known if len(known) == 1 else get_close_matches(name, known, n=1)
    return f"did you mean '{kind}/{close[0]}'?" if close else f"`govops list {kind}` shows those that stand"


def _spelled(known: Mapping[str, Family]) -> dict[str, Family]:
    """Every accepted spelling; where two kinds share one, the kind that comes first has it."""
    found: dict[str, Family] = {short: known[name] for short, name in _SHORT.items()}
    found |= {f"{short}s": known[name] for short, name in _SHORT.items()}
    for name, one in known.items():
        single = _folded(name)
        for spelling in (single, f"{single}s", f"{single[:-1]}ies" if single.endswith("y") else single):
            found.setdefault(spelling, one)
    return found


def _folded(text: str) -> str:
    return text.lower().replace("-", "").replace("_", "")
