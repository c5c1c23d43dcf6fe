"""The report of a finished walk: inventory at the tip with derived status, role holders, policy changes, counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from govops.decision import RuleInForce, is_rule_file
from govops.engine.cases import Mending
from govops.engine.docket import Docket
from govops.engine.exceptions import exceptions
from govops.engine.keeping import Trail
from govops.engine.ledger import Ledger
from govops.engine.registry import Registry
from govops.engine.series import Changes, Mapped, Series
from govops.engine.violations import violations
from govops.finding import ChangeRecord, Finding, InventoryItem, Provenance, Report, Status
from govops.history.deeds import Deeds
from govops.history.snapshot import Snapshot
from govops.incident import Affected, IncidentCase
from govops.kinds.deployment import Deployment
from govops.kinds.model import Model
from govops.kinds.model_version import ModelVersion
from govops.kinds.service_level_agreement import ServiceLevelAgreement
from govops.kinds.use_case import UseCase
from govops.lifecycle import deployed_status

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a walk ended. ``time`` is the latest attested time up to the tip, ``as_of`` the instant that was asked for;
    ``is_older`` tells which findings do not decide the exit code. ``incidents`` are all that there are, ``affected``
    the use cases that an open critical one reaches.
    """

    time: str | None = None
    as_of: str | None = None
    docket: Docket = field(default_factory=lambda: Docket({}, Deeds))
    is_older: Callable[[Finding], bool] = lambda finding: False
    deeds: Deeds = field(default_factory=Deeds)
    incidents: tuple[IncidentCase, ...] = ()
    affected: tuple[Affected, ...] = ()


def summarise(ledger: Ledger, registry: Registry, provenance: Provenance, ending: Ending) -> Report:
    """Everything that a renderer may show. What was accepted or restored since it was found is told as it is now."""
    before, as_of = ledger.earlier or Trail(), ending.as_of or ending.time
    mending = ending.docket.cases.mending
    settings = registry.law.settings
    snapshot, rules = registry.snapshot, registry.law.snapshot
    listed = is_rule_file if registry.law.retrospective else _is_policy  # nothing else says who outside people are
    policies = tuple((path, file.entry.oid) for path, file in sorted(rules.files.items()) if listed(path))
    provenance = replace(
        provenance,
        as_of=as_of,
        latest=ending.time,
        as_of_clock=provenance.as_of_clock or ("latest attested time" if ending.time else "no attested time"),
        edition=settings.edition,
        evidence_mode=settings.evidence.mode,
        single_maintainer=settings.single_maintainer,
        policies=policies,
    )
    return Report(
        provenance=provenance,
        counts=ledger.counts(),
        findings=_findings(_after(before.findings, ledger.findings), mending, provenance, ending),
        changes=_changes(before, ledger, mending),
        inventory=tuple(_marked(inventory(snapshot, stays_of(registry.stays)), ending.affected)),
        deployments=_after(before.deployments, registry.deployments),
        tenures=registry.held(),
        policy_changes=_after(before.policies, ledger.policies),
        waivers=tuple(exceptions(registry.law, ending.docket, as_of)),
        incidents=ending.incidents,
        rules=tuple(_rule(found) for found in registry.law.rules()),
        process=ledger.stopwatch.report(snapshot, as_of),
        violations=tuple(violations(snapshot, ending.deeds, mending)),
    )


def _after(earlier: Sequence[_Item], later: Sequence[_Item]) -> Sequence[_Item]:
    return Series(earlier, later) if earlier else tuple(later)


def _findings(
    findings: Sequence[Finding], mending: Mending, provenance: Provenance, ending: Ending
) -> Sequence[Finding]:
    """Each as it stands now, and those that are older than what counts marked so."""
    if not mending.accepted and provenance.new_since is None:
        return findings
    older = f"at or before {(provenance.new_since or '')[:12]}"

    def now(finding: Finding) -> Finding:
        found = mending.finding(finding)
        stands = found.status not in (Status.WAIVED, Status.ERROR)
        return replace(found, known=older) if stands and ending.is_older(found) else found

    return Mapped(findings, now) if isinstance(findings, Series) else tuple(map(now, findings))


def _changes(before: Trail, ledger: Ledger, mending: Mending) -> Sequence[ChangeRecord]:
    if ledger.earlier is None:
        return tuple(map(mending.change, ledger.changes))
    if not mending.statuses and not mending.remediated:
        return Changes(before.changes, before.troubled, ledger.changes)
    return Changes(*(Mapped(those, mending.change) for those in (before.changes, before.troubled, ledger.changes)))


