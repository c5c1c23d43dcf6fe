"""From a repository to the steps that are due: by lawful rules, attested times and signed records of what was told."""

from __future__ import annotations

from collections.abc import Iterator

from govops.app.escalation.due import applies, notices
from govops.app.escalation.people import recipient
from govops.app.escalation.subjects import open_subjects
from govops.decision import Law
from govops.engine import stand
from govops.errors import UndecidableError
from govops.escalation import EscalationReport
from govops.finding import Status
from govops.kinds.escalation_rule import EscalationRule
from govops.rules import RULES
from govops.workspace import Opened, open_audit
from govops.workspace.delivering import told

_ROOT = "policies/escalations/"


def escalations(asked: Opened, *, remote: str | None = None) -> EscalationReport:
    """What is due at ``asked.as_of``, by default the latest attested time.

    Records of what was told are those that stand here, and with ``remote`` those that it last had. UndecidableError
    where no time is attested at all.
    """
    with open_audit(asked) as facts:
        stood = stand(RULES, facts)
    origin, law = stood.report.provenance, stood.law
    as_of = origin.as_of
    if as_of is None:
        hint = "let a recorder record what lands, or give the instant: --as-of now"
        raise UndecidableError("nobody attests any time in this history, so nothing can be due", hint=hint)
    rules = [rule for _, rule in law.escalation_rules()]
    subjects = open_subjects(stood)
    where = {"ref": asked.ref, "evidence_ref": asked.evidence_ref, "remote": remote}
    known = told(asked.repository, **where) if subjects else frozenset()
    found = notices(rules, subjects, whom=lambda entry: recipient(entry, law), told=known)
    return EscalationReport(
        repository=origin.repository,
        ref=origin.ref,
        tip=origin.tip,
        as_of=as_of,
        as_of_clock=origin.as_of_clock,
        rules=len(rules),
        open=len(subjects),
        due=tuple(notice for notice in found if notice.due_at <= as_of),
        later=tuple(notice for notice in found if notice.due_at > as_of),
        untimed=tuple(one for one in subjects if one.reported_at is None and any(applies(r, one) for r in rules)),
        notes=tuple(_notes(law)),
    )


def _notes(law: Law) -> Iterator[str]:
    """Rules that stand there and do not count."""
    for path, record in sorted(law.unlawful.items()):
        if path.startswith(_ROOT):
            went = isinstance(record.lawful, EscalationRule)
            was = "what stood before counts" if went else "it counts for nothing"
            how = "was not approved" if record.status is Status.FAIL else "cannot be judged"
            yield f"{path} landed by change {record.commit[:12]}, which {how}: {was}"
