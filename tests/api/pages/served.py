"""A morning at the example company: one thing lands, one waits, one is turned down, and somebody loses a role."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from govops.api.doors import Doors
from govops.api.site import doors_of
from govops.app.access import Allowance, Limits, mint, upgrade_store
from govops.app.facades import AccessControl, ComplianceReporter, ModelRegistry, SLAManager
from govops.app.governance import Actor, Site, Submitted
from govops.app.governance import requests as ask
from tests.support.company import AMARA, DANIEL, HENRIK, INES, JONAS, PRIYA, SOFIA, found
from tests.support.files import digest
from tests.support.git import git

POLICY = "policies/approvals/staging.yaml"
VERSION = {
    "version": "9.0.0",
    "description": "Reads {{7*7}} <b>handwriting</b>",
    "source": {"repository": "https://git.example.org/reader", "commit": "4e3dbd1124d6"},
    "training_data": {"digest": digest("letters"), "description": "Letters of 2025"},
    "artifact": {"uri": "s3://models/reader/9.0.0", "digest": digest("9.0.0"), "size_bytes": 1048576},
    "metrics": {"accuracy": 0.9},
}
AGREEMENT = {
    "name": "letters-in-time",
    "resource": "UseCase/letters-intake",
    "objectives": [{"metric": "response_time_p95_ms", "target": 200}],
    "window": {"kind": "rolling", "days": 7},
    "at_risk": 80,
    "source": {"type": "file", "files": ["letters.jsonl"], "connection": "desk"},
}
INCIDENT = {
    "name": "lost-letters",
    "severity": "error",
    "title": "Letters <i>lost</i>",
    "resource": "UseCase/letters-intake",
}


@dataclass(frozen=True)
class Morning:
    """The site and what came of it: ids of proposals, and the commit before a role was taken away."""

    site: Site
    waits: str
    rejected: str
    landed: Submitted
    before: str

    def token(self, person: str) -> str:
        """A new token of somebody."""
        return mint(self.site, person, label="browser").secret

    def doors(self) -> Doors:
        """The tokens of the store, and nothing else."""

        return doors_of(self.site, limits=Limits(Allowance(burst=10_000)))


def morning(folder: Path) -> Morning:
    """It takes some seconds: every step is a real proposal that really lands."""
    server = found(folder)
    (folder / "desk").mkdir()
    store = f"sqlite:///{folder}/store.db"
    upgrade_store(store)
    sources = {"desk": (folder / "desk").as_uri()}
    site = replace(server.site, index=f"sqlite:///{folder}/index.db", store=store, sources=sources)
    new = ask.RegisterModel.model_validate({"name": "document-reader", "version": VERSION})
    landed = _lands(site, ModelRegistry(site).register(JONAS, new), AMARA)
    ComplianceReporter(site).report_incident(JONAS, ask.ReportIncident.model_validate(INCIDENT))
    slas = SLAManager(site)
    _lands(site, slas.create(PRIYA, ask.CreateAgreement.model_validate(AGREEMENT)), DANIEL)
    rows = {"measurements": [{"latency_ms": 900, "ok": True}] * 5}
    slas.measure(PRIYA, "letters-in-time", ask.Measurements.model_validate(rows))
    access = AccessControl(site)
    rejected = access.request_approval(JONAS, _rewritten(site, "registry/README.md", "Say whom to ask"))
    access.reject(AMARA, rejected.id, ask.Decide(note="Not here"), if_match=rejected.head)
    waits = access.request_approval(DANIEL, _rewritten(site, POLICY, "Loosen staging"))
    access.approve(SOFIA, waits.id, ask.Decide(note="Fine"), if_match=waits.head)
    before = server.ref("main")
    seen = _blob(site, "registry/users/sofia-lindqvist.yaml")
    _lands(site, access.revoke_role(HENRIK, "sofia-lindqvist", "approver", if_match=seen, reason="On leave"), INES)
    return Morning(site, waits.id, rejected.id, landed, before)


def _lands(site: Site, proposed: Submitted, approver: Actor) -> Submitted:
    done = AccessControl(site).approve(approver, proposed.id, ask.Decide(note="Read"), if_match=proposed.head)
    assert done.state == "merged", done
    return done


def _rewritten(site: Site, path: str, title: str) -> ask.RequestApproval:
    text = git(site.repository, "show", f"main:{path}").decode()
    file = {"path": path, "content": f"{text}# {title}\n", "blob": _blob(site, path)}
    return ask.RequestApproval.model_validate({"title": title, "files": [file]})


def _blob(site: Site, path: str) -> str:
    return git(site.repository, "rev-parse", f"main:{path}").decode().strip()
