"""The caller's surroundings change not one byte of a report."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.story import told
from tests.support.command import govops

pytestmark = pytest.mark.slow

SURROUNDINGS: dict[str, dict[str, str]] = {
    "locales": {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8", "LANGUAGE": "tr"},
    "no locale": {"LC_ALL": "C", "LANG": ""},
    "odd locale": {"LC_ALL": "no-such-locale"},
    "far east": {"TZ": "Pacific/Kiritimati"},
    "odd zone": {"TZ": ":/etc/passwd"},
    "hash seed 1": {"PYTHONHASHSEED": "1"},
    "hash seed 2": {"PYTHONHASHSEED": "4294967295"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
    "latin console": {"PYTHONIOENCODING": "latin-1:replace"},
    "no UTF-8 mode": {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"},
    "a wide terminal": {"COLUMNS": "300", "LINES": "3", "TERM": "xterm-256color", "FORCE_COLOR": "1"},
    "no terminal": {"TERM": "dumb", "NO_COLOR": "1"},
    "another repository": {"GIT_DIR": "{other}/.git", "GIT_WORK_TREE": "{other}", "GIT_INDEX_FILE": "{other}/x"},
    "other objects": {
        "GIT_OBJECT_DIRECTORY": "{other}/.git/objects",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "{other}/.git/objects",
    },
    "other history": {
        "GIT_REPLACE_REF_BASE": "refs/heads/",
        "GIT_GRAFT_FILE": "{other}/grafts",
        "GIT_SHALLOW_FILE": "{other}/shallow",
        "GIT_NAMESPACE": "x",
        "GIT_CEILING_DIRECTORIES": "/",
    },
    "programs": {
        "GIT_EXTERNAL_DIFF": "{run}",
        "GIT_PAGER": "{run}",
        "PAGER": "{run}",
        "GIT_SSH": "{run}",
        "GIT_SSH_COMMAND": "{run}",
        "GIT_ASKPASS": "{run}",
        "GIT_EDITOR": "{run}",
        "GIT_PROXY_COMMAND": "{run}",
        "GIT_EXEC_PATH": "{other}",
        "GIT_TEMPLATE_DIR": "{other}",
    },
    "configuration": {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": "{run}",
        "GIT_CONFIG_PARAMETERS": "'core.fsmonitor={run}'",
        "GIT_CONFIG_GLOBAL": "{other}/.git/config",
        "GIT_CONFIG_SYSTEM": "{other}/.git/config",
        "GIT_CONFIG_NOSYSTEM": "0",
        "XDG_CONFIG_HOME": "{other}",
    },
    "traces": {"GIT_TRACE": "{canary}", "GIT_TRACE2": "{canary}", "GIT_TRACE_PACK_ACCESS": "{canary}"},
    "pathspecs and formats": {
        "GIT_LITERAL_PATHSPECS": "0",
        "GIT_ICASE_PATHSPECS": "1",
        "GIT_GLOB_PATHSPECS": "1",
        "GIT_DEFAULT_HASH": "sha256",
        "GIT_DIFF_OPTS": "-u99",
        "GIT_FLUSH": "0",
        "GIT_ATTR_SOURCE": "main",
        "GIT_ALLOW_PROTOCOL": "ext:file",
    },
}


@pytest.mark.threat("A07", "B05", "G13")
def test_the_report_is_the_same_to_the_byte(tmp_path: Path, *, whole_sweeps: bool) -> None:
    """Each variable is hostile in its own way; the program that some of them name leaves a trace if it runs.

    Surroundings of which none sets what another one sets stand together, unless a whole sweep is asked for.
    """
    repository, other = told(tmp_path / "a").path, told(tmp_path / "b", "sha256").path
    (other / "grafts").write_text("")
    canary, run = tmp_path / "canary", tmp_path / "run"
    run.write_text(f"#!/bin/sh\ntouch {canary}\n")
    run.chmod(0o755)
    expected = _reports(repository, tmp_path, {})
    assert "Register fraud" in expected["markdown"].decode()
    for name, variables in (SURROUNDINGS if whole_sweeps else _together()).items():
        filled = {key: value.format(other=other, run=run, canary=canary) for key, value in variables.items()}
        assert _reports(repository, tmp_path, filled) == expected, name
        assert not canary.exists(), name


def _together() -> dict[str, dict[str, str]]:
    """All surroundings in as few processes as their variables allow."""
    groups: list[tuple[str, dict[str, str]]] = []
    for name, variables in SURROUNDINGS.items():
        at = next((at for at, (_, others) in enumerate(groups) if not others.keys() & variables.keys()), None)
        if at is None:
            groups.append((name, variables))
        else:
            groups[at] = (f"{groups[at][0]}, {name}", groups[at][1] | variables)
    return dict(groups)


@pytest.mark.threat("A07", "H03")
def test_the_working_directory_has_no_say(tmp_path: Path) -> None:
    """Not even one that is full of modules with the names of ours."""
    repository = told(tmp_path / "a").path
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("yaml", "click", "pydantic", "sitecustomize", "jinja2", "json"):
        (elsewhere / f"{name}.py").write_text("raise SystemExit(0)\n")
    (elsewhere / "govops").mkdir()
    (elsewhere / "govops" / "__init__.py").write_text("raise SystemExit(0)\n")
    assert _reports(repository, elsewhere, {}) == _reports(repository, tmp_path, {})


def _reports(repository: Path, cwd: Path, environment: dict[str, str]) -> dict[str, bytes]:
    """Every format of one audit, as files; the exit code is that of violations and open questions."""
    formats = ("text", "markdown", "json", "github")
    outputs = [word for name in formats for word in ("--output", f"{name}:{cwd / name}")]
    answer = govops("audit", repository, *outputs, cwd=cwd, environment=environment)
    assert answer.returncode == 3, answer.stderr
    return {name: (cwd / name).read_bytes() for name in formats}
