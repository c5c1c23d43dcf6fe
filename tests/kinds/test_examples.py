"""Every file under ``tests/examples`` is what it says: good ones are accepted, bad ones refused for their reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from govops.kinds import KINDS, Resource, json_schema, kind_at, path_of

EXAMPLES = Path(__file__).parents[1] / "examples"
GOOD = sorted((EXAMPLES / "good").glob("*.yaml"))
BAD = sorted((EXAMPLES / "bad").glob("*.yaml"))


def header(file: Path, word: str) -> str:
    """The text behind ``# word:`` in a file's leading comments."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix(f"# {word}: ") for line in lines if line.startswith(f"# {word}: "))


def document(file: Path) -> dict[str, Any]:
    """The content as plain values; the strict reader has examples and tests of its own."""
    loaded: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))  # noqa: TID251  a second reader, independent of yamlio
    return loaded


def model_for(file: Path) -> type[Resource]:
    """The model of the kind that claims the example's path."""
    kind = kind_at(header(file, "path"))
    assert kind is not None
    return kind.model


def faults(file: Path) -> tuple[str, str]:
    """The rule that is broken and all that is said about it; the rule is empty where nothing is wrong."""
    try:
        resource = model_for(file).model_validate(document(file))
    except ValidationError as error:
        said = "\n".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        return ("wrong-path" if said.startswith("kind: ") else "invalid-resource"), said
    path = path_of(resource)
    return ("" if path == header(file, "path") else "wrong-path"), path


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_a_good_example_is_accepted_where_it_stands(file: Path) -> None:
    assert faults(file) == ("", header(file, "path"))


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_a_good_example_keeps_its_content_and_its_spelling(file: Path) -> None:
    """Dumping gives back what was read, so nothing was coerced, renamed or dropped."""
    resource = model_for(file).model_validate(document(file))
    assert resource.model_dump(mode="json", exclude_unset=True) == document(file)


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_a_good_example_fits_the_json_schema_of_its_kind(file: Path) -> None:
    from jsonschema import Draft202012Validator

    kind = kind_at(header(file, "path"))
    assert kind is not None
    assert not list(Draft202012Validator(json_schema(kind)).iter_errors(document(file)))


@pytest.mark.threat("D08", "F03", "E08", "E09", "E20", "E22", rule="invalid-resource")
@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_bad_example_is_refused_for_the_reason_that_it_names(file: Path) -> None:
    rule, _, part = header(file, "expect").partition(" ")
    found, said = faults(file)
    assert found == rule
    assert part in said


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_bad_example_has_one_fault_only(file: Path) -> None:
    """So the message that the test reads is about the fault that the file is named after.

    A misspelt required field is two: one is unknown and one is missing.
    """
    rule, said = faults(file)
    assert rule == "wrong-path" or len(said.splitlines()) == (2 if file.stem.startswith("field-unknown") else 1), said


def test_every_kind_has_two_good_examples() -> None:
    for kind in KINDS:
        assert sum(file.stem.split("-")[0] == kind.name for file in GOOD) >= 2, kind.name


@pytest.mark.threat("E17")
@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_what_is_said_is_short_and_in_lower_case_without_a_full_stop(file: Path) -> None:
    try:
        model_for(file).model_validate(document(file))
    except ValidationError as error:
        for fault in error.errors():
            if fault["type"] == "value_error":
                message = fault["msg"].removeprefix("Value error, ")
                assert len(message) < 300
                assert not message[:1].isupper()
                assert not message.endswith(".")


@pytest.mark.threat("E17")
def test_a_private_key_is_never_shown() -> None:
    _, said = faults(EXAMPLES / "bad" / "key-private.yaml")
    assert "BEGIN" not in said
