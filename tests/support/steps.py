"""The steps of a story of tests/corpus: who there is, the VERBS, and what each of them may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, TypeAdapter, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from tests.support.cast import CAST

NEWCOMER = "frank"  # on nobody's file until a story hires him
ACTORS = (*(person.name for person in CAST), NEWCOMER, "recorder", "forge", "nobody", "time")
Title = Annotated[str, Field(min_length=1, description="Of a proposal or a direct push; each stands once in a story")]
Name = Annotated[str, Field(min_length=1)]


class Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Written(Told):
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


class _Step(Told):
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
    """The proposal's head, or a decision about it, signed with the person's own key and kept as a record."""

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
    "signs the proposal": Signs,
    "merges": Merges,
    "pushes to main": Lands,
    "rewinds main": Rewinds,
    "records": Records,
    "edits the evidence": EditsEvidence,
    "passes": Passes,
    "forgets the head": Forgets,
    "plants programs": Plants,
}


class Step(Told):
    """Somebody does something: ``alice proposes: {…}``, or just ``bob approves``."""

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
