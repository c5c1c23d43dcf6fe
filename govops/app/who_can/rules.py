"""The policies that may speak of an action, as if all that they hinge on had come about, and what that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from govops.app.who_can.question import Question
from govops.decision import ChangeFacts, Law, Open, hinges, risk_tiers, settled
from govops.history.snapshot import File
from govops.kinds.approval_policy import ApprovalPolicy

_EDITS = (".update", ".update_minor", ".update_deployment", "usecase.approve")
_APPROVALS = "policies/approvals/"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one policy says, and what it hinges on whether it does."""

    policy: ApprovalPolicy
    hinges: tuple[str, ...]

    @property
    def evidence(self) -> tuple[str, ...]:
        """The only evidence that it lets count; empty for whatever Settings accept."""
        return self.policy.spec.evidence

    def terms(self) -> Iterator[str]:
        """What else it asks of an approval, in words."""
        spec = self.policy.spec
        if spec.max_age:
            yield f"given at most {spec.max_age} before it lands"
        if spec.evidence:
            yield f"proven by {' or '.join(spec.evidence)}"
        if spec.coverage == "identity":
            yield "of exactly what lands"
        if spec.held_since_base:
            yield "by somebody who held the role when the work began"
        if "merger" in spec.exclude:
            yield "not by whoever merges it"
        if spec.emergency:
            yield f"or, in an emergency, within {spec.emergency.within} after it landed"


def settle(facts: ChangeFacts, question: Question, time: str | None) -> dict[str, Spoken]:
    """Path -> what it says, of each policy that may speak of the action. In ``facts.law`` they all do from now on."""
    (action,) = facts.actions
    law, tiers = facts.law, risk_tiers(facts.actions, facts.before)
    is_known = question.model is None or question.model in facts.before.files
    unsettled = _unsettled(question, time, is_model_known=is_known)
    found: dict[str, Spoken] = {}
    for path, policy in law.policies_on(action.name):
        on_what = hinges(policy, action, tiers, unsettled)
        if on_what is not None:
            found[path] = Spoken(policy, on_what)
    for path, spoken in found.items():
        asking = settled(spoken.policy)
        law.snapshot.put(path, File(law.snapshot.files[path].entry, asking, asking))
        law.moved(path)
    return found


def proposing(spoken: Iterable[Spoken], law: Law) -> tuple[frozenset[str], frozenset[str]]:
    """The roles that policies ask of authors, and the Users whom they name."""
    authors = [one.policy.spec.author for one in spoken]
    roles = (law.roles_serving(role=one.role, permission=one.permission) for one in authors if one is not None)
    return frozenset().union(*roles), frozenset().union(*(one.users for one in authors if one is not None))


def unsure(law: Law, sources: Iterable[str]) -> Iterator[str]:
    """In words: policies that cannot be read, and those among ``sources`` that no approved change put there."""
    files: Mapping[str, File] = law.snapshot.files
    for path in sorted(path for path in files if path.startswith(_APPROVALS) and path.endswith(".yaml")):
        if files[path].resource is None:
            yield f"{path} cannot be read; what it last said counts, and that is for an audit to find out"
    for source in sources:
        record = law.unlawful.get(source)
        if record is not None:
            yield f"{source} did not land by an approved change (see {record.commit[:12]})"


def _unsettled(question: Question, time: str | None, *, is_model_known: bool) -> Open:
    """What a policy may ask that nobody knows before there is a change."""
    own = {"Model": "risk_tiers", "UseCase": "impacts"}.get(question.at.key.kind)
    content = {"labels", *([own] if own else ())}
    unknown = set(content) if question.entry is None else set[str]()
    move = content - unknown if question.action.endswith(_EDITS) else set[str]()
    return Open(frozenset(unknown | (set() if is_model_known else {"risk_tiers"})), frozenset(move), time)
