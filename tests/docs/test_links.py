"""Relative links and heading anchors in the documentation lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.support.lowest import ROOT

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (ROOT, ROOT / ".github", ROOT / "docs", ROOT / "tests" / "corpus")
    for path in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
)


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_resolves(page: str) -> None:
    """A page links only to files and headings that are there."""
    broken = [link for link in _links(ROOT / page) if not _resolves(ROOT / page, link)]
    assert not broken


def test_every_page_of_the_docs_is_reachable_from_the_index() -> None:
    """Nobody has to guess a page's address."""
    reached, waiting = set[Path](), [ROOT / "docs/index.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            targets = [(page.parent / link.partition("#")[0]).resolve() for link in _links(page)]
            waiting += [target for target in targets if target.suffix == ".md" and target.exists()]
    assert sorted({path.resolve() for path in (ROOT / "docs").rglob("*.md")} - reached) == []


@pytest.mark.parametrize("link", ["missing.md", "index.md#no-such-heading", "../docs/nowhere/"])
def test_a_broken_link_is_seen(link: str) -> None:
    """The check above can fail."""
    assert not _resolves(ROOT / "docs/index.md", link)


def _links(page: Path) -> Iterator[str]:
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8")):
        for child in token.children or []:
            target = child.attrGet("href") or child.attrGet("src")
            if target is not None and not re.match(r"[a-z]+:", str(target)):
                yield str(target)


def _resolves(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or target.suffix != ".md" or anchor in _anchors(target)


@cache
def _anchors(page: Path) -> set[str]:
    tokens = MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8"))
    headings = [tokens[i + 1].content for i, token in enumerate(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
