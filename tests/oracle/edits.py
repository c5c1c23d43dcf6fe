"""Edits of single files, as random stories make them: (draw, tree, world) -> path and content."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.oracle.choices import LINES, MODEL, PERMISSIONS, SETTINGS, Draw, Told, pick, policies, rarely, seldom
from tests.oracle.play import Remembered

Edit = Callable[[Draw, Any, Remembered], tuple[str, Any]]


def _model(draw: Draw, tree: Any, world: Remembered) -> tuple[str, Any]:
    if MODEL not in tree:
        return MODEL, "valid"
    kind = draw(pick("line", "line", "line", "gone", "program", "broken"))
    if kind == "gone":
        return MODEL, "deleted"
    if kind == "program":
        return MODEL, {"mode": draw(pick("100755", "100644"))}
    if kind == "broken":
        return MODEL, seldom(draw, st.just({"text": "kind: Model\n"}), 3)
    return _line(draw, tree, world)


def _line(draw: Draw, tree: Any, world: Remembered) -> tuple[str, Any]:
    """One line of the model, so that edits of two lines can be merged."""
    if MODEL not in tree:
        return MODEL, "valid"
    text = world.objects.texts().get(tree[MODEL][1], b"").decode()
    name = draw(st.sampled_from(sorted(LINES)))
    line = re.search(rf"^  {name}: .*$", text, re.MULTILINE)
    value = draw(st.sampled_from(LINES[name]))
    new = f'  {name}: "{value}"'
    return MODEL, None if line is None or line[0] == new else {"replace": {line[0]: new}}


def _document(draw: Draw, tree: Any, world: Remembered) -> tuple[str, Any]:
    return "registry/README.md", {"text": draw(pick("Our models\n", "What we run\n"))}


def _other_model(draw: Draw, tree: Any, world: Remembered) -> tuple[str, Any]:
    return "registry/models/churn/model.yaml", draw(pick("valid", {"spec": {"risk_tier": "high"}}, "deleted"))


def _version(draw: Draw, tree: Any, world: Remembered) -> tuple[str, Any]:
    status = draw(pick("registered", "registered", "approved", "rejected", "deprecated"))
    number = draw(pick("1.0", "1.0", "2.0"))
    spec: Told = {"status": status} | ({"description": "More"} if rarely(draw, 4) else {})
    return f"registry/models/fraud/versions/{number}.yaml", {"spec": spec}


def _deployment(draw: Draw, tree: Any, world: Remembered) -> tuple[str, Any]:
    path = f"registry/deployments/{draw(pick('staging', 'production'))}/fraud.yaml"
    spec: Told = {"version": draw(pick("1.0", "2.0"))}
    reason = seldom(draw, pick("Scores drift", "It burns"), 3)
    return path, draw(pick({"spec": spec | ({"rollback": {"reason": reason}} if reason else {})}, "deleted"))


def _use_case(draw: Draw, tree: Any, world: Remembered) -> tuple[str, Any]:
    status = draw(pick("draft", "draft", "submitted", "approved", "deployed", "archived"))
    return "registry/use-cases/chargebacks.yaml", {"spec": {"status": status, "impact": draw(pick("low", "high"))}}


def _person(draw: Draw, tree: Any, world: Remembered) -> tuple[str, Any]:
    name = draw(pick("mallory", "bob", "carol", "dave", "frank"))
    changed = draw(
        st.one_of(
            st.fixed_dictionaries({"roles": pick([], ["approver"], ["admin"], ["analyst", "operator"], ["auditor"])}),
            pick(
                {"active": False},
                {"type": "bot", "roles": ["approver"]},
                {"accounts": [{"forge": "local", "id": "id-bob", "login": "b"}]},
                {"emails": ["alice@acme.example"]},
                {"keys": ["key of bob"]},
            ),
            st.sampled_from(["deleted", "broken", "valid"]),
        )
    )
    path = f"registry/users/{name}.yaml"
    if changed == "broken":
        return path, {"text": "kind: User\n"}
    return path, {"spec": changed} if isinstance(changed, dict) else changed


def _role(draw: Draw, tree: Any, world: Remembered) -> tuple[str, Any]:
    name = draw(pick("approver", "analyst", "operator", "admin"))
    permissions = draw(st.lists(st.sampled_from(PERMISSIONS), min_size=1, max_size=2, unique=True))
    return f"registry/roles/{name}.yaml", draw(
        pick({"spec": {"permissions": permissions}}, "deleted", {"text": "no\n"})
    )


def _policy(draw: Draw, tree: Any, world: Remembered) -> tuple[str, Any]:
    name = draw(pick("models", "models", "second", "use-cases"))
    spec = draw(policies())
    if name == "second":
        spec = {"match": {"actions": ["model.*"]}, **spec}
    return f"policies/approvals/{name}.yaml", draw(pick({"spec": spec}, {"spec": spec}, "deleted", {"text": "none\n"}))


def _settings(draw: Draw, tree: Any, world: Remembered) -> tuple[str, Any]:
    recorders = [{"name": "recorder", "key": "key of recorder"}, {"name": "mallory", "key": "key of mallory"}]
    spec = draw(st.one_of(SETTINGS, st.just({"recorders": recorders}), st.just({"recorders": recorders[1:]})))
    return "policies/govops.yaml", draw(pick({"spec": spec}, {"spec": spec}, {"text": "none\n"}))


def delegation(draw: Draw, tree: Any, world: Any) -> tuple[str, Any]:
    lender, to = draw(pick(("bob", "dave"), ("carol", "dave"), ("bob", "mallory"), ("dave", "alice"), ("carol", "bob")))
    spec = {
        "from": lender,
        "to": to,
        "roles": draw(pick(["approver"], ["admin"], ["approver", "admin"], ["operator"])),
        "starts": draw(pick("2026-01-01T00:00:00Z", "2026-01-06T00:00:00Z")),
        "until": draw(pick("2026-01-07T00:00:00Z", "2026-03-01T00:00:00Z")),
    }
    return f"policies/delegations/{draw(pick('summer', 'winter'))}.yaml", {"spec": spec}


WAIVED = pick(
    ["not-approved"],
    ["no-policy-matches"],
    ["not-approved", "no-policy-matches", "approver-lacks-role", "approver-is-contributor", "stale-approval"],
    ["dangling-reference", "executable-file", "illegal-transition"],
    ["conflicting-duties", "approver-conflicted", "transient-state", "residual-content"],
)
SCOPES = pick(
    {"path": "registry/models/**"},
    {"path": "registry/**"},
    {"path": "**"},
    {"resource": "Model/fraud"},
    {"resource": "Model/fraud", "path": "registry/*/fraud/*"},
)
ENDS = pick("2026-01-06T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-31T00:00:00Z", "2026-12-31T00:00:00Z")


def waiver(draw: Draw, tree: Any, world: Any) -> tuple[str, Any]:
    """An exception, or the end of one."""
    owner = draw(pick("alice", "alice", "bob", "dave", "carol"))
    spec = {"rules": draw(WAIVED), "scope": draw(SCOPES), "expires": draw(ENDS), "owner": owner}
    path = f"policies/waivers/{draw(pick('models', 'models', 'other'))}.yaml"
    return path, "deleted" if path in tree and rarely(draw, 3) else {"spec": spec}


DUTIES = st.fixed_dictionaries(
    {
        "did": pick("contribute", "approve"),
        "actions": pick(["model.*"], ["model.register"], ["model.update"], ["model.approve", "model.deploy_*"], ["*"]),
    },
    optional={"fields": pick(["title"], ["risk_tier", "license"], ["status"])},
)
CONFLICTS = st.builds(
    lambda duties, scope: {**duties, "scope": scope, "reason": "Nobody checks their own work"},
    st.one_of(
        st.fixed_dictionaries({"first": DUTIES, "second": DUTIES}),
        pick(
            {
                "first": {"did": "contribute", "actions": ["model.*"]},
                "second": {"did": "approve", "actions": ["model.*"]},
            },
            {
                "first": {"did": "approve", "actions": ["model.register"]},
                "second": {"did": "approve", "actions": ["model.update", "model.approve"]},
            },
        ),
    ),
    pick("resource", "version", "model", "model", "use-case"),
)
PAIRS = st.builds(
    lambda roles: {"roles": roles, "reason": "Two hats"},
    pick(["approver", "operator"], ["admin", "auditor"], ["analyst", "operator"], ["approver", "analyst"]),
)
HOLDERS = st.builds(
    lambda role, least, most: {"role": role, "minimum": least, "max_removed_percent": most},
    pick("approver", "admin", "operator"),
    pick(1, 2, 3),
    pick(30, 50, 100),
)


def segregation(draw: Draw, tree: Any, world: Any) -> tuple[str, Any]:
    """What is kept apart, or no more."""
    kinds = {"lifecycle": CONFLICTS, "role_pairs": PAIRS, "holders": HOLDERS}
    spec: Told = {"enforcement": draw(pick("strict", "strict", "advisory"))}
    for name in draw(pick(["lifecycle"], ["lifecycle"], ["lifecycle", "holders"], ["role_pairs"], ["holders"])):
        spec[name] = [draw(kinds[name])]
    path = f"policies/segregation/{draw(pick('duties', 'duties', 'other'))}.yaml"
    return path, "deleted" if path in tree and rarely(draw, 3) else {"spec": spec}


def _control(draw: Draw, tree: Any, world: Remembered) -> tuple[str, Any]:
    path = draw(pick("CODEOWNERS", ".github/workflows/test.yml", "registry/README.md", "src/train.py"))
    return path, {"text": draw(pick("a\n", "b\n", "a\n\n\nb\n"))}


PLAIN: list[Edit] = [_line, _line, _line, _other_model, _document]
EDITS: list[Edit] = [_model] * 5 + [_other_model, _version, _version, _deployment, _deployment, _use_case]
EDITS += [waiver, segregation, delegation, _person, _person, _role, _policy, _policy, _settings, _control]
