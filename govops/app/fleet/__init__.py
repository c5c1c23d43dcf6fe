"""Audit many repositories by one set of policies, each in a process of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from govops import interrupt
from govops.app.fleet.config import MemberOptions, Options, Policies, read_config
from govops.app.fleet.member import Task, audit_member, left_by, unaudited
from govops.app.writing import write_whole
from govops.errors import GovopsError, UsageError
from govops.finding import Severity
from govops.fleet import Fleet, Member
from govops.git import CleanRoom
from govops.kinds.scalars import duration_seconds
from govops.render.fleet import stream_fleet
from govops.workspace import Opened, external_rules
from govops.workspace.apart import Job, run_apart

SUMMARY = "fleet.json"
_MEMBERS = "members"
_EACH = ("ref", "evidence_ref", "adoption", "settled", "timeout", "memory_mib")


@dataclass(frozen=True, slots=True)
class AskedFleet:
    """What the caller asked for: ``jobs`` at once; ``output`` is a folder for a report of each member, if wanted.

    ``watch`` is told how many of how many are done.
    """

    config: Path
    jobs: int
    output: Path | None = None
    as_of: str | None = None
    as_of_clock: str = ""
    fail_on: Severity = Severity.LOW
    watch: Callable[[int, int], None] = lambda done, total: None


def audit_fleet(asked: AskedFleet) -> Fleet:
    """Audit every member. Whatever becomes of one is told in its row, and stops no other.

    UsageError for what is wrong in the configuration or with the policies: then nobody is audited.
    """
    config = read_config(asked.config)
    home = asked.config.resolve().parent
    source, called = _policies(config.policies, home)
    options = [_options(member, config.defaults) for member in config.members]
    tasks = [_task(member, asked, source) for member in options]
    if asked.output is not None:
        _refuse_inside(asked.output, [home / task.path for task in tasks])
    rows = _run(tasks, [_job(*pair, home) for pair in zip(tasks, options, strict=True)], asked)
    fleet = _with_staleness(Fleet(called, asked.as_of, config.stale_after, rows))
    if asked.output is not None:
        write_whole(asked.output / SUMMARY, stream_fleet(fleet, "json"))
    return fleet


def _policies(policies: Policies | None, home: Path) -> tuple[str | None, str | None]:
    """Where all find the rules, seen from ``home``, and what a report calls them: one commit, however long it takes."""
    if policies is None:
        return None, None
    at = ""
    if policies.revision is not None:
        with CleanRoom.open(home / policies.path) as room:
            at = f"@{room.resolve(policies.revision)}"
    return f"{policies.path}{at}", external_rules(f"{home / policies.path}{at}")[1]


def _options(member: MemberOptions, defaults: Options) -> MemberOptions:
    chosen = {
        name: next((v for place in (member, defaults) if (v := getattr(place, name)) is not None), None)
        for name in _EACH
    }
    return member.model_copy(update=chosen)


def _job(task: Task, chosen: Options, home: Path) -> Job:
    seconds, mib = duration_seconds(chosen.timeout or "1h"), chosen.memory_mib or 4096
    return Job(partial(audit_member, task), home, seconds, mib << 20)


def _task(member: MemberOptions, asked: AskedFleet, policies: str | None) -> Task:
    opened = Opened(
        Path(member.path),
        ref=member.ref,
        as_of=asked.as_of,
        as_of_clock=asked.as_of_clock,
        policies=policies,
        adoption=member.adoption,
        evidence_ref=member.evidence_ref,
        settled=bool(member.settled),
    )
    return Task(member.name, member.path, opened, asked.fail_on, asked.output is not None)


def _refuse_inside(output: Path, repositories: Sequence[Path]) -> None:
    """An audit changes nothing in a member."""
    for repository in repositories:
        if output.resolve().is_relative_to(repository.resolve()):
            raise UsageError(f"--output {output} lies in the member {repository}", hint="give a folder outside of it")


def _run(tasks: Sequence[Task], jobs: Sequence[Job], asked: AskedFleet) -> tuple[Member, ...]:
    rows: dict[int, Member] = {}
    with _scratch(asked.output) as place:
        for ended in run_apart(jobs, at_once=asked.jobs, place=place):
            task = tasks[ended.number]
            row, report = (unaudited(task, ended.problem), None) if ended.problem else left_by(task, ended.folder)
            rows[ended.number] = _keep(row, report, asked.output)
            asked.watch(len(rows), len(tasks))
    return tuple(rows[number] for number in range(len(tasks)))


@contextmanager
def _scratch(output: Path | None) -> Iterator[Path]:
    """A folder in which each process has its own, on the file system to which the reports go."""
    try:
        if output is not None:
            (output / _MEMBERS).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fleet-", dir=output, ignore_cleanup_errors=True) as place:
            yield Path(place)
    except OSError as error:
        raise GovopsError(
            f"could not write to {output or 'the folder for temporary files'}: {error.strerror}"
        ) from error


def _keep(row: Member, report: Path | None, output: Path | None) -> Member:
    """Move the report to where the caller wants it, in one step; one of an earlier time does not stay for it."""
    if output is None:
        return row
    target = output / _MEMBERS / f"{row.name}.json"
    if report is None:
        target.unlink(missing_ok=True)
        return row
    interrupt.go_on()
    os.replace(report, target)
    return replace(row, report=f"{_MEMBERS}/{target.name}")


def _with_staleness(fleet: Fleet) -> Fleet:
    """Which members have no attested time within the period; nobody is stale where none is given."""
    as_of = fleet.as_of or max((row.latest for row in fleet.members if row.latest), default=None)
    if fleet.stale_after is None:
        return replace(fleet, as_of=as_of)
    most = timedelta(seconds=duration_seconds(fleet.stale_after))

    def is_stale(latest: str | None) -> bool:
        return latest is None or as_of is None or datetime.fromisoformat(as_of) - datetime.fromisoformat(latest) > most

    rows = (replace(row, is_stale=row.counts is not None and is_stale(row.latest)) for row in fleet.members)
    return replace(fleet, as_of=as_of, members=tuple(rows))
