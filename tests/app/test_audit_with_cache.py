"""With a cache an audit looks at what is new, and says what an audit without one says, whatever has happened since."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.support import files
from tests.support.cast import public_line
from tests.support.change import Change, Landed, Method
from tests.support.files import delete, deployment, model, policy, usecase, user, version
from tests.support.kept import assert_every_exception_is_counted, assert_the_same, judged, said
from tests.support.world import World

FRAUD = model("fraud")[0]
LIFE = files.conflict(files.duty("contribute", "model.*"), files.duty("approve", "model.*"), "model")
BOTH = [{"name": name, "key": public_line(name)} for name in ("recorder", "machine")]


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "no secret at all, but long enough for one")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three changes, of which one is not allowed."""
    world = World(tmp_path / "world")
    world.propose("alice", "Register fraud", model("fraud")).approve("bob").merge("squash")
    world.propose("dave", "Register churn", model("churn")).approve("bob").merge("merge")
    world.push("mallory", model("fraud", risk_tier="low"))
    return world


def approved(world: World, title: str, *edits: Any, **how: Any) -> Landed:
    return world.propose("alice", title, *edits).approve("bob").merge("squash", **how)


def test_only_what_is_new_is_judged(world: World, cache: Path) -> None:
    assert judged(world, cache) == 4
    assert judged(world, cache) == 0
    approved(world, "Register debt", model("debt"))
    assert judged(world, cache) == 1
    assert judged(world, cache) == 0
    assert_the_same(world, cache)


def test_what_was_written_and_went_over_before_is_kept_once(world: World, cache: Path) -> None:
    """Many audits, each of a little more: the texts stay few, and the report whole."""
    for number in range(12):
        judged(world, cache)
        approved(world, f"Register m{number}", model(f"m{number}"))
    assert_the_same(world, cache)
    assert len(list((cache / "texts").iterdir())) < 12 * 18


def test_a_source_that_leaves_its_shape_out_is_kept_so(world: World, cache: Path) -> None:
    """What a file leaves out is not the same as the default: Prometheus has points, unless somebody says otherwise."""
    source = {"type": "prometheus", "connection": "prod", "queries": {"total": "sum(up[$window])"}}
    approved(world, "Promise", files.sla("answers", source=source))
    judged(world, cache)
    approved(world, "Register debt", model("debt"))
    assert judged(world, cache) == 1
    assert_the_same(world, cache)


def test_what_is_alike_is_told_once_wherever_the_walk_begins(world: World, cache: Path) -> None:
    """Which findings stand already is kept, the other side of a pair too; the index is made anew."""
    said = {"description": "Sends every new claim to the desk that can settle it."}
    one, other = usecase("claims", title="Claims routing", **said), usecase("desk", title="Routing of claims", **said)
    approved(world, "One", one)
    judged(world, cache)
    approved(world, "Other", other)
    judged(world, cache)
    approved(world, "Edit", usecase("claims", title="Claims routing", impact="low", **said))
    approved(world, "Third", usecase("third", title="Routing claims to desks", **said))
    assert judged(world, cache) == 2
    assert_the_same(world, cache)


@pytest.mark.parametrize("format", ["sha1", "sha256"])
@pytest.mark.parametrize("method", ["merge", "squash", "rebase", "fast-forward"])
def test_every_way_of_landing_goes_on_from_what_was_kept(tmp_path: Path, format: str, method: Any) -> None:
    world = World(tmp_path / "world", object_format=format)
    approved(world, "Register fraud", model("fraud"))
    older = world.main
    judged(world, tmp_path / "cache")
    approved(world, "Register churn", model("churn"))
    change = world.propose("dave", "Register debt", model("debt"), base=older if method == "merge" else None)
    change.push("dave", model("debt", risk_tier="low")).approve("bob").merge(method)
    assert judged(world, tmp_path / "cache") == 2
    assert_the_same(world, tmp_path / "cache")


Later = Callable[[World, Change, Landed], object]

