"""What a story of tests/corpus may say: strict models, so that a typo is an error, and their JSON Schema.

A step is ``alice proposes: {…}`` or just ``bob approves``: somebody, one of the VERBS, and its details.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, TypeAdapter, ValidationError, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tests.support.cast import CAST
from tests.support.lowest import ROOT

FOLDER = "tests/corpus"
NEWCOMER = "frank"  # on nobody's file until a story hires him
ACTORS = (*(person.name for person in CAST), NEWCOMER, "recorder", "forge", "nobody", "time")
_VERDICTS = {0: "allowed", 1: "refused", 3: "undecidable"}
_LIST = """\
# The stories

What each claims, its rows of the [threat list](../../docs/reference/threats.md), and the verdict on it as told.
[README](README.md) explains the files; `make docs` writes this list.

| story | claim | rows | verdict |
|---|---|---|---|"""
Title = Annotated[str, Field(min_length=1, description="Of a proposal or a direct push; each stands once in a story")]
Name = Annotated[str, Field(min_length=1)]


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Written(_Told):
    """A file's content: where it starts from (at most one of the first three), then what is done to it."""

    spec: dict[str, Any] | None = Field(None, description="A valid file with these fields of its spec, others default")
    text: str | None = Field(None, description="Exactly this text")
    copy_of: str | None = Field(None, description="The content of that path as it stands")
    replace: dict[str, str] = Field({}, description="Text that stands there once, and what takes its place")
    append: str = Field("", description="Text at the end")
    mode: Literal["100644", "100755", "120000", "160000"] | None = Field(
        None, description="Git's mode: file, program, symbolic link, submodule; null keeps what it is"
    )


Content = Annotated[
    Literal["valid", "deleted"] | Written, Field(description="valid: a complete file of the kind that the path tells")
]
Files = Annotated[dict[str, Content], Field(description="Path: content, for every file that the step touches")]


class _Step(_Told):
    pass


class _OnProposal(_Step):
    proposal: Title | None = Field(None, description="Which one; the latest unless told")


class _Commit(_Step):
    files: Files = {}
    message: str | None = Field(None, description="Of the commit")
    author: str | None = Field(None, description="Whom the commit names: a name of the cast or Name <email>")
    committer: str | None = Field(None, description="The same for its committer")
    co_authors: list[str] = Field([], description="The same for its Co-authored-by lines")
    signed_by: Name | None = Field(None, description="Whose key signs the commit")
    date: str | None = Field(None, description="The date that the commit claims: seconds since 1970 and a zone")


class Proposes(_Commit):
    """Open a proposal of one commit on the tip of main."""

    title: Title
    on: Title | None = Field(None, description="Start from the head of that proposal instead")
    account: Name | None = Field(None, description="Id of the account that opens it; the person's usual one")


class Pushes(_Commit, _OnProposal):
    """One more commit on the proposal's branch."""

    account: Name | None = Field(None, description="Id of the account that pushes")


class Commits(_Commit, _OnProposal):
    """One more commit on the proposal's branch, by the person, and nobody knows who pushed it."""


class Rewrites(_OnProposal):
    """Replace the proposal's last commit, or replay all of them on main's tip, with these edits on top."""

    files: Files = {}


class Updates(_OnProposal):
    """Merge main into the proposal's branch."""

    to: Title | None = Field(None, description="Main as it was after that landing; its tip unless told")


class Reviews(_OnProposal):
    """What a person decides on the forge about the proposal's head as it is now."""

    account: Name | None = Field(None, description="Id of the account; the person's usual one unless told")
    login: Name | None = Field(None, description="Login that the forge shows")


class Dismisses(_OnProposal):
    """Withdraw the latest standing decision of a person."""

    whose: Name
    at: Literal["now", "unknown"] = Field("now", description="unknown: the forge does not tell when")


class Signs(_OnProposal):
    """A decision about the proposal's head, signed with the person's own key and kept as a record."""

    key: Name | None = Field(None, description="Whose key signs it: the person's unless told, or nobody")
    at: str | None = Field(None, description="The instant that it claims; now unless told")
    says: dict[str, Any] = Field({}, description="Dotted path into the record: what it says there instead")


class Merges(_OnProposal):
    """Land the proposal on main; the recorder writes a receipt of it."""

    method: Literal["merge", "squash", "rebase", "fast-forward"] = "squash"
    files: Files = Field({}, description="What slips in while landing")
    tree: Literal["main", "proposal"] | None = Field(None, description="Land this side's whole tree, not the merge")
    also: list[Title] = Field([], description="Proposals whose heads become further parents")
    recorded: bool = True


class Lands(_Commit):
    """Push one commit straight to main; the recorder writes a receipt that tells so."""

    title: Title
    account: Name | None = Field(None, description="Id of the account that pushes")
    root: bool = Field(False, description="Put it on a new root, with the old main as a second parent")
    recorded: bool = True


class Rewinds(_Step):
    """Move main back (a forced push)."""

    to: Title = Field(description="Main as it was after that landing")


