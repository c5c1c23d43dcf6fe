"""The registry as it moves: which rules are lawful, who held what since when, and what stood where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.decision import Unlawful
from govops.engine.facts import Parsed
from govops.engine.registry import Registry
from govops.finding import Status, Tenure
from govops.history import Entry, PathChange
from govops.kinds.custom import CustomResource
from tests.engine.shelf import Shelf
from tests.engine.story import Story, day
from tests.support.facts import oid, read, snapshot, standing
from tests.support.files import File, deployment, kind, model, policy, rule, settings, user

PATH, _ = policy("models", actions=["model.*"])
ONE = policy("models", actions=["model.*"])
TWO = policy("models", actions=["model.*"], approvals=[{"count": 2, "role": "approver"}])
BROKEN = (PATH, b"approvals: [\n")
FRAUD = model("fraud")


def held_against(story: Story) -> Unlawful | None:
    """What is held against the policy."""
    return story.registry.law.unlawful.get(PATH)


def approvals(story: Story) -> list[int]:
    """How many approvals the policy in force asks for."""
    return [need.count for _, policy in story.registry.law.policies() for need in policy.spec.required]


def test_what_landed_by_an_approved_change_is_law() -> None:
    assert held_against(Story(TWO).lands(ONE)) is None


@pytest.mark.threat("C24")
@pytest.mark.parametrize("status", [Status.FAIL, Status.UNVERIFIABLE])
def test_what_landed_otherwise_is_in_force_and_held_against_it(status: Status) -> None:
    story = Story(TWO).lands(ONE, status=status)
    assert approvals(story) == [1]
    found = held_against(story)
    assert found is not None
    assert (found.status, found.commit) == (status, oid("1"))


RESTORED: dict[str, tuple[Callable[[], Story], bool]] = {
    "restored by an approved change": (lambda: Story(TWO).lands(ONE, status=Status.FAIL).lands(TWO), True),
    "restored by whom nobody approved": (
        lambda: Story(TWO).lands(ONE, status=Status.FAIL).lands(TWO, status=Status.FAIL),
        True,
    ),
    "approved as it stands": (lambda: Story(TWO).lands(ONE, status=Status.FAIL).lands(ONE), True),
    "changed again without approval": (
        lambda: Story(TWO).lands(ONE, status=Status.FAIL).lands(settings(), ONE, status=Status.FAIL),
        False,
    ),
    "broken afterwards": (lambda: Story(TWO).lands(ONE, status=Status.FAIL).lands(BROKEN, status=Status.FAIL), False),
    "broken afterwards by an approved change": (lambda: Story(TWO).lands(ONE, status=Status.FAIL).lands(BROKEN), False),
    "broken and restored": (
        lambda: (
            Story(TWO).lands(ONE, status=Status.FAIL).lands(BROKEN, status=Status.FAIL).lands(TWO, status=Status.FAIL)
        ),
        True,
    ),
    "removed without approval": (lambda: Story(TWO).lands(gone=(PATH,), status=Status.FAIL), False),
    "removed and restored": (
        lambda: Story(TWO).lands(gone=(PATH,), status=Status.FAIL).lands(TWO, status=Status.FAIL),
        True,
    ),
    "added and removed, both without approval": (
        lambda: Story().lands(ONE, status=Status.FAIL).lands(gone=(PATH,), status=Status.FAIL),
        True,
    ),
    "broken by an approved change and weakened without approval": (
        lambda: Story(TWO).lands(BROKEN).lands(ONE, status=Status.FAIL),
        False,
    ),
    "broken by an approved change, weakened without approval and restored": (
        lambda: Story(TWO).lands(BROKEN).lands(ONE, status=Status.FAIL).lands(TWO, status=Status.FAIL),
        True,
    ),
    "added without approval": (lambda: Story().lands(ONE, status=Status.FAIL), False),
    "commented without approval": (lambda: Story(TWO).lands(commented(TWO), status=Status.FAIL), True),
    "commented where nobody tells how": (lambda: Story(TWO).lands(commented(TWO), status=Status.UNVERIFIABLE), True),
    "weakened and commented without approval": (
        lambda: Story(TWO).lands(ONE, status=Status.FAIL).lands(commented(ONE), status=Status.FAIL),
        False,
    ),
    "broken by an approved change and restored without approval": (
        lambda: Story(TWO).lands(BROKEN).lands(TWO, status=Status.FAIL),
        True,
    ),
}


def commented(file: File) -> File:
    """It says the same, and something about it."""
    return file[0], file[1] + b"# two are better than one\n"


@pytest.mark.threat("C24")
@pytest.mark.parametrize(("story", "lawful"), RESTORED.values(), ids=RESTORED)
def test_content_that_is_again_what_it_last_was_lawfully_is_lawful(story: Callable[[], Story], *, lawful: bool) -> None:
    assert (held_against(story()) is None) is lawful


def test_what_was_lawful_is_remembered_through_any_number_of_pushes() -> None:
    story = Story(TWO).lands(ONE, status=Status.FAIL).lands(BROKEN, status=Status.FAIL).lands(ONE, status=Status.FAIL)
    found = held_against(story)
    assert found is not None
    assert found.lawful == Story(TWO).registry.snapshot.files[PATH].resource


@pytest.mark.threat("C26")
def test_a_file_that_is_broken_counts_as_it_was_last_valid() -> None:
    assert approvals(Story(TWO).lands(BROKEN)) == [2]
    assert approvals(Story(TWO).lands(BROKEN).lands(BROKEN)) == [2]
    assert approvals(Story(TWO).lands(BROKEN, gone=()).lands(gone=(PATH,))) == []


def test_a_broken_file_stands_without_content_and_remembers_the_last_that_could_be_read() -> None:
    story = Story(TWO).lands(BROKEN)
    stands = story.registry.snapshot.files[PATH]
    assert (stands.resource, stands.last_valid, stands.is_missing) == (None, read(TWO), False)


@pytest.mark.threat("C24", "C26")
def test_breaking_a_policy_alters_no_rule_and_breaking_a_person_does() -> None:
    """The policy still counts as it was approved; the person holds nothing any more, and nobody approved that."""
    assert held_against(Story(TWO).lands(BROKEN, status=Status.FAIL)) is None
    gone = bob("approver")
    unreadable = Story(gone).lands((gone[0], b"spec: [\n"), status=Status.FAIL)
    assert set(unreadable.registry.law.unlawful) == {gone[0]}


@pytest.mark.threat("C24")
def test_whoever_was_made_unreadable_with_approval_gets_nothing_back_without() -> None:
    story = Story(bob("approver")).lands((bob()[0], b"spec: [\n")).lands(bob("approver"), status=Status.FAIL)
    assert set(story.registry.law.unlawful) == {bob()[0]}
    commented_on = Story(bob("approver")).lands(commented(bob("approver")), status=Status.FAIL)
    assert commented_on.registry.law.unlawful == {}


BEFORE: dict[str, tuple[Callable[[], Story], File]] = {
    "as it stands": (lambda: Story(TWO), TWO),
    "as it was last readable": (lambda: Story(TWO).lands(BROKEN), TWO),
    "as git has it, where it was not governed until now": (Story, ONE),
}


@pytest.mark.parametrize(("story", "expected"), BEFORE.values(), ids=BEFORE)
def test_what_stood_before_a_change_is_known(story: Callable[[], Story], expected: File) -> None:
    told = story()
    assert told.registry.before(told.shelf.step(ONE, None)) == read(expected)


def lost(old: Entry | None = None) -> PathChange:
    """A change of the policy whose new object, and unless ``old`` is given whose old one, nobody has."""
    return PathChange(PATH, old or Entry("100644", oid("gone")), Entry("100644", oid("lost")))


@pytest.mark.threat("B10")
def test_what_the_repository_lacks_of_the_state_before_is_named() -> None:
    story = Story(TWO)
    kept = story.registry.snapshot.files[PATH].entry
    assert not story.registry.lacks(lost())
    assert story.registry.unknown([lost()]) == ""
    assert Story().registry.lacks(lost())
    unknown = Story()
    unknown.shelf.keep(TWO)
    assert not unknown.registry.lacks(lost(kept))
    assert unknown.registry.unknown([lost(kept), replace(lost(), path="policies/approvals/b.yaml")]) == (
        "policies/approvals/b.yaml"
    )


@pytest.mark.threat("B10")
def test_a_rule_in_force_whose_object_is_missing_is_named_whatever_changed() -> None:
    registry = Story(TWO).registry
    registry.move([(lost(), registry.parse(PATH, lost().new))], commit=oid("1"), time=None)
    assert registry.unknown([]) == PATH
    assert registry.lacks(lost())
    assert registry.snapshot.files[PATH].is_missing


@pytest.mark.threat("B10", "C24")
def test_a_policy_whose_object_is_missing_is_not_known_to_alter_nothing() -> None:
    story = Story(TWO)
    parsed = [(lost(), story.registry.parse(PATH, lost().new))]
    before = {PATH: story.registry.snapshot.files[PATH]}
    story.registry.enact(parsed, Status.UNVERIFIABLE, commit=oid("1"), before=before)
    assert held_against(story) is not None


@pytest.mark.threat("C24")
@pytest.mark.parametrize("status", [Status.FAIL, Status.PASS])
def test_of_a_change_of_several_files_every_rule_is_judged(status: Status) -> None:
    """Whatever stands before it: no rule at all, a policy left unreadable, or a rule that is lawful again."""
    other, third = (policy(name, actions=["usecase.*"]) for name in ("a", "b"))
    story = Story(TWO, third).lands(third, status=Status.FAIL)
    story.lands(model("fraud"), (other[0], BROKEN[1]), third, ONE, status=status)
    assert list(story.registry.law.unlawful) == ([PATH] if status is Status.FAIL else [])


def test_models_are_no_rules_and_never_unlawful() -> None:
    assert Story().lands(model("fraud"), status=Status.FAIL).registry.law.unlawful == {}


def bob(*roles: str) -> File:
    return user("bob", roles=list(roles))


def test_a_tenure_begins_and_ends_with_a_change() -> None:
    story = Story(bob("approver")).lands(bob()).lands(bob("approver", "admin"))
    assert list(story.registry.held()) == [
        Tenure("bob", "admin", oid("2"), day(2)),
        Tenure("bob", "approver", oid("0"), day(0), oid("1"), day(1)),
        Tenure("bob", "approver", oid("2"), day(2)),
    ]


@pytest.mark.parametrize("told", [True, False], ids=["from the start", "from the second change on"])
def test_tenures_of_one_role_are_told_in_their_order(*, told: bool) -> None:
    """What began before anybody told the time began first."""
    story = Story(bob("approver"), time=lambda number: day(number) if told or number else None)
    for _ in range(4):
        story.lands(bob()).lands(bob("approver"))
    assert [tenure.since for tenure in story.registry.held()] == [oid(str(number)) for number in (0, 2, 4, 6, 8)]


@pytest.mark.threat("C25")
@given(st.lists(st.sampled_from([(), ("approver",), ("admin",), ("admin", "approver")]), min_size=1, max_size=8))
def test_who_held_a_role_where_is_what_each_change_left(history: list[tuple[str, ...]]) -> None:
    story = Story(bob(*history[0]))
    for roles in history[1:]:
        story.lands(bob(*roles))
    for place, roles in enumerate(history):
        for role in ("admin", "approver"):
            assert story.registry.law.held_at("bob", role, oid(str(place))) is (role in roles)
    assert story.registry.law.held_at("bob", "admin", oid("elsewhere")) is None


def test_a_deployment_that_names_another_version_begins_a_stay() -> None:
    story = Story(deployment("production", "fraud", "1.0"))
    story.lands(deployment("production", "fraud", "1.0", deployment_id="again"))
    story.lands(deployment("production", "fraud", "1.1")).lands(deployment("staging", "fraud", "1.1"))
    story.lands(deployment("production", "fraud", "1.0", rollback={"reason": "slow"}))
    story.lands(gone=(deployment("production", "fraud", "1.0")[0],))
    assert story.registry.stays_at("production", "fraud") == ["1.0", "1.1", "1.0", None]
    assert story.registry.stays_at("staging", "fraud") == ["1.1"]
    assert story.registry.stays_at("staging", "churn") == ()
    told = [event for event in story.registry.deployments if "production" in event.resource]
    assert [(event.what, event.version, event.detail) for event in told] == [
        ("nothing to 1.0", "1.0", ""),
        ("1.0 to 1.1", "1.1", ""),
        ("1.1 back to 1.0", "1.0", "slow"),
        ("1.0 to nothing", "", ""),
    ]
    assert [(event.commit, event.time) for event in told] == [(oid(str(n)), day(n)) for n in (0, 2, 4, 5)]
    assert {event.people for event in told} == {("dave",)}


def test_a_role_that_was_held_before_anybody_looked_ends_without_a_tenure() -> None:
    """Where a proposal is judged by the files as they stand, nobody knows since when."""
    story = Story()
    story.registry.snapshot.put(bob()[0], standing(bob("approver")))
    assert story.lands(bob()).registry.held() == ()


def test_what_a_violation_left_is_law_once_it_is_accepted() -> None:
    """From the moment on, and of this change alone; what is gone by then, or was never wrong, is not named."""
    house, other = rule("house", "true"), policy("other", actions=["usecase.*"])
    story = Story(ONE, other).lands(house, TWO, user("bob"), status=Status.FAIL)
    story.lands(policy("other", actions=["incident.*"]), status=Status.UNVERIFIABLE).lands(
        gone=(user("bob")[0],), status=Status.PASS
    )
    story.lands(gone=(ONE[0],), status=Status.FAIL)
    law = story.registry.law
    assert law.rules() == ()
    assert [list(story.registry.mend(oid(of))) for of in ("2", "0")] == [[], []]
    assert list(story.registry.mend(oid("1"))) == ["Rule/house"]
    assert [found.path for found in law.rules()] == [house[0]]
    assert list(story.registry.mend(oid("4"))) == []
    assert list(law.unlawful) == [other[0]]


@pytest.mark.threat("C24")
def test_accepting_a_violation_makes_nothing_law_that_is_only_unproven() -> None:
    story = Story(TWO).lands(ONE, status=Status.UNVERIFIABLE)
    assert list(story.registry.mend(oid("1"))) == []
    assert held_against(story) is not None


def test_a_document_is_what_stands_at_a_path() -> None:
    """Of a kind of one's own it is read when somebody asks; the registry keeps its place and not its content."""
    custom = ("reports/a.yaml", b"status: open\n")
    registry = Story(kind("Report", "reports")).lands(FRAUD, custom).registry
    assert registry.document(FRAUD[0]) == read(FRAUD)
    assert registry.document(FRAUD[0]) is registry.snapshot.files[FRAUD[0]].resource
    assert registry.snapshot.files[custom[0]].resource is None
    found = registry.document(custom[0])
    assert isinstance(found, CustomResource)
    assert found.document == {"status": "open"}
    assert registry.document("reports/b.yaml") is None


