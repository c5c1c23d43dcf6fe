"""One change and what is known of it, made by hand for the judge."""

from __future__ import annotations

from typing import Any

from govops.decision import ChangeFacts, Law
from govops.evidence.coverage import NotMerged
from govops.evidence.records import FileState, Subject
from govops.evidence.testimony import Claim, Decision, Testimony
from govops.history.snapshot import Snapshot
from govops.lifecycle import Action
from tests.support.facts import change, commit, entry, law, oid, read
from tests.support.files import company, model

PATH, _ = model("fraud")
LANDED = "2026-01-05T12:00:00Z"


def house(**settings: Any) -> Law:
    """The rules of the usual company; ``settings`` change single fields of Settings."""
    files = company(settings_spec=settings).items()
    return law(*((path, text) for path, text in files if isinstance(text, bytes)))


def by_account(name: str, source: str = "opener") -> Claim:
    """The forge attests that this person took part."""
    return Claim(source, f"account:local:id-{name}", name=name, attested=True)


def by_name(name: str, source: str = "author") -> Claim:
    """A git header says that this person took part."""
    return Claim(source, email=f"{name}@acme.example", name=name)


def said(name: str, decision: str = "approve", *, at: str | None = "2026-01-05T09:00:00Z", **fields: Any) -> Decision:
    """What the person decided about the landed content, as a receipt tells it."""
    about = {PATH: Subject(path=PATH, old=None, new=FileState(mode="100644", oid=entry("new").oid))}
    defaults: dict[str, Any] = {
        "kind": "receipt",
        "record": "record",
        "decision": decision,
        "address": f"account:local:id-{name}",
        "label": name,
        "at": at,
        "order": 0,
        "subjects": about,
        "head": oid("head"),
    }
    return Decision(**(defaults | fields))


def facts(rules: Law, *told: Claim | Decision, **fields: Any) -> ChangeFacts:
    """Alice (unless others are claimed) registers a model; ``told`` is all the testimony."""
    claims = tuple(item for item in told if isinstance(item, Claim)) or (by_account("alice"),)
    decisions = tuple(item for item in told if isinstance(item, Decision))
    registered = Action("model.register", "Model", "fraud", PATH, None, read(model("fraud")))
    defaults: dict[str, Any] = {
        "id": oid("change"),
        "parent": oid("parent"),
        "commits": (commit("change", "parent"),),
        "landed": (change(PATH, None, "new"),),
        "actions": (registered,),
        "before": Snapshot(),
        "law": rules,
        "testimony": Testimony(claims=claims, decisions=decisions, landed_at=LANDED),
        "merge": lambda base, ours, theirs: NotMerged.CONFLICT,
        "time": LANDED,
    }
    return ChangeFacts(**(defaults | fields))