LATER: dict[str, Later] = {
    "a receipt of a change that had none": lambda world, change, landed: landed.record(),
    "a second receipt that contradicts the first": lambda world, change, landed: landed.record(
        receipt_edit=lambda payload: payload["proposal"].update(reviews=[])
    ),
    "a receipt from nobody": lambda world, change, landed: landed.record(signer="mallory"),
    "an approval of what has landed": lambda world, change, landed: world.approve_signed("bob", change),
    "a proposal of what has landed": lambda world, change, landed: world.propose_signed("alice", change),
    "an edited record": lambda world, change, landed: world.evidence.write({world.evidence.paths[0]: b"{}"}),
    "a deleted record": lambda world, change, landed: world.evidence.write({world.evidence.paths[0]: None}),
    "junk": lambda world, change, landed: world.evidence.write({"junk": b"junk"}),
    "a rewritten evidence branch": lambda world, change, landed: world.objects.ref(
        world.evidence.ref, world.evidence.write({"README.md": b"other"}) and world.main
    ),
}


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("later", LATER.values(), ids=LATER)
def test_what_is_said_later_of_an_old_change_is_heard(
    world: World, cache: Path, later: Later, *, recorded: bool
) -> None:
    change = world.propose("alice", "Register debt", model("debt")).approve("bob")
    landed = change.merge("squash", record=recorded)
    approved(world, "Register loans", model("loans"))
    assert_the_same(world, cache)
    later(world, change, landed)
    assert_the_same(world, cache)
    approved(world, "Register risk", model("risk"))
    assert_the_same(world, cache)


def test_an_approval_that_was_given_early_counts_when_its_content_lands(world: World, cache: Path) -> None:
    change = world.propose("alice", "Register debt", model("debt"))
    world.approve_signed("bob", change)
    assert_the_same(world, cache)
    change.merge("squash")
    assert judged(world, cache) == 1
    assert_the_same(world, cache)


def test_an_approval_that_was_spent_stays_spent(world: World, cache: Path) -> None:
    change = world.propose("alice", "Register debt", model("debt"))
    world.approve_signed("bob", change)
    change.merge("squash")
    approved(world, "Revert", delete(model("debt")[0]))
    assert_the_same(world, cache)
    world.propose("alice", "Register debt again", model("debt")).merge("squash")
    assert judged(world, cache) == 1
    assert "evidence-spent" in said(world, cache)["text"]
    assert_the_same(world, cache)


@pytest.mark.threat("C41")
def test_an_emergency_is_approved_after_it_was_kept_unapproved_and_stays_one(world: World, cache: Path) -> None:
    emergency = {"within": "1000h", "author": {"role": "operator"}, "reason": "It does harm as it is."}
    change = world.propose("erin", "Rule", policy("models", actions=["model.*"], emergency=emergency)).approve("carol")
    change.merge("squash")
    rush = world.push("alice", model("debt"))
    assert_the_same(world, cache)
    world.approve_landed("bob", rush)
    assert_the_same(world, cache)
    assert "landed as an emergency and was approved afterwards, by bob" in said(world, cache)["text"]
    approved(world, "Register loans", model("loans"))
    assert judged(world, cache) == 1
    assert_the_same(world, cache)


def test_an_approval_that_came_after_an_emergency_stays_spent(world: World, cache: Path) -> None:
    emergency = {"within": "24h", "author": {"role": "operator"}, "reason": "It does harm as it is."}
    change = world.propose("erin", "Rule", policy("models", actions=["model.*"], emergency=emergency)).approve("carol")
    change.merge("squash")
    world.approve_landed("bob", world.push("alice", model("debt")))
    approved(world, "Revert", delete(model("debt")[0]))
    assert_the_same(world, cache)
    world.clock.pass_by(days=3)
    world.push("alice", model("debt"))
    assert judged(world, cache) == 1
    assert "evidence-spent" in said(world, cache)["text"]
    assert_the_same(world, cache)


def test_a_key_that_is_named_later_makes_old_records_count(world: World, cache: Path) -> None:
    approved(world, "Register debt", model("debt"), signer="machine", recorder="machine")
    assert_the_same(world, cache)
    recorders = [{"name": name, "key": public_line(name)} for name in ("recorder", "machine")]
    change = world.propose("alice", "Name the machine", files.settings(recorders=recorders)).approve("carol")
    change.merge("squash")
    assert_the_same(world, cache)
    approved(world, "Register loans", model("loans"), signer="machine", recorder="machine")
    assert_the_same(world, cache)
    assert judged(world, cache) == 0


def test_changes_without_a_record_are_judged_again_and_nothing_before_them(world: World, cache: Path) -> None:
    late = [approved(world, f"Register m{number}", model(f"m{number}"), record=False) for number in range(3)]
    assert_the_same(world, cache)
    assert judged(world, cache) == 3
    for landed in late:
        landed.record()
    assert judged(world, cache) == 3
    assert_the_same(world, cache)
    assert judged(world, cache) == 0


