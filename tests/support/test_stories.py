"""The corpus is read strictly: every file is a story by the models and by the schema, and a typo by neither."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError

from tests.support.lowest import ROOT
from tests.support.stories import FOLDER, Story, corpus, read, schema

SAMPLE = ROOT / FOLDER / "approval-before-last-push.yaml"
TYPOS: dict[str, Callable[[Any], object]] = {
    "an unknown field": lambda told: told.update(thraets=["C03"]),
    "a field that is missing": lambda told: told.pop("why"),
    "nobody": lambda told: told["story"].append("allice approves"),
    "no verb": lambda told: told["story"].append("bob aproves"),
    "an unknown detail": lambda told: told["story"].append({"bob approves": {"proposl": "Register churn"}}),
    "two steps in one": lambda told: told["story"].append({"bob approves": {}, "bob comments": {}}),
    "a step without what it needs": lambda told: told["story"].append("alice proposes"),
    "a content that nobody knows": lambda told: told["story"][0]["alice proposes"]["files"].update(x="vallid"),
    "an exit code that there is not": lambda told: told["expect"].update(exit=5),
    "nothing otherwise": lambda told: told.update(otherwise=[]),
}
UNTOLD = {"exit": 3, "findings": [{"rule": "no-receipt"}]}
BEYOND: dict[str, Callable[[Any], object]] = {
    "no step of that text": lambda told: told["otherwise"][0].update(after="alice pulls"),
    "a text that stands twice": lambda told: told["story"].append("alice pushes"),
    "two things otherwise": lambda told: told["otherwise"][0].update(drop="bob approves"),
    "the same verdict": lambda told: told["otherwise"][0].update(expect=told["expect"]),
    "no verdict at all": lambda told: told["otherwise"][0].update(expect={"exit": 1}),
    "no correction": lambda told: told.update(otherwise=[told["otherwise"][0] | {"expect": UNTOLD}]),
}


def loaded() -> Any:
    """A good story as plain data."""
    return YAML(typ="safe", pure=True).load(SAMPLE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def by_schema() -> Draft202012Validator:
    (text,) = schema().values()
    Draft202012Validator.check_schema(json.loads(text))
    return Draft202012Validator(json.loads(text))


def test_every_file_is_a_story(by_schema: Draft202012Validator) -> None:
    assert len(corpus()) == len(list((ROOT / FOLDER).glob("*.y*ml")))
    for name in corpus():
        told = YAML(typ="safe", pure=True).load((ROOT / FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
        assert [error.message for error in by_schema.iter_errors(told)] == [], name


@pytest.mark.parametrize("typo", TYPOS.values(), ids=TYPOS)
def test_a_typo_is_an_error(by_schema: Draft202012Validator, typo: Callable[[Any], object]) -> None:
    told = copy.deepcopy(loaded())
    typo(told)
    with pytest.raises(ValidationError):
        Story.model_validate(told)
    assert not by_schema.is_valid(told)


@pytest.mark.parametrize("mistake", BEYOND.values(), ids=BEYOND)
def test_a_variation_is_of_one_step_that_is_there(mistake: Callable[[Any], object]) -> None:
    told = copy.deepcopy(loaded())
    mistake(told)
    with pytest.raises(ValidationError):
        Story.model_validate(told)


def test_a_key_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    twice = tmp_path / "twice.yaml"
    twice.write_text(SAMPLE.read_text(encoding="utf-8") + "expect: {exit: 0}\n", encoding="utf-8")
    with pytest.raises(DuplicateKeyError):
        read(twice)
