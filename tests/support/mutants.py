"""``python -m tests.support.mutants [PATH…]``: change the judgement in small ways and see whether a test notices.

A change that no test notices is a survivor: it is printed with its difference at the end, and the exit code is 1,
unless ``tests/equivalent`` says why it makes no difference. There each module has a file, with the function, the
reason, and of each change the lines taken away and those put in: an explanation dies with the line that it is about.
The paths are files or folders below ``govops``; without any, everything that ``[tool.mutmut]`` names is tried.

mutmut works in ``build/mutants``, on links to this checkout. What it found stands there: the next run tries only what
was not tried, what survived, and what changed since; where nothing is left, it tries the given paths again. Remove the
folder to begin anew, as when tests that noticed something have changed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tests.support.lowest import ROOT

WORK = ROOT / "build" / "mutants"
EQUIVALENT = ROOT / "tests" / "equivalent"
_NOTICED = ("killed", "timeout", "segfault", "caught by type check")


def lay_out(work: Path, root: Path = ROOT) -> None:
    """Link to ``work`` what the tests of the judgement read, so that mutmut leaves nothing in the checkout."""
    work.mkdir(parents=True, exist_ok=True)
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    for name in (*settings["source_paths"], *settings["also_copy"], "tests", "pyproject.toml"):
        link = work / name
        if not link.is_symlink():
            link.symlink_to(root / name)
    shutil.rmtree(work / "mutants" / "tests", ignore_errors=True)  # mutmut would keep tests that are gone


def pattern(path: str) -> str:
    """The mutants of a file or folder, as mutmut names them."""
    return f"{'.'.join(PurePosixPath(path).with_suffix('').parts)}.*"


def outcomes(listing: str) -> Iterator[tuple[str, str]]:
    """(mutant, status) of each line that ``mutmut results`` prints."""
    for line in listing.splitlines():
        name, colon, status = line.strip().rpartition(": ")
        if colon:
            yield name, status


def unnoticed(listing: str, paths: Iterable[str]) -> dict[str, str]:
    """mutant -> status of all that no test noticed, below any of the paths; the untried are among them."""
    wanted = tuple(pattern(path).removesuffix("*") for path in paths)
    return {
        name: status
        for name, status in outcomes(listing)
        if status not in _NOTICED and (not wanted or name.startswith(wanted))
    }


@dataclass(frozen=True, slots=True)
class Change:
    """Lines of a function or method that a mutant takes away, and those that it puts in; as one, with single spaces."""

    module: str
    function: str
    old: str
    new: str


def explained(folder: Path = EQUIVALENT) -> dict[Change, str]:
    """Each change that makes no difference -> why."""
    return {
        Change(pattern(f"govops/{path.relative_to(folder)}")[:-2], entry["in"], old, new): entry["why"]
        for path in sorted(folder.rglob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["equivalent"]
        for old, new in entry["changes"]
    }


def change(mutant: str, difference: str) -> Change:
    """What a mutant changes, by its name and by what ``mutmut show`` prints of it."""
    module, _, mangled = mutant.rpartition("__mutmut_")[0].rpartition(".")
    name = mangled.removeprefix("x_") if "ǁ" not in mangled else mangled.removeprefix("xǁ").replace("ǁ", ".")
    lines = [line for line in difference.splitlines() if not line.startswith(("---", "+++"))]
    old, new = (" ".join(" ".join(line[1:] for line in lines if line.startswith(sign)).split()) for sign in "-+")
    return Change(module, name, old, new)


def _mutmut(*arguments: str) -> str:
    run = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    return subprocess.run(run, cwd=WORK, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def _left(paths: list[str]) -> dict[str, str]:
    return unnoticed(_mutmut("results", "--all", "true"), paths)


def _survivors(paths: list[str]) -> dict[str, str]:
    """mutant -> its difference: of all that no test noticed and nobody explained; the untried have none yet."""
    known, left = explained(), _left(paths)
    shown = {name: "" if status == "not checked" else _mutmut("show", name) for name, status in left.items()}
    return {name: difference for name, difference in shown.items() if change(name, difference) not in known}


def _try(names: Iterable[str], jobs: int) -> None:
    """Try these mutants, or with no names all that were not tried."""
    run = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", str(jobs), *names]
    subprocess.run(run, cwd=WORK, check=True, env={**os.environ, "HYPOTHESIS_PROFILE": "mutants"})


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.support.mutants")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="such as govops/evidence/coverage.py (default: all)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    options = parser.parse_args()
    lay_out(WORK)
    known = (WORK / "mutants" / "mutmut-stats.json").exists()
    names = list(_survivors(options.paths)) if known else []
    _try(names or [pattern(path) for path in options.paths], options.jobs)
    if untried := [name for name, status in _left(options.paths).items() if status == "not checked"]:
        _try(untried, options.jobs)  # only that run told mutmut which functions had changed
    left = _survivors(options.paths)
    sys.stdout.write("".join(left.values()))
    sys.stdout.write("".join(f"{name}\n" for name in left))
    sys.stdout.write(f"{len(left)} mutants left\n" if left else "every mutant was noticed, or is explained\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
