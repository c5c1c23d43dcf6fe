"""What answers look like, for OpenAPI; the bodies of requests are ``govops.app.governance.requests``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PageOfRows(_Shape):
    """One page of a list, in an order that stays the same."""

    items: list[dict[str, Any]] = Field(description="The rows; each names the commit and the blob that it comes from.")
    index_commit: str = Field(description="The commit that the index is at.")
    lag: int = Field(description="How many commits the index is behind the branch.")
    next: str | None = Field(description="The `cursor` of the next page, null on the last one.")


class Thing(BaseModel):
    """One thing. Its ETag is the blob id of the file that says it, where one file does."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Lacking(_Shape):
    """A requirement that is not met."""

    text: str = Field(description="What is needed.")
    source: str = Field(description="The file that asks for it.")
    count: int = Field(description="How many more persons it takes.")
    could: list[str] = Field(description="Who could be one.")


class Proposal(_Shape):
    """A change that somebody asked for, and how it stands."""

    id: str = Field(description="Its name under `approvals/`.")
    title: str = Field(description="What it is, in a line.")
    state: Literal["open", "merged", "rejected", "withdrawn", "conflicted"] = Field(description="What became of it.")
    branch: str = Field(description="The branch that holds it while it is open.")
    head: str = Field(description="The commit that is proposed; the ETag of the proposal, for deciding on it.")
    opener: str = Field(description="The User who opened it.")
    opened_at: str = Field(description="When, by the server's clock.")
    commit: str | None = Field(description="What landed, null until then.")
    is_new: bool = Field(description="False if the same had been asked before with this key.")
    is_pushed: bool = Field(description="False while the forge has not got it yet.")
    is_recorded: bool = Field(description="False while the receipt of what landed has still to be written.")
    link: str = Field(description="Where to read about it: here, or at the forge.")
    verdict: str | None = Field(description="What the gate says so far, null once it is closed.")
    needs: list[Lacking] = Field(description="What is still missing.")


class ProposalInFull(Proposal):
    """A proposal with all that the gate says of it."""

    outlook: dict[str, Any] | None = Field(
        description="As `govops plan --format json` writes it; null once it is closed."
    )


class Appended(_Shape):
    """Measurements that were appended."""

    file: str = Field(description="To which file.")
    count: int = Field(description="How many rows.")


class Fault(_Shape):
    """One field that does not fit."""

    pointer: str = Field(description="Where it is in the body, as a JSON pointer.")
    detail: str = Field(description="What is wrong with it.")


class Problem(_Shape):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="Always `about:blank`: the status says it.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The status.")
    detail: str = Field(description="What is wrong.")
    hint: str | None = Field(default=None, description="What to do about it.")
    errors: list[Fault] | None = Field(default=None, description="Which fields of the body do not fit.")
    request_id: str = Field(description="By which the log of the server knows the request.")


class Health(_Shape):
    """Whether the server can answer."""

    status: Literal["ok"] = Field(description="It can.")
    version: str = Field(description="The version of govops.")
