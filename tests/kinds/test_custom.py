"""A KindDefinition becomes a kind that claims paths, judges documents and always comes to an end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from govops.kinds.custom import CustomKind, CustomResource, custom_kind
from govops.kinds.kind_definition import KindDefinition
from govops.kinds.user_schema import KEYWORDS, check_schema


def definition(schema: dict[str, Any], **spec: Any) -> KindDefinition:
    """A definition of reports under ``data/reports``, bare unless told otherwise."""
    return KindDefinition.model_validate(
        {
            "apiVersion": "govops/v1",
            "kind": "KindDefinition",
            "metadata": {"name": "report"},
            "spec": {"kind": "Report", "path": "data/reports/{name}.yaml", "envelope": False, "schema": schema} | spec,
        }
    )


def kind(schema: dict[str, Any], **spec: Any) -> CustomKind:
    """The same, ready for use."""
    return custom_kind(definition(schema, **spec))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("data/reports/GO-2021-0064.yaml", "GO-2021-0064"),
        ("data/reports/a.b_c.yaml", "a.b_c"),
        ("data/reports/.yaml", None),
        ("data/reports/.hidden.yaml", None),
        ("data/reports/sub/a.yaml", None),
        ("data/reports/a.yml", None),
        ("data/reports/a\n.yaml", None),
        ("data/reports/ä.yaml", None),
        ("data/reports/" + "a" * 129 + ".yaml", None),
        ("xdata/reports/a.yaml", None),
        ("data/reports", None),
    ],
)
def test_a_kind_claims_the_files_of_its_folder(path: str, name: str | None) -> None:
    found = kind({})
    assert found.match(path) == name
    assert name is None or found.path_of(name) == path


@pytest.mark.parametrize(
    ("schema", "document", "faults"),
    [
        ({"required": ["id"]}, {}, [((), "field `id` is missing")]),
        ({"properties": {"id": {}}, "additionalProperties": False}, {"ID": 1}, [(("ID",), "unknown field `ID`")]),
        ({"properties": {"n": {"type": "integer"}}}, {"n": "7"}, [(("n",), "`7` is not of the type `integer`")]),
        (
            {"properties": {"n": {"type": ["string", "null"]}}},
            {"n": 7},
            [(("n",), "`7` is not of the type `string`, `null`")],
        ),
        ({"properties": {"n": {"enum": ["a", "b"]}}}, {"n": "c"}, [(("n",), "`c` is not one of `a`, `b`")]),
        ({"properties": {"n": {"minimum": 1, "maximum": 3}}}, {"n": 4}, [(("n",), "`4` is more than 3")]),
        ({"properties": {"n": {"minItems": 1}}}, {"n": []}, [(("n",), "the list has fewer than 1 items")]),
        ({"properties": {"n": {"uniqueItems": True}}}, {"n": [{}, {}]}, [(("n",), "the list has the same item twice")]),
        (
            {"properties": {"d": {"format": "date"}}},
            {"d": "2023-02-29"},
            [(("d",), "`2023-02-29` is not a day of the calendar")],
        ),
        (
            {"properties": {"d": {"format": "date-time"}}},
            {"d": "soon"},
            [(("d",), "`soon` is not an instant in UTC such as `2026-03-01T09:30:00Z`")],
        ),
        (
            {"properties": {"l": {"items": {"$ref": "#/$defs/t"}}}, "$defs": {"t": {"maxLength": 1}}},
            {"l": ["aa"] * 11},
            [(("l", place), "the text is longer than 1 characters") for place in range(11)],
        ),
        ({"properties": {"x": {"not": {}}}}, {"x": 1}, [(("x",), "the value has a form that is not allowed")]),
        (
            {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
            {},
            [((), "the value has none of the forms that are allowed")],
        ),
    ],
)
def test_each_fault_names_its_field_and_says_what_is_wrong(
    schema: dict[str, Any], document: dict[str, Any], faults: list[Any]
) -> None:
    assert kind(schema).validate(document) == faults


def test_a_document_that_fits_has_no_fault() -> None:
    schema = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "on": {"format": "date"}}}
    assert kind(schema).validate({"id": "a", "on": "2024-02-29"}) == []


def test_with_an_envelope_the_schema_is_that_of_spec() -> None:
    found = kind({"required": ["title"]}, envelope=True)
    good = {"apiVersion": "govops/v1", "kind": "Report", "metadata": {"name": "a"}, "spec": {"title": "A"}}
    assert found.validate(good) == []
    assert found.identity(good) == (("metadata", "name"), "a")
    assert found.validate(good | {"spec": {}, "kind": "Model", "more": 1}) == [
        (("kind",), "`Model` is not `Report`"),
        (("more",), "unknown field `more`"),
        (("spec",), "field `title` is missing"),
    ]


def test_a_bare_kind_may_name_the_field_that_repeats_the_name() -> None:
    assert kind({}).identity({"id": "a"}) is None
    assert kind({}, identity="id").identity({"id": "a"}) == (("id",), "a")
    assert kind({}, identity="id").identity({}) == (("id",), None)


def test_the_state_is_read_along_its_path() -> None:
    found = kind({}, state="review.state")
    assert found.state({"review": {"state": "open"}}) == "open"
    for document in ({}, {"review": None}, {"review": {"state": 7}}, {"review": ["state"]}):
        assert found.state(document) is None
    assert kind({}).state({"review": {"state": "open"}}) is None


def test_actions_are_named_after_the_kind_unless_said_otherwise() -> None:
    spec = definition({}, actions={"create": "report.publish"}).spec
    assert [spec.action("create"), spec.action("update"), spec.action("delete")] == [
        "report.publish",
        "report.update",
        "report.delete",
    ]


def test_a_custom_resource_has_a_key_and_no_references() -> None:
    resource = CustomResource("Report", "GO-1", {"id": "GO-1"})
    assert (str(resource.key), resource.title, resource.references()) == ("Report/GO-1", "GO-1", ())


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "strng"}, "#/type"),
        ({"properties": {"a": {"minLength": -1}}}, "#/properties/a/minLength"),
        ({"required": "id"}, "#/required"),
    ],
)
def test_a_schema_that_is_not_json_schema_is_refused_at_its_place(schema: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError, match=f"at {place}: .* is not legal there"):
        definition(schema)


@pytest.mark.threat("E22")
@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"pattern": "(a+)+$"}, "at #: `pattern` is not offered"),
        ({"items": {"patternProperties": {"(a+)+$": True}}}, "at #/items: `patternProperties` is not offered"),
        ({"allOf": [{"not": {"pattern": "a"}}]}, "at #/allOf/0/not: `pattern` is not offered"),
        ({"$defs": {"a/b": {"pattern": "a"}}}, "at #/\\$defs/a~1b: `pattern` is not offered"),
        ({"format": "regex"}, "format `regex` is not one of"),
        ({"$id": "https://example.org/"}, "`\\$id` is not a keyword"),
        ({"$dynamicRef": "#a"}, "`\\$dynamicRef` is not a keyword"),
        ({"unevaluatedProperties": False}, "`unevaluatedProperties` is not a keyword"),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "`\\$schema` can only be"),
        ({"$ref": "file:///etc/passwd"}, "is not inside this document"),
        ({"$ref": "other.json#/a"}, "is not inside this document"),
        ({"$ref": 7}, "is not inside this document"),
        ({"$ref": "#/examples/0", "examples": [{"pattern": "(a+)+$"}]}, "leads to no schema"),
        ({"$ref": "#/$defs/%61", "$defs": {"a": True}}, "leads to no schema"),
        ({"$ref": "#"}, "leads back to the schema"),
        ({"properties": {"a": {"$ref": "#"}}}, "leads back to the schema"),
        (
            {"$ref": "#/$defs/a", "$defs": {"a": {"not": {"$ref": "#/$defs/b"}}, "b": {"$ref": "#/$defs/a"}}},
            "leads back",
        ),
        ({"$defs": {"a": {"$ref": "#/$defs/a"}}, "properties": {"x": {"$ref": "#/$defs/a"}}}, "leads back"),
        ({"items": []}, "a schema is a map"),
        ({"allOf": {}}, "`allOf` is a list of schemas"),
        ({"properties": []}, "`properties` is a map of schemas"),
    ],
)
def test_a_schema_that_may_not_end_or_is_not_understood_is_refused(schema: dict[str, Any], place: str) -> None:
    with pytest.raises(ValueError, match=place):
        check_schema(schema)
    with pytest.raises(ValidationError, match=place):
        definition(schema)


@pytest.mark.threat("E22")
def test_a_schema_that_grows_without_bound_is_refused_in_no_time() -> None:
    """Thirty definitions, each of which uses the next one twice, are a thousand million when written out."""
    layers = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(30)}
    started = time.perf_counter()
    with pytest.raises(ValueError, match="larger than 2000 parts"):
        check_schema({"$ref": "#/$defs/d0", "$defs": layers | {"d30": True}})
    assert time.perf_counter() - started < 0.5


@pytest.mark.threat("E22")
def test_many_items_are_compared_in_no_time() -> None:
    items = [{"n": n} for n in range(15_000)]
    started = time.perf_counter()
    assert kind({"properties": {"l": {"uniqueItems": True}}}).validate({"l": items}) == []
    assert time.perf_counter() - started < 2


@pytest.mark.threat("E17")
def test_a_document_full_of_faults_is_told_in_a_hundred_short_lines() -> None:
    found = kind({"additionalProperties": False, "properties": {"l": {"items": {"type": "string"}}}})
    faults = found.validate({"l": list(range(5_000)), "x" * 10_000: 1})
    assert len(faults) == 100
    assert max(len(message) for _, message in faults) < 500


def test_every_keyword_that_is_allowed_is_one_of_json_schema() -> None:
    from jsonschema import Draft202012Validator

    known = set(Draft202012Validator.VALIDATORS) | {"if", "then", "else", "$defs", "minContains", "maxContains"}
    notes = {
        "title",
        "description",
        "default",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "$comment",
        "$schema",
    }
    assert known | notes >= KEYWORDS


def test_the_library_for_schemas_is_only_loaded_for_custom_kinds() -> None:
    """Nothing in the package imports it at the top of a file."""
    folder = Path(__file__).parents[2] / "govops" / "kinds"
    for file in folder.glob("*.py"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert not any(line.startswith(("import jsonschema", "from jsonschema")) for line in lines), file.name
