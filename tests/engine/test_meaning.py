"""What a whole change means: its files seen together, and the files that no kind can read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govops.decision import ChangeFacts, Verdict, Weighed, judge
from govops.engine.meaning import deeds_of, meaning
from govops.evidence import testimony
from govops.finding import Status
from govops.history import Entry, PathChange
from govops.history.deeds import Deed
from govops.lifecycle import Action, Misstep
from tests.decision.sample import facts, house, said
from tests.engine.story import Story
from tests.support.facts import oid
from tests.support.files import File, deployment, kind, model, policy, role, user, version

BROKEN = b"spec: [\n"
POLICY, BOB, ROLE, FRAUD = policy("p", actions=["*"]), user("bob"), role("approver"), model("fraud")


def meant(story: Story, *steps: tuple[File | None, File | None]) -> tuple[tuple[Action, ...], tuple[Misstep, ...]]:
    """The actions and missteps of one change, whose files go from one content to another."""
    landed = [story.shelf.step(old, new) for old, new in steps]
    return meaning(story.registry, [(step, story.registry.parse(step.path, step.new)) for step in landed])


def plain(action: str, kind: str, path: str, summary: str = "") -> list[Action]:
    return [Action(action, kind, path, path, summary=summary)]


def broken(text: File) -> File:
    return text[0], BROKEN


UNREAD = "left unreadable"
PLAIN: dict[str, tuple[File, list[Action]]] = {
    "attributes": (("src/.gitattributes", b"* text"), plain("control.change", "ControlFile", "src/.gitattributes")),
    "a workflow": (
        (".github/workflows/ci.yaml", b"on: push"),
        plain("control.change", "ControlFile", ".github/workflows/ci.yaml"),
    ),
    "a document": (("registry/README.md", b"x"), plain("docs.change", "Document", "registry/README.md")),
    "a document among policies": (("policies/README.md", b"x"), plain("docs.change", "Document", "policies/README.md")),
    "a folder that is kept": (("registry/x/.gitkeep", b""), plain("docs.change", "Document", "registry/x/.gitkeep")),
    "a broken policy": (broken(POLICY), plain("policy.change", "Unreadable", POLICY[0], UNREAD)),
    "a broken person": (broken(BOB), plain("user.update", "Unreadable", BOB[0], UNREAD)),
    "a broken role": (broken(ROLE), plain("role.update", "Unreadable", ROLE[0], UNREAD)),
    "a broken file beside the people": (
        ("registry/users/x/bob.yaml", BROKEN),
        plain("policy.change", "Unreadable", "registry/users/x/bob.yaml", UNREAD),
    ),
    "a broken model": (broken(FRAUD), []),
    "a file that no kind has": (("registry/notes.txt", b"x"), []),
}


@pytest.mark.threat("C26", "C32")
@pytest.mark.parametrize("stood", [True, False], ids=["that could be read before", "that is new"])
@pytest.mark.parametrize(("text", "expected"), PLAIN.values(), ids=PLAIN)
def test_what_no_kind_can_read_needs_approval_where_verdicts_rest_on_it(
    text: File, expected: list[Action], *, stood: bool
) -> None:
    """It is never taken for a deletion, whatever stood there before."""
    before = next((known for known in (POLICY, BOB, ROLE, FRAUD) if known[0] == text[0] and stood), None)
    found = meant(Story(*([before] if before else [])), (before, text))
    assert found == (tuple(expected), ())


def test_what_can_be_read_means_something_at_its_path() -> None:
    (action,), _ = meant(Story(), (None, FRAUD))
    assert (action.name, action.path) == ("model.register", FRAUD[0])


def weighed(known: ChangeFacts, person: str, counted: tuple[str, ...]) -> Weighed:
    """An approval by the person, which counts for these paths and would for others."""
    (found,) = judge(replace(known, testimony=testimony.Testimony(decisions=(said(person),)))).weighed
    return replace(found, counted=counted, valid=(*counted, RUN[0]))


def test_a_deed_says_who_had_which_part_in_which_action() -> None:
    actions, _ = meant(Story(v("registered")), (v("registered"), v("approved")), (None, RUN))
    known = facts(house(), actions=actions, time="2026-01-05T12:00:00Z")
    approvals = tuple(weighed(known, who, (v("")[0],)) for who in ("erin", "bob"))
    verdict = Verdict(Status.PASS, weighed=approvals, contributors=("Mallory",), makers=("alice",))
    approved, deployed = deeds_of(known, verdict)
    assert approved == Deed(
        "ModelVersion/fraud/1.0",
        "model.approve",
        known.id,
        "2026-01-05T12:00:00Z",
        contributors=("alice",),
        approvers=("bob", "erin"),
        fields=("status",),
        is_approved=True,
        approving=("bob", "erin"),
        vouching=("bob", "erin"),
    )
    assert (deployed.resource, deployed.approvers, deployed.version) == ("Deployment/production/fraud", (), "1.0")
    assert (deployed.vouching, deployed.fields) == (("bob", "erin"), None)


@pytest.mark.parametrize(
    ("status", "approved", "told"),
    [(Status.PASS, True, True), (Status.FAIL, False, True), (Status.UNVERIFIABLE, False, False)],
)
def test_a_deed_says_whether_it_was_allowed_and_whether_anybody_can_tell(
    status: Status, *, approved: bool, told: bool
) -> None:
    (deed,) = deeds_of(facts(house()), Verdict(status))
    assert (deed.is_approved, deed.is_told) == (approved, told)


@pytest.mark.parametrize(("text", "action"), [(POLICY, "policy.change"), (FRAUD, "model.delete"), (BOB, "user.delete")])
def test_a_deletion_means_what_was_last_readable_there(text: File, action: str) -> None:
    story = Story(text).lands(broken(text))
    actions, _ = meant(story, (broken(text), None))
    assert action in [done.name for done in actions]


def test_the_deletion_of_a_policy_that_never_could_be_read_needs_approval_too() -> None:
    assert meant(Story(broken(POLICY)), (broken(POLICY), None))[0] == tuple(
        plain("policy.change", "Unreadable", POLICY[0], UNREAD)
    )


@pytest.mark.threat("B10")
def test_of_a_file_whose_past_is_lost_nobody_says_what_the_step_was() -> None:
    story = Story()
    step = PathChange(POLICY[0], Entry("100644", oid("lost")), story.shelf.keep(POLICY))
    found, _ = meaning(story.registry, [(step, story.registry.parse(step.path, step.new))])
    assert list(found) == plain("policy.change", "Unreadable", POLICY[0], UNREAD)


def v(status: str) -> File:
    return version("fraud", "1.0", status=status)


RUN = deployment("production", "fraud", "1.0")
TOGETHER: dict[str, tuple[list[File], list[tuple[File | None, File | None]], bool]] = {
    "approved by the change itself": ([v("registered")], [(None, RUN), (v("registered"), v("approved"))], False),
    "as it stood, and approved": ([v("approved")], [(None, RUN)], False),
    "as it stood, and registered": ([v("registered")], [(None, RUN)], True),
    "rejected by the change itself": ([v("approved")], [(None, RUN), (v("approved"), v("rejected"))], True),
    "removed by the change itself": ([v("registered")], [(None, RUN), (v("registered"), None)], False),
    "broken by the change itself": (
        [v("registered")],
        [(None, RUN), (v("registered"), broken(v("registered")))],
        False,
    ),
}


@pytest.mark.parametrize(("stands", "steps", "misstep"), TOGETHER.values(), ids=TOGETHER)
def test_a_deployment_is_held_against_the_version_that_the_change_leaves(
    stands: list[File], steps: list[tuple[File | None, File | None]], *, misstep: bool
) -> None:
    """A version that is gone is a dangling reference, which is another rule's concern."""
    actions, missteps = meant(Story(*stands), *steps)
    assert actions[0].name == "model.deploy_production"
    assert bool(missteps) is misstep


def test_a_file_of_ones_own_kind_means_what_its_definition_says() -> None:
    story = Story(kind("Report", "reports"))
    new, other = ("reports/a.yaml", b"status: new\n"), ("reports/a.yaml", b"status: old\n")
    created, _ = meant(story, (None, new))
    updated, _ = meant(story, (other, new))
    assert [done.name for done in (*created, *updated)] == ["report.create", "report.update"]