class Records(_Step):
    """Write a receipt of a landing, signed with the actor's key; nobody signs none."""

    change: Title | None = Field(None, description="Which landing; the latest unless told")
    recorder: Name = Field("recorder", description="Whose name it bears")
    repository: Name | None = None
    branch: Name | None = None
    tells_of: Title | None = Field(None, description="Claims head, content and reviews of that proposal instead")
    says: dict[str, Any] = Field({}, description="Dotted path into the receipt: what it says there instead")


class EditsEvidence(_Step):
    """One commit on the evidence branch; ``record N`` as a path is the Nth record that was written."""

    files: Files


class Passes(_Step):
    """Let time go by."""

    days: int = Field(gt=0)


class Forgets(_OnProposal):
    """The forge deletes the proposal's branch and every object that nothing else needs."""


class Plants(_Step):
    """Write programs and lies into the repository's own configuration, hooks and refs."""


VERBS: Mapping[str, type[_Step]] = {
    "proposes": Proposes,
    "pushes": Pushes,
    "commits": Commits,
    "amends": Rewrites,
    "rebases": Rewrites,
    "updates the branch": Updates,
    "approves": Reviews,
    "rejects": Reviews,
    "comments": Reviews,
    "dismisses": Dismisses,
    "signs an approval": Signs,
    "signs a rejection": Signs,
    "merges": Merges,
    "pushes to main": Lands,
    "rewinds main": Rewinds,
    "records": Records,
    "edits the evidence": EditsEvidence,
    "passes": Passes,
    "forgets the head": Forgets,
    "plants programs": Plants,
}


class Step(_Told):
    """Somebody does something."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    who: str
    verb: str
    details: _Step

    @property
    def text(self) -> str:
        """As the story has it, without details."""
        return f"{self.who} {self.verb}"

    @model_validator(mode="before")
    @classmethod
    def _read(cls, told: object) -> object:
        step = {told: {}} if isinstance(told, str) else told
        if not isinstance(step, dict) or len(step) != 1:
            raise ValueError("a step is `who does` or `who does: {details}`")
        ((text, details),) = step.items()
        who, _, verb = text.partition(" ")
        if who not in ACTORS:
            raise ValueError(f"nobody is called {who!r}; there are {', '.join(ACTORS)}")
        if verb not in VERBS:
            raise ValueError(f"nobody {verb!r}; people {', '.join(VERBS)}")
        return {"who": who, "verb": verb, "details": VERBS[verb].model_validate(details)}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        who = f"^({'|'.join(ACTORS)}) "
        alone = [verb for verb, model in VERBS.items() if not any(f.is_required() for f in model.model_fields.values())]
        details = {f"{who}{verb}$": handler(TypeAdapter(model).core_schema) for verb, model in VERBS.items()}
        return {
            "description": "Somebody does something, with details or without",
            "anyOf": [
                {"type": "string", "pattern": f"{who}({'|'.join(alone)})$"},
                {
                    "type": "object",
                    "patternProperties": details,
                    "additionalProperties": False,
                    "minProperties": 1,
                    "maxProperties": 1,
                },
            ],
        }


class Company(_Told):
    """How the company differs, at its adoption of govops, from the one that the README describes."""

    files: Files = {}
    settings: dict[str, Any] = Field({}, description="Fields of Settings")


class Expected(_Told):
    """One finding. What is not told is not compared."""

    rule: Name
    change: Title | None = Field(None, description="The landing that it is about")
    path: Name | None = None
    status: Literal["warn", "fail", "unverifiable"] | None = None


class Expect(_Told):
    """The verdict: the exit code, and exactly these findings."""

    exit: Literal[0, 1, 3] = Field(description="0: all of it is allowed; 1: something is not; 3: nobody can tell")
    findings: list[Expected] = []

    @property
    def verdict(self) -> tuple[int, set[str | None]]:
        """The exit code, and the titles of the changes that are not allowed."""
        return self.exit, {finding.change for finding in self.findings if finding.status != "warn"}


Place = Annotated[str | int, Field(description="A step by its text without details, or by its number from 1")]


class Likewise(_Told):
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


class Story(_Told):
    """One file of the corpus."""

    title: Annotated[str, Field(min_length=10, description="The claim")]
    threats: Annotated[list[str], Field(min_length=1, description="Rows of docs/reference/threats.md")]
    why: Annotated[str, Field(min_length=80, description="Who does what, why naive tools pass it, and what is right")]
    company: Company = Company()
    story: Annotated[list[Step], Field(min_length=1)]
    expect: Expect
    likewise: list[Likewise] = []
    otherwise: Annotated[list[Otherwise], Field(min_length=1)]

    @model_validator(mode="after")
    def _flips(self) -> Self:
        for variation in (*self.likewise, *self.otherwise):
            variation.steps(self.story)
        for other in self.otherwise:
            if other.expect.verdict == self.expect.verdict:
                raise ValueError(f"{other.when!r} changes neither the exit code nor which changes are refused")
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
