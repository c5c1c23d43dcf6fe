"""The words in which the story is written: files, what happens to a proposal, and changes of the branch.

The files of the example company are the end of the story. An earlier state is told as the shipped file
with some fields different, so that nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypedDict, Unpack

from govops.history import Ident

Landing = Literal["merge", "squash", "rebase", "push"]
Verdict = Literal["approve", "reject", "comment"]


@dataclass(frozen=True, slots=True)
class File:
    """One path as it stood at some moment of the story.

    ``fields`` replaces lines of ``spec`` by key, with all that is indented below them; ``None`` leaves the
    field out. ``swaps`` replaces pieces of text. ``text`` is the whole content of a file that no longer
    exists in the example. ``gone`` deletes.
    """

    path: str
    fields: Mapping[str, str | None] = field(default_factory=dict)
    swaps: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Push:
    """A commit on the proposal's branch. ``author`` is somebody whom the register does not know."""

    files: tuple[File, ...]
    by: str = ""
    message: str = ""
    author: Ident | None = None
    co_author: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """The branch is brought up to date: the forge merges main into it at somebody's request."""

    by: str


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody's decision about the branch as it stands. ``account`` counts from 0 in their User file."""

    by: str
    decision: Verdict = "approve"
    account: int = 0
    dismissed_by: str = ""


Event = Push | Update | Review


@dataclass(frozen=True, slots=True)
class Expectation:
    """The one finding that a planted violation must cause, and nothing besides."""

    rule: str
    path: str


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the main branch.

    ``on`` is when it landed: a day, or ``YYYY-MM-DDTHH:MM``. ``opened`` is the day on which its branch
    was made, ``behind`` how many changes main had gone on since the branch point. ``merged`` is what both
    sides' edits of one file make together, ``slipped_in`` what only the landing commit holds.
    ``whole_tree`` lands the head's tree as it is, whatever main had become. ``late`` are approvals after the landing.
    ``recorded`` is False where no
    receipt was written. ``why`` says what the change shows.
    """

    title: str
    on: str
    by: str
    events: tuple[Event, ...]
    landing: Landing = "merge"
    merger: str = ""
    opened: str = ""
    behind: int = 0
    merged: tuple[File, ...] = ()
    slipped_in: tuple[File, ...] = ()
    whole_tree: bool = False
    recorded: bool = True
    late: tuple[str, ...] = ()
    expect: Expectation | None = None
    why: str = ""


class Remarks(TypedDict, total=False):
    """What any change may say besides; fields of :class:`Change`."""

    recorded: bool
    expect: Expectation
    why: str


class Details(Remarks, total=False):
    """What a proposal may say besides."""

    landing: Landing
    merger: str
    opened: str
    behind: int
    late: tuple[str, ...]
    merged: tuple[File, ...]
    slipped_in: tuple[File, ...]
    whole_tree: bool


def proposal(
    title: str, *files: File, on: str, by: str, approved_by: tuple[str, ...], **said: Unpack[Details]
) -> Change:
    """The usual case: one commit, approvals, and the last approver (or the author) presses the button."""
    return told(title, Push(files), *(Review(name) for name in approved_by), on=on, by=by, **said)


def told(title: str, *events: Event, on: str, by: str, **said: Unpack[Details]) -> Change:
    """A proposal event by event."""
    reviewers = [event.by for event in events if isinstance(event, Review)]
    said.setdefault("merger", reviewers[-1] if reviewers else by)
    return Change(title, on, by, events, **said)


def pushed(title: str, *files: File, on: str, by: str, **said: Unpack[Remarks]) -> Change:
    """A commit straight onto main."""
    return Change(title, on, by, (Push(files),), landing="push", merger=by, **said)


def gone(path: str) -> File:
    """The path no longer exists."""
    return File(path, gone=True)


def model(name: str, **fields: str | None) -> File:
    """``registry/models/<name>/model.yaml``, shipped but for the fields given; likewise all below."""
    return File(f"registry/models/{name}/model.yaml", fields)


def version(model_name: str, number: str, **fields: str | None) -> File:
    """A version of a model."""
    return File(f"registry/models/{model_name}/versions/{number}.yaml", _before_retirement(fields))


def production(model_name: str, number: str, run: int, *, back_because: str = "", **fields: str | None) -> File:
    """A version running in production; ``run`` counts the deployments of that model."""
    found = _deployment("production", model_name, number, run, fields)
    if not back_because:
        return found
    return replace(found, swaps={f"prod-{run:04}\n": f"prod-{run:04}\n  rollback:\n    reason: {back_because}\n"})


def staging(model_name: str, number: str, run: int, **fields: str | None) -> File:
    """A version running in staging."""
    return _deployment("staging", model_name, number, run, fields)


def use_case(name: str, **fields: str | None) -> File:
    """A use case."""
    return File(f"registry/use-cases/{name}.yaml", _before_retirement(fields))


def user(name: str, **fields: str | None) -> File:
    """A person."""
    return File(f"registry/users/{name}.yaml", fields)


def role(name: str) -> File:
    """A role."""
    return File(f"registry/roles/{name}.yaml")


def incident(name: str, **fields: str | None) -> File:
    """An incident."""
    return File(f"registry/incidents/{name}.yaml", fields)


def policy(name: str) -> File:
    """A file under ``policies/``, without its suffix."""
    return File(f"policies/{name}.yaml")


def _before_retirement(fields: dict[str, str | None]) -> dict[str, str | None]:
    """An earlier state of something does not say why it was given up."""
    return {"retirement": None, **fields} if "status" in fields else fields


def _deployment(environment: str, name: str, number: str, run: int, fields: dict[str, str | None]) -> File:
    short = "prod" if environment == "production" else "stage"
    lines = {"version": f'"{number}"', "deployment_id": f"{name}-{short}-{run:04}"}
    return File(f"registry/deployments/{environment}/{name}.yaml", {**lines, **fields})
