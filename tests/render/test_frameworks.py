"""Frameworks clause by clause: the same facts in every format, and OSCAL as NIST's own schema wants it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govops.errors import UsageError
from govops.finding import ClauseState, FrameworkCoverage, Report
from govops.render.clauses import STATES
from govops.render.frameworks import FORMATS, SCHEMA, stream_frameworks
from govops.render.frameworks.oscal import OSCAL_VERSION
from tests.render import sample
from tests.render.naughty import STRINGS, appended, replaced
from tests.render.strategies import reports
from tests.support.golden import Golden
from tests.support.parts import corpus

RICH = sample.rich()
anything = pytest.mark.parametrize("text", STRINGS, ids=[f"{text[:20]!a}" for text in STRINGS])


def shown(report: Report, format: str) -> str:
    return "".join(stream_frameworks(report, format))


def oscal(report: Report) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(shown(report, "oscal"))
    return document


@cache
def official() -> jsonschema.protocols.Validator:
    """NIST's schema of assessment results. It describes tokens by classes of Unicode that ``re`` spells otherwise."""
    extend: Any = jsonschema.validators.extend
    known = extend(jsonschema.Draft7Validator, {"pattern": _pattern})
    validator: jsonschema.protocols.Validator = known(corpus("oscal-assessment-results"))
    return validator


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[jsonschema.ValidationError]:
    if pattern == r"^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$":
        pattern = r"^[^\W\d][\w.\-]*$"
    assert r"\p" not in pattern
    if isinstance(instance, str) and not re.search(pattern, instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


@pytest.mark.parametrize(("format", "name"), [("markdown", "framework.md"), ("text", "framework.txt")])
def test_the_page_is_the_one_that_was_reviewed(golden: Golden, format: str, name: str) -> None:
    golden(name, shown(RICH, format))


def test_the_oscal_document_is_the_one_that_was_reviewed(golden: Golden) -> None:
    golden("framework.oscal.json", shown(RICH, "oscal"))


@pytest.mark.parametrize("report", [RICH, sample.remarkable()])
def test_oscal_is_valid_by_the_official_schema(report: Report) -> None:
    official().validate(oscal(report))


def test_the_version_that_is_named_is_that_of_the_schema() -> None:
    assert f"/oscal/{OSCAL_VERSION}/" in corpus("oscal-assessment-results")["$id"]


@anything
def test_no_text_makes_oscal_invalid(text: str) -> None:
    for change in (appended, replaced):
        report = replace(RICH, frameworks=change(RICH.frameworks, text), findings=change(RICH.findings, text))
        official().validate(oscal(report))


@settings(max_examples=8, deadline=None)
@given(reports(), st.sampled_from([None, "2026-03-31T16:20:00Z"]))
def test_any_frameworks_make_valid_oscal(report: Report, time: str | None) -> None:
    """Whatever a saved report says; instants are the report's own, and none is made up."""
    provenance = replace(RICH.provenance, as_of=time)
    frameworks = report.frameworks or RICH.frameworks
    official().validate(oscal(replace(RICH, provenance=provenance, frameworks=frameworks, findings=report.findings)))


def test_every_id_in_oscal_leads_somewhere() -> None:
    """Nothing is named that is not there, and no UUID stands for two things."""
    document = oscal(RICH)["assessment-results"]
    defined = Counter(_values(document, "uuid"))
    assert max(count for uuid, count in defined.items() if uuid not in _tools(document)) == 1
    named = [
        *_values(document, "observation-uuid"),
        *_values(document, "risk-uuid"),
        *_values(document, "subject-uuid"),
    ]
    named += _values(document, "actor-uuid")
    named += [href.removeprefix("#") for href in _values(document, "href")]
    assert named
    assert set(named) <= set(defined)
    parts = {part["id"] for one in document["local-definitions"]["objectives-and-methods"] for part in one["parts"]}
    assert set(_values(document, "target-id")) <= parts


def test_the_same_report_makes_the_same_ids_and_another_one_makes_others() -> None:
    moved = replace(RICH, provenance=replace(RICH.provenance, tip="f" * 40))
    assert shown(RICH, "oscal") == shown(RICH, "oscal")
    assert not set(_values(oscal(RICH), "uuid")) & set(_values(oscal(moved), "uuid"))


def test_oscal_says_satisfied_of_what_was_shown_and_of_nothing_else() -> None:
    findings = [finding for result in oscal(RICH)["assessment-results"]["results"] for finding in result["findings"]]
    outcomes = {one["title"]: (one["target"]["status"]["state"], one["target"]["status"]["reason"]) for one in findings}
    assert outcomes == {
        "1: failing": ("not-satisfied", "fail"),
        "1.2: not established": ("not-satisfied", "other"),
        "2: waived": ("not-satisfied", "other"),
        "3(a): shown": ("satisfied", "pass"),
        "3 a: not covered": ("not-satisfied", "other"),
        "1: shown": ("satisfied", "pass"),
    }


def test_what_does_not_apply_is_left_out_of_the_assessment() -> None:
    selection = oscal(RICH)["assessment-results"]["results"][0]["reviewed-controls"]["control-selections"][0]
    assert [one["control-id"] for one in selection["exclude-controls"]] == ["house_4", "house_5"]
    assert len(selection["include-controls"]) == 5


def test_clauses_that_would_have_one_id_get_two() -> None:
    """``3(a)`` and ``3 a`` are both ``house_3-a`` to OSCAL."""
    ids = _values(oscal(RICH)["assessment-results"]["local-definitions"], "control-id")
    assert {"house_3-a", "house_3-a-2"} <= set(ids)


def test_json_has_every_fact() -> None:
    document = json.loads(shown(RICH, "json"))
    assert document["schema"] == SCHEMA
    assert [len(one["clauses"]) for one in document["frameworks"]] == [7, 1]
    assert len(document["findings"]) == len(RICH.findings)


@pytest.mark.parametrize("format", ["text", "markdown"])
def test_every_clause_is_shown_with_its_one_state(format: str) -> None:
    text = shown(RICH, format)
    for framework in RICH.frameworks:
        for clause in framework.clauses:
            opening = "clause " if format == "text" else "## "
            (line,) = (line for line in _part(text, framework, format) if line.startswith(f"{opening}{clause.id}: "))
            assert STATES[clause.state] in line


def test_every_state_has_its_word() -> None:
    assert list(STATES) == list(ClauseState)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        stream_frameworks(RICH, "yaml")
    assert error.value.hint == f"one of: {', '.join(FORMATS)}"


def _part(text: str, framework: FrameworkCoverage, format: str) -> list[str]:
    """The lines about one edition."""
    opening = "framework " if format == "text" else "# "
    title = f"{opening}{framework.title} {framework.version}"
    parts = re.split(rf"(?m)^(?={opening}{framework.title})", text)
    return next(part for part in parts if part.startswith(title)).splitlines()


def _values(document: Any, key: str) -> list[str]:
    """Every value under that key, wherever it stands."""
    if isinstance(document, list):
        return [value for item in document for value in _values(item, key)]
    if not isinstance(document, dict):
        return []
    own = [document[key]] if isinstance(document.get(key), str) else []
    return own + [value for item in document.values() for value in _values(item, key)]


def _tools(document: Any) -> set[str]:
    """The tool is defined in every result."""
    return {one["uuid"] for result in document["results"] for one in result["local-definitions"]["components"]}
