"""The page docs/reference/doctor.md: every check of ``govops doctor``, with its docstring as its documentation."""

from __future__ import annotations

import re

from govops.doctor import CHECKS
from govops.doctor.check import Check, Needs

_HEAD = """\
# What the doctor looks at

`govops doctor` examines a repository as it stands: the clone, the evidence, keys, people, waivers, and, with `--forge`,
the rules that the forge enforces on its branches. It judges no change; `govops audit` does. A finding is a *problem*,
*advice*, or something that could not be established; advice counts only with `--fail-on info`. This page is made from
the code by `make docs`.

Time is the latest that evidence attests, or what `--as-of` says. A recorder's records count here if Settings ever named
its key; whether an approved change had named it, the audit decides.
"""
_HEADING = re.compile(r"^## ", re.MULTILINE)


def doctor_page() -> str:
    """The whole page as Markdown: the table, then each check."""
    rows = [f"| [`{check.id}`](#{check.id}) | {check.severity} | {check.claim} |" for check in CHECKS]
    table = ["| check | severity | what holds when all is well |", "|---|---|---|", *rows, ""]
    return "\n".join([_HEAD, *table, "## Checks", "", *(_section(check) for check in CHECKS)])


def _section(check: Check) -> str:
    rest = check.documentation.partition("\n")[2].strip("\n")
    needs = f"; needs {check.needs}" if check.needs is not Needs.NOTHING else ""
    body = _HEADING.sub("#### ", rest)
    return f"### {check.id}\n\n**{check.claim}**\n\nSeverity: {check.severity}{needs}.\n\n{body}\n"
