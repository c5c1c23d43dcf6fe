"""A company as its repository adopts govops: people, roles, policies by risk, and what evidence counts."""

from __future__ import annotations

from tests.bench.sizes import Size
from tests.support.cast import ROLES, Person
from tests.support.files import Content, policy, role, settings, user_of

TIERS = ("low", "medium", "medium", "high")
_TRAILER = {
    "mode": "trailer",
    "accept": ["trailer"],
    "contributors": "claimed",
    "trailers": {"keys": ["Reviewed-by"], "only_review_server": True},
}
_ONE = [{"count": 1, "role": "approver"}]
_TWO = [{"count": 2, "role": "approver"}]
_HOLDER = {
    "sla.*": "sla:manage",
    "role.*": "role:manage",
    "policy.change": "policy:change",
    "docs.change": "audit:read",
}
_OF_MODELS = ["model.update", "model.approve", "model.reject", "model.deprecate", "model.delete"]


def people(size: Size) -> tuple[Person, ...]:
    """Two admins, then one approver in four; everybody else registers and deploys."""
    found = [Person("admin-1", "Admin One", ("admin", "approver")), Person("admin-2", "Admin Two", ("admin",))]
    for number in range(size.people - len(found)):
        roles = ("analyst", "approver") if number % 4 == 0 else ("analyst", "operator")
        found.append(Person(f"person-{number}", f"Person {number}", roles))
    return tuple(found)


def founding(size: Size) -> dict[str, Content]:
    """The files that the adoption brings beside the first resources."""
    evidence = _TRAILER if size.mode == "trailer" else {"mode": "receipt", "accept": ["receipt"]}
    files = [settings(evidence=evidence)] if size.mode == "receipt" else [settings(evidence=evidence, recorders=[])]
    files += [role(name) for name in ROLES]
    files += [user_of(person) for person in people(size)]
    return dict([*files, *_policies()])


def _policies() -> list[tuple[str, bytes]]:
    cautious, deploys = {"risk_tiers": ["high", "critical"]}, {"permission": "model:deploy"}
    easy = {"risk_tiers": ["low", "medium"]}
    production = {"environments": ["production"]}
    files = [
        policy("registration", actions=["model.register"], approvals=[{"count": 1, "permission": "model:approve"}]),
        policy("models", actions=_OF_MODELS, match=easy, approvals=_ONE),
        policy("models-cautious", actions=_OF_MODELS, match=cautious, approvals=_TWO),
        policy("staging", actions=["model.*"], match={"environments": ["staging"]}, approvals=_ONE, author=deploys),
        policy("production", actions=["model.*"], match=production | easy, approvals=_ONE, author=deploys),
        policy("production-cautious", actions=["model.*"], match=production | cautious, approvals=_TWO, author=deploys),
        policy("use-cases", actions=["usecase.*"], approvals=_ONE),
        policy("incidents", actions=["incident.resolve", "incident.update"], approvals=_ONE),
        policy("incident-reports", actions=["incident.report"], approvals="none", reason="a report must not wait"),
        policy("people", actions=["user.*", "role.assign", "role.revoke"], approvals=[_holder("user:manage")]),
    ]
    for action, permission in _HOLDER.items():
        files.append(policy(permission.replace(":", "-"), actions=[action], approvals=[_holder(permission)]))
    return files


def _holder(permission: str) -> dict[str, object]:
    return {"count": 1, "permission": permission}
