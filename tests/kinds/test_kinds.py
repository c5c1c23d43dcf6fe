"""What the models say about themselves: keys, titles, references, and the small questions that judgement asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import ValidationError

from govops.kinds import KINDS, Resource, json_schema, kind_named
from govops.kinds.approval_policy import ApprovalPolicy
from govops.kinds.permissions import PERMISSIONS, PermissionName, grants
from govops.kinds.role import Role

GOOD = Path(__file__).parents[1] / "examples" / "good"


def document(name: str) -> dict[str, Any]:
    """A good example as plain values."""
    loaded: dict[str, Any] = yaml.safe_load((GOOD / f"{name}.yaml").read_text(encoding="utf-8"))  # noqa: TID251  a second reader, independent of yamlio
    return loaded


def resource(name: str) -> Resource:
    """A good example as a resource."""
    data = document(name)
    kind = kind_named(data["kind"])
    assert kind is not None
    return kind.model.model_validate(data)


def follow(data: Any, field: tuple[str | int, ...]) -> Any:
    """The value at a field of a document."""
    for step in field:
        data = data[step]
    return data


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Model", "Model/fraud-detection"),
        ("ModelVersion-full", "ModelVersion/fraud-detection/1.10"),
        ("Deployment", "Deployment/staging/fraud-detection"),
        ("SlaViolation", "SlaViolation/fraud-latency/2026-02"),
        ("Settings", "Settings/acme"),
    ],
)
def test_a_key_is_the_kind_and_the_variable_parts_of_the_path(name: str, key: str) -> None:
    assert str(resource(name).key) == key


@pytest.mark.parametrize(
    ("name", "references"),
    [
        ("Model", ["User/anna"]),
        ("ModelVersion", ["Model/fraud-detection !"]),
        ("Deployment", ["ModelVersion/fraud-detection/1.0.0 !"]),
        (
            "UseCase-full",
            [
                "User/anna",
                "Model/claims-triage !",
                "Model/fraud-detection !",
                "Model/document-reader !",
                "UseCase/checkout",
            ],
        ),
        ("User-full", ["Role/operator", "Role/analyst"]),
        ("User-bot", []),
        ("Role-admin", ["Role/auditor"]),
        ("ServiceLevelAgreement", ["Deployment/production/fraud-detection !"]),
        ("SlaViolation", ["ServiceLevelAgreement/fraud-latency !"]),
        ("SlaViolation-acknowledged", ["ServiceLevelAgreement/claims-service !", "User/anna"]),
        ("Incident-resolved", ["ModelVersion/fraud-detection/1.0.0", "User/anna", "User/ben-2"]),
        ("Settings-full", []),
        ("ApprovalPolicy", ["Role/approver"]),
        ("ApprovalPolicy-full", ["Role/approver"]),
        ("ApprovalPolicy-incidents", []),
        ("SegregationOfDuties", ["Role/auditor", "Role/approver"]),
        ("Waiver", ["ModelVersion/fraud-detection/1.0.0", "User/anna"]),
        ("Waiver-path", ["User/anna"]),
        ("Delegation", ["User/anna", "User/ben-2", "Role/approver"]),
        ("Framework-full", ["Framework/sr-26-2", "Rule/invalid-resource", "Rule/owner-is-named"]),
    ],
)
def test_a_resource_names_others_and_content_binds_where_it_was_judged(name: str, references: list[str]) -> None:
    """An exclamation mark stands for binding."""
    found = resource(name).references()
    assert [f"{reference.key}{' !' if reference.binding else ''}" for reference in found] == references


@pytest.mark.parametrize("name", sorted(file.stem for file in GOOD.glob("*.yaml")))
def test_a_reference_points_to_the_field_that_makes_it(name: str) -> None:
    data = document(name)
    for reference in resource(name).references():
        assert str(reference.key).endswith(str(follow(data, reference.field)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_resource_cannot_be_changed(kind: Any) -> None:
    found = resource(kind.name)
    with pytest.raises(ValidationError):
        setattr(found, "kind", "Other")  # noqa: B010  mypy would refuse the plain assignment
    with pytest.raises(ValidationError):
        setattr(found.metadata, "name", "other")  # noqa: B010  mypy would refuse the plain assignment


@pytest.mark.threat("E20")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("place", [(), ("metadata",), ("spec",)], ids=["top", "metadata", "spec"])
def test_a_field_that_is_not_declared_is_refused_and_named(kind: Any, place: tuple[str, ...]) -> None:
    data = document(kind.name)
    follow(data, place)["aprovers"] = []
    with pytest.raises(ValidationError) as caught:
        kind.model.model_validate(data)
    assert [(fault["type"], fault["loc"]) for fault in caught.value.errors()] == [
        ("extra_forbidden", (*place, "aprovers"))
    ]


@pytest.mark.threat("E20")
@pytest.mark.parametrize(("field", "value"), [("apiVersion", "govops/v2"), ("apiVersion", None), ("kind", "model")])
def test_another_version_or_kind_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Role.model_validate(document("Role") | {field: value})


@pytest.mark.threat("E09")
def test_python_spellings_are_not_yaml() -> None:
    data = document("Delegation")
    data["spec"]["from_"] = data["spec"].pop("from")
    model = kind_named("Delegation")
    assert model is not None
    with pytest.raises(ValidationError):
        model.model.model_validate(data)


@pytest.mark.threat("D07")
@pytest.mark.parametrize("field", ["emails", "keys", "roles"])
def test_one_person_gives_each_address_key_and_role_once(field: str) -> None:
    data = document("User-full")
    data["spec"][field] = [data["spec"][field][0]] * 2
    model = kind_named("User")
    assert model is not None
    with pytest.raises(ValidationError, match="stands there twice"):
        model.model.model_validate(data)


def test_the_approvals_of_none_are_no_approvals() -> None:
    none, full = resource("ApprovalPolicy-incidents"), resource("ApprovalPolicy-full")
    assert isinstance(none, ApprovalPolicy)
    assert isinstance(full, ApprovalPolicy)
    assert none.spec.required == ()
    assert [(item.count, item.role, item.permission) for item in full.spec.required] == [
        (2, "approver", None),
        (1, None, "policy:change"),
    ]
    assert (none.spec.max_age_seconds, full.spec.max_age_seconds) == (None, 30 * 86_400)


def test_contributors_but_not_the_merger_are_excluded_unless_said_otherwise() -> None:
    policy = resource("ApprovalPolicy")
    assert isinstance(policy, ApprovalPolicy)
    assert policy.spec.exclude == ("opener", "author", "committer", "co-author", "pusher")


def test_faults_in_approvals_name_the_field_and_no_branch_of_a_union() -> None:
    data = document("ApprovalPolicy")
    data["spec"]["approvals"] = [{"role": "Approver"}, {"count": 1}]
    with pytest.raises(ValidationError) as caught:
        ApprovalPolicy.model_validate(data)
    places = [fault["loc"] for fault in caught.value.errors()]
    assert places == [("spec", "approvals", 0, "role"), ("spec", "approvals", 1)]


def test_every_permission_says_what_it_allows() -> None:
    assert tuple(PERMISSIONS) == get_args(PermissionName)


@pytest.mark.parametrize(
    ("held", "granted"),
    [(["model:approve"], True), (["*"], True), (["model:*"], False), (["model:deploy"], False), ([], False)],
)
def test_a_permission_is_granted_by_its_name_or_by_everything(held: list[str], *, granted: bool) -> None:
    assert grants(held, "model:approve") is granted


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_json_schema_is_closed_and_describes_every_field(kind: Any) -> None:
    from jsonschema import Draft202012Validator

    schema = json_schema(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$schema"]
    assert schema["$id"] == f"govops/v1/{kind.name}.schema.json"
    for part in (schema, *schema["$defs"].values()):
        assert part["additionalProperties"] is False
        assert part["description"]
        for name, field in part["properties"].items():
            assert "description" in field or "$ref" in field, name


def test_one_file_loads_the_model_of_one_kind() -> None:
    """Reading a Model imports neither the other nineteen nor the library for custom kinds."""
    program = (
        "import sys\n"
        "from govops.kinds import kind_at\n"
        "kind_at('registry/models/a/model.yaml').model\n"
        "print(*sorted(name for name in sys.modules if name.startswith(('govops.kinds.', 'jsonschema'))))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"govops.kinds.user", "govops.kinds.custom", "jsonschema"} & set(done.stdout.split())
    assert "govops.kinds.model" in done.stdout.split()
