"""What a verdict tells of those who approved."""

from __future__ import annotations

from typing import Any

from govops.decision.verdict import Opinion, Verdict, Weighed
from govops.finding import Status
from tests.decision.sample import said

PATH, OTHER = "registry/models/fraud/model.yaml", "registry/models/churn/model.yaml"


def weighed(name: str, *valid: str, decision: str = "approve", persons: tuple[str, ...] | None = None) -> Weighed:
    """A decision that would count for these paths, and did for none."""
    opinion = Opinion(said(name, decision), (name,) if persons is None else persons)
    return Weighed(opinion, (), (), (), valid=valid)


def verdict(*found: Weighed, **fields: Any) -> Verdict:
    return Verdict(Status.PASS, weighed=found, **fields)


def test_whoever_could_have_been_counted_vouches_for_the_path() -> None:
    found = verdict(weighed("carol", PATH, OTHER), weighed("bob", PATH), weighed("bob", PATH), weighed("dave"))
    assert found.vouching(PATH) == ("bob", "carol")
    assert found.vouching(OTHER) == ("carol",)
    assert found.vouching("README.md") == ()


def test_whoever_approved_is_told_whether_that_counted_or_not_and_so_is_whose_delegate_they_are() -> None:
    lent = Weighed(Opinion(said("dave"), ("dave",)), (), (), (), lenders=("erin",))
    others = (
        weighed("alice", decision="reject"),
        weighed("stranger", persons=()),
        weighed("x", persons=("bob", "zoe")),
    )
    assert verdict(lent, weighed("carol"), *others).approving == ("carol", "dave", "erin")
