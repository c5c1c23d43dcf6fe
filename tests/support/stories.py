"""What a story of tests/corpus may say: strict models, so that a typo is an error, and their JSON Schema."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tests.support.lowest import ROOT
from tests.support.steps import Files, Name, Step, Title, Told

FOLDER = "tests/corpus"
_VERDICTS = {0: "allowed", 1: "refused", 3: "undecidable"}
_LIST = """\
# The stories

What each claims, its rows of the [threat list](../../docs/reference/threats.md), and the verdict on it as told.
[README](README.md) explains the files; `make docs` writes this list.

| story | claim | rows | verdict |
|---|---|---|---|"""


class Company(Told):
    """How the company differs, at its adoption of govops, from the one that the README describes."""

    files: Files = Field({})
    settings: dict[str, Any] = Field({}, description="Fields of Settings")


class Expected(Told):
    """One finding. What is not told is not compared."""

    rule: Name
    change: Title | None = Field(None, description="The landing that it is about")
    path: Name | None = None
    status: Literal["warn", "fail", "unverifiable", "waived"] | None = None


class Expect(Told):
    """The verdict: the exit code, and exactly these findings."""

    exit: Literal[0, 1, 3] = Field(description="0: all of it is allowed; 1: something is not; 3: nobody can tell")
    findings: list[Expected] = Field([])

    @property
    def verdict(self) -> tuple[int, set[str | None]]:
        """The exit code, and the titles of the changes that are not allowed (None: the history as a whole)."""
        return self.exit, {finding.change for finding in self.findings if finding.status not in ("warn", "waived")}

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if bool(self.exit) != bool(self.verdict[1]):
            raise ValueError(
                "exit 0 is for warnings and what is waived, and anything else takes a finding that is neither"
            )
        return self


Place = Annotated[str | int, Field(description="A step by its text without details, or by its number from 1")]


class Likewise(Told):
    """The story with one thing otherwise (one of drop, replace, before, after, company): the verdict is the same."""

    when: Annotated[str, Field(min_length=1, description="What is otherwise, in words")]
    drop: Place | None = None
    replace: Place | None = None
    before: Place | None = None
    after: Place | None = None
    do: list[Step] = Field([], description="The steps that replace it, or stand before or after it")
    company: Company | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        edits = [name for name in ("drop", "replace", "before", "after", "company") if getattr(self, name) is not None]
        if len(edits) != 1:
            raise ValueError("one thing is otherwise: one of drop, replace, before, after, company")
        if bool(self.do) != (edits[0] in ("replace", "before", "after")):
            raise ValueError("`do` goes with replace, before and after, and has at least one step")
        return self

    def steps(self, story: list[Step]) -> list[Step]:
        """The story's steps with that one thing otherwise."""
        if self.company is not None:
            return story
        at, length = self._edit(story)
        return [*story[:at], *self.do, *story[at + length :]]

    def _edit(self, story: list[Step]) -> tuple[int, int]:
        """Where ``do`` goes, and how many steps it takes the place of."""
        if self.drop is not None:
            return _index(story, self.drop), 1
        if self.replace is not None:
            return _index(story, self.replace), 1
        if self.before is not None:
            return _index(story, self.before), 0
        assert self.after is not None
        return _index(story, self.after) + 1, 0


class Otherwise(Likewise):
    """The same, and the verdict is another one."""

    expect: Expect


class Story(Told):
    """One file of the corpus."""

    title: Annotated[str, Field(min_length=10, description="The claim")]
    threats: Annotated[list[str], Field(min_length=1, description="Rows of docs/reference/threats.md")]
    why: Annotated[str, Field(min_length=80, description="Who does what, why naive tools pass it, and what is right")]
    company: Company = Company()
    story: Annotated[list[Step], Field(min_length=1)]
    expect: Expect
    likewise: list[Likewise] = Field([])
    otherwise: Annotated[list[Otherwise], Field(min_length=1)]

    @model_validator(mode="after")
    def _flips(self) -> Self:
        for variation in (*self.likewise, *self.otherwise):
            variation.steps(self.story)
        for other in self.otherwise:
            if other.expect.verdict == self.expect.verdict:
                raise ValueError(f"{other.when!r} changes neither the exit code nor which changes are refused")
        if self.expect.exit and all(other.expect.exit for other in self.otherwise):
            raise ValueError("one thing otherwise makes it right: which?")
        return self


def read(path: Path) -> Story:
    """A story, or an error that names file and field; a key that stands twice is one too."""
    try:
        return Story.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    except (ValidationError, YAMLError) as error:
        error.add_note(f"in {path}")
        raise


@cache
def corpus(root: Path = ROOT) -> dict[str, Story]:
    """File name without ending -> story, sorted."""
    return {path.stem: read(path) for path in sorted((root / FOLDER).glob("*.yaml"))}


def schema() -> dict[str, str]:
    """The JSON Schema of a story, for editors and for other tools that read the corpus."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A story of the approval corpus"}
    text = json.dumps(head | Story.model_json_schema() | head, indent=2, ensure_ascii=False)
    return {f"{FOLDER}/story.schema.json": f"{text}\n"}


def page() -> dict[str, str]:
    """The list of all stories."""
    lines = [
        f"| [`{name}`]({name}.yaml) | {story.title} | {', '.join(story.threats)} | {_VERDICTS[story.expect.exit]} |"
        for name, story in corpus().items()
    ]
    return {f"{FOLDER}/STORIES.md": "\n".join([_LIST, *lines, ""])}


def _index(story: list[Step], place: str | int) -> int:
    if isinstance(place, int):
        if not 1 <= place <= len(story):
            raise ValueError(f"there is no step {place}")
        return place - 1
    found = [number for number, step in enumerate(story) if step.text == place]
    if len(found) != 1:
        raise ValueError(f"{place!r} stands {len(found)} times in the story; name it by its number")
    return found[0]