def test_rules_from_elsewhere_judge_in_the_place_of_ones_own() -> None:
    elsewhere = snapshot(ONE)
    judged, own = Registry(Shelf(), elsewhere, {}).law, Story(TWO).registry.law
    assert (judged.snapshot, judged.retrospective) == (elsewhere, True)
    assert own.retrospective is False


@pytest.mark.parametrize(
    ("path", "governed"),
    [
        ("registry/x", True),
        ("policies/x", True),
        ("registry", True),
        (".gitattributes", True),
        ("src/.gitattributes", True),
        ("registryx/y", False),
        ("src/registry/x", False),
        ("README.md", False),
    ],
)
def test_governed_are_the_two_roots_and_the_control_files(path: str, *, governed: bool) -> None:
    assert Story().registry.governed(path) is governed


def test_governed_is_what_a_kind_of_ones_own_claims() -> None:
    registry = Story(kind("Report", "reports")).registry
    assert (registry.governed("reports/a.yaml"), registry.governed("elsewhere/a.yaml")) == (True, False)


READ: dict[str, tuple[str, str, bool]] = {
    "a document": ("registry/x.yaml", "100644", True),
    "an executable document": ("registry/x.yaml", "100755", True),
    "a text": ("registry/README.md", "100644", False),
    "a link": ("registry/x.yaml", "120000", False),
    "a workflow": (".github/workflows/x.yaml", "100644", False),
}


@pytest.mark.parametrize(("path", "mode", "expected"), READ.values(), ids=READ)
def test_documents_are_read_as_their_kind_and_nothing_else_is(path: str, mode: str, *, expected: bool) -> None:
    """A document that no kind claims is read too, and found wanting."""
    story = Story()
    entry = replace(story.shelf.keep((path, b"apiVersion: x\n")), mode=mode)
    assert bool(story.registry.parse(path, entry).findings) is expected
    assert story.registry.parse(path, None) == Parsed()
