"""Which fields an action touches, by the names that people write; and what a resource is labelled with."""

from __future__ import annotations

import pytest

from govops.kinds import Resource
from govops.kinds.custom import CustomResource
from govops.lifecycle import Action, changed_fields, labels_of, version_named
from tests.support.facts import read
from tests.support.files import File, delegation, deployment, model


def action(old: File | None, new: File | None) -> Action:
    first, second = [read(side) if side else None for side in (old, new)]
    return Action("some.action", "Kind", "name", "path", first, second)


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        (model("fraud"), model("fraud", risk_tier="high"), ("risk_tier",)),
        (model("fraud"), model("fraud", title="Another", risk_tier="low"), ("title", "risk_tier")),
        (model("fraud"), model("fraud"), ()),
        (None, model("fraud"), None),
        (model("fraud"), None, None),
        (model("fraud"), deployment("staging", "fraud", "1.0"), None),
    ],
)
def test_fields_are_named_in_the_order_of_the_kind(
    old: File | None, new: File | None, fields: tuple[str, ...] | None
) -> None:
    assert changed_fields(action(old, new)) == fields


def test_a_field_has_the_name_that_stands_in_the_file() -> None:
    old, new = (delegation("away", lender, "bob", ["approver"]) for lender in ("alice", "carol"))
    assert changed_fields(action(old, new)) == ("from",)


def test_of_a_kind_of_the_companys_own_all_of_it_may_have_changed() -> None:
    sides = CustomResource("Report", "r", {"spec": {"a": 1}}), CustomResource("Report", "r", {"spec": {"a": 1}})
    assert changed_fields(Action("report.update", "Report", "r", "reports/r.yaml", *sides)) is None


VERSIONS: dict[str, tuple[File | None, File | None, str]] = {
    "a deployment": (None, deployment("staging", "fraud", "1.0"), "1.0"),
    "another version": (deployment("staging", "fraud", "1.0"), deployment("staging", "fraud", "1.1"), "1.1"),
    "one that is taken away": (deployment("staging", "fraud", "1.0"), None, "1.0"),
    "a file of another kind": (model("fraud"), model("fraud", title="x"), ""),
}


@pytest.mark.parametrize(("old", "new", "expected"), VERSIONS.values(), ids=VERSIONS)
def test_a_deployment_is_about_the_version_that_it_names_or_named_last(
    old: File | None, new: File | None, expected: str
) -> None:
    assert version_named(action(old, new)) == expected


def own(**document: object) -> CustomResource:
    return CustomResource("Report", "r", document)


def around(metadata: object) -> CustomResource:
    return own(apiVersion="govops/v1", kind="Report", metadata=metadata, spec={})


FRAUD = model("fraud")
LABELLED = FRAUD[0], FRAUD[1].replace(b"metadata:\n", b"metadata:\n  labels:\n    team: risk\n")
LABELS: dict[str, tuple[Resource | CustomResource, dict[str, str]]] = {
    "of a built-in kind": (read(LABELLED), {"team": "risk"}),
    "none": (read(FRAUD), {}),
    "of one's own kind": (around({"name": "r", "labels": {"team": "risk"}}), {"team": "risk"}),
    "none of one's own kind": (around({"name": "r"}), {}),
    "of a bare document, which has its own fields": (own(metadata={"labels": {"team": "risk"}}), {}),
    "of something that is no metadata": (around(["labels"]), {}),
    "of something that is no labels": (around({"labels": ["team"]}), {}),
    "of another version of the format": (own(apiVersion="v2", kind="R", metadata={"labels": {"a": "b"}}, spec={}), {}),
}


@pytest.mark.parametrize(("side", "expected"), LABELS.values(), ids=LABELS)
def test_labels_are_those_of_the_metadata(side: Resource | CustomResource, expected: dict[str, str]) -> None:
    assert labels_of(side) == expected
