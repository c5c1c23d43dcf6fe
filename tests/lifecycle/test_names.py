"""The names of actions: which of them there are for a kind, which make what was not there, which are minor."""

from __future__ import annotations

import pytest

from govops.kinds import KINDS
from govops.kinds.custom import custom_kind
from govops.kinds.kind_definition import KindDefinition
from govops.lifecycle import ACTIONS, actions_on, can_be_minor, is_minor, makes, minor, whole
from tests.lifecycle.test_actions import MEANINGS, STEPS, Sides, derived
from tests.support.facts import read
from tests.support.files import kind

EVERYWHERE = ("model.rollback", "model.undeploy", "model.update_deployment")
ON: dict[str, tuple[tuple[str, str], tuple[str, ...]]] = {
    "a version": (
        ("ModelVersion", "fraud/1.0"),
        (
            *("model.approve", "model.delete", "model.deprecate", "model.register", "model.reject"),
            *("model.update", "model.update_minor"),
        ),
    ),
    "what runs in staging": (("Deployment", "staging/fraud"), ("model.deploy_staging", *EVERYWHERE)),
    "what runs in production": (("Deployment", "production/fraud"), ("model.deploy_production", *EVERYWHERE)),
    "any deployment": (("Deployment", ""), ("model.deploy_production", "model.deploy_staging", *EVERYWHERE)),
    "a deployment that is not named in full": (
        ("Deployment", "fraud"),
        ("model.deploy_production", "model.deploy_staging", *EVERYWHERE),
    ),
    "a waiver, as any policy": (("Waiver", "late"), ("policy.change",)),
    "a control file": (("ControlFile", ".mailmap"), ("control.change",)),
    "a kind that there is not": (("Nonsense", "x"), ()),
}


@pytest.mark.parametrize(("asked", "expected"), ON.values(), ids=ON)
def test_what_may_be_done_to_a_resource(asked: tuple[str, str], expected: tuple[str, ...]) -> None:
    assert actions_on(*asked) == expected


def test_to_a_kind_of_the_companys_own_is_done_what_its_definition_names() -> None:
    definition = read(kind("Report", "reports", state="status", transitions=STEPS))
    assert isinstance(definition, KindDefinition)
    assert actions_on("Report", "q1", custom_kind(definition)) == (
        *("report.create", "report.delete", "report.open", "report.shut", "report.update", "report.update_minor"),
    )


@pytest.mark.parametrize("sides", [sides for sides, _ in MEANINGS.values()], ids=MEANINGS)
def test_whatever_a_difference_means_may_be_done_to_its_kind(sides: Sides) -> None:
    for action in derived(sides).actions:
        assert action.name in actions_on(action.kind, action.resource)


MAKES = {
    *("model.register", "model.deploy_staging", "model.deploy_production", "usecase.create"),
    *("sla.create", "sla.report_violation", "incident.report"),
    *("user.create", "role.assign", "role.create", "policy.change", "control.change", "docs.change"),
}


def test_these_actions_may_make_a_resource_and_no_others() -> None:
    """A name of somebody who is not there yet is no mistake with these; with any other it is."""
    every = {action for found in ACTIONS.values() for action in found}
    assert {action for action in every if makes(action)} == MAKES


MINOR = {
    "model.update": "model.update_minor",
    "report.update": "report.update_minor",
    "model.update_deployment": "model.update_deployment",
    "model.approve": "model.approve",
    "model.update_minor": "model.update_minor",
}


@pytest.mark.parametrize(("action", "called"), MINOR.items(), ids=MINOR)
def test_only_a_plain_edit_has_a_minor_name(action: str, called: str) -> None:
    assert minor(action) == called
    assert can_be_minor(action) is (action != called)


@pytest.mark.parametrize("action", sorted({action for one in KINDS for action in actions_on(one.name, "")}))
def test_a_minor_name_leads_back_to_the_whole_one(action: str) -> None:
    assert is_minor(action) is action.endswith(".update_minor")
    assert not is_minor(whole(action))
    assert whole(minor(action)) == whole(action)
    assert whole(action) in (action, action.removesuffix("_minor"))
