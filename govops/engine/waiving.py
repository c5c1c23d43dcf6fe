"""Waivers: which findings of a change are excused by those that were in force before it, and why others are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from govops.decision import ChangeFacts, Verdict, is_rule_file
from govops.decision.requirements import path_matches, seconds_between
from govops.finding import Finding, Status
from govops.history import Oid
from govops.history.deeds import Deeds
from govops.kinds import ResourceKey, path_of_key
from govops.kinds.custom import CustomKind
from govops.kinds.resource import split_key
from govops.kinds.waiver import Waiver
from govops.lifecycle import is_control_file
from govops.rule import Rule

_DAY = 86_400
_LONGEST_REASON = 200  # characters of a waiver's reason in the words of a finding
IsIn = Callable[[str, str], bool]
"""(path, ``Kind/name``) -> whether that resource stands at the path."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What decides whether waivers count for the findings of one change. All of it stood before the change.

    ``waivers`` are those that are lawful, ``barred`` (path, waiver, reason) such as stand there and are not.
    ``makers`` made the change. ``time`` is its attested time, ``days`` the longest that a waiver may last.
    """

    waivers: tuple[tuple[str, Waiver], ...]
    barred: tuple[tuple[str, Waiver, str], ...] = ()
    makers: frozenset[str] = frozenset()
    time: str | None = None
    days: int = 0
    approvers: Callable[[str], frozenset[str]] = lambda name: frozenset()
    is_in: IsIn = lambda path, resource: False


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a waiver was of use: ``counted`` findings of the changes that are reported, ``ever`` of all.

    ``waiver`` is as it was when it was last of use, ``had_chance`` whether something in its scope landed under it.
    """

    waiver: Waiver
    counted: int = 0
    ever: int = 0
    had_chance: bool = False


@dataclass(slots=True)
class Waiving:
    """The waivers along one walk. ``rules`` are the built-in ones, by id; ``tallies`` go by path."""

    rules: Mapping[str, Rule]
    tallies: dict[str, Tally] = field(default_factory=dict)

    def apply(
        self, findings: list[Finding], facts: ChangeFacts, ground: Ground | None, *, reporting: bool
    ) -> list[Finding]:
        """The findings on a change, those that are excused among them as such; keeps the tallies."""
        if ground is None:
            return findings
        for path, waiver in ground.waivers:
            tally = self.tallies.get(path) or Tally(waiver)
            touched = not tally.had_chance and any(_covers(waiver, change.path, ground) for change in facts.landed)
            if touched and not _standing_objection(waiver, ground):
                self.tallies[path] = replace(tally, had_chance=True)
        found = [self.waived(finding, ground) for finding in findings]
        for finding in found:
            if finding.waived:
                waiver = dict(ground.waivers)[finding.waived]
                before = self.tallies.get(finding.waived) or Tally(waiver)
                counted = before.counted + reporting
                self.tallies[finding.waived] = replace(before, waiver=waiver, counted=counted, ever=before.ever + 1)
        return found

    def waived(self, finding: Finding, ground: Ground) -> Finding:
        """The finding as a waiver leaves it: excused, open where nobody attests a time, or told why it is neither."""
        if finding.status not in (Status.FAIL, Status.WARN) or not self._can_be_waived(finding):
            return finding
        reasons: list[str] = []
        is_open = False
        for path, waiver in ground.waivers:
            if not _is_about(waiver, finding, ground):
                continue
            objection = _personal_objection(waiver, finding, ground) or _standing_objection(waiver, ground)
            if not objection:
                hint = f"excused until {waiver.spec.expires}: {waiver.spec.reason[:_LONGEST_REASON]}"
                return replace(finding, status=Status.WAIVED, waived=path, hint=hint)
            is_open = is_open or objection == _NO_TIME
            reasons.append(f"{path} does not count: {objection}")
        reasons += [f"{p} does not count: {why}" for p, one, why in ground.barred if _is_about(one, finding, ground)]
        hint = "; ".join(filter(None, (finding.hint, *reasons)))
        open_now = is_open and finding.status is Status.FAIL
        return replace(finding, hint=hint, status=Status.UNVERIFIABLE if open_now else finding.status)

    def _can_be_waived(self, finding: Finding) -> bool:
        """Whether its rule allows that (one of the user's own always does) and none of its paths is a rule itself."""
        rule = self.rules.get(finding.rule)
        governing = (is_rule_file(path) or is_control_file(path) for path in finding.paths)
        return bool(finding.paths) and (rule is None or rule.waivable) and not any(governing)


