"""The answer, given by the judge: each person's approval is tried, and so is everybody's together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Literal

from govops.answer import Asking, Barred, Permission
from govops.app.imagining import Acts, Told, imagined_facts, reachable
from govops.app.who_can.question import Question, understand
from govops.app.who_can.rules import proposing, settle, unsure
from govops.decision import Candidates, ChangeFacts, Verdict, judge, roles_wanted, who_could
from govops.doctor.means import means
from govops.errors import UsageError
from govops.finding import Status
from govops.history import PathChange
from govops.history.snapshot import File
from govops.kinds.policy_test import ImaginedApproval
from govops.kinds.user import User
from govops.workspace import Asked, Gate, look_back, open_base

_OF_AUTHORS = ("author-lacks-permission", "conflicting-duties")
_ELSEWHERE = "approver-lacks-role"  # of a person who serves one requirement and not another
_People = tuple[tuple[str, ...], tuple[Barred, ...], tuple[Barred, ...]]
"""Those who can, those who cannot, and those of whom nobody can tell."""


def who_can(asked: Asked, action: str, resource: str, *, author: str = "", at: str | None = None) -> Permission:
    """By the rules at ``asked.base``; ``at`` is when the change would land, None where that is left open.

    UsageError for an action, a resource or an author that there is not.
    """
    with open_base(asked) as gate:
        question = understand(gate, action, resource)
        gate.take({path: entry for path, entry in question.files(gate) if entry is not None})
        look_back(gate, asked, [PathChange(question.at.path, question.entry, question.entry)])
        return _Answer(gate, question, author, at).permission()


class _Answer:
    """One question, asked of rules in which everything that is open has come about."""

    def __init__(self, gate: Gate, question: Question, author: str, at: str | None) -> None:
        self._gate = gate
        self._question = question
        self._law = gate.registry.law
        self._author = author
        self._at = at
        self._spoken = settle(self._imagined(), question, at)
        gate.meet({*roles_wanted(self._imagined()), *frozenset().union(*proposing(self._spoken.values(), self._law))})
        gate.meet([author])
        self._means = {user.metadata.name: means(user, self._law.settings) for user in self._users()}
        self._require_author()
        for user in self._users():
            self._introduce(reachable(user))

    def permission(self) -> Permission:
        """The whole answer."""
        question, settings = self._question, self._law.settings
        found = who_could(self._imagined())
        tried = {name: self._judged([name]) for name in sorted({name for one in found for name in self._holding(one)})}
        everybody = self._judged(name for name in tried if not self._reasons(tried[name], name, Status.FAIL))
        authors, barred, doubtful = self._authors()
        return Permission(
            action=question.action,
            resource=str(question.at.key),
            path=question.at.path,
            repository=settings.repository,
            branch=settings.protected_branch,
            commit=self._gate.base,
            author=self._author,
            at=self._at,
            requirements=tuple(self._asking(one, tried, everybody) for one in found),
            authors=authors,
            barred=barred,
            doubtful=doubtful,
            unknown=tuple(unsure(self._law, [one.source for one in found])),
            is_audited=self._gate.is_audited,
        )

    # ---- what is asked of the judge

    def _imagined(self, approvals: Iterable[str] = (), maker: str = "") -> ChangeFacts:
        """The change as the judge sees it, with these approvals, made by this person or the author."""
        registry, maker = self._gate.registry, maker or self._author
        acts = Acts(self._law, registry.snapshot, lambda path: registry.parse(path, self._question.entry).resource)
        parts = (("opener", maker), ("author", maker)) if maker else ()
        given = tuple(ImaginedApproval(person=name) for name in sorted(approvals))
        done = acts.perform([self._question.act])
        told = Told(parts, at=self._at, approvals=given, parent=self._gate.base)
        return replace(imagined_facts(self._law, registry.snapshot, done, told), deeds=self._gate.deeds)

    def _judged(self, names: Iterable[str]) -> Verdict:
        """The verdict if all of these approved and nobody else did."""
        return judge(self._imagined(names))

    # ---- who may approve

    def _asking(self, one: Candidates, tried: dict[str, Verdict], everybody: Verdict) -> Asking:
        spoken = self._spoken.get(one.source)
        could, barred, doubtful = self._sorted(one, tried)
        met = any(
            (r.text, r.source) == (one.text, one.source) and r.status is Status.PASS for r in everybody.requirements
        )
        outcome: Literal["enough", "too few", "unknown"] = "enough" if met else "unknown" if doubtful else "too few"
        return Asking(
            text=one.text.partition(": ")[2],
            source=one.source,
            outcome=outcome,
            hinges=spoken.hinges if spoken else (),
            terms=tuple(spoken.terms()) if spoken else (),
            could=could,
            barred=barred,
            doubtful=doubtful,
        )

    def _sorted(self, one: Candidates, tried: dict[str, Verdict]) -> _People:
        could, barred, doubtful = list[str](), list[Barred](), list[Barred]()
        for name in self._holding(one):
            bad = self._reasons(tried[name], name, Status.FAIL, one.source)
            doubts = self._reasons(tried[name], name, Status.UNVERIFIABLE, one.source)
            if bad:
                barred.append(Barred(name, bad))
            elif doubts or name not in one.names:
                doubtful.append(Barred(name, doubts))
            else:
                could.append(name)
        return tuple(could), tuple(barred), tuple(doubtful)

    def _holding(self, one: Candidates) -> list[str]:
        """Everybody whose approval could mean anything there: who holds a role that serves, and delegates."""
        return sorted(self._with_any(one.roles) | {name for name in one.names if name in self._means})

    def _with_any(self, roles: frozenset[str]) -> set[str]:
        lent = {lent.spec.to for lent in self._law.lent() if roles & set(lent.spec.roles)}
        return {
            user.metadata.name for user in self._users() if user.metadata.name in lent or roles & set(user.spec.roles)
        }

    def _reasons(self, verdict: Verdict, name: str, status: Status, source: str = "") -> tuple[str, ...]:
        """What speaks against the approval of this person, by the judge's rules and for want of any evidence."""
        given = next(weighed for weighed in verdict.weighed if weighed.opinion.person == name)
        found = [one for one in given.objections if one.status is status]
        found = [one for one in found if one.rule != _ELSEWHERE or one.detail == "at the reviewed base"]
        reasons = [f"{one.rule}: {one.detail}" if one.detail else one.rule for one in found]
        spoken = self._spoken.get(source)
        wanted = (spoken.evidence if spoken else ()) or self._law.settings.evidence.accept
        if status is Status.FAIL and self._means[name].isdisjoint(wanted):
            reasons.append(f"has no account, key or address for {' or '.join(wanted)} evidence")
        return tuple(reasons)

    # ---- who may make the change

    def _authors(self) -> tuple[tuple[str, ...] | None, tuple[Barred, ...], tuple[Barred, ...]]:
        """As for approvals; None for every User."""
        if not self._author and all(one.policy.spec.author is None for one in self._spoken.values()):
            return None, (), ()
        may, barred, doubtful = list[str](), list[Barred](), list[Barred]()
        for name in [self._author] if self._author else self._proposing():
            causes = [one for one in judge(self._imagined(maker=name)).causes if one.rule in _OF_AUTHORS]
            causes = [one for one in causes if one.status is not Status.WARN]
            words = tuple(f"{one.rule}: {one.needed or one.detail}" for one in causes)
            if not words:
                may.append(name)
            else:
                (barred if Status.FAIL in {one.status for one in causes} else doubtful).append(Barred(name, words))
        return tuple(may), tuple(barred), tuple(doubtful)

    def _proposing(self) -> list[str]:
        """Everybody active who holds what any policy asks of authors, or is named there."""
        roles, named = proposing(self._spoken.values(), self._law)
        users = ((name, self._law.user(name)) for name in sorted(named | self._with_any(roles)))
        return [name for name, user in users if user is not None and user.spec.active]

    # ---- people

    def _users(self) -> list[User]:
        return [user for _, user in self._law.snapshot.of_kind("User") if isinstance(user, User)]

    def _introduce(self, user: User) -> None:
        snapshot, path = self._law.snapshot, f"registry/users/{user.metadata.name}.yaml"
        snapshot.put(path, File(snapshot.files[path].entry, user, user))

    def _require_author(self) -> None:
        if self._author and self._author not in self._means:
            listed = self._gate.room.listing(self._gate.base, "registry/users")
            names = sorted({*self._means, *(path.rpartition("/")[2].removesuffix(".yaml") for path in listed)})
            near = get_close_matches(self._author, names, n=1)
            hint = f"did you mean '{near[0]}'?" if near else "name somebody who has a file in registry/users/"
            raise UsageError(f"there is no User '{self._author[:60]}' at {self._gate.base[:12]}", hint=hint)
