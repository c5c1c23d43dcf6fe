"""What happened over the period: deployments, who held which role, and changes of policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from govops.finding import Event, Report, Status, Tenure
from govops.render.markdown.escape import NOTHING, Block, Code, Value
from govops.render.markdown.mermaid import timeline
from govops.render.markdown.table import Table, commit, known, moment, people, result_of
from govops.render.wording import many, results_of


@dataclass(frozen=True, slots=True)
class Deployments:
    """Every deployment event, and a picture of those to production."""

    events: Table
    timeline: Block | None
    unplaced: str


def deployments(report: Report) -> Deployments:
    """All environments in the table, production in the picture."""
    production = [event for event in report.deployments if "/production/" in event.resource]
    results = results_of(report, (event.commit for event in report.deployments))
    untimed = sum(event.time is None for event in production)
    columns = ("Time", "Where", "What happened", "Version", "By", "Commit", "That change was")
    missing = f"{many(untimed, 'event')} without an attested time cannot be placed in the picture"
    return Deployments(
        events=Table(columns, lambda: (_deployment(event, results) for event in report.deployments)),
        timeline=timeline(production, results, until=report.provenance.as_of),
        unplaced=missing if untimed else "",
    )


def roles(report: Report) -> Table:
    """Who held which role, from which change to which."""
    return Table(("Person", "Role", "From", "Until"), lambda: map(_tenure, report.tenures))


def no_roles(report: Report) -> str:
    """What to say where nobody gained a role within the history."""
    if report.provenance.retrospective is None:
        return "Nobody held a role."
    return "Nobody by this history. The rules from outside say who holds which role, the same for every change."


def policy_changes(report: Report) -> Table:
    """Every change of the rules themselves."""
    columns = ("Time", "What", "How it changed", "By", "Commit", "That change was")
    return Table(columns, lambda: _policy_changes(report))


def policy_files(report: Report) -> Table:
    """The policy files at the tip, or all files of rules from outside, with the ids of their blobs."""
    return Table(("File", "Blob"), lambda: ((Code(path), Code(blob)) for path, blob in report.provenance.policies))


def policy_files_title(report: Report) -> str:
    """What the files of :func:`policy_files` are."""
    return "Policy files at the tip" if report.provenance.retrospective is None else "Rules from outside"


def _policy_changes(report: Report) -> Iterator[tuple[Value, ...]]:
    results = results_of(report, (event.commit for event in report.policy_changes))
    for event in report.policy_changes:
        yield (
            known(event.time, "not known"),
            event.resource,
            f"{event.what}: {event.detail}" if event.detail else event.what,
            people(event.people),
            commit(event.commit),
            result_of(event.commit, results),
        )


def _deployment(event: Event, results: Mapping[str, Status]) -> tuple[Value, ...]:
    return (
        known(event.time, "not known"),
        Code(event.resource.removeprefix("Deployment/")),
        f"{event.what}: {event.detail}" if event.detail else event.what,
        Code(event.version) if event.version else NOTHING,
        people(event.people),
        commit(event.commit),
        result_of(event.commit, results),
    )


def _tenure(tenure: Tenure) -> tuple[Value, ...]:
    until: Value = moment(tenure.until, tenure.until_time) if tenure.until else "still"
    return tenure.person, tenure.role, moment(tenure.since, tenure.since_time), until
