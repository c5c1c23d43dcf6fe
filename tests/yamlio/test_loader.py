"""Files become resources; what is wrong with them is told at the place, in words that say what to do."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from govops.kinds.custom import CustomKind, CustomResource, custom_kind
from govops.kinds.kind_definition import KindDefinition
from govops.kinds.model import Model
from govops.yamlio import dump, load

PATH = "registry/models/credit/model.yaml"
GOOD = """\
apiVersion: govops/v1
kind: Model
metadata:
  name: credit
spec:
  title: Credit scoring
  purpose: Scores applications.
  owner: alice
  risk_tier: high
  intended_use: Retail credit in the EU.
"""


def problems(text: str, *, path: str = PATH, custom: tuple[CustomKind, ...] = ()) -> list[str]:
    """The findings of a file, as ``line:column rule: message (hint)``."""
    loaded = load(text.encode(), path=path, custom=custom)
    assert (loaded.resource is None) == bool(loaded.findings)
    assert all(finding.path == path and finding.excerpt and finding.subject for finding in loaded.findings)
    return [f"{found.line}:{found.column} {found.rule}: {found.message} ({found.hint})" for found in loaded.findings]


def swapped(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_valid_file_becomes_its_resource() -> None:
    loaded = load(GOOD.encode(), path=PATH)
    assert isinstance(loaded.resource, Model)
    assert str(loaded.resource.key) == "Model/credit"
    assert loaded.findings == ()


def test_a_finding_in_full() -> None:
    (finding,) = load(swapped("risk_tier: high", "risk_tier: hihg").encode(), path=PATH).findings
    assert finding.place == "registry/models/credit/model.yaml:9:14"
    assert finding.rule == "invalid-resource"
    assert finding.message == 'spec.risk_tier: "hihg" is not one of low, medium, high, critical'
    assert finding.hint == "did you mean `high`?"
    assert finding.excerpt == "  risk_tier: hihg\n             ^"
    assert finding.subject == "spec.risk_tier"


WRONG = [
    ("risk_tier: high", "risk_tier: 3", "9:14 invalid-resource: spec.risk_tier: 3 is a number", 'quote it: "3"'),
    ("  owner: alice\n", "", "5:1 invalid-resource: spec.owner is missing", "add `owner:` (The User who answers"),
    (
        "spec:\n",
        "spec:\n  licence: x\n",
        "6:3 invalid-resource: spec.licence: unknown field",
        "did you mean `license`?",
    ),
    ("metadata:\n", "metadata:\n  Name: x\n", "4:3 invalid-resource: metadata.Name: unknown", "did you mean `name`?"),
    ("spec:\n", "zzz: 1\nspec:\n", "5:1 invalid-resource: zzz: unknown field", "fields here: apiVersion, kind,"),
    ("title: Credit scoring", "title: 1.10", "6:10 invalid-resource: spec.title: 1.10 is a number", 'quote it: "1.10"'),
    ("title: Credit scoring", "title:", "6:9 invalid-resource: spec.title: has no value", "write text"),
    ("title: Credit scoring", "title: [a]", "6:10 invalid-resource: spec.title: a list is not text", "write text"),
    ("title: Credit scoring", "title: true", "6:10 invalid-resource: spec.title: true is true or", 'quote it: "true"'),
    ("title: Credit scoring", "title: ''", '6:10 invalid-resource: spec.title: "" has fewer than 1 char', "The name"),
    ("apiVersion: govops/v1\n", "", "1:1 invalid-resource: apiVersion is missing", "add `apiVersion:`"),
    ("kind: Model\n", "", "1:1 invalid-resource: kind is missing", "add `kind:`"),
    ("govops/v1", "govops/v2", '1:13 unknown-kind: apiVersion: "govops/v2" is newer than this', "upgrade govops"),
    ("govops/v1", "govops/v2beta1", '1:13 unknown-kind: apiVersion: "govops/v2beta1" is newer', "upgrade govops"),
    ("govops/v1", "v1", '1:13 unknown-kind: apiVersion: "v1" is unknown', "write `govops/v1`"),
    ("govops/v1", "2", '1:13 unknown-kind: apiVersion: "2" is unknown', "write `govops/v1`"),
    ("kind: Model", "kind: Modle", '2:7 unknown-kind: kind: "Modle" is not a kind', "did you mean `Model`?"),
    ("kind: Model", "kind: [Model]", "2:7 unknown-kind: kind: ", "files at this path are of the kind Model"),
    (
        "kind: Model",
        "kind: Role",
        '2:7 wrong-path: kind: "Role" does not stand here, where files are of the kind Model',
        "move it to registry/roles/{name}.yaml",
    ),
    (
        "name: credit",
        "name: debit",
        '4:9 wrong-path: metadata.name: "debit" belongs at registry/models/debit/model.yaml, not at this path',
        'the path says "credit": correct it, or move the file',
    ),
]


@pytest.mark.threat("E08", "E09", "E18", "E20")
@pytest.mark.parametrize(("old", "new", "told", "hint"), WRONG)
def test_each_fault_is_told_at_its_place(old: str, new: str, told: str, hint: str) -> None:
    (problem,) = problems(swapped(old, new))
    assert problem.startswith(told)
    assert hint in problem


VERSION_PATH = "registry/models/credit/versions/1.0.yaml"
VERSION: dict[str, Any] = {
    "apiVersion": "govops/v1",
    "kind": "ModelVersion",
    "metadata": {"name": "credit", "version": "1.0"},
    "spec": {
        "description": "The first.",
        "status": "registered",
        "source": {"repository": "https://git.example.org/credit", "commit": "0123456789abcdef"},
        "training_data": {"digest": "sha256:" + "0" * 64, "description": "2019 to 2024."},
        "artifact": {"uri": "s3://models/credit.bin", "digest": "sha256:" + "1" * 64, "size_bytes": 10},
        "metrics": {"accuracy": 0.9},
    },
}


def _with(document: Mapping[str, Any], field: tuple[str, ...], value: Any) -> dict[str, Any]:
    head, *rest = field
    return {**document, head: _with(document.get(head, {}), tuple(rest), value) if rest else value}


@pytest.mark.threat("E08", "E09")
@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        (("metadata", "version"), 1.1, "metadata.version: 1.1 is a number, not text"),
        (("spec", "artifact", "size_bytes"), True, "spec.artifact.size_bytes: true is not a whole number"),
        (("spec", "artifact", "size_bytes"), "1_000", 'spec.artifact.size_bytes: "1_000" is not a whole number'),
        (("spec", "artifact", "size_bytes"), "12", 'spec.artifact.size_bytes: "12" is text, not a whole number'),
        (("spec", "artifact", "size_bytes"), 1.5, "spec.artifact.size_bytes: 1.5 is not a whole number"),
        (("spec", "artifact", "size_bytes"), -1, "spec.artifact.size_bytes: -1 is below 0"),
        (("spec", "hyperparameters", "rate"), 0.1, "spec.hyperparameters.rate: "),
        (("spec", "hyperparameters", "deep"), {"a": 1}, "spec.hyperparameters.deep: "),
        (("spec", "metrics", "accuracy"), "0.9", 'spec.metrics.accuracy: "0.9" is text, not a number'),
        (("spec", "metrics", "accuracy"), True, "spec.metrics.accuracy: true is not a number"),
        (("spec", "metrics", "accuracy"), 7, "spec.metrics.accuracy: 7 is above 1"),
        (("spec",), [], "spec: a list is not a mapping"),
        (("spec",), None, "spec: has no value"),
    ],
)
def test_nothing_is_coerced(field: tuple[str, ...], value: Any, told: str) -> None:
    assert load(dump(VERSION).encode(), path=VERSION_PATH).findings == ()
    (problem,) = problems(dump(_with(VERSION, field, value)), path=VERSION_PATH)
    assert problem.split(" ", 2)[2].startswith(told)


@pytest.mark.threat("E18")
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("registry/models/debit/versions/1.0.yaml", '4:9 wrong-path: metadata.name: "credit" belongs at registry'),
        ("registry/models/credit/versions/2.0.yaml", '5:12 wrong-path: metadata.version: "1.0" belongs at registry'),
        ("registry/models/credit/model.yaml", '2:7 wrong-path: kind: "ModelVersion" does not stand here'),
        ("registry/other/credit.yaml", "2:7 wrong-path: kind: a ModelVersion does not stand at this path"),
        ("elsewhere.yaml", "2:7 wrong-path: kind: a ModelVersion does not stand at this path"),
        ("registry/models/credit/versions/1.0.yml", "2:7 wrong-path: kind: a ModelVersion does not stand at this path"),
    ],
)
def test_a_resource_stands_at_its_one_path(path: str, told: str) -> None:
    """So two files can never be the same resource."""
    (problem,) = problems(dump(VERSION), path=path)
    assert problem.startswith(told)


@pytest.mark.threat("E20")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind: Modle\n", '1:7 unknown-kind: kind: "Modle" is not a kind (did you mean `Model`?)'),
        ("apiVersion: govops/v9\nkind: New\n", '1:13 unknown-kind: apiVersion: "govops/v9" is newer'),
        ("a: 1\n", "1:1 wrong-path: no kind has files at this path"),
    ],
)
def test_where_no_kind_stands_the_file_says_where_it_belongs(text: str, told: str) -> None:
    (problem,) = problems(text, path="registry/nothing/here.yaml")
    assert problem.startswith(told)


def test_all_faults_are_told_in_the_order_of_the_file() -> None:
    text = swapped("owner: alice", "ownr: alice").replace("high", "hihg").replace("name: credit", "name: Credit")
    places = [problem.split(" ")[0] for problem in problems(text)]
    assert places == ["4:9", "5:1", "8:3", "9:14"]


@pytest.mark.threat("E17")
@pytest.mark.parametrize("name", ["unknown fields", "long value", "long field", "list of wrong items", "deep"])
def test_messages_are_short_and_quick_whatever_stands_in_the_file(name: str) -> None:
    """No value is echoed at length, and thousands of faults cost no more than reading them."""
    secret = "s3cret" * 40
    extra = {
        "unknown fields": "".join(f"  field_{number}: 1\n" for number in range(12_000)),
        "long value": f"  license: [{secret}]\n  links: {secret * 100}\n",
        "long field": f'  ? "{secret * 200}"\n  : 1\n',
        "list of wrong items": "  out_of_scope_use: [" + "1, " * 15_000 + "]\n",
        "deep": "  links: " + "[" * 29 + "]" * 29 + "\n",
    }[name]
    started = time.perf_counter()
    findings = load((GOOD + extra).encode(), path=PATH).findings
    assert time.perf_counter() - started < 1
    assert 0 < len(findings) <= 21
    for finding in findings:
        assert len(finding.message) <= 500
        assert secret not in finding.message + finding.hint
        assert len(finding.excerpt) < 500
    if len(findings) == 21:
        assert findings[-1].message.startswith("and ")
        assert findings[-1].message.endswith(" more problems")


@pytest.mark.threat("E17")
def test_models_within_models_do_not_multiply_the_faults() -> None:
    """Nine unknown fields at each of many levels are nine findings each, and no more time."""
    steps = [{f"wrong_{number}": number for number in range(9)} for _ in range(200)]
    text = dump({**VERSION, "kind": "Model", "metadata": {"name": "credit"}, "spec": {"links": steps}})
    started = time.perf_counter()
    assert len(load(text.encode(), path=PATH).findings) == 21
    assert time.perf_counter() - started < 1


@pytest.mark.threat("E16")
@pytest.mark.parametrize("data", [b"", b"\xff", b"[", b"[" * 1_000_000, b"a: !!x 1", b"- 1", b"\x00"])
def test_an_unreadable_file_has_findings_like_any_other(data: bytes) -> None:
    loaded = load(data, path=PATH)
    assert loaded.resource is None
    assert loaded.findings


def _definition(**spec: Any) -> CustomKind:
    document = {
        "apiVersion": "govops/v1",
        "kind": "KindDefinition",
        "metadata": {"name": "data-sheet"},
        "spec": {"kind": "DataSheet", "path": "data/sheets/{name}.yaml", **spec},
    }
    return custom_kind(KindDefinition.model_validate(document))


SCHEMA = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "rows": {"type": "integer"}},
    "required": ["rows"],
    "additionalProperties": False,
}
SHEET = "apiVersion: govops/v1\nkind: DataSheet\nmetadata:\n  name: a\nspec:\n  rows: 1\n"


def test_a_kind_of_the_users_own_is_loaded_by_its_schema() -> None:
    loaded = load(SHEET.encode(), path="data/sheets/a.yaml", custom=(_definition(schema=SCHEMA),))
    assert isinstance(loaded.resource, CustomResource)
    assert str(loaded.resource.key) == "DataSheet/a"


@pytest.mark.threat("E18", "E20")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SHEET.replace("rows", "rwos"), "6:3 invalid-resource: spec.rwos: unknown field"),
        (SHEET.replace("1\n", "x\n"), "6:9 invalid-resource: spec.rows: "),
        (SHEET.replace("name: a", "name: b"), '4:9 wrong-path: metadata.name: "b" does not match the file\'s name'),
        (SHEET.replace("v1", "v2"), '1:13 unknown-kind: apiVersion: "govops/v2" is newer'),
        (SHEET.replace("DataSheet", "DataShet"), '2:7 unknown-kind: kind: "DataShet" is not a kind (did'),
        (SHEET.replace("DataSheet", "Model"), '2:7 wrong-path: kind: "Model" does not stand here'),
    ],
)
def test_faults_of_a_kind_of_the_users_own_have_places(text: str, told: str) -> None:
    found = problems(text, path="data/sheets/a.yaml", custom=(_definition(schema=SCHEMA),))
    assert any(problem.startswith(told) for problem in found), found


def test_a_bare_document_repeats_its_name_in_the_field_that_the_kind_says() -> None:
    kind = _definition(schema=SCHEMA, envelope=False, identity="id")
    assert problems("id: a\nrows: 1\n", path="data/sheets/a.yaml", custom=(kind,)) == []
    (problem,) = problems("id: b\nrows: 1\n", path="data/sheets/a.yaml", custom=(kind,))
    assert problem.startswith('1:5 wrong-path: id: "b" does not match the file\'s name, which says "a"')


@pytest.mark.parametrize(
    ("value", "hint"), [("1.17", "put it in quotes"), ("[]", "see `spec.schema` in the KindDefinition")]
)
def test_a_number_where_text_belongs_is_to_be_quoted(value: str, hint: str) -> None:
    """The commonest fault of versions: 1.20 without quotes is 1.2."""
    kind = _definition(schema=SCHEMA, envelope=False)
    (problem,) = problems(f"id: {value}\nrows: 1\n", path="data/sheets/a.yaml", custom=(kind,))
    assert "is not of the type `string`" in problem
    assert hint in problem
