"""The registry as it moves: which rules are lawful, who held what since when, and what stood where."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.decision import Unlawful
from govops.engine.registry import Registry
from govops.finding import Status
from govops.history import Entry, PathChange
from tests.engine.shelf import Shelf
from tests.support.facts import oid
from tests.support.files import File, deployment, model, policy, settings, user

PATH, _ = policy("models", actions=["model.*"])
ONE = policy("models", actions=["model.*"])
TWO = policy("models", actions=["model.*"], approvals=[{"count": 2, "role": "approver"}])
BROKEN = (PATH, b"approvals: [\n")


class Story:
    """A registry that takes one change after the other; they are called ``0``, ``1`` and so on."""

    def __init__(self, *adopted: File) -> None:
        self.shelf = Shelf()
        self.positions: dict[str, int] = {}
        self.registry = Registry(self.shelf, None, self.positions)
        self._numbers = count()
        self._stands: dict[str, File] = {}
        self._take(adopted)

    def lands(self, *files: File, status: Status = Status.PASS, gone: tuple[str, ...] = ()) -> Story:
        """A change with this verdict leaves these files and removes others."""
        self._take(files, status, gone)
        return self

    @property
    def unlawful(self) -> Unlawful | None:
        """What is held against the policy."""
        return self.registry.law.unlawful.get(PATH)

    def _take(self, files: tuple[File, ...], status: Status | None = None, gone: tuple[str, ...] = ()) -> None:
        number = next(self._numbers)
        commit = oid(str(number))
        self.positions[commit] = number
        steps = [self.shelf.step(self._stands.get(file[0]), file) for file in files]
        steps += [self.shelf.step(self._stands[path], None) for path in gone]
        parsed = [(step, self.registry.parse(step.path, step.new)) for step in steps]
        before = {step.path: self.registry.snapshot.files.get(step.path) for step in steps}
        self.registry.move(parsed, commit=commit, time=f"2026-01-{number + 1:02}T00:00:00Z")
        if status is not None:
            self.registry.enact(parsed, status, commit=commit, before=before)
        self._stands.update({file[0]: file for file in files})


def approvals(story: Story) -> list[int]:
    """How many approvals the policy in force asks for."""
    return [need.count for _, policy in story.registry.law.policies() for need in policy.spec.required]


def test_what_landed_by_an_approved_change_is_law() -> None:
    assert Story(TWO).lands(ONE).unlawful is None


@pytest.mark.threat("C24")
@pytest.mark.parametrize("status", [Status.FAIL, Status.UNVERIFIABLE])
def test_what_landed_otherwise_is_in_force_and_held_against_it(status: Status) -> None:
    story = Story(TWO).lands(ONE, status=status)
    assert approvals(story) == [1]
    assert story.unlawful is not None
    assert (story.unlawful.status, story.unlawful.commit) == (status, oid("1"))


RESTORED: dict[str, tuple[Story, bool]] = {
    "restored by an approved change": (Story(TWO).lands(ONE, status=Status.FAIL).lands(TWO), True),
    "restored by whom nobody approved": (
        Story(TWO).lands(ONE, status=Status.FAIL).lands(TWO, status=Status.FAIL),
        True,
    ),
    "approved as it stands": (Story(TWO).lands(ONE, status=Status.FAIL).lands(ONE), True),
    "changed again without approval": (
        Story(TWO).lands(ONE, status=Status.FAIL).lands(settings(), ONE, status=Status.FAIL),
        False,
    ),
    "broken afterwards": (Story(TWO).lands(ONE, status=Status.FAIL).lands(BROKEN, status=Status.FAIL), False),
    "broken afterwards by an approved change": (Story(TWO).lands(ONE, status=Status.FAIL).lands(BROKEN), False),
    "broken and restored": (
        Story(TWO).lands(ONE, status=Status.FAIL).lands(BROKEN, status=Status.FAIL).lands(TWO, status=Status.FAIL),
        True,
    ),
    "removed without approval": (Story(TWO).lands(gone=(PATH,), status=Status.FAIL), False),
    "removed and restored": (Story(TWO).lands(gone=(PATH,), status=Status.FAIL).lands(TWO, status=Status.FAIL), True),
    "added and removed, both without approval": (
        Story().lands(ONE, status=Status.FAIL).lands(gone=(PATH,), status=Status.FAIL),
        True,
    ),
    "added without approval": (Story().lands(ONE, status=Status.FAIL), False),
}


@pytest.mark.threat("C24")
@pytest.mark.parametrize(("story", "lawful"), RESTORED.values(), ids=RESTORED)
def test_content_that_is_again_what_it_last_was_lawfully_is_lawful(story: Story, *, lawful: bool) -> None:
    assert (story.unlawful is None) is lawful


def test_what_was_lawful_is_remembered_through_any_number_of_pushes() -> None:
    story = Story(TWO).lands(ONE, status=Status.FAIL).lands(BROKEN, status=Status.FAIL).lands(ONE, status=Status.FAIL)
    assert story.unlawful is not None
    assert story.unlawful.lawful == Story(TWO).registry.snapshot.files[PATH].resource


@pytest.mark.threat("C26")
def test_a_file_that_is_broken_counts_as_it_was_last_valid() -> None:
    assert approvals(Story(TWO).lands(BROKEN)) == [2]
    assert approvals(Story(TWO).lands(BROKEN).lands(BROKEN)) == [2]
    assert approvals(Story(TWO).lands(BROKEN, gone=()).lands(gone=(PATH,))) == []


@pytest.mark.threat("C24", "C26")
def test_breaking_a_policy_alters_no_rule_and_breaking_a_person_does() -> None:
    """The policy still counts as it was approved; the person holds nothing any more, and nobody approved that."""
    assert Story(TWO).lands(BROKEN, status=Status.FAIL).unlawful is None
    gone = bob("approver")
    unreadable = Story(gone).lands((gone[0], b"spec: [\n"), status=Status.FAIL)
    assert set(unreadable.registry.law.unlawful) == {gone[0]}


@pytest.mark.threat("B10", "C24")
def test_a_policy_whose_object_is_missing_is_not_known_to_alter_nothing() -> None:
    story = Story(TWO)
    lost = PathChange(PATH, story.registry.snapshot.files[PATH].entry, Entry("100644", oid("lost")))
    parsed = [(lost, story.registry.parse(PATH, lost.new))]
    before = {PATH: story.registry.snapshot.files[PATH]}
    story.registry.enact(parsed, Status.UNVERIFIABLE, commit=oid("1"), before=before)
    assert story.unlawful is not None


def test_models_are_no_rules_and_never_unlawful() -> None:
    assert Story().lands(model("fraud"), status=Status.FAIL).registry.law.unlawful == {}


def bob(*roles: str) -> File:
    return user("bob", roles=list(roles))


def test_a_tenure_begins_and_ends_with_a_change() -> None:
    story = Story(bob("approver")).lands(bob()).lands(bob("approver", "admin"))
    found = [(t.role, t.since, t.until) for t in story.registry.held()]
    assert found == [
        ("admin", oid("2"), None),
        ("approver", oid("0"), oid("1")),
        ("approver", oid("2"), None),
    ]


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
    assert [event.what for event in story.registry.deployments if "production" in event.resource] == [
        "nothing to 1.0",
        "1.0 to 1.1",
        "1.1 back to 1.0",
        "1.0 to nothing",
    ]


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
