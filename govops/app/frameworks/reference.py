"""The page docs/reference/frameworks.md: the frameworks that come with govops, and what serves each clause."""

from __future__ import annotations

from collections.abc import Iterator

from govops.app.frameworks.packs import Pack, packs
from govops.kinds.framework import Clause
from govops.render.clauses import validity

_HEAD = """\
# Frameworks

What `govops framework list` lists and `govops framework add NAME` writes to `policies/frameworks/`, where it is
[yours to change](../how-to/report-by-framework.md). Numbers are those of the standards, summaries are our own words and
no substitute for the texts. Where nothing here shows a clause, the last column says what would. This page is made from
the files by `make docs`.
"""


def frameworks_page() -> str:
    """The whole page as Markdown."""
    found = packs()
    rows = [f"| [`{pack.name}`](#{pack.name}) | {_title(pack)} | {_days(pack)} | {_served(pack)} |" for pack in found]
    table = ["| name | title | in force | clauses that something serves |", "|---|---|---|---|", *rows, ""]
    return "\n".join([_HEAD, *table, *(line for pack in found for line in _section(pack))])


def _title(pack: Pack) -> str:
    return f"{pack.framework.spec.title}, {pack.framework.spec.version}"


def _days(pack: Pack) -> str:
    spec = pack.framework.spec
    return validity(spec.in_force_from, spec.in_force_until) or "as long as it stands in your repository"


def _served(pack: Pack) -> str:
    clauses = pack.framework.spec.clauses
    return f"{sum(bool(clause.rules or clause.permissions or clause.sections) for clause in clauses)} of {len(clauses)}"


def _section(pack: Pack) -> Iterator[str]:
    yield from (f"## {pack.name}", "", f"{_title(pack)}. {pack.framework.spec.scope or ''}.", "")
    yield from ("| clause | what it asks | served by | what more would show it |", "|---|---|---|---|")
    for clause in pack.framework.spec.clauses:
        yield f"| {clause.id} | {clause.summary} | {_servants(clause)} | {clause.would_show or ''} |"
    yield ""


def _servants(clause: Clause) -> str:
    rules = [f"[`{rule}`](rules.md#{rule})" for rule in clause.rules]
    permissions = [f"`{permission}`" for permission in clause.permissions]
    return ", ".join([*rules, *permissions, *(f"section {section}" for section in clause.sections)])
