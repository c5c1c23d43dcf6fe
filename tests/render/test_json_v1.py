"""The JSON report: everything survives the way there and back, and nothing else is accepted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from govops.errors import UsageError
from govops.finding import Report
from govops.render import json_v1, render, render_findings
from tests.render import sample
from tests.render.naughty import STRINGS, appended
from tests.render.strategies import reports

VALIDATOR = jsonschema.Draft202012Validator(json_v1.json_schema())


@given(reports())
def test_what_is_written_is_read_back(report: Report) -> None:
    """Every field of every report, to the character."""
    assert json_v1.parse(render(report, "json")) == report


@pytest.mark.parametrize("text", STRINGS, ids=[f"{text[:20]!a}" for text in STRINGS])
def test_naughty_text_is_read_back(text: str) -> None:
    """Including names that are not UTF-8."""
    report = appended(sample.rich(), text)
    assert json_v1.parse(render(report, "json")) == report


@pytest.mark.threat("G13")
@given(reports())
@settings(max_examples=20)
def test_the_text_is_plain_ascii_with_sorted_keys(report: Report) -> None:
    """Nothing about it depends on an encoding, a locale or an order of insertion."""
    text = render(report, "json")
    assert text.isascii()
    assert text == json.dumps(json.loads(text), sort_keys=True, indent=2) + "\n"


@given(reports())
def test_every_report_fits_the_schema(report: Report) -> None:
    """The schema describes what is written."""
    VALIDATOR.validate(json.loads(render(report, "json")))


def test_the_schema_is_itself_valid_and_closed() -> None:
    """Unknown fields are refused by the schema as they are by the reader."""
    schema = json_v1.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    objects = [schema, *schema["$defs"].values()]
    assert all(part["additionalProperties"] is False for part in objects if part.get("type") == "object")


def _set(*path: str | int) -> Callable[[Any, Any], None]:
    def change(data: Any, value: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "message", "hint"),
    [
        (
            ("schema",),
            "govops/report/v2",
            "the report has schema 'govops/report/v2'",
            "this version of govops reads govops/report/v1",
        ),
        (("schema",), None, "the report has no schema", "this version of govops reads govops/report/v1"),
        (("finding",), [], "report has an unknown field 'finding'", "did you mean 'findings'?"),
        (("counts", "chain"), "13", "report.counts.chain is '13', not a whole number", "unchanged output"),
        (("counts", "chain"), True, "report.counts.chain is true, not a whole number", "unchanged output"),
        (("counts", "chain"), 1.5, "report.counts.chain is 1.5, not a whole number", "unchanged output"),
        (("provenance", "tip"), None, "report.provenance.tip is null, not a text", "unchanged output"),
        (("provenance", "tip"), "\ud800", "report.provenance.tip is '\\u{d800}', not a text", "unchanged output"),
        (("provenance", "single_maintainer"), 1, "is 1, not true or false", "unchanged output"),
        (("findings", 0, "status"), "failed", "report.findings[0].status is 'failed'", "one of: pass, warn, fail"),
        (
            ("findings", 0, "fingerprint"),
            "0" * 16,
            "report.findings[0].fingerprint does not belong",
            "unchanged output",
        ),
        (("findings", 0, "message"), "altered", None, None),
        (("findings", 0, "path"), "altered", "report.findings[0].fingerprint does not belong", "unchanged output"),
        (("changes", 0, "coverage", 0), ["a"], "report.changes[0].coverage[0] has 1 items, not 2", "unchanged output"),
        (("changes",), {}, "report.changes is an object, not a list", "unchanged output"),
        (("counts",), [], "report.counts is a list, not an object", "unchanged output"),
    ],
)
def test_anything_else_is_refused_with_its_place(
    path: tuple[str | int, ...], value: object, message: str | None, hint: str | None
) -> None:
    """An edited report is not silently half read; the message says where, the hint what to do."""
    data = json.loads(render(sample.rich(), "json"))
    _set(*path)(data, value)
    if message is None:
        json_v1.parse(json.dumps(data))
        return
    with pytest.raises(UsageError) as caught:
        json_v1.parse(json.dumps(data))
    assert message in caught.value.message
    assert hint is not None
    assert hint in caught.value.hint


@pytest.mark.parametrize("name", ["provenance", "counts"])
def test_a_missing_field_is_refused(name: str) -> None:
    """What has no default must be there."""
    data = json.loads(render(sample.rich(), "json"))
    del data[name]
    with pytest.raises(UsageError, match=f"report has no field '{name}'"):
        json_v1.parse(json.dumps(data))


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, '{"a": NaN}', '{"schema": 1, "schema": 2}', "1" * 5000], ids=range(6)
)
def test_text_that_is_no_json_is_refused(text: str) -> None:
    """Damage of any kind is the caller's to mend, with exit code 2."""
    with pytest.raises(UsageError):
        json_v1.parse(text)


def test_findings_alone_have_their_own_schema_id() -> None:
    """What ``validate`` prints cannot be mistaken for a report."""
    data = json.loads(render_findings(sample.rich().findings, "json"))
    assert data["schema"] == "govops/findings/v1"
    assert [found["fingerprint"] for found in data["findings"]] == [
        found.fingerprint for found in sample.rich().findings
    ]
    with pytest.raises(UsageError, match="govops/findings/v1"):
        json_v1.parse(json.dumps(data))