@pytest.mark.threat("C10", rule="history-rewritten")
def test_a_branch_that_was_rewritten_is_audited_from_the_start(world: World, cache: Path) -> None:
    older = world.node(world.main).parents[0]
    judged(world, cache)
    world.advance(older)
    assert_the_same(world, cache)
    approved(world, "Register debt", model("debt"))
    assert "history-rewritten" in said(world, cache)["text"]
    assert_the_same(world, cache)


@pytest.mark.threat("C09", rule="history-rewritten")
def test_a_branch_whose_first_parents_were_lost_is_audited_from_the_start(world: World, cache: Path) -> None:
    judged(world, cache)
    side = world.commit(world.tree(), [world.node(world.main).parents[0]], message="Feature", author="alice")
    foxtrot = world.commit(world.tree(), [side, world.main], message="Merge main", author="alice")
    world.advance(foxtrot)
    assert "history-rewritten" in said(world, cache)["text"]
    assert_the_same(world, cache)


def test_the_cache_of_one_question_is_not_that_of_another(world: World, cache: Path) -> None:
    first = world.node(world.main).parents[0]
    for options in (
        {},
        {"first": first},
        {"settled": True},
        {"adoption": first},
        {"to": first},
        {"as_of": "2030-01-01"},
    ):
        assert_the_same(world, cache, **options)
    world.push("alice", model("debt"), record=False)
    for options in ({}, {"first": first}, {"settled": True}, {"adoption": first}, {"as_of": "2031-01-01T00:00:00Z"}):
        assert_the_same(world, cache, **options)


def test_objects_that_were_missing_and_came_later_change_what_is_said(world: World, cache: Path) -> None:
    """A reviewed blob is gone after a squash; a fetch of the proposal brings it back."""
    change = world.propose("alice", "Edit churn", model("churn", risk_tier="low")).approve("bob")
    world.propose("dave", "Edit it too", model("churn", purpose="Another")).approve("bob").merge("squash")
    blob = world.tree(change.head)[model("churn")[0]][1]
    loose = world.git_dir / "objects" / blob[:2] / blob[2:]
    content = loose.read_bytes()
    change.merge("squash", tree_override="ours")
    loose.unlink()
    assert_the_same(world, cache)
    loose.write_bytes(content)
    assert_the_same(world, cache)


@pytest.mark.threat("C38", rule="adoption-not-on-chain")
def test_a_branch_from_before_the_adoption_brings_other_settings_later(tmp_path: Path, cache: Path) -> None:
    world = World(tmp_path / "world", adopt=False)
    root = world.commit_raw(("README.txt", b"hello"), author="carol")
    world.commit_raw(files.company(), author="carol")
    assert_the_same(world, cache)
    stray = world.commit(world.tree(root.commit), [root.commit], message="Stray", author="alice")
    tree = {**world.tree(stray), **{p: e for p, e in world.tree().items() if p == "policies/govops.yaml"}}
    other = world.commit(tree, [stray], message="Other settings", author="alice")
    world.advance(world.commit(world.tree(), [world.main, other], message="Merge", author="alice"))
    assert judged(world, cache) == 1
    assert "adoption-not-on-chain" in said(world, cache)["text"]
    assert_the_same(world, cache)


# ---- whatever happens


METHODS: tuple[Method, ...] = ("squash", "merge", "rebase")


