"""Small records of one change, made by hand."""

from __future__ import annotations

from typing import Any

from govops.evidence.book import Recorded
from govops.evidence.records import (
    Account,
    Approval,
    Checkpoint,
    Contributor,
    FileState,
    IncidentReport,
    Proposal,
    Receipt,
    Record,
    Review,
    SignedProposal,
    Subject,
)
from govops.evidence.records import record_id as id_of
from tests.support.cast import public_line
from tests.support.facts import oid

REPOSITORY, BRANCH = "local:acme/ai-governance", "main"
PATH = "registry/models/fraud/model.yaml"
ADDED = Subject(path=PATH, old=None, new=FileState(mode="100644", oid=oid("a")))


def account(name: str) -> Account:
    """Somebody's account at the local forge."""
    return Account(forge="local", id=f"id-{name}", login=name)


CHAINED: dict[str, Any] = {
    "recorder": "recorder",
    "sequence": 0,
    "previous": None,
    "recorded_at": "2026-01-05T10:00:00Z",
    "repository": REPOSITORY,
    "branch": BRANCH,
}


def receipt(**fields: Any) -> Receipt:
    """A direct push from ``base`` to ``tip``, the first record of its recorder."""
    defaults = {**CHAINED, "base": oid("base"), "tip": oid("tip"), "proposal": None}
    return Receipt(type="govops/receipt/v1", **(defaults | fields))


def checkpoint(**fields: Any) -> Checkpoint:
    """The same recorder's word that it verified the ``tip``."""
    defaults = {**CHAINED, "tip": oid("tip"), "report": "0" * 64}
    return Checkpoint(type="govops/checkpoint/v1", **(defaults | fields))


def proposal(**fields: Any) -> Proposal:
    """Alice's proposal to add one file, which Bob approved."""
    defaults: dict[str, Any] = {
        "forge": "local",
        "id": "1",
        "opener": account("alice"),
        "merger": account("carol"),
        "method": "squash",
        "merge_bases": (oid("base"),),
        "head": oid("head"),
        "subjects": (ADDED,),
        "contributors": (Contributor(source="opener", account=account("alice")),),
        "reviews": (review("bob"),),
    }
    return Proposal(**(defaults | fields))


def review(name: str, **fields: Any) -> Review:
    """An approval of the head."""
    defaults: dict[str, Any] = {
        "id": f"by-{name}",
        "account": account(name),
        "decision": "approve",
        "at": "2026-01-05T09:00:00Z",
        "head": oid("head"),
        "subjects": (ADDED,),
    }
    return Review(**(defaults | fields))


def approval(name: str = "bob", **fields: Any) -> Approval:
    """A person's own approval of the head."""
    defaults: dict[str, Any] = {
        "repository": REPOSITORY,
        "branch": BRANCH,
        "person": name,
        "decision": "approve",
        "at": "2026-01-05T09:00:00Z",
        "merge_base": oid("base"),
        "head": oid("head"),
        "subjects": (ADDED,),
    }
    return Approval(type="govops/approval/v1", **(defaults | fields))


def signed_proposal(name: str = "alice", **fields: Any) -> SignedProposal:
    """A person's own proposal of the head."""
    defaults: dict[str, Any] = {
        "repository": REPOSITORY,
        "branch": BRANCH,
        "name": "fraud",
        "person": name,
        "at": "2026-01-05T09:00:00Z",
        "merge_base": oid("base"),
        "head": oid("head"),
        "subjects": (ADDED,),
    }
    return SignedProposal(type="govops/proposal/v1", **(defaults | fields))


def incident_report(name: str, **fields: Any) -> IncidentReport:
    """Dave's report of a critical incident."""
    defaults: dict[str, Any] = {
        "repository": REPOSITORY,
        "branch": BRANCH,
        "person": "dave",
        "severity": "critical",
        "title": "It went wrong",
        "resource": "Model/fraud",
        "at": "2026-01-05T09:00:00Z",
    }
    return IncidentReport(type="govops/incident/v1", name=name, **(defaults | fields))


def recorded(payload: Record, signer: str | None = "recorder") -> Recorded:
    """The record as read: ``signer`` names whose key signed it, None: nobody's."""
    return Recorded(id_of(payload), payload, " ".join(public_line(signer).split()[:2]) if signer else None)
