"""From the story to a repository: every object is made in memory, then written by one fast-import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from govops.app.demo.company import read_company
from govops.app.demo.founding import FIRST_RECORDER, SECOND_RECORDER
from govops.app.demo.landing import land, push
from govops.app.demo.objects import MadeCommit, Objects
from govops.app.demo.plot import Change, Review
from govops.app.demo.proposals import LATE, Seen, Stage, play
from govops.app.demo.recorder import Recorder
from govops.app.demo.story import STORY
from govops.app.demo.writing import write

_SETTINGS = "policies/govops.yaml"


@dataclass(frozen=True, slots=True)
class Landed:
    """A change of the story and where it stands: ``commits`` follow on ``base`` (None for the first)."""

    change: Change
    base: str | None
    commits: tuple[str, ...]
    proposal: str = ""

    @property
    def tip(self) -> str:
        """Its last commit, by which reports name it."""
        return self.commits[-1]


@dataclass(frozen=True, slots=True)
class DemoRepository:
    """The repository that was made: both branches' tips, and every change in order."""

    directory: Path
    tip: str
    evidence_tip: str
    landed: tuple[Landed, ...]


def build(directory: Path, example: Path) -> DemoRepository:
    """Replay the company in ``example`` as a new git repository at ``directory``, with its evidence.

    The same example makes the same commits on every machine. UsageError when the directory is not empty.
    """
    stage = Stage(read_company(example), Objects())
    recorder = Recorder(stage.company, stage.objects)
    refs: dict[str, str] = {}
    landed: list[Landed] = []
    for number, change in enumerate(STORY):
        stage.number = number
        landed.append(_tell(change, stage, recorder, refs))
    if recorder.tip is None:
        raise ValueError("the story has no recorded change")
    refs |= {"refs/heads/main": stage.main[-1].id, "refs/heads/govops/evidence": recorder.tip.id}
    write(directory, stage.objects, refs)
    return DemoRepository(directory, stage.main[-1].id, recorder.tip.id, tuple(landed))


def expected_findings(demo: DemoRepository) -> list[tuple[str, str, str]]:
    """(rule id, commit, path) of every planted violation, in the order of the changes."""
    return [
        (item.change.expect.rule, item.tip, item.change.expect.path)
        for item in demo.landed
        if item.change.expect is not None
    ]


def _tell(change: Change, stage: Stage, recorder: Recorder, refs: dict[str, str]) -> Landed:
    """Land one change, record it, and keep the proposal's head as forges do."""
    base = stage.main[-1] if stage.main else None
    proposal, label = None, ""
    if change.landing == "push":
        commits = push(change, stage)
    else:
        label = str(sum(1 for name in refs if name.startswith("refs/pull/")) + 1)
        branch = play(change, stage)
        refs[f"refs/pull/{label}/head"] = branch.head.id
        if change.merged:  # only the reviewed head lets a clone merge again what was merged on landing
            refs[f"refs/heads/proposal/{label}"] = branch.head.id
        commits = land(change, stage, branch, label)
        branch.seen += [Seen(Review(name), commits[-1].at + LATE, branch.base, branch.head) for name in change.late]
        proposal = recorder.proposal(change, label, branch)
    if change.recorded and base is not None:
        recorder.record(_recorder_at(base, stage), change, base, commits[-1], proposal)
    stage.main.append(commits[-1])
    return Landed(change, base.id if base else None, tuple(made.id for made in commits), label)


def _recorder_at(commit: MadeCommit, stage: Stage) -> str:
    """The recorder whom the settings name at that commit."""
    text = stage.objects.blobs[commit.tree[_SETTINGS].oid].decode()
    return SECOND_RECORDER if f"name: {SECOND_RECORDER}" in text else FIRST_RECORDER
