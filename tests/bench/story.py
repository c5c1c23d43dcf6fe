"""What happens at the company, change by change: always the same for the same size, and all of it allowed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.bench.company import TIERS, founding, people
from tests.bench.sizes import Size
from tests.support.cast import Person
from tests.support.files import (
    File,
    deployment,
    incident,
    model,
    policy,
    readme,
    usecase,
    user_of,
    version,
)

_MERGES = 0.2  # the part of the changes that land as a merge of one commit
_FOUND = 0.2  # the part of the resources that is there at the adoption
_STEPS = {"submitted": "approved", "draft": "submitted", "approved": "deployed"}


@dataclass(frozen=True, slots=True)
class Plan:
    """One change to be written. ``context`` are the files that its own refer to, as a reviewer saw them."""

    title: str
    files: dict[str, bytes]
    author: Person
    reviewers: tuple[Person, ...]
    merge: bool
    context: tuple[str, ...] = ()


@dataclass(slots=True)
class _Version:
    number: str
    revision: int = 0
    status: str = "registered"


@dataclass(slots=True)
class _Model:
    name: str
    tier: str
    owner: str
    revision: int = 0
    versions: list[_Version] = field(default_factory=list)
    running: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Edit:
    """Files that one change writes, how many approvers it takes, and whether an admin has to be the one."""

    title: str
    files: tuple[File, ...]
    approvers: int = 1
    admin: bool = False
    context: tuple[str, ...] = ()


class Story:
    """Every verb makes one change and remembers what it did."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self._random = random.Random(size.name)
        self.people = list(people(size))
        self._admins = self.people[:2]
        self._approvers = [person for person in self.people if "approver" in person.roles]
        self._makers = [person for person in self.people if "operator" in person.roles]  # none of them approves
        self._models: list[_Model] = []
        self._uses: list[tuple[str, str, str, int]] = []
        self._open: list[str] = []
        self._incidents = 0
        self.resources = len(self.people)

    def founding(self) -> dict[str, bytes]:
        """Everything that the adoption brings."""
        files = {path: content for path, content in founding(self.size).items() if isinstance(content, bytes)}
        while self.resources < self.size.resources * _FOUND:
            files.update(self._create().files)
        return files

    def changes(self) -> Iterator[Plan]:
        """Changes until as many commits are written as were asked for."""
        left = self.size.commits - 1
        average = left / (1 + _MERGES)
        creating = (self.size.resources - self.resources) / average
        while left > 0:
            plan = self._planned(self._create() if self._random.random() < creating else self._edit(), left)
            yield plan
            left -= 2 if plan.merge else 1

    def _planned(self, edit: _Edit, left: int) -> Plan:
        roll = self._random
        reviewers = tuple(roll.sample(self._admins if edit.admin else self._approvers, edit.approvers))
        author = roll.choice(self._makers)
        merge = left > 1 and roll.random() < _MERGES
        return Plan(edit.title, dict(edit.files), author, reviewers, merge, edit.context)

    def _create(self) -> _Edit:
        self.resources += 1
        if len(self._models) < 3:
            return self._new_model()
        weights: dict[Callable[[], _Edit], int] = {
            self._new_version: 64,
            self._new_incident: 16,
            self._new_use_case: 10,
            self._new_model: 7,
            self._new_person: 3,
        }
        return self._one_of(weights)

    def _edit(self) -> _Edit:
        weights: dict[Callable[[], _Edit], int] = {
            self._measured: 300,
            self._approved: 240,
            self._deployed: 240,
            self._advanced: 100,
            self._resolved: 60,
            self._described: 60,
            self._moved_on: 30,
            self._documented: 25,
            self._ruled: 3,
        }
        return self._one_of(weights)

    def _one_of(self, weights: dict[Callable[[], _Edit], int]) -> _Edit:
        return self._random.choices(list(weights), list(weights.values()))[0]()

    def _new_model(self) -> _Edit:
        number = len(self._models)
        made = _Model(f"model-{number}", TIERS[number % len(TIERS)], self._random.choice(self.people).name)
        self._models.append(made)
        return _Edit(f"Register {made.name}", (self._file_of(made),))

    def _new_version(self) -> _Edit:
        made = self._random.choice(self._models)
        fresh = _Version(f"1.{len(made.versions)}.0")
        made.versions.append(fresh)
        return self._about(f"Register {made.name} {fresh.number}", made, fresh, approvers=1)

    def _new_use_case(self) -> _Edit:
        self._uses.append((f"use-{len(self._uses)}", self._random.choice(self._models).name, "draft", 0))
        return self._use(len(self._uses) - 1, "Propose")

    def _new_incident(self) -> _Edit:
        name = f"incident-{self._incidents}"
        self._incidents += 1
        self._open.append(name)
        return _Edit(f"Report {name}", (self._incident(name),))

    def _new_person(self) -> _Edit:
        person = Person(f"person-{len(self.people)}", f"Person {len(self.people)}", ("analyst", "operator"))
        self.people.append(person)
        return _Edit(f"Welcome {person.display_name}", (user_of(person),), admin=True)

    def _measured(self) -> _Edit:
        found = self._random.choice(self._models)
        if not found.versions:
            return self._described()
        one = self._random.choice(found.versions)
        one.revision += 1
        return self._about(f"Measure {found.name} {one.number} again", found, one, approvers=_votes(found))

    def _approved(self) -> _Edit:
        found = self._random.choice(self._models)
        waiting = [one for one in found.versions if one.status == "registered"]
        if not waiting:
            return self._measured()
        one = self._random.choice(waiting)
        one.status = "approved"
        return self._about(f"Approve {found.name} {one.number}", found, one, approvers=_votes(found))

    def _deployed(self) -> _Edit:
        found = self._random.choice(self._models)
        place = self._random.choice(("staging", "production"))
        usable = [one for one in found.versions if one.status == "approved" and one.number != found.running.get(place)]
        if not usable:
            return self._approved()
        one = self._random.choice(usable)
        found.running[place] = one.number
        file = deployment(place, found.name, one.number)
        context = (f"registry/models/{found.name}/versions/{one.number}.yaml",)
        votes = _votes(found) if place == "production" else 1
        return _Edit(f"Deploy {found.name} {one.number} to {place}", (file,), votes, context=context)

    def _advanced(self) -> _Edit:
        if not self._uses:
            return self._measured()
        index = self._random.randrange(len(self._uses))
        name, about, status, revision = self._uses[index]
        self._uses[index] = (name, about, _STEPS.get(status, status), revision + 1)
        return self._use(index, "Change")

    def _resolved(self) -> _Edit:
        if not self._open:
            return self._measured()
        name = self._open.pop(self._random.randrange(len(self._open)))
        done = {"by": "admin-1", "at": "2026-01-06T09:00:00Z", "notes": "Retrained"}
        return _Edit(f"Resolve {name}", (self._incident(name, resolution=done),))

    def _described(self) -> _Edit:
        found = self._random.choice(self._models)
        found.revision += 1
        return _Edit(f"Describe {found.name}", (self._file_of(found),), _votes(found))

    def _moved_on(self) -> _Edit:
        person = self.people[self._random.randrange(2, len(self.people))]
        title = f"Desk {self._random.randrange(10_000)}"
        return _Edit(f"{person.display_name} moves", (user_of(person, metadata={"title": title}),), admin=True)

    def _documented(self) -> _Edit:
        """Nothing that is governed."""
        return _Edit("Write notes", (readme("notes/README.md", f"Note {self._random.randrange(10**9)}\n"),))

    def _ruled(self) -> _Edit:
        said = f"Who approves use cases, edition {self._random.randrange(10**9)}"
        return _Edit("Say it better", (policy("use-cases", actions=["usecase.*"], description=said),), admin=True)

    def _about(self, title: str, owner: _Model, one: _Version, *, approvers: int) -> _Edit:
        measured = {"accuracy": round(0.8 + one.revision % 100 / 1000, 3), "latency_ms": 10.0 + one.revision}
        file = version(owner.name, one.number, status=one.status, metrics=measured)
        return _Edit(title, (file,), approvers, context=(f"registry/models/{owner.name}/model.yaml",))

    def _use(self, index: int, verb: str) -> _Edit:
        name, about, status, revision = self._uses[index]
        links = [{"model": about, "versions": ">=1.0,<2"}]
        file = usecase(name, status=status, models=links, owner="admin-1", metrics={"revision": revision})
        return _Edit(f"{verb} {name}", (file,), context=(f"registry/models/{about}/model.yaml",))

    def _incident(self, name: str, **spec: object) -> File:
        reported = {"by": "admin-1", "at": "2026-01-05T09:00:00Z"}
        return incident(name, resource=f"Model/{self._models[0].name}", reported=reported, **spec)

    def _file_of(self, made: _Model) -> File:
        return model(made.name, risk_tier=made.tier, owner=made.owner, purpose=f"Scores, edition {made.revision}")


def _votes(made: _Model) -> int:
    return 2 if made.tier == "high" else 1
