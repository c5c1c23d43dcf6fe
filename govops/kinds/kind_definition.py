"""KindDefinition: a kind of the user's own."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from govops.kinds.free_form import FreeMap
from govops.kinds.lists import Items
from govops.kinds.paths import PATTERNS, SUFFIX, claim
from govops.kinds.permissions import NOUNS
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part, Resource
from govops.kinds.scalars import ActionName, FieldName, FieldPath, KindName, Label, RepositoryPath
from govops.kinds.user_schema import check_schema

PLACEHOLDER = "{name}" + SUFFIX
_BUILT_IN = {kind.lower(): kind for kind in PATTERNS}
_UPDATE, _MINOR = ".update", ".update_minor"
_FORBIDDEN = ("registry/users/", "registry/roles/", "policies/")


class Transition(Part):
    """A step of the state field, and the action that it is."""

    from_: Label | None = Field(default=None, alias="from", description="The state before; null for a new file.")
    to: Label = Field(description="The state after.")
    action: ActionName = Field(description="What the step is called; policies match on it.")


class KindActions(Part):
    """What the changes that no transition names are called."""

    create: ActionName | None = Field(default=None, description="A new file; `<kind>.create` when left out.")
    update: ActionName | None = Field(default=None, description="A change; `<kind>.update` when left out.")
    delete: ActionName | None = Field(default=None, description="A removal; `<kind>.delete` when left out.")


class KindDefinitionSpec(Part):
    """Where files of the kind stand, what is in them, and what their changes mean."""

    kind: KindName = Field(description="The new kind, such as `DataSheet`.")
    path: RepositoryPath = Field(description="Where its files stand: a folder and `{name}.yaml`.")
    envelope: bool = Field(
        default=True, description="False: the file is a bare document, without apiVersion, kind and metadata."
    )
    schema_: FreeMap = Field(
        alias="schema", description="JSON Schema (2020-12) of `spec`, or of the whole file where `envelope` is false."
    )
    identity: FieldName | None = Field(
        default=None, description="The field that repeats the file's name, where `envelope` is false."
    )
    state: FieldPath | None = Field(default=None, description="The field that holds the state, such as `spec.status`.")
    transitions: Items[Transition] = Field(default=(), description="The steps of the state that are legal.")
    actions: KindActions = Field(default_factory=KindActions, description="The names of other changes.")

    def action(self, change: Literal["create", "update", "delete"]) -> str:
        """What such a change is called."""
        return getattr(self.actions, change) or f"{self.kind.lower()}.{change}"

    @field_validator("kind")
    @classmethod
    def _is_new(cls, kind: str) -> str:
        if kind.lower() in _BUILT_IN:
            raise ValueError(f"{quoted(kind)} is taken by the built-in kind {_BUILT_IN[kind.lower()]}")
        if kind.lower() in NOUNS:
            raise ValueError(f"{quoted(kind)} is a word of govops' own actions; choose another")
        return kind

    @field_validator("path")
    @classmethod
    def _is_free(cls, path: str) -> str:
        folder, _, file = path.rpartition("/")
        if file != PLACEHOLDER or "{" in folder or "}" in folder or not folder:
            raise ValueError(f"{quoted(path)} is not a folder and `{PLACEHOLDER}`, as in `data/reports/{PLACEHOLDER}`")
        if path.lower().startswith(_FORBIDDEN):
            raise ValueError(f"{quoted(path)} is reserved: people, roles and policies have their built-in kinds")
        if any(part.startswith(".") for part in folder.split("/")):
            raise ValueError(f"{quoted(path)} has a folder that begins with a dot")
        taken = claim(path)
        if taken is not None:
            raise ValueError(f"{quoted(path)} is where files of the built-in kind {taken[0]} stand")
        return path

    @field_validator("schema_")
    @classmethod
    def _terminates(cls, schema: FreeMap) -> FreeMap:
        check_schema(schema)
        return schema

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.envelope and self.identity:
            raise ValueError("`identity` is for `envelope: false`; with an envelope, `metadata.name` is the identity")
        if self.transitions and self.state is None:
            raise ValueError("`transitions` need `state`, the field that they are steps of")
        steps = [(step.from_, step.to) for step in self.transitions]
        for before, after in steps:
            if steps.count((before, after)) > 1:
                raise ValueError(f"the step from {quoted(before)} to {quoted(after)} stands there twice")
        self._own_words()
        return self

    def _own_words(self) -> None:
        """Refuses actions that would borrow the policies of a built-in kind."""
        named = [step.action for step in self.transitions]
        named += [name for name in (self.actions.create, self.actions.update, self.actions.delete) if name]
        for name in named:
            if name.endswith(_MINOR) or (name.endswith(_UPDATE) and name in [step.action for step in self.transitions]):
                raise ValueError(f"action {quoted(name)} is what an edit is called, which may be a minor one")
            if name.split(".")[0] in NOUNS:
                raise ValueError(f"action {quoted(name)} borrows a word of govops' own; use `{self.kind.lower()}.…`")


class KindDefinition(Resource):
    """A kind of your own: governed, validated and judged like the built-in ones."""

    kind: Literal["KindDefinition"] = Field(description="What the document describes.")
    spec: KindDefinitionSpec = Field(description="The kind.")

    @property
    def title(self) -> str:
        """The kind that it defines."""
        return self.spec.kind
