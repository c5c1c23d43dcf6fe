"""Every story that passes, with one single thing made otherwise: the verdict flips, and for the right reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from govops.finding import Status
from tests.support.audit import assert_clean, change_of, rules, verdict
from tests.support.change import Change, Landed, Method
from tests.support.files import (
    Edit,
    delete,
    deployment,
    incident,
    model,
    policy,
    readme,
    role,
    usecase,
    user,
    version,
)
from tests.support.world import World

APPROVED = (model("fraud"), version("fraud", "1.0", status="approved"), version("fraud", "1.1", status="approved"))


@dataclass(frozen=True)
class Story:
    """Somebody proposes an edit, an approver approves it, it lands."""

    by: str
    edit: Edit
    approver: str = "bob"
    adopted: tuple[Edit, ...] = ()
    method: Method = "squash"

    @property
    def path(self) -> str:
        return self.edit[0]

    def otherwise(self, mode: str = "100644") -> Edit:
        """The same file with a byte more, or with another mode."""
        content = self.edit[1]
        text = content if isinstance(content, bytes) else model("fraud")[1]
        return (self.path, (mode, text)) if mode != "100644" else (self.path, text + b"#\n")


DELETION = next(iter(delete(model("fraud")[0]).items()))
STORIES: dict[str, Story] = {
    "a model is registered": Story("alice", model("fraud")),
    "a model is changed, by a merge": Story(
        "alice", model("fraud", risk_tier="high"), adopted=(model("fraud"),), method="merge"
    ),
    "a model is deleted, by a rebase": Story("alice", DELETION, adopted=(model("fraud"),), method="rebase"),
    "a version is approved, by a fast-forward": Story(
        "dave",
        version("fraud", "1.0", status="approved"),
        adopted=(model("fraud"), version("fraud", "1.0")),
        method="fast-forward",
    ),
    "a version is deployed": Story("dave", deployment("production", "fraud", "1.0"), adopted=APPROVED),
    "a use case is drafted": Story("alice", usecase("claims")),
    "an incident is reported": Story("dave", incident("drift"), adopted=(model("fraud"),)),
    "a document is written": Story("alice", readme("registry/models/README.md", "Our models\n")),
    "a person is hired": Story("dave", user("frank", roles=["analyst"]), approver="carol"),
    "a role is widened": Story("dave", role("auditor", permissions=["*"]), approver="carol"),
    "a policy is written": Story("dave", policy("more", actions=["sla.*"]), approver="carol"),
    "a workflow is changed": Story("dave", (".github/workflows/ci.yml", b"on: push\n"), approver="carol"),
}

Act = Callable[[Change, Story], object]


def approved(change: Change, story: Story) -> object:
    return change.approve(story.approver)


def nothing(change: Change, story: Story) -> object:
    return change


def revoked(change: Change, story: Story, **spec: Any) -> object:
    edit = user(story.approver, **(spec or {"roles": []}))
    return change.world.propose("dave", "Revoke", edit).approve("erin").merge("squash")


@dataclass(frozen=True)
class Mutation:
    """What is done otherwise, and the rule that says so. ``lands`` slips an edit into the landing itself."""

    rule: str
    reviews: Act = approved
    then: Act = nothing
    lands: Callable[[Story], list[Edit]] = lambda story: []
    recording: dict[str, Any] = field(default_factory=dict)
    status: Status = Status.FAIL


def untrusted(**recording: Any) -> Mutation:
    return Mutation("evidence-untrusted", recording=recording, status=Status.UNVERIFIABLE)


MUTATIONS: dict[str, Mutation] = {
    "the approval is dropped": Mutation("not-approved", reviews=nothing),
    "it is only a comment": Mutation("not-approved", reviews=lambda c, s: c.comment(s.approver)),
    "the author approves": Mutation("approver-is-contributor", reviews=lambda c, s: c.approve(s.by)),
    "somebody without the role approves": Mutation("approver-lacks-role", reviews=lambda c, s: c.approve("mallory")),
    "a bot approves": Mutation("approver-not-human", reviews=lambda c, s: c.approve("robo")),
    "a stranger approves": Mutation("approver-unknown", reviews=lambda c, s: c.approve(s.approver, account="id-x")),
    "the approver pushes to it": Mutation(
        "approver-is-contributor", then=lambda c, s: c.push(s.approver, ("src/train.py", b"pass\n"))
    ),
    "the approval is dismissed": Mutation("approval-dismissed", then=lambda c, s: c.dismiss(s.approver)),
    "the approver rejects it": Mutation("blocked-by-rejection", then=lambda c, s: c.reject(s.approver)),
    "somebody else who may approve rejects it": Mutation(
        "blocked-by-rejection", then=lambda c, s: c.reject("erin" if s.approver == "carol" else "carol")
    ),
    "one byte changes after the approval": Mutation("stale-approval", then=lambda c, s: c.push(s.by, s.otherwise())),
    "the mode changes after the approval": Mutation(
        "stale-approval", then=lambda c, s: c.push(s.by, s.otherwise("100755"))
    ),
    "one byte changes in the landing": Mutation("residual-content", lands=lambda s: [s.otherwise()]),
    "the mode changes in the landing": Mutation("residual-content", lands=lambda s: [s.otherwise("100755")]),
    "another file comes along in the landing": Mutation("residual-content", lands=lambda s: [model("debt")]),
    "the role is revoked before it lands": Mutation("approver-lacks-role", then=revoked),
    "the approver leaves before it lands": Mutation("approver-inactive", then=lambda c, s: revoked(c, s, active=False)),
    "the record is unsigned": untrusted(signer=None),
    "the record is signed by the author": untrusted(signer="alice"),
    "the record names another branch": untrusted(branch="develop"),
    "the record names another repository": untrusted(repository="local:acme/other"),
    "there is no record": Mutation("no-receipt", recording={"record": False}, status=Status.UNVERIFIABLE),
    "the record forgets who made it": Mutation(
        "contributors-not-attested",
        recording={"receipt_edit": lambda told: told["proposal"].update(contributors=[])},
        status=Status.UNVERIFIABLE,
    ),
    "the record says that it was pushed": Mutation(
        "not-approved", recording={"receipt_edit": lambda told: told.update(proposal=None, pusher=None)}
    ),
}


def tell(path: Path, story: Story, otherwise: Mutation | None = None) -> Landed:
    """The story as it goes, but for one thing."""
    mutation = otherwise or Mutation("")
    change = World(path, *story.adopted).propose(story.by, "Change", story.edit)
    mutation.reviews(change, story)
    mutation.then(change, story)
    method = "squash" if change.world.main != change.merge_bases()[0] else story.method
    return change.merge(method, amend=mutation.lands(story), **mutation.recording)


def pairs() -> Iterator[Any]:
    """Every story with every mutation that means something in it."""
    for name, story in STORIES.items():
        for what, mutation in MUTATIONS.items():
            slips = bool(mutation.lands(story)) and story.method == "fast-forward"  # lands its own commits
            if not slips:
                yield pytest.param(story, mutation, id=f"{name}: {what}")


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_as_it_goes_the_story_passes(tmp_path: Path, story: Story) -> None:
    assert_clean(verdict(tell(tmp_path, story).world))


@pytest.mark.threat("C03", "C15", "C18", "C19", "C25", "C48")
@pytest.mark.parametrize(("story", "mutation"), list(pairs()))
def test_with_one_thing_otherwise_it_does_not(tmp_path: Path, story: Story, mutation: Mutation) -> None:
    landed = tell(tmp_path, story, mutation)
    report = verdict(landed.world)
    assert mutation.rule in rules(report)
    assert change_of(report, landed).status is mutation.status


SIGNED: dict[str, Any] = {"evidence": {"mode": "signature", "accept": ["signature"]}}
MORE = (model("fraud")[0], model("fraud")[1] + b"#\n")
Sign = Callable[[Change], object]
SIGNATURES: dict[str, tuple[Sign, str | None, Status]] = {
    "as it goes": (lambda c: c.world.approve_signed("bob", c), None, Status.PASS),
    "nobody signs": (lambda c: c, "not-approved", Status.FAIL),
    "the record is unsigned": (lambda c: c.world.approve_signed("bob", c, signer=None), "not-approved", Status.FAIL),
    "another person's key": (
        lambda c: c.world.approve_signed("bob", c, signer="carol"),
        "signer-mismatch",
        Status.FAIL,
    ),
    "a key that nobody has": (lambda c: c.world.approve_signed("bob", c, signer="x"), "approver-unknown", Status.FAIL),
    "the author's own": (lambda c: c.world.approve_signed("alice", c), "approver-is-contributor", Status.FAIL),
    "without the role": (lambda c: c.world.approve_signed("mallory", c), "approver-lacks-role", Status.FAIL),
    "a bot": (lambda c: c.world.approve_signed("robo", c), "approver-not-human", Status.FAIL),
    "a rejection": (
        lambda c: c.world.approve_signed("bob", c, decision="reject"),
        "blocked-by-rejection",
        Status.FAIL,
    ),
    "of another branch": (
        lambda c: c.world.approve_signed("bob", c, edit=lambda told: told.update(branch="develop")),
        "not-approved",
        Status.FAIL,
    ),
    "of another repository": (
        lambda c: c.world.approve_signed("bob", c, edit=lambda told: told.update(repository="local:acme/other")),
        "not-approved",
        Status.FAIL,
    ),
    "of another mode": (
        lambda c: c.world.approve_signed("bob", c, edit=lambda told: told["subjects"][0]["new"].update(mode="100755")),
        "stale-approval",
        Status.FAIL,
    ),
    "before one more commit": (
        lambda c: (c.world.approve_signed("bob", c), c.push("alice", MORE, signed_by="alice")),
        "not-approved",
        Status.FAIL,
    ),
    "of commits that nobody signed": (
        lambda c: (c.amend("alice"), c.world.approve_signed("bob", c)),
        "contributors-not-attested",
        Status.UNVERIFIABLE,
    ),
}


@pytest.mark.threat("C15", "C16", "D12")
@pytest.mark.parametrize(("sign", "rule", "status"), SIGNATURES.values(), ids=SIGNATURES)
def test_a_signed_approval_counts_as_it_goes_and_not_otherwise(
    tmp_path: Path, sign: Sign, rule: str | None, status: Status
) -> None:
    change = World(tmp_path, settings=SIGNED).propose("alice", "Register", model("fraud"), signed_by="alice")
    sign(change)
    landed = change.merge("fast-forward", record=False)
    report = verdict(landed.world)
    assert rule is None or rule in rules(report)
    assert change_of(report, landed).status is status
