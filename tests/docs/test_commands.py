"""What the README, the tutorial and some guides tell people to type works, and prints what they show.

A wheel is built and installed once, for the README: other pages that tell the same two lines go on behind them, and
their commands run in forks (`tests.support.warm`).
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support import warm
from tests.support.lowest import ROOT
from tests.support.sessions import checkout, missing, run, shown

_GUIDES = tuple(
    f"docs/how-to/{name}.md"
    for name in (
        "accept-an-exception",
        "adopt-with-a-baseline",
        "audit-many-repositories",
        "escalate-and-alert",
        "find-out-who-can-approve",
        "map-a-rule-to-a-clause",
        "measure-the-approval-process",
        "report-an-incident",
        "report-by-framework",
        "say-who-may-use-the-api",
        "test-your-policies",
        "use-from-python",
        "watch-an-sla",
    )
)
PAGES = (
    "README.md",
    *_GUIDES,
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/tutorial").glob("*.md")),
)
_FIRST = PAGES[0]
_INSTALLING = ("python3 -m venv ~/govops-venv && . ~/govops-venv/bin/activate", "pip install .")


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_do_what_it_says(page: str, tmp_path: Path) -> None:
    """Nobody who follows the page meets something else than the page shows."""
    session = list(shown((ROOT / page).read_text(encoding="utf-8")))
    if page == _FIRST:
        assert {want.command for want in session} >= {*_INSTALLING}
        done = run(session, tmp_path, work=checkout(tmp_path, Path(sys.executable).with_name("govops")))
    else:
        session = [want for want in session if want.command not in _INSTALLING]
        done = run(session, tmp_path, work=checkout(tmp_path, warm.folder() / "govops"), path=[warm.folder()])
    for want, (code, printed) in zip(session, done, strict=True):
        assert code == want.code, f"$ {want.command}\nended with {code}, not {want.code}:\n{printed}"
        assert missing(want.output, printed) is None, f"$ {want.command}\nprinted:\n{printed}"


@pytest.mark.parametrize(
    ("text", "printed", "first_missing"),
    [
        ("$ a\none\ntwo\n", "one\nbetween\ntwo\n", None),
        ("$ a\none\ntwo\n", "two\none\n", "two"),
        ("$ a\ncommit 24a77f2c7f, of …\n", "commit 0123456789abcdef, of today\n", None),
        ("$ a\nat 2026-01-01T00:00:00Z\n", "at 2030-12-31T23:59:59Z\n", None),
        ("$ a\nexactly\n", "exactly so\n", "exactly"),
    ],
)
def test_a_difference_is_seen(text: str, printed: str, first_missing: str | None) -> None:
    """The check above can fail, and what changes from run to run does not make it."""
    (command,) = shown(f"```console\n{text}```\n")
    assert missing(command.output, printed) == first_missing


def test_a_session_keeps_its_directory_and_its_codes(tmp_path: Path) -> None:
    """Commands of one page build on each other, as they do for whoever types them."""
    first = "```console\n$ mkdir a && cd a\n$ cat > f <<'END'\n> two\n> END\n```\n"
    second = "```console\n$ cat f; false  # exit 1\ntwo\n```\n"
    session = list(shown(first + second))
    done = run(session, tmp_path, work=tmp_path)
    assert [(want.code, printed) for want, (_, printed) in zip(session, done, strict=True)] == [
        (0, ""),
        (0, ""),
        (1, "two\n"),
    ]
