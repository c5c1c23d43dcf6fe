"""The recipes as data, and a machine that runs their steps as a forge's runner does."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from govops.app.ci import ci_files
from tests.support.lowest import ROOT

FOLDER = ROOT / ".github/workflows"
ON = "on"
UNTRUSTED, TRUSTED = ("check", "wake"), ("gate", "record")  # of the workflows that `init --ci github` writes
_EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")


def parsed(text: str) -> Any:
    """YAML 1.1 reads the key `on` as true."""
    data = yaml.safe_load(text)  # noqa: TID251 -- workflows are not our strict subset
    return {ON if key is True else key: value for key, value in data.items()}


def written() -> dict[str, Any]:
    """What `init --ci github` writes, by the second half of its name."""
    files = ci_files("github", branch="main")
    return {path.removeprefix(".github/workflows/govops-").removesuffix(".yml"): parsed(files[path]) for path in files}


def shipped() -> dict[str, Any]:
    """The workflows of this repository that run govops."""
    return {path.stem: parsed(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("govops*.yml"))}


def action() -> Any:
    """The composite action."""
    return parsed((ROOT / "action.yml").read_text(encoding="utf-8"))


def gitlab() -> Any:
    """What `init --ci gitlab` writes for its jobs."""
    return parsed(ci_files("gitlab", branch="main")[".gitlab/ci/govops.yml"])


def steps(workflow: Any) -> Iterator[Any]:
    """Every step of every job of a workflow."""
    for job in workflow["jobs"].values():
        yield from job["steps"]


def step(job: Any, name: str) -> Any:
    """One step by its name."""
    (found,) = [one for one in job["steps"] if one.get("name") == name]
    return found


class Runner:
    """A machine that runs steps: ``workspace`` is the checkout, ``temp`` the job's own, ``bin`` comes first on PATH."""

    def __init__(self, folder: Path, workspace: Path) -> None:
        self.workspace = workspace
        self.temp = folder / "temp"
        self.bin = folder / "bin"
        self.home = folder / "home"
        for place in (self.temp, self.bin, self.home, self.temp / "tmp"):
            place.mkdir(parents=True)
        self.environment = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "TMPDIR": str(self.temp / "tmp"),
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
            "GITHUB_REPOSITORY": "acme/governance",
            "GITHUB_SERVER_URL": "https://forge.example.org",
            "GITHUB_RUN_ID": "77",
            "GITHUB_API_URL": "http://127.0.0.1:9",  # nobody answers there
        }

    def run(self, step: Any, context: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a step. ``context`` gives the value of every expression in it; a missing one is a KeyError."""
        given = {key: _filled(str(value), context) for key, value in step.get("env", {}).items()}
        place = _filled(step["working-directory"], context) if "working-directory" in step else str(self.workspace)
        return self.script(step["run"], given, cwd=Path(place))

    def script(
        self, text: str, given: Mapping[str, str], *, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a script in the shell that `shell: bash` is on GitHub, and that GitLab makes of its own."""
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
            cwd=cwd or self.workspace,
            env={**self.environment, **given},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
            encoding="utf-8",
        )

    def program(self, place: Path, script: str) -> Path:
        """Put a program in the way: it notes its arguments, one call a line, and then runs ``script``."""
        log = self.temp / f"{place.name}.log"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"#!/bin/bash\nprintf '%s ' \"$@\" >> '{log}'\necho >> '{log}'\n{script}\n", encoding="utf-8")
        place.chmod(0o755)
        return place

    def calls(self, name: str) -> list[str]:
        """What a program was called with, each call as one line."""
        log = self.temp / f"{name}.log"
        return [line.strip() for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []


def _filled(text: str, context: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda found: context[found[1]], text)
