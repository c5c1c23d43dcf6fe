"""Files that are made from the code and kept in the repository, so that a reader finds them there.

``python -m tests.support.generated`` names the stale ones and exits 1; ``--write`` writes them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from govops.app.ci import ci_files
from govops.app.doctor_reference import doctor_page
from govops.app.expressions_reference import expressions_page
from govops.app.frameworks.reference import frameworks_page
from govops.app.kinds_reference import kinds_page
from govops.app.rules_reference import reference_page
from govops.app.schemas import all_schemas
from tests.support import cli_reference, index_reference, rest_api_reference, store_reference, stories, threats
from tests.support.lowest import ROOT

Source = Callable[[], dict[str, str]]


@cache
def schemas() -> dict[str, str]:
    """JSON Schemas for editors and other tools, as `govops schema` prints them."""
    return {f"schemas/{name}": text for name, text in all_schemas().items()}


def reference() -> dict[str, str]:
    """The pages that are made from docstrings and from descriptions of fields."""
    return {
        "docs/reference/doctor.md": doctor_page(),
        "docs/reference/expressions.md": expressions_page(),
        "docs/reference/frameworks.md": frameworks_page(),
        "docs/reference/kinds.md": kinds_page(),
        "docs/reference/rules.md": reference_page(),
    }


def workflows() -> dict[str, str]:
    """What `govops init --ci github` writes, for this repository: with the govops of the protected branch itself.

    Its own check is a job of ci.yml, which may run the code of a pull request.
    """
    files = ci_files("github", branch="main", requirement=".[forge]")
    return {path: text for path, text in files.items() if not path.endswith("/govops-check.yml")}


SOURCES: tuple[Source, ...] = (
    threats.page,
    rest_api_reference.page,
    schemas,
    reference,
    cli_reference.page,
    index_reference.page,
    store_reference.page,
    stories.schema,
    stories.page,
    workflows,
)


@cache
def files() -> dict[str, str]:
    """Path relative to the checkout -> the text that should stand there."""
    return {path: text for source in SOURCES for path, text in source().items()}


def stale(root: Path = ROOT) -> list[str]:
    """Paths whose text is missing or another one, and schemas of what is gone; sorted."""
    wanted = files()
    different = {path for path, text in wanted.items() if _read(root / path) != text}
    kept = {path.relative_to(root).as_posix() for path in (root / "schemas").glob("*.json")}
    return sorted(different | {path for path in kept if path not in wanted})


def write(root: Path = ROOT) -> list[str]:
    """Bring every stale file up to date; gives their paths."""
    wanted, changed = files(), stale(root)
    for path in changed:
        target = root / path
        if path in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(wanted[path], encoding="utf-8", newline="\n")
        else:
            target.unlink()
    return changed


def main(arguments: list[str]) -> int:
    """0 when nothing is stale (any more), 1 otherwise."""
    if arguments == ["--write"]:
        print("\n".join(f"wrote {path}" for path in write()) or "generated files were up to date")
        return 0
    outdated = stale()
    print("\n".join(f"{path} is stale; run: make docs" for path in outdated) or "generated files are up to date")
    return 1 if outdated else 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
