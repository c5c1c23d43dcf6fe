"""A proposal's life before it lands: its branch, commit by commit, and what each reviewer saw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from govops.app.demo.company import Company, Person
from govops.app.demo.objects import Hands, MadeCommit, Objects, Tree, differences
from govops.app.demo.plot import Change, Event, File, Push, Review, Update
from govops.evidence.records import Contributor, Subject
from govops.history import Ident

FORGE = Ident("Brackwater Forge", "noreply@forge.brackwater.example.org")

LATE = 10 * 3600  # seconds from a landing to the approvals that come after it
_STEP = 40 * 60  # seconds between two events of a proposal
_OPENS, _LANDS = 9, 15  # o'clock, UTC


@dataclass(slots=True)
class Stage:
    """Where the story is told: ``main`` are the tips so far, oldest first; ``number`` counts the changes."""

    company: Company
    objects: Objects
    main: list[MadeCommit] = field(default_factory=list)
    number: int = 0

    def edited(self, tree: Tree, files: Iterable[File]) -> Tree:
        """The tree with these files as the story tells them."""
        result = dict(tree)
        for file in files:
            content = self.company.content(file)
            if content is None:
                del result[file.path]
            else:
                result[file.path] = self.objects.blob(content)
        return result


@dataclass(frozen=True, slots=True)
class Seen:
    """One review: who decided what, when, and which head and merge base they had before them."""

    review: Review
    at: int
    base: MadeCommit
    head: MadeCommit

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """The difference that the reviewer saw."""
        return differences(self.base.tree, self.head.tree)


@dataclass(slots=True)
class Branch:
    """A proposal as it goes on. ``base`` moves when main is merged in; ``own`` are its commits, oldest first."""

    base: MadeCommit
    head: MadeCommit
    opened_at: int
    own: list[tuple[MadeCommit, Event]] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    contributors: list[Contributor] = field(default_factory=list)


def play(change: Change, stage: Stage) -> Branch:
    """Tell a proposal's events, one after the other."""
    moments = event_times(change, stage.number)
    start = stage.main[-1 - change.behind]
    branch = Branch(start, start, moments[0])
    _joins(branch, "opener", stage.company.people[change.by])
    for event, at in zip(change.events, moments, strict=True):
        match event:
            case Push():
                _push(branch, event, change=change, stage=stage, at=at)
            case Update():
                _update(branch, event, stage=stage, at=at)
            case Review():
                branch.seen.append(Seen(event, at, branch.base, branch.head))
    return branch


def merged(base: Tree, ours: Tree, theirs: Tree, resolved: Tree | None = None) -> Tree:
    """The three-way merge by path. Where both sides changed one path, ``resolved`` says what it becomes."""
    result = dict(ours)
    for subject in differences(base, theirs):
        if resolved and subject.path in resolved:
            result[subject.path] = resolved[subject.path]
        elif ours.get(subject.path) not in (subject.old, subject.new):
            raise ValueError(f"both sides of a merge changed {subject.path}")
        elif subject.new is None:
            result.pop(subject.path, None)
        else:
            result[subject.path] = subject.new
    return result


def co_authored_by(ident: Ident) -> str:
    """The trailer that names a second author."""
    return f"Co-authored-by: {ident.name} <{ident.email}>"


def landing_time(change: Change, number: int) -> int:
    """When the change landed: the told minute, or an afternoon that differs from day to day."""
    if "T" in change.on:
        return _epoch(change.on)
    return _epoch(f"{change.on}T{_LANDS}:{number * 7 % 60:02}")


def event_times(change: Change, number: int) -> tuple[int, ...]:
    """One instant for each event: backwards from the landing, or from the day on which the branch was opened."""
    landed = landing_time(change, number)
    count = len(change.events)
    times = [landed - _STEP * (count - place) for place in range(count)]
    if change.opened:
        opened = _epoch(f"{change.opened}T{_OPENS:02}:{number * 11 % 60:02}")
        updates = [place for place, event in enumerate(change.events) if isinstance(event, Update)]
        for place in range(updates[0] if updates else count):
            times[place] = opened + _STEP * place
    return tuple(times)


def _epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def _push(branch: Branch, push: Push, *, change: Change, stage: Stage, at: int) -> None:
    people = stage.company.people
    person = people[push.by or change.by]
    trailer = f"\n\n{co_authored_by(people[push.co_author].ident)}" if push.co_author else ""
    made = stage.objects.commit(
        f"{push.message or change.title}{trailer}",
        stage.edited(branch.head.tree, push.files),
        parents=(branch.head.id,),
        hands=Hands(push.author or person.ident, person.ident, at),
    )
    branch.head = made
    branch.own.append((made, push))
    _joins(branch, "author", push.author or person)
    _joins(branch, "committer", person)
    _joins(branch, "pusher", person)
    if push.co_author:
        _joins(branch, "co-author", people[push.co_author])


def _update(branch: Branch, update: Update, *, stage: Stage, at: int) -> None:
    person, main = stage.company.people[update.by], stage.main[-1]
    branch.head = stage.objects.commit(
        "Merge branch 'main' into the proposal",
        merged(branch.base.tree, branch.head.tree, main.tree),
        parents=(branch.head.id, main.id),
        hands=Hands(person.ident, FORGE, at),
    )
    branch.base = main
    branch.own.append((branch.head, update))
    _joins(branch, "author", person)
    _joins(branch, "committer", FORGE)


def _joins(branch: Branch, source: str, somebody: Person | Ident) -> None:
    """Add a contributor once. A forge knows the account of its own people's addresses, and of nobody else's."""
    entry: dict[str, object]
    if isinstance(somebody, Ident):
        entry = {"source": source, "name": somebody.name, "email": somebody.email}
    elif source in ("opener", "pusher"):
        entry = {"source": source, "account": somebody.accounts[0]}
    else:
        ident, account = somebody.ident, somebody.accounts[0]
        entry = {"source": source, "account": account, "name": ident.name, "email": ident.email}
    contributor = Contributor.model_validate(entry)
    if contributor not in branch.contributors:
        branch.contributors.append(contributor)
