"""What a difference means: one table of both sides and the actions that they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from govops.kinds import KINDS, Resource
from govops.kinds.custom import CustomResource, custom_kind
from govops.kinds.kind_definition import KindDefinition
from govops.lifecycle import Surroundings, derive, is_control_file
from govops.lifecycle.actions import Misstep
from tests.support.facts import read, snapshot
from tests.support.files import (
    File,
    deployment,
    digest,
    incident,
    kind,
    model,
    policy,
    role,
    settings,
    sla,
    usecase,
    user,
    version,
    violation,
)

REBUILT: dict[str, Any] = {"uri": "s3://models/fraud/1.0", "digest": digest("rebuilt"), "size_bytes": 1024}
NOTE = {"by": "bob", "at": "2026-02-06T09:00:00Z", "notes": "Seen"}
USES = [{"model": "fraud", "versions": "*"}]
WHY = {"reason": "Nobody needs it"}


def v(status: str = "registered", **spec: Any) -> File:
    return version("fraud", "1.0", status=status, **spec)


def run(number: str, environment: str = "production", **spec: Any) -> File:
    return deployment(environment, "fraud", number, **spec)


def use(status: str, **spec: Any) -> File:
    return usecase("claims", status=status, **spec)


def labelled(text: File) -> File:
    """The same with a label in its metadata."""
    return text[0], text[1].replace(b"metadata:\n", b"metadata:\n  labels:\n    team: risk\n")


Sides = tuple[File | None, File | None]
MEANINGS: dict[str, tuple[Sides, list[str]]] = {
    "a new model": ((None, model("fraud")), ["model.register"]),
    "another risk tier": ((model("fraud"), model("fraud", risk_tier="high")), ["model.update"]),
    "no model any more": ((model("fraud"), None), ["model.delete"]),
    "a review of a model": ((model("fraud"), model("fraud", review="As it was")), ["model.approve"]),
    "a review of a model that changes": (
        (model("fraud", review="As it was"), model("fraud", review="Worse", risk_tier="high")),
        ["model.approve", "model.update"],
    ),
    "no review any more": ((model("fraud", review="As it was"), model("fraud")), ["model.update"]),
    "a review of a use case": ((use("deployed"), use("deployed", review="As it was")), ["usecase.approve"]),
    "a new version": ((None, v()), ["model.register"]),
    "an approved version": ((v(), v("approved")), ["model.approve"]),
    "a version approved and changed": ((v(), v("approved", description="x")), ["model.approve", "model.update"]),
    "a version approved, and a reason to retire it": (
        (v(), v("approved", retirement=WHY)),
        ["model.approve", "model.update"],
    ),
    "a rejected version": ((v("approved"), v("rejected")), ["model.reject"]),
    "another description": ((v("approved"), v("approved", description="x")), ["model.update"]),
    "another artifact before approval": ((v(), v(artifact=REBUILT)), ["model.update"]),
    "another artifact after approval": ((v("approved"), v("approved", artifact=REBUILT)), ["model.approve"]),
    "another artifact while deprecating": (
        (v("approved"), v("deprecated", artifact=REBUILT)),
        ["model.deprecate", "model.approve"],
    ),
    "another artifact while approving again": (
        (v("deprecated"), v("approved", artifact=REBUILT)),
        ["model.approve", "model.update"],
    ),
    "another artifact while approving at first": (
        (v(), v("approved", artifact=REBUILT)),
        ["model.approve", "model.update"],
    ),
    "another label of a version": ((v("approved"), labelled(v("approved"))), ["model.update"]),
    "no version any more": ((v("deprecated"), None), ["model.delete"]),
    "a version given up, and why": ((v("approved"), v("deprecated", retirement=WHY)), ["model.deprecate"]),
    "another reason later": ((v("deprecated"), v("deprecated", retirement=WHY)), ["model.update"]),
    "a reason in advance": ((v("approved"), v("approved", retirement=WHY)), ["model.update"]),
    "a reason and another label": (
        (v("approved"), labelled(v("deprecated", retirement=WHY))),
        ["model.deprecate", "model.update"],
    ),
    "a use case given up, and why": ((use("deployed"), use("deprecated", retirement=WHY)), ["usecase.deprecate"]),
    "into staging": ((None, run("1.0", "staging")), ["model.deploy_staging"]),
    "into production": ((run("1.0"), run("1.1")), ["model.deploy_production"]),
    "the same version, another id": ((run("1.0"), run("1.0", deployment_id="x")), ["model.update_deployment"]),
    "out of production": ((run("1.0"), None), ["model.undeploy"]),
    "a draft": ((None, use("draft")), ["usecase.create"]),
    "a use case in use": ((use("approved"), use("deployed")), ["usecase.deploy"]),
    "other models in an approved use case": ((use("approved"), use("approved", models=USES)), ["usecase.approve"]),
    "other models in a use case in use": ((use("deployed"), use("deployed", models=USES)), ["usecase.approve"]),
    "other models while going into use": (
        (use("approved"), use("deployed", models=USES)),
        ["usecase.deploy", "usecase.approve"],
    ),
    "other models while going out of use": (
        (use("deployed"), use("deprecated", models=USES)),
        ["usecase.deprecate", "usecase.update"],
    ),
    "other models in a draft": ((use("draft"), use("draft", models=USES)), ["usecase.update"]),
    "another title of an approved use case": ((use("approved"), use("approved", title="x")), ["usecase.update"]),
    "no use case any more": ((use("draft"), None), ["usecase.delete"]),
    "a new person": ((None, user("mallory")), ["user.create"]),
    "a new person with a role": ((None, user("bob")), ["user.create", "role.assign"]),
    "another address": ((user("bob"), user("bob", emails=["b@x.example"])), ["user.update"]),
    "another role": ((user("bob"), user("bob", roles=["admin"])), ["role.assign", "role.revoke"]),
    "one role fewer, and inactive": (
        (user("bob"), user("bob", roles=[], active=False)),
        ["user.update", "role.revoke"],
    ),
    "no person any more": ((user("bob"), None), ["user.delete", "role.revoke"]),
    "a new role": ((None, role("approver")), ["role.create"]),
    "more permissions": ((role("approver"), role("approver", permissions=["*"])), ["permission.change"]),
    "another description of a role": ((role("approver"), role("approver", description="x")), ["role.update"]),
    "no role any more": ((role("approver"), None), ["role.delete"]),
    "a new promise": ((None, sla("f")), ["sla.create"]),
    "a lower promise": ((sla("f"), sla("f", at_risk=90)), ["sla.update"]),
    "no promise any more": ((sla("f"), None), ["sla.delete"]),
    "a broken promise": ((None, violation("f", "x")), ["sla.report_violation"]),
    "a broken promise, seen at once": (
        (None, violation("f", "x", acknowledged=NOTE)),
        ["sla.report_violation", "sla.acknowledge"],
    ),
    "a broken promise that is seen": (
        (violation("f", "x"), violation("f", "x", acknowledged=NOTE)),
        ["sla.acknowledge"],
    ),
    "a broken promise restated": ((violation("f", "x"), violation("f", "x", actual=99.0)), ["sla.update"]),
    "a broken promise restated after it was seen": (
        (violation("f", "x", acknowledged=NOTE), violation("f", "x", actual=99.0, acknowledged=NOTE)),
        ["sla.update"],
    ),
    "no broken promise any more": ((violation("f", "x"), None), ["sla.delete"]),
    "an incident": ((None, incident("i")), ["incident.report"]),
    "an incident that is resolved": ((incident("i"), incident("i", resolution=NOTE)), ["incident.resolve"]),
    "an incident that is reopened": ((incident("i", resolution=NOTE), incident("i")), ["incident.resolve"]),
    "an incident retold": ((incident("i"), incident("i", severity="error")), ["incident.update"]),
    "no incident any more": ((incident("i"), None), ["incident.delete"]),
    "a policy": ((None, policy("p", actions=["*"])), ["policy.change"]),
    "settings": ((settings(), settings(tools=["t@x.example"])), ["policy.change"]),
    "a kind": ((kind("Report", "reports"), None), ["policy.change"]),
}


def derived(sides: Sides, *others: File, stays: Sequence[str | None] = ()) -> Any:
    """What the difference means beside ``others``; ``stays`` stood at every deployment before."""
    old, new = (read(side) if side else None for side in sides)
    stood = {("production", "fraud"): stays, ("staging", "fraud"): ()}
    around = Surroundings(after=snapshot(*others).find, stays=lambda environment, of: stood[environment, of])
    return derive((sides[0] or sides[1] or ("", b""))[0], old, new, around=around)


@pytest.mark.parametrize(("sides", "expected"), MEANINGS.values(), ids=MEANINGS)
def test_what_a_difference_means(sides: Sides, expected: list[str]) -> None:
    found = derived(sides)
    assert [action.name for action in found.actions] == expected
    assert found.missteps == ()
    old, new = map(seen, sides)
    some = new or old
    assert some is not None
    about = {(action.path, action.kind, action.resource) for action in found.actions}
    assert about == {((sides[1] or sides[0] or ("",))[0], some.key.kind, some.key.name)}
    assert all((action.old, action.new) == (old, new) for action in found.actions)


@pytest.mark.threat("C31")
def test_bytes_that_differ_while_values_do_not_are_still_one_change() -> None:
    for text in dict.fromkeys(side for sides, _ in MEANINGS.values() for side in sides if side):
        assert len(derived((text, text)).actions) == 1, text[0]


LAYOUT = {
    "model.update": v(),
    "usecase.update": use("draft"),
    "user.update": user("bob"),
    "incident.update": incident("i"),
    "sla.update": violation("f", "x"),
}


@pytest.mark.parametrize(("name", "text"), LAYOUT.items(), ids=LAYOUT)
def test_another_layout_is_an_update_of_the_file_and_is_called_so(name: str, text: File) -> None:
    """Whoever may change the file may lay it out anew."""
    (action,) = derived((text, text)).actions
    assert (action.name, action.summary) == (name, "comments or layout only")
    assert (action.path, action.old, action.new) == (text[0], read(text), read(text))


SUMMARIES: dict[str, tuple[Sides, list[str]]] = {
    "a new model": ((None, model("fraud")), ["risk tier medium"]),
    "another risk tier": ((model("fraud"), model("fraud", risk_tier="high")), ["risk tier medium to high"]),
    "another title": ((model("fraud"), model("fraud", title="x")), [""]),
    "a review": ((model("fraud"), model("fraud", review="As it was")), ["reviewed"]),
    "a new version": ((None, v()), ["new to registered"]),
    "an approved version": ((v(), v("approved")), ["registered to approved"]),
    "an approval without a step before it": ((None, v("approved")), ["new to approved"]),
    "a step that skips others": ((use("draft"), use("deployed")), ["draft to deployed"]),
    "another artifact after approval": (
        (v("approved"), v("approved", artifact=REBUILT)),
        ["artifact or source of an approved version changed"],
    ),
    "another label": ((v("approved"), labelled(v("approved"))), [""]),
    "another reason to have retired it": ((v("deprecated"), v("deprecated", retirement=WHY)), [""]),
    "the first deployment": ((None, run("1.0")), ["version 1.0"]),
    "another version": ((run("1.0"), run("1.1")), ["version 1.0 to 1.1"]),
    "out of production": ((run("1.0"), None), ["version 1.0 leaves"]),
    "another use": (
        (use("approved"), use("approved", models=USES, impact="high")),
        ["impact, models changed after approval"],
    ),
    "roles come and go": (
        (user("alice"), user("alice", roles=["approver", "admin"])),
        ["admin, approver", "analyst, operator"],
    ),
    "an incident that is resolved": ((incident("i"), incident("i", resolution=NOTE)), [""]),
    "an incident that is reopened": ((incident("i", resolution=NOTE), incident("i")), ["reopened"]),
    "a policy": ((None, policy("p", actions=["*"])), ["added"]),
    "another policy": ((policy("p", actions=["*"]), policy("p", actions=["model.*"])), ["changed"]),
    "no policy": ((policy("p", actions=["*"]), None), ["removed"]),
}


@pytest.mark.parametrize(("sides", "expected"), SUMMARIES.values(), ids=SUMMARIES)
def test_an_action_says_in_a_few_words_what_moved(sides: Sides, expected: list[str]) -> None:
    assert [action.summary for action in derived(sides).actions] == expected


def test_the_table_speaks_of_every_kind_with_actions_of_its_own() -> None:
    policies = {kind.name for kind in KINDS if kind.pattern.startswith("policies/")}
    spoken = {side.kind for sides, _ in MEANINGS.values() for side in map(seen, sides) if side}
    assert {kind.name for kind in KINDS} - policies <= spoken


def seen(side: File | None) -> Resource | None:
    return read(side) if side else None


APPROVED = (version("fraud", "1.0", status="approved"), version("fraud", "1.1", status="approved"))
BACK: dict[str, Any] = {"rollback": {"reason": "1.1 is slower"}}
ROLLBACKS: dict[str, tuple[Sides, Sequence[str | None], str, int]] = {
    "back, with a reason": ((run("1.1"), run("1.0", **BACK)), ["1.0", "1.1"], "model.rollback", 0),
    "back, without a reason": ((run("1.1"), run("1.0")), ["1.0", "1.1"], "model.deploy_production", 0),
    "forward, with a reason": ((run("1.0"), run("1.1", **BACK)), ["1.0"], "model.deploy_production", 1),
    "forward, with the reason still there": (
        (run("1.0", **BACK), run("1.1", **BACK)),
        ["1.0", "1.1", "1.0"],
        "model.deploy_production",
        1,
    ),
    "back, with the reason of another rollback": (
        (run("1.1", **BACK), run("1.0", **BACK)),
        ["1.0", "1.1"],
        "model.deploy_production",
        1,
    ),
    "back again, with another reason": (
        (run("1.1", rollback={"reason": "1.2 fails"}), run("1.0", **BACK)),
        ["1.0", "1.1"],
        "model.rollback",
        0,
    ),
    "onto nothing, with a reason": ((None, run("1.0", **BACK)), [], "model.deploy_production", 1),
}


@pytest.mark.parametrize(("sides", "stays", "name", "missteps"), ROLLBACKS.values(), ids=ROLLBACKS)
def test_a_rollback_is_a_return_with_a_reason_of_its_own(
    sides: Sides, stays: Sequence[str | None], name: str, missteps: int
) -> None:
    found = derived(sides, *APPROVED, stays=stays)
    assert [action.name for action in found.actions] == [name]
    assert len(found.missteps) == missteps


@pytest.mark.parametrize(
    ("status", "back", "legal"),
    [("approved", False, True), ("deprecated", False, False), ("deprecated", True, True), ("rejected", True, False)],
)
def test_only_an_approved_version_enters_and_a_deprecated_one_may_come_back(
    status: str, *, back: bool, legal: bool
) -> None:
    sides = (run("1.1"), run("1.0", **(BACK if back else {})))
    found = derived(sides, version("fraud", "1.0", status=status), stays=["1.0", "1.1"])
    assert (found.missteps == ()) is legal


@pytest.mark.parametrize(
    ("sides", "needed"),
    [((None, v("approved")), "model.approve"), ((use("draft"), use("deployed")), "usecase.deploy")],
)
def test_an_illegal_step_still_needs_the_approval_of_where_it_leads(sides: Sides, needed: str) -> None:
    found = derived(sides)
    assert [action.name for action in found.actions] == [needed]
    assert len(found.missteps) == 1
    assert found.missteps[0].hint.startswith("from ")


ROLLBACK, STATUS = ("spec", "rollback"), ("spec", "status")
OWN_REASON = "remove spec.rollback from a deployment; a rollback needs a reason of its own"
RETIRE = "retire it first: deprecated, with a successor or a reason"
MISSTEPS: dict[str, tuple[Sides, Misstep]] = {
    "an approved version that is gone": (
        (v("approved"), None),
        Misstep(v()[0], STATUS, "ModelVersion/fraud/1.0 is approved and cannot be deleted", RETIRE),
    ),
    "a use case in use that is gone": (
        (use("deployed"), None),
        Misstep(use("draft")[0], STATUS, "UseCase/claims is deployed and cannot be deleted", RETIRE),
    ),
    "no return": (
        (run("1.0"), run("1.1", **BACK)),
        Misstep(
            run("1.1")[0],
            ROLLBACK,
            '"1.1" is not a return to a version that had left production',
            OWN_REASON,
        ),
    ),
    "an old reason": (
        (run("1.0", **BACK), run("1.1", **BACK)),
        Misstep(
            run("1.1")[0],
            ROLLBACK,
            "spec.rollback still gives the reason of an earlier rollback",
            OWN_REASON,
        ),
    ),
    "a version that was rejected": (
        (None, run("2.0")),
        Misstep(
            run("2.0")[0],
            ("spec", "version"),
            'fraud "2.0" is rejected and cannot enter production',
            "deploy a version that is approved",
        ),
    ),
    "a return to a version that was rejected": (
        (run("1.0"), run("2.0", **BACK)),
        Misstep(
            run("2.0")[0],
            ("spec", "version"),
            'fraud "2.0" is rejected and cannot enter production',
            "deploy a version that is approved or deprecated",
        ),
    ),
    "an approval at birth": (
        (None, v("approved")),
        Misstep(
            v()[0],
            STATUS,
            'ModelVersion/fraud/1.0 cannot go from nothing to "approved"',
            "from nothing it may go to registered",
        ),
    ),
    "a step that skips others": (
        (use("draft"), use("deployed")),
        Misstep(
            use("draft")[0],
            STATUS,
            'UseCase/claims cannot go from draft to "deployed"',
            "from draft it may go to submitted, archived",
        ),
    ),
    "a step out of the last state": (
        (use("archived"), use("draft")),
        Misstep(use("draft")[0], STATUS, 'UseCase/claims cannot go from archived to "draft"', "archived is final"),
    ),
}


@pytest.mark.parametrize(("sides", "expected"), MISSTEPS.values(), ids=MISSTEPS)
def test_a_misstep_says_where_it_is_what_is_wrong_and_what_would_be_right(sides: Sides, expected: Misstep) -> None:
    rejected = version("fraud", "2.0", status="rejected")
    assert derived(sides, *APPROVED, rejected, stays=["2.0", "1.0"]).missteps == (expected,)


@pytest.mark.parametrize(
    ("back", "status", "missteps"), [(True, "deprecated", 1), (False, "deprecated", 0), (True, "rejected", 0)]
)
def test_what_runs_by_a_rollback_is_not_deprecated_while_it_runs(*, back: bool, status: str, missteps: int) -> None:
    """A deprecated version may come back by a rollback, so only the step itself tells which came first."""
    running = run("1.0", **(BACK if back else {}))
    found = derived((v("approved"), v(status)), running)
    message = "fraud 1.0 runs in production by a rollback and cannot be deprecated"
    assert found.missteps == (Misstep(v()[0], STATUS, message, "deploy another version first"),) * missteps


STEPS = [{"from": None, "to": "open", "action": "report.open"}, {"from": "open", "to": "shut", "action": "report.shut"}]
CUSTOM: dict[str, tuple[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None], list[str], int]] = {
    "opened": ((None, {"status": "open"}), ["report.open"], 0),
    "shut": (({"status": "open"}, {"status": "shut"}), ["report.shut"], 0),
    "shut at birth": ((None, {"status": "shut"}), ["report.shut"], 1),
    "reopened": (({"status": "shut"}, {"status": "open"}), ["report.open"], 1),
    "to a state that is none": (({"status": "open"}, {"status": "lost"}), ["unknown"], 1),
    "the same state": (({"status": "open"}, {"status": "open", "note": 1}), ["report.update"], 0),
    "without a state": ((None, {}), ["report.create"], 0),
    "away": (({"status": "open"}, None), ["report.delete"], 0),
}


@pytest.mark.parametrize(("sides", "expected", "missteps"), CUSTOM.values(), ids=CUSTOM)
def test_a_kind_of_the_companys_own_has_the_actions_that_it_names(
    sides: tuple[Mapping[str, Any] | None, ...], expected: list[str], missteps: int
) -> None:
    definition = read(kind("Report", "reports", state="status", transitions=STEPS))
    assert isinstance(definition, KindDefinition)
    old, new = (None if side is None else CustomResource("Report", "r", side) for side in sides)
    around = Surroundings(after=lambda kind, name: None, stays=lambda environment, of: ())
    found = derive("reports/r.yaml", old, new, around=around, custom=custom_kind(definition))
    assert [action.name for action in found.actions] == expected
    assert [(action.path, action.old, action.new) for action in found.actions] == [("reports/r.yaml", old, new)]
    assert [misstep.path for misstep in found.missteps] == ["reports/r.yaml"] * missteps


CONTROL = (
    *(".gitattributes", "a/b/.gitattributes", ".mailmap", ".gitmodules", ".gitlab-ci.yml", ".gitlab/ci/a.yml"),
    *("CODEOWNERS", ".github/CODEOWNERS", ".github/workflows/ci.yml", ".github/actions/a/action.yml"),
)
ORDINARY = ("gitattributes", "a/.mailmap", "a/CODEOWNERS", ".github/README.md", ".gitignore", "src/workflows/ci.yml")


@pytest.mark.threat("C32")
def test_control_files_are_known_by_where_they_stand() -> None:
    assert [path for path in (*CONTROL, *ORDINARY) if is_control_file(path)] == list(CONTROL)
