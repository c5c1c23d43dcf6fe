"""The status of what stands, for every kind that has one."""

from __future__ import annotations

from typing import Any

import pytest

from govops.engine import UNREADABLE, derived_status
from govops.kinds import Resource
from govops.kinds.custom import CustomKind, CustomResource, custom_kind
from govops.kinds.kind_definition import KindDefinition
from tests.support.facts import read, snapshot
from tests.support.files import File, deployment, incident, kind, model, policy, usecase, user, version, violation


def status(path: str, resource: Resource | CustomResource | None, *custom: CustomKind) -> str:
    """Where version 1.0 of one model is approved and runs in production."""
    stands = snapshot(model("fraud"), version("fraud", "1.0", status="approved"))
    return derived_status(path, resource, stands, lambda name: {"production": ["1.0"]}, custom)


SEEN = {"by": "bob", "at": "2026-02-02T09:00:00Z", "notes": "seen"}
STATUSES: dict[str, tuple[File, str]] = {
    "a model": (model("fraud"), "deployed_production"),
    "a version": (version("fraud", "1.0", status="approved"), "deployed_production"),
    "a deployment": (deployment("production", "fraud", "1.0"), "deployed"),
    "a use case": (usecase("claims", status="submitted"), "submitted"),
    "a person": (user("bob"), "active"),
    "a person who left": (user("bob", active=False), "inactive"),
    "an incident": (incident("one"), "open"),
    "an incident that is over": (incident("one", resolution=SEEN), "resolved"),
    "a violation": (violation("uptime", "jan"), "not acknowledged"),
    "a violation that was noted": (violation("uptime", "jan", acknowledged=SEEN), "acknowledged"),
    "a policy": (policy("p", actions=["*"]), ""),
}


@pytest.mark.parametrize(("file", "expected"), STATUSES.values(), ids=STATUSES)
def test_what_stands_has_the_status_that_it_says_or_that_follows(file: File, expected: str) -> None:
    assert status(file[0], read(file)) == expected


def test_what_cannot_be_read_says_so() -> None:
    assert status(model("fraud")[0], None) == UNREADABLE == "unreadable"


def own(name: str, folder: str, **spec: Any) -> CustomKind:
    definition = read(kind(name, folder, **spec))
    assert isinstance(definition, KindDefinition)
    return custom_kind(definition)


REPORT = CustomResource("Report", "a", {"status": "written"})


def test_a_document_of_ones_own_kind_has_the_state_that_its_kind_names() -> None:
    others = own("Note", "notes"), own("Report", "reports", state="status")
    assert status("reports/a.yaml", REPORT, *others) == "written"


def test_without_a_state_or_a_kind_it_has_none() -> None:
    assert status("reports/a.yaml", REPORT, own("Report", "reports")) == ""
    assert status("reports/a.yaml", REPORT, own("Note", "notes", state="status")) == ""