def _is_policy(path: str) -> bool:
    return path.startswith("policies/")


INVENTORIED = ("Model", "ModelVersion", "Deployment", "UseCase", "ServiceLevelAgreement")
_FURTHEST = (
    "deployed_production",
    "deployed_staging",
    "approved",
    "registered",
    "rolled_back",
    "deprecated",
    "rejected",
)
Stays = Callable[[str], Mapping[str, Sequence[str | None]]]
"""Model name -> environment -> versions that stood there."""


def stays_of(past: Mapping[tuple[str, str], Sequence[str | None]]) -> Stays:
    """A question about past deployments, which are given by environment and model."""
    by_model: dict[str, dict[str, Sequence[str | None]]] = {}
    for (environment, model), stays in past.items():
        by_model.setdefault(model, {})[environment] = stays
    return lambda model: by_model.get(model, {})


def inventory(snapshot: Snapshot, stays: Stays) -> Iterator[InventoryItem]:
    """Models, versions, deployments, use cases and SLAs, by kind and path."""
    for kind in INVENTORIED:
        for path, resource in snapshot.of_kind(kind):
            yield inventory_item(path, resource, snapshot, stays)


def _marked(items: Iterable[InventoryItem], affected: Iterable[Affected]) -> Iterator[InventoryItem]:
    """The items; use cases that rest on what an open critical incident names say so."""
    reached: dict[str, list[str]] = {}
    for one in affected:
        reached.setdefault(one.path, []).append(f"{one.incident} on {one.via}")
    for item in items:
        found = reached.get(item.path)
        yield replace(item, facts=(*item.facts, ("open incidents", ", ".join(found)))) if found else item


def inventory_item(path: str, resource: Any, snapshot: Snapshot, stays: Stays) -> InventoryItem:
    """A resource of one of the inventoried kinds as a line of the inventory."""
    spec, (kind, name) = resource.spec, resource.key
    facts: tuple[tuple[str, str], ...]
    if isinstance(resource, Model):
        status = _model_status(name, snapshot, stays)
        facts = (("owner", spec.owner), ("risk tier", spec.risk_tier))
    elif isinstance(resource, ModelVersion):
        status = deployed_status(spec.status, resource.metadata.version, stays(resource.metadata.name))
        facts = (("declared", spec.status), ("artifact", spec.artifact.digest), ("source", spec.source.commit))
    elif isinstance(resource, Deployment):
        used = ", ".join(_use_cases(resource.metadata.name, snapshot))
        status = "rolled back" if spec.rollback else "deployed"
        facts = (("version", spec.version), ("use cases", used), ("deployment", spec.deployment_id))
    elif isinstance(resource, UseCase):
        models = ", ".join(f"{link.model} {link.versions}" for link in spec.models)
        status, facts = spec.status, (("owner", spec.owner), ("impact", spec.impact), ("models", models))
    elif isinstance(resource, ServiceLevelAgreement):
        status, facts = "promised", (("resource", spec.resource),)
    else:
        raise TypeError(f"{kind} has no place in the inventory")
    return InventoryItem(kind, name, resource.title, status, path, facts)


def _use_cases(model: str, snapshot: Snapshot) -> Iterator[str]:
    """Use cases in force that link the model, sorted by path."""
    for path in snapshot.referrers("Model", model):
        found = snapshot.files[path].resource
        if isinstance(found, UseCase) and found.is_in_force:
            yield found.metadata.name


def _model_status(model: str, snapshot: Snapshot, stays: Stays) -> str:
    """The furthest state that any of its versions has reached and still is in."""
    files = (snapshot.files[path].resource for path in snapshot.referrers("Model", model))
    states = {
        deployed_status(found.spec.status, found.metadata.version, stays(model))
        for found in files
        if isinstance(found, ModelVersion)
    }
    return next((state for state in _FURTHEST if state in states), "no version")


def _rule(found: RuleInForce) -> InventoryItem:
    spec = found.rule.spec
    about = ", ".join(spec.match.kinds) if spec.match else "the registry"
    dates = (("from", spec.effective_from or ""), ("until", spec.until or ""))
    facts = (("severity", spec.severity), ("about", about), ("controls", ", ".join(spec.controls)), *dates)
    status = "in force" if found.status is Status.FAIL else "not known to be approved"
    return InventoryItem("Rule", found.rule.metadata.name, spec.description, status, found.path, facts)
