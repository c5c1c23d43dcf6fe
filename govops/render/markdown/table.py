"""A table and a list of changes, ready for a template: every value is still to be escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from govops.finding import ChangeRecord, Status
from govops.render.markdown.escape import NOTHING, Code, Phrase, Strong, Value, joined, phrase
from govops.render.untrusted import clipped
from govops.render.wording import RESULTS, actions_by_name, many, short, shown_of


@dataclass(frozen=True, slots=True)
class Table:
    """Column titles of our own and rows of as many values, made when they are asked for.

    Without rows the template says so.
    """

    columns: tuple[str, ...]
    source: Callable[[], Iterable[tuple[Value, ...]]]

    @property
    def rows(self) -> Iterator[tuple[Value, ...]]:
        """All rows, from the first."""
        for row in self.source():
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {len(row)} cells in a table of {len(self.columns)} columns")
            yield row


def known(text: str | None, otherwise: str = NOTHING) -> str:
    """``text``, or the word for a value that is not there."""
    return text or otherwise


def codes(names: Iterable[str], *, nothing: str = NOTHING) -> Value:
    """Names as code spans, with commas."""
    return joined((Code(name) for name in names), nothing=nothing)


def paths(names: tuple[str, ...]) -> Value:
    """Paths as code spans; many are counted after the first few."""
    shown = shown_of(len(names))
    if shown == len(names):
        return codes(names)
    return phrase(codes(names[:shown]), f" and {many(len(names) - shown, 'more file')}")


def commit(oid: str | None) -> Value:
    """The short id of a commit."""
    return Code(short(oid)) if oid else NOTHING


def subject(change: ChangeRecord) -> str:
    """The first line of a change's message, cut where it is no longer a title."""
    return clipped(change.subject, 120) or "no subject"


def moment(oid: str | None, time: str | None) -> Value:
    """A change and its attested time."""
    if oid is None:
        return NOTHING
    return phrase(Code(short(oid)), f" at {time}" if time else " at a time nobody attested")


def result(status: Status | None) -> Value:
    """How a change was judged; what is not plainly allowed stands out."""
    if status is None:
        return "not judged"
    word = RESULTS[status]
    return word if word.startswith("allowed") else Strong(word)


def result_of(oid: str, results: Mapping[str, Status]) -> Value:
    """How the change with this commit was judged."""
    return result(results.get(oid))


def actions(change: ChangeRecord) -> Value:
    """What a change meant: actions and the resources they touched; many of one name are counted after the first few."""
    return joined(_actions(change), by="; ", nothing="nothing that could be read as an action")


def people(names: tuple[str, ...], *, nothing: str = "unknown") -> Value:
    """Persons, in the report's order."""
    return joined(names, nothing=nothing)


def _actions(change: ChangeRecord) -> Iterable[Phrase]:
    shown = {name: shown_of(len(those)) for name, those in actions_by_name(change).items()}
    seen = dict.fromkeys(shown, 0)
    for action in change.actions:
        seen[action.name] += 1
        if seen[action.name] <= shown[action.name]:
            summary = f" ({action.summary})" if action.summary else ""
            yield phrase(Code(action.name), " ", action.resource or action.path, summary)
    for name, count in seen.items():
        if count > shown[name]:
            yield phrase(f"{count - shown[name]} more of ", Code(name))
