"""The approval process for `govops sla process`: as text, and as JSON with everything exact."""

from __future__ import annotations

from collections.abc import Iterator

from govops.errors import UsageError
from govops.finding import Report, ReviewDue, Status
from govops.process import OpenProposal, Pace, Queue, StatusTime
from govops.render import json_text
from govops.render.durations import lasting
from govops.render.untrusted import log_exact, log_line
from govops.render.wording import ended, many, short

SCHEMA = "govops/process/v1"
FORMATS = ("text", "json")


def stream_process(report: Report, queue: Queue, format: str, *, colour: bool = False) -> Iterator[str]:
    """The process in the format of that name; UsageError when there is none."""
    if format == "json":
        return json_text.stream(_document(report, queue))
    if format == "text":
        return ended(_text(report, queue))
    raise UsageError(f"there is no format '{format[:60]}'", hint=f"one of: {', '.join(FORMATS)}")


def _document(report: Report, queue: Queue) -> dict[str, object]:
    origin = report.provenance
    return {
        "schema": SCHEMA,
        "repository": origin.repository,
        "ref": origin.ref,
        "tip": origin.tip,
        "as_of": origin.as_of,
        "process": report.process,
        "reviews": report.reviews,
        "open": queue,
    }


def _text(report: Report, queue: Queue) -> Iterator[str]:
    origin = report.provenance
    where = f"{log_line(origin.repository)} at {log_exact(origin.ref)}"
    yield f"approval process of {where}, as of {origin.as_of or 'no attested time'}"
    yield from ("", "from the opening to the last approval that was needed:")
    yield from (f"    {_pace(pace)}" for pace in report.process.paces)
    for late in report.process.late:
        yield f"    late: {short(late.change)} took {lasting(late.took)} by {log_exact(late.policy)} ({late.target})"
    yield from ("", "time in each status:")
    yield from (f"    {_status(time)}" for time in report.process.statuses)
    overdue = [review for review in report.reviews if review.status is not Status.PASS]
    yield from ("", f"reviews: {many(len(overdue), 'review')} of {len(report.reviews)} overdue or not known")
    yield from (f"    {_review(review)}" for review in overdue)
    yield ""
    yield from _queue(queue)


def _pace(pace: Pace) -> str:
    name = f"{pace.by} {log_exact(pace.name)}".strip()
    took = pace.took
    times = f"half within {lasting(took.p50)}, 90 % {lasting(took.p90)}, 99 % {lasting(took.p99)}" if took.count else ""
    parts = [f"{many(took.count, 'decision')}", times, f"longest {lasting(took.longest)}" if took.count else ""]
    parts += [
        f"{pace.unknown} not known" if pace.unknown else "",
        f"{pace.undecided} undecided" if pace.undecided else "",
    ]
    parts += [f"{pace.late} later than {pace.target}" if pace.by == "policy" else ""]
    return f"{name}: {', '.join(part for part in parts if part)}"


def _status(time: StatusTime) -> str:
    took = time.took
    parts = [f"{many(took.count, 'stay')} ended"]
    parts += [f"half within {lasting(took.p50)}", f"longest {lasting(took.longest)}"] if took.count else []
    parts += [f"{time.standing} now"] if time.standing else []
    parts += [f"the longest of them for {lasting(time.oldest)}"] if time.oldest is not None else []
    parts += [f"{time.unknown} not known"] if time.unknown else []
    return f"{log_exact(time.kind)} {log_exact(time.status)}: {', '.join(parts)}"


def _review(review: ReviewDue) -> str:
    late = f"overdue by {many(review.overdue_days, 'day')}" if review.due else "no review is known"
    return f"{log_exact(review.resource)}, of {log_exact(review.owner)}: {late} (every {review.every})"


def _queue(queue: Queue) -> Iterator[str]:
    if queue.problem:
        yield f"open proposals: could not be established: {log_line(queue.problem)}"
        return
    if not queue.proposals:
        yield "open proposals: none among the branches of this clone"
        return
    yield "open proposals:"
    for proposal in queue.proposals:
        yield f"    {_open(proposal)}"
        for wait in proposal.waits_for:
            could = " or ".join(map(log_exact, wait.could)) or "nobody who could"
            yield f"        waits for {log_line(wait.text)}: {could} ({log_exact(wait.source)})"
        if proposal.problem:
            yield f"        {log_line(proposal.problem)}"
        elif not proposal.waits_for:
            yield "        waits for nobody but whoever merges it"
    waited = _waited_for(queue)
    if waited:
        yield f"waited for: {', '.join(f'{log_exact(name)} ({count})' for name, count in waited)}"


def _open(proposal: OpenProposal) -> str:
    title = f' "{log_line(proposal.title, 120)}"' if proposal.title else ""
    by = f" by {log_line(proposal.opener)}" if proposal.opener else ""
    age = f", open for {lasting(proposal.age)}" if proposal.age is not None else ", it is not known since when"
    late = f", overdue: {proposal.target}" if proposal.is_overdue else ""
    return f"{log_exact(proposal.name)}{title}{by}{age}{late}"


def _waited_for(queue: Queue) -> list[tuple[str, int]]:
    """How many proposals each person could help on, most first."""
    counts: dict[str, int] = {}
    for proposal in queue.proposals:
        for name in {name for wait in proposal.waits_for for name in wait.could}:
            counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
