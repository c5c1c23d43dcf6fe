"""How to make this report again: commands that a stranger can run on a clone."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from govops.finding import Provenance, Report
from govops.render.markdown.escape import Block


def commands(report: Report) -> Block:
    """A shell script: what the ids must be, then the audit itself. Every value is quoted for the shell."""
    return Block("\n".join(_commands(report.provenance, is_measured=report.service is not None)), language="sh")


def _commands(provenance: Provenance, *, is_measured: bool) -> Iterator[str]:
    tree = _quoted(provenance.tip + "^{tree}")
    yield f'test "$(git rev-parse {tree})" = {_quoted(provenance.tree)} && echo same tree'
    if provenance.evidence_ref is not None and provenance.evidence_tip is not None:
        tip, branch = _quoted(provenance.evidence_tip), _quoted(provenance.evidence_ref)
        yield f"git merge-base --is-ancestor {tip} {branch} && echo evidence still there"
    audit = [f"govops audit . --ref {_quoted(provenance.ref)} --to {_quoted(provenance.tip)}"]
    if provenance.first:
        audit.append(f"--from {_quoted(provenance.first)}")
    if provenance.as_of:
        audit.append(f"--as-of {_quoted(provenance.as_of)}")
    if provenance.retrospective is not None:
        audit.append(f"--policies {_quoted(provenance.retrospective)}")
        yield "# the folder or revision whose files stand above, under Changes of policy:"
    if is_measured:
        audit.append("--service service.json")
        yield "# the service report whose digest stands above; `govops sla check --trend` measures anew:"
    yield " ".join([*audit, "--output markdown:again.md"])


def _quoted(value: str) -> str:
    return shlex.quote(value)