class Teller:
    """Does one thing after another to a world; what cannot be done in it is left out."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.open: list[Change] = []
        self.landed: list[tuple[Change | None, Landed]] = []
        self.number = 0

    def tell(self, verb: str, which: int) -> None:
        try:
            getattr(self, verb)(which)
        except (AssertionError, IndexError, ValidationError):
            return  # a merge that a person would have to resolve, or an approval of nothing

    def _name(self, which: int) -> str:
        return f"m{which % 3}"

    def _compromised(self, which: int) -> list[dict[str, str]]:
        since = self.landed[which % len(self.landed)][1].commit if self.landed else self.world.adoption
        return [{"key": public_line("machine"), "since": since, "reason": "It was broken into"}]

    def _edits(self, which: int) -> tuple[Any, ...]:
        self.number += 1
        name = self._name(which)
        kinds: tuple[tuple[Any, ...], ...] = (
            (model(name, purpose=f"Purpose {self.number}"),),
            (model(name), version(name, "1.0.0"), deployment("staging", name, "1.0.0")),
            (deployment("staging", name, f"{which % 2}.0.0"),),
            (user("dave", roles=["approver"] if which % 2 else ["operator", "analyst"]),),
            (policy("models", actions=["model.*"], approvals=[{"count": 1 + which % 2, "role": "approver"}]),),
            (files.segregation(lifecycle=[LIFE], enforcement=("strict", "advisory")[which % 2]),),
            (files.settings(recorders=BOTH),),
            (files.settings(recorders=BOTH, compromised=self._compromised(which)),),
            ((f"registry/models/{name}/model.yaml", b"kind: Model\nbroken: [\n"),),
            ((f"registry/models/{name}/notes.txt", b"stray"),),
            (("policies/approvals/models.yaml", b"no: policy\n"),),
            (files.kind("sheet", "sheets"), ("sheets/one.yaml", b"kind: Sheet\n")),
            (("notes.txt", f"{self.number}".encode()),),
            (files.waiver("some", scope={"path": "registry/**"}, owner=("alice", "carol")[which % 2]),),
            (
                files.waiver(
                    "some", rules=["not-approved", "stray-file"], expires=f"2026-0{2 + which % 4}-09T00:00:00Z"
                ),
            ),
            (files.ratification("some", *self._past(which)),),
            (files.ratification("other", *self._past(which + 1)),),
        )
        return kinds[which % len(kinds)]

    def _past(self, which: int) -> list[str]:
        """Two changes that landed some time ago, or a commit that never did."""
        landed = [one.commit for _, one in self.landed[-1 - which % 4 :][:2]]
        return list(dict.fromkeys(landed)) or ["0" * 40]

    def except_(self, which: int) -> None:
        """A waiver or a ratification, approved by one of those who may."""
        edits = self._edits(11 + which % 4)
        change = self.world.propose(("alice", "erin")[which % 2], f"X{which}", *edits).approve(
            ("erin", "carol")[which % 2]
        )
        self.landed.append((change, change.merge("squash")))

    def restore(self, which: int) -> None:
        """An approved change that leaves a file as it was before the latest change that stands."""
        for _, landed in self.landed[-1 - which % 3 :][:1]:
            before = self.world.tree(landed.base) if landed.base else {}
            now = self.world.tree()
            paths = [
                path for path in {*before, *now} if before.get(path) != now.get(path) and path.startswith("registry")
            ]
            old = [
                (path, self.world.objects.read(before[path][1])) if path in before else delete(path) for path in paths
            ]
            change = self.world.propose("alice", f"R{which}", *old).approve("bob").approve("carol")
            self.landed.append((change, change.merge("squash")))

    def propose(self, which: int) -> None:
        self.open.append(self.world.propose(("alice", "dave", "carol")[which % 3], f"P{which}", *self._edits(which)))

    def review(self, which: int) -> None:
        for change in self.open[which % 3 :][:1]:
            change.review(("bob", "carol", "alice")[which % 3], ("approve", "reject")[which % 5 == 0])

    def sign(self, which: int) -> None:
        changes = [*self.open, *[change for change, _ in self.landed if change]]
        for change in changes[which % 4 :][:1]:
            self.world.approve_signed(("bob", "carol")[which % 2], change)

    def merge(self, which: int) -> None:
        if not self.open:
            return
        change = self.open.pop(which % len(self.open))
        how = METHODS[which % 3]
        if how == "rebase" and which % 2:
            change.rebase()
        recorder = "machine" if which % 7 == 0 else "recorder"
        landed = change.merge(
            how, stale_tree=how != "rebase", record=which % 4 != 1, recorder=recorder, signer=recorder
        )
        self.landed.append((change, landed))

    def push(self, which: int) -> None:
        odd = (f"registry/models/{self._name(which)}/\udcff.txt", f"{self.number}".encode())  # not UTF-8
        edits = (odd,) if which % 9 == 0 else self._edits(which)
        self.landed.append((None, self.world.push("mallory", *edits, record=which % 2 == 0)))

    def record(self, which: int) -> None:
        for _, landed in self.landed[which % 4 :][:1]:
            landed.record(signer=("recorder", "machine", None)[which % 3])

    def verify(self, which: int) -> None:
        """A checkpoint of the tip, or of the commit before it."""
        tip = (self.world.main, *self.world.node(self.world.main).parents)[which % 2 :][0]
        facts = {"repository": self.world.repository, "branch": "main", "tip": tip, "report": "0" * 64}
        self.world.evidence.checkpoint(facts, signer=("recorder", "recorder", "machine")[which % 3])

    def claim(self, which: int) -> None:
        for change in self.open[which % 3 :][:1]:
            self.world.propose_signed(("alice", "dave", "carol")[which % 3], change)

    def remove(self, which: int) -> None:
        registry = [path for path in self.world.tree() if path.startswith("registry/models")]
        for path in registry[which % 4 :][:1]:
            self.landed.append((None, self.world.push("alice", delete(path), record=which % 2 == 0)))

    def tamper(self, which: int) -> None:
        standing = [path for path in self.world.evidence.paths if path in self.world.evidence.tree]
        for path in standing[which % 3 :][:1]:
            self.world.evidence.write({path: None if which % 2 else b"{}"})

    def rewind(self, which: int) -> None:
        parents = self.world.node(self.world.main).parents
        if parents and self.world.main != self.world.adoption:
            self.world.advance(parents[which % len(parents)])


VERBS = (
    "propose",
    "propose",
    "review",
    "review",
    "sign",
    "merge",
    "merge",
    "merge",
    "push",
    "record",
    "remove",
    "except_",
    "except_",
    "restore",
)
RARE = ("tamper", "rewind", "verify", "claim")
DEEDS = st.tuples(st.sampled_from((*VERBS, *VERBS, *RARE)), st.integers(0, 41), st.booleans())
OPTIONS: tuple[dict[str, Any], ...] = ({}, {}, {"settled": True}, {"as_of": "2030-01-01T00:00:00Z"})
MODES: tuple[dict[str, Any], ...] = (
    {},
    {"evidence": {"mode": "signature", "accept": ["signature"]}},
    {"evidence": {"accept_unsigned": True}},
)


def test_who_did_what_long_ago_is_kept(world: World, cache: Path) -> None:
    """Bob built the first version before anything was kept, and approves the second one long after."""
    change = world.propose("bob", "Build", version("fraud", "1.0", status="registered"))
    change.approve("carol").merge("squash")
    world.propose("erin", "Keep apart", files.segregation(lifecycle=[LIFE])).approve("carol").merge("squash")
    judged(world, cache)
    approved(world, "Approve", version("fraud", "1.0", status="approved"))
    assert judged(world, cache) == 1
    assert "approver-conflicted" in said(world, cache)["text"]
    assert_the_same(world, cache)


@pytest.mark.threat("D13")
def test_a_key_that_is_called_compromised_casts_another_light_on_what_was_kept(world: World, cache: Path) -> None:
    change = world.propose("erin", "Name the machine", files.settings(recorders=BOTH)).approve("carol")
    change.merge("squash")
    by_machine: dict[str, Any] = {"recorder": "machine", "signer": "machine"}
    late = approved(world, "Register debt", model("debt"), **by_machine)
    judged(world, cache)
    entry = {"key": public_line("recorder"), "since": late.commit, "reason": "Stolen"}
    change = world.propose("erin", "It was stolen", files.settings(recorders=BOTH, compromised=[entry]))
    change.approve("carol").merge("squash", **by_machine)
    assert judged(world, cache) > 1
    assert_the_same(world, cache)
    assert judged(world, cache) == 0
    approved(world, "Register lapse", model("lapse"), **by_machine)
    assert judged(world, cache) == 1
    assert_the_same(world, cache)


@pytest.mark.slow
def test_any_story_audited_along_the_way_ends_like_one_audited_at_once(
    tmp_path_factory: pytest.TempPathFactory, *, whole_sweeps: bool
) -> None:
    @settings(max_examples=200 if whole_sweeps else 12, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(DEEDS, min_size=3, max_size=14), st.sampled_from(OPTIONS), st.sampled_from(MODES))
    def ends_alike(deeds: list[tuple[str, int, bool]], options: dict[str, Any], mode: dict[str, Any]) -> None:
        folder = tmp_path_factory.mktemp("story")
        world = World(folder / "world", settings=mode)
        teller = Teller(world)
        for verb, which, pause in deeds:
            teller.tell(verb, which)
            if pause:
                assert_the_same(world, folder / "cache", **options)
        assert_the_same(world, folder / "cache", **options)
        assert_every_exception_is_counted(world, **options)

    ends_alike()
