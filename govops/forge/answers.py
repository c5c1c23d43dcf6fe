"""What forges answer, made facts: instants, and who made the commits. An answer without what it must have is none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from govops.evidence.records import Account, Contributor
from govops.evidence.testimony import from_headers
from govops.forge.protocol import IncompleteEvidenceError
from govops.history import Commit, Ident

AnswerT = TypeVar("AnswerT", bound="Answered")


class Answered(BaseModel):
    """A JSON object of a forge: fields that govops does not read are left alone."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


def _instant(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    told = datetime.fromisoformat(text)
    if told.tzinfo is None:
        raise ValueError("a time without a zone")
    return told.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Instant = Annotated[str, BeforeValidator(_instant)]  # any ISO 8601 time with a zone -> UTC, cut to the second


def read(model: type[AnswerT], value: Any) -> AnswerT:
    """The answer as the model says. IncompleteEvidenceError names the fields that are missing or of another type."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        fields = sorted({".".join(str(part) for part in fault["loc"]) or "itself" for fault in error.errors()})
        raise IncompleteEvidenceError(
            f"the forge's {model.__name__} lacks what it must have: {', '.join(fields)[:200]}",
            hint="if it is a newer forge than this govops knows, use a newer govops",
        ) from error


def read_all(model: type[AnswerT], values: Iterable[Any]) -> tuple[AnswerT, ...]:
    """As :func:`read`, for every entry of a list."""
    return tuple(read(model, value) for value in values)


class Made(Answered):
    """A commit of a proposal as both forges can tell it: the headers that git claims, and accounts if they map."""

    oid: str
    message: str
    author: tuple[str, str]
    committer: tuple[str, str]
    author_account: Account | None = None
    committer_account: Account | None = None


def contributors(commits: Iterable[Made], pushers: Iterable[Account] = ()) -> tuple[Contributor, ...]:
    """Authors, committers and co-authors in the order of the commits, then pushers; each once."""
    found: dict[Contributor, None] = {}
    for made in commits:
        accounts = {"author": made.author_account, "committer": made.committer_account}
        for claim in from_headers(_commit(made), committer=True):
            entry = {"source": claim.source, "name": claim.name, "email": claim.email}
            if claim.name or claim.email or accounts.get(claim.source):
                found[Contributor.model_validate({**entry, "account": accounts.get(claim.source)})] = None
    for account in pushers:
        found[Contributor(source="pusher", account=account)] = None
    return tuple(found)


def _commit(made: Made) -> Commit:
    """The part of a commit that names people."""
    return Commit(made.oid, "", (), Ident(*made.author), Ident(*made.committer), "", "", made.message)
