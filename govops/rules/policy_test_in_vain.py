"""The rule ``policy-test-in-vain``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import NamedTuple

from govops.finding import Finding
from govops.history.snapshot import Snapshot
from govops.kinds import KINDS, ResourceKey, split_key
from govops.kinds.custom import CustomKind, custom_kind
from govops.kinds.kind_definition import KindDefinition
from govops.kinds.policy_test import PolicyTest, Steps, acts_of, changes_of
from govops.kinds.quoting import quoted
from govops.lifecycle import actions_on
from govops.rule import ResourceFacts, warning

_BUILT_IN = tuple(kind.name for kind in KINDS)


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """A policy test speaks of people, roles, actions, kinds and rules that exist.

    ## Why it matters
    A misspelt approver is somebody whom nobody knows, so a case that expects a failure gets one for the wrong reason
    and goes on to pass when the policy is broken. It is a warning: no verdict rests on a test. `govops test-policies`
    refuses such a test.

    ## Example
    The action is called `model.approve`:

        change:
          action: model.aprove
          resource: ModelVersion/fraud-screen/2.0.0

    ## How to fix it
    Correct the name; the hint has the nearest one. A case about people whom nobody knows may name them freely if it
    expects `approver-unknown` or `unknown-contributor`.
    """
    test = facts.resource
    if not isinstance(test, PolicyTest):
        return
    for said in (*_acts(test, facts), *_people(test, facts), *_rules(test, facts)):
        near = next(iter(get_close_matches(said.name.casefold(), {one.casefold(): one for one in said.known}, n=1)), "")
        hint = f"did you mean `{next(one for one in said.known if one.casefold() == near)}`?" if near else said.hint
        message = f"there is no {said.what} {quoted(said.name)}"
        subject = f"{said.what} {said.name}"
        yield warning(facts.finding("policy-test-in-vain", message, at=said.at, hint=hint, subject=subject))


class _Said(NamedTuple):
    """A name that means nothing, where it stands, and names that would."""

    at: Steps
    what: str
    name: str
    known: Collection[str]
    hint: str


def _acts(test: PolicyTest, facts: ResourceFacts) -> Iterator[_Said]:
    """Kinds that there are not, and actions that are never done to the kind."""
    for where, change in changes_of(test):
        for at, act in acts_of(where, change):
            if act.key is not None:
                yield from _act(at, act.action, act.key, facts)
        for number, past in enumerate(change.before):
            yield from _act((*where, "before", number), past.action, split_key(past.resource), facts)


def _act(at: Steps, action: str | None, key: ResourceKey, facts: ResourceFacts) -> Iterator[_Said]:
    own = _own_kinds(facts)
    known = actions_on(key.kind, key.name, own.get(key.kind))
    if not known:
        yield _Said((*at, "resource"), "kind", key.kind, (*_BUILT_IN, *own), "`govops schema` lists the kinds")
    elif action is not None and action not in known:
        what = f"action on a {key.kind} that is called"
        yield _Said((*at, "action"), what, action, known, f"one of: {', '.join(known)}")


def _places(facts: ResourceFacts) -> tuple[Snapshot, ...]:
    """People and policies may be kept elsewhere."""
    return (facts.snapshot,) if facts.outside is None else (facts.snapshot, facts.outside)


def _people(test: PolicyTest, facts: ResourceFacts) -> Iterator[_Said]:
    known = {name for place in _places(facts) for name in place.names("User")}
    for at, name in _named(test):
        if name not in known:
            yield _Said(at, "User", name, known, "name somebody who has a file in registry/users/")


def _named(test: PolicyTest) -> Iterator[tuple[Steps, str]]:
    """Everybody whom the cases name that are not about strangers."""
    about_strangers = {number for number, case in enumerate(test.spec.cases) if case.expects_strangers}
    for at, change in changes_of(test):
        own = at[2] if len(at) > 2 else None
        if own not in about_strangers and not (own is None and about_strangers):
            yield (*at, "author"), change.author
            for part in ("contributors", "committers", "pushers"):
                yield from (((*at, part, place), name) for place, name in enumerate(getattr(change, part)))
            if change.merger:
                yield (*at, "merger"), change.merger
            for number, past in enumerate(change.before):
                for part in ("contributors", "approvers"):
                    named = enumerate(getattr(past, part))
                    yield from (((*at, "before", number, part, place), name) for place, name in named)
    for number, case in enumerate(test.spec.cases):
        at = ("spec", "cases", number)
        if number not in about_strangers:
            yield from (((*at, "approvals", n, "person"), one.person) for n, one in enumerate(case.approvals))
            yield from (((*at, "expect", "counted", n), name) for n, name in enumerate(case.expect.counted or ()))


def _rules(test: PolicyTest, facts: ResourceFacts) -> Iterator[_Said]:
    known = {*facts.rules, *(name for place in _places(facts) for name in place.names("Rule"))}
    for number, case in enumerate(test.spec.cases):
        for place, name in enumerate(case.expect.rules or ()):
            if name not in known:
                at = ("spec", "cases", number, "expect", "rules", place)
                yield _Said(at, "rule", name, known, "`govops rules` lists them")


def _own_kinds(facts: ResourceFacts) -> dict[str, CustomKind]:
    found = (one for place in _places(facts) for _, one in place.of_kind("KindDefinition"))
    return {one.spec.kind: custom_kind(one) for one in found if isinstance(one, KindDefinition)}
