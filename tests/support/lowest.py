"""Print a pip constraints file that holds every run-time dependency at its lowest allowed version.

Standard library only: it runs before anything is installed. What the `test`, `fuzz`, `mutants`, `advisories`
and `dev` extras name is left free, because nobody who installs govops to use it installs them.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_OURS = ("test", "fuzz", "mutants", "advisories", "dev")
_BOUND = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?>=(?P<version>[0-9][0-9A-Za-z.]*)")


def constraints(pyproject: str) -> list[str]:
    """``name==version`` lines, sorted; a dependency without a lower bound is a ValueError."""
    project = tomllib.loads(pyproject)["project"]
    extras = [group for name, group in project["optional-dependencies"].items() if name not in _OURS]
    requirements = [*project["dependencies"], *(line for group in extras for line in group)]
    return sorted(_lowest(line) for line in requirements if not line.startswith(f"{project['name']}["))


def _lowest(requirement: str) -> str:
    match = _BOUND.fullmatch(requirement)
    if match is None:
        raise ValueError(f'"{requirement}" has no plain lower bound, as in "click>=8.1"')
    return f"{match['name']}=={match['version']}"


if __name__ == "__main__":
    print("\n".join(constraints((ROOT / "pyproject.toml").read_text(encoding="utf-8"))))