def ground_of(facts: ChangeFacts, verdict: Verdict) -> Ground | None:
    """What stood before this change; None where no waiver did."""
    law = facts.law
    brought = [(a.path, a.new) for a in facts.actions if isinstance(a.new, Waiver)]
    unlawful = law.unlawful_waivers()
    if not law.waivers() and not brought and not unlawful:
        return None
    custom = law.custom_kinds()
    barred = [(path, one, f"commit {commit[:12]} left it without approval") for path, one, commit in unlawful]
    barred += [(path, one, "it lands with this very change") for path, one in brought]
    return Ground(
        law.waivers(),
        tuple(barred),
        frozenset(verdict.makers),
        facts.time,
        law.settings.limits.waiver_days,
        lambda name: approvers_of(name, facts.deeds, but=facts.id),
        lambda path, resource: _stands_at(path, resource, custom),
    )


def approvers_of(name: str, deeds: Deeds, *, but: Oid) -> frozenset[str]:
    """Everybody who ever approved any content of the waiver, in another change than ``but``."""
    return approved(f"Waiver/{name}", deeds, but=but)


def approved(resource: str, deeds: Deeds, *, but: Oid = "") -> frozenset[str]:
    """Everybody who ever approved ``Kind/name``, whether their approval counted or not."""
    return frozenset(person for deed in deeds.of(resource) if deed.commit != but for person in deed.approving)


def left_of(verdict: Verdict, findings: Iterable[Finding]) -> Status:
    """What a verdict amounts to without those of its causes of which every finding is excused, or became open.

    A warning amounts to nothing, excused or not.
    """
    told = {(f.rule, f.subject): f.status for f in findings if f.status is not Status.WARN}
    causes = (cause for cause in verdict.causes if cause.status is not Status.WARN)
    left = {told.get((cause.rule, cause.who), cause.status) for cause in causes}
    order = (Status.ERROR, Status.FAIL, Status.UNVERIFIABLE, Status.WAIVED)
    return next((status for status in order if status in left), Status.PASS)


_NO_TIME = "nobody attests when this change landed, so nobody can tell whether it still was in force"


def _standing_objection(waiver: Waiver, ground: Ground) -> str:
    """Why the waiver is not in force for this change, whoever it is about; empty if it is."""
    ends = waiver.spec.expires
    for person in sorted(ground.makers & ground.approvers(waiver.metadata.name)):
        return f"{person} approved it, and took part in this change"
    if ground.time is None:
        return _NO_TIME
    if ends <= ground.time:
        return f"it ended at {ends}"
    if seconds_between(ground.time, ends) > ground.days * _DAY:
        return f"it lasts longer than {ground.days} days"
    return ""


def _personal_objection(waiver: Waiver, finding: Finding, ground: Ground) -> str:
    """Why the waiver does not count for what was found against one of those who approved it."""
    if finding.subject in ground.approvers(waiver.metadata.name):
        return f"{finding.subject} approved it, and this was found against them"
    return ""


def _is_about(waiver: Waiver, finding: Finding, ground: Ground) -> bool:
    return finding.rule in waiver.spec.rules and all(_covers(waiver, path, ground) for path in finding.paths)


def _covers(waiver: Waiver, path: str, ground: Ground) -> bool:
    """Whether the path lies in the waiver's scope; where it gives both a resource and a pattern, in both."""
    scope = waiver.spec.scope
    here = scope.resource is None or ground.is_in(path, scope.resource)
    return here and (scope.path is None or path_matches(path, scope.path))


def _stands_at(path: str, resource: str, custom: tuple[CustomKind, ...]) -> bool:
    """By its own path, and for custom kinds by what their definitions say."""
    if path_of_key(ResourceKey(*split_key(resource))) == path:
        return True
    kinds = ((kind, kind.match(path)) for kind in custom)
    return any(name is not None and f"{kind.name}/{name}" == resource for kind, name in kinds)
