"""Why a change is not simply approved: each cause with the person, the paths and the words that a report shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.decision import Cause, Law, Unlawful, judge
from govops.evidence import testimony
from govops.evidence.coverage import Merge, NotMerged
from govops.evidence.records import FileState, Subject
from govops.evidence.testimony import Claim, Decision
from govops.finding import RequirementRecord, Status
from govops.history import PathChange
from govops.lifecycle import Action
from tests.decision.sample import LANDED, PATH, by_account, by_name, facts, house, said
from tests.evidence.sample import account, proposal, receipt
from tests.support.cast import public_line
from tests.support.facts import change, entry, oid, read, snapshot, standing
from tests.support.files import model, policy, settings, user, version, waiver

OPEN = Status.UNVERIFIABLE
BOB, CAROL = said("bob"), said("carol")
ONE = "1 approval by role approver"


def causes(*told: Claim | Decision, law: Law | None = None, **fields: Any) -> list[Cause]:
    """Everything that speaks against the change."""
    return list(judge(facts(law or house(), *told, **fields)).causes)


def needing(**spec: Any) -> Law:
    """The usual company, whose policy on models is this one."""
    law = house()
    text = policy("models", actions=["model.*"], **spec)
    law.snapshot.put(text[0], standing(text))
    return law


def state(content: str | None) -> FileState | None:
    return None if content is None else FileState(mode="100644", oid=entry(content).oid)


def reviewed(old: str | None, new: str | None, path: str = PATH) -> Subject:
    return Subject(path=path, old=state(old), new=state(new))


def proposed(*subjects: Subject, merger: Any = None) -> testimony.Testimony:
    """Alice's proposal, approved by Bob, which ended with these subjects and which Carol merged."""
    about = {subject.path: subject for subject in subjects}
    told = receipt(proposal=proposal(merger=account("carol") if merger is None else merger))
    vote = replace(BOB, subjects={PATH: reviewed(None, "new")} | about)
    return testimony.Testimony(told, "record", False, (by_account("alice"),), (vote,), about, LANDED)


ASIDE = "registry/models/aside/model.yaml"
ADDED = reviewed(None, "new")


def merging(result: str | NotMerged) -> Merge:
    """A merge that is asked for one thing: what was reviewed beside, onto what stood there."""
    asked = (entry("base").oid, entry("moved").oid, entry("reviewed").oid)
    answer = result if isinstance(result, NotMerged) else entry(result).oid
    return lambda *blobs: answer if blobs == asked else NotMerged.CONFLICT


def unlanded(path: str, rule: str = "reviewed-change-not-landed") -> list[Cause]:
    return [Cause(rule, Status.FAIL, (path,), who="carol")]


UNKNOWN = [Cause("coverage-unknown", OPEN, (ASIDE,))]
BESIDE = reviewed("base", "reviewed", ASIDE)
LEFT_OUT: dict[str, tuple[Subject, str | None, Merge, list[Cause]]] = {
    "what stood before and was to be added": (reviewed(None, "x", ASIDE), "x", merging("x"), []),
    "an addition": (reviewed(None, "x", ASIDE), None, merging("x"), unlanded(ASIDE)),
    "a removal": (reviewed("x", None, ASIDE), "x", merging("x"), unlanded(ASIDE)),
    "a removal of what was gone": (reviewed("x", None, ASIDE), None, merging("x"), []),
    "an edit": (BESIDE, "base", merging("x"), unlanded(ASIDE)),
    "an edit that stood already": (BESIDE, "reviewed", merging("x"), []),
    "an edit that stood already in other lines": (BESIDE, "moved", merging("moved"), []),
    "an edit that would have moved on": (BESIDE, "moved", merging("both"), unlanded(ASIDE)),
    "an edit that conflicts": (BESIDE, "moved", merging(NotMerged.CONFLICT), unlanded(ASIDE)),
    "an edit of which an object is missing": (BESIDE, "moved", merging(NotMerged.MISSING), UNKNOWN),
}


@pytest.mark.parametrize(("subject", "stood", "merge", "expected"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_was_reviewed_and_left_out_is_told_with_the_person_who_merged(
    subject: Subject, stood: str | None, merge: Merge, expected: list[Cause]
) -> None:
    """The landed file comes first among the subjects, so the one beside it is looked at too."""
    before = snapshot()
    if stood is not None:
        before.put(ASIDE, replace(standing(model("aside")), entry=entry(stood)))
    assert causes(testimony=proposed(ADDED, subject), merge=merge, before=before) == expected


MERGERS: dict[str, tuple[Any, str]] = {
    "a person, whatever the forge calls them": (account("carol").model_copy(update={"login": "cc"}), "carol"),
    "somebody whom no User is": (account("ghost"), "ghost"),
    "an account without a name": (account("ghost").model_copy(update={"login": ""}), "id-ghost"),
}


@pytest.mark.parametrize(("merger", "who"), MERGERS.values(), ids=MERGERS)
def test_content_that_nobody_reviewed_is_laid_to_whoever_merged_it(merger: Any, who: str) -> None:
    landed = (change(PATH, None, "new"), change(ASIDE, None, "planted"))
    found = causes(testimony=proposed(ADDED, merger=merger), landed=landed)
    assert found == [Cause("residual-content", Status.FAIL, (ASIDE,), who=who)]


def test_an_account_of_two_users_is_called_as_the_forge_calls_it() -> None:
    law = house()
    twin = user("dave", accounts=[{"forge": "local", "id": "id-carol", "login": "carol-1"}])
    law.snapshot.put(twin[0], standing(twin))
    shared = account("carol").model_copy(update={"login": "carol-1"})
    landed = (change(PATH, None, "new"), change(ASIDE, None, "planted"))
    assert causes(testimony=proposed(ADDED, merger=shared), landed=landed, law=law)[0].who == "carol-1"


def test_a_landing_that_nobody_attests_a_merger_of_blames_nobody() -> None:
    landed = (change(PATH, None, "new"), change(ASIDE, None, "planted"))
    told = proposed(ADDED)
    anonymous = replace(told, receipt=receipt(proposal=proposal(merger=None)))
    for given in (anonymous, replace(told, receipt=None)):
        assert causes(testimony=given, landed=landed)[0].who == ""


def test_landed_content_whose_merge_lacks_an_object_is_open() -> None:
    landed: tuple[PathChange, ...] = (change(PATH, None, "new"), change(ASIDE, "moved", "merged"))
    found = causes(testimony=proposed(ADDED, BESIDE), landed=landed, merge=merging(NotMerged.MISSING))
    assert found == UNKNOWN


def test_landed_content_that_is_the_merge_of_what_was_reviewed_is_no_residue() -> None:
    landed: tuple[PathChange, ...] = (change(PATH, None, "new"), change(ASIDE, "moved", "merged"))
    verdict = judge(facts(house(), testimony=proposed(ADDED, BESIDE), landed=landed, merge=merging("merged")))
    assert verdict.causes == ()
    assert dict(verdict.coverage) == {PATH: "identity", ASIDE: "replay"}


ALICES_KEY = " ".join(public_line("alice").split()[:2])
SIGNED: dict[str, tuple[str, str, list[Cause]]] = {
    "in another's name": (
        f"key:{ALICES_KEY}",
        "DAVE@acme.example",
        [
            Cause(
                "signer-mismatch",
                Status.FAIL,
                (PATH,),
                who="alice",
                detail="a commit names dave and is signed with the key of alice",
            )
        ],
    ),
    "in one's own name": (f"key:{ALICES_KEY}", "alice@home.example", []),
    "in the name of nobody": (f"key:{ALICES_KEY}", "", []),
    "by account, which may push what others made": ("account:local:id-alice", "dave@acme.example", []),
}


@pytest.mark.parametrize(("address", "email", "expected"), SIGNED.values(), ids=SIGNED)
def test_a_commit_that_is_signed_in_anothers_name_is_told(address: str, email: str, expected: list[Cause]) -> None:
    claim = Claim("author", address, email, attested=True)
    assert causes(claim, BOB) == expected


def test_a_stranger_is_named_with_the_part_they_took() -> None:
    stranger = Claim("co-author", email="x@else.example", name="X")
    expected = Cause("unknown-contributor", Status.FAIL, (PATH,), who="X <x@else.example>", detail="co-author")
    assert causes(by_account("alice"), stranger, BOB) == [expected]


def test_contributors_whom_only_git_names_are_listed() -> None:
    expected = Cause("contributors-not-attested", OPEN, (PATH,), who="alice, dave")
    assert causes(by_name("dave"), by_name("alice", "committer"), BOB) == [expected]


def test_a_receipt_that_names_nobody_leaves_the_contributors_open() -> None:
    nobody = replace(proposed(ADDED), receipt=receipt(proposal=proposal(contributors=())))
    detail = "the receipt names nobody who made the proposal"
    assert causes(testimony=nobody) == [Cause("contributors-not-attested", OPEN, (PATH,), detail=detail)]


def test_missing_evidence_concerns_every_path_and_still_names_who_made_them() -> None:
    landed = (change(PATH, None, "new"), change(ASIDE, None, "new"))
    told = (by_account("alice"), Claim("author", email="x@else.example"))
    verdict = judge(facts(house(), *told, landed=landed, evidence_problem="no-receipt", problem_detail="none"))
    assert verdict.causes == (Cause("no-receipt", OPEN, (PATH, ASIDE), detail="none"),)
    assert (verdict.contributors, verdict.makers) == (("alice", " <x@else.example>"), ("alice",))
    assert verdict.status is OPEN


def test_a_rejection_blocks_every_path_and_names_the_record() -> None:
    second = Action("model.register", "Model", "aside", ASIDE, None, read(model("aside")))
    actions = (facts(house()).actions[0], second)
    found = causes(BOB, said("carol", "reject", record="theirs"), actions=actions)
    expected = Cause("blocked-by-rejection", Status.FAIL, (PATH, ASIDE), who="carol", evidence=("theirs",))
    assert found[0] == expected


def test_an_objector_counts_by_permission_and_after_one_who_does_not_count() -> None:
    law = needing(approvals=[{"count": 1, "permission": "model:approve"}])
    votes = (said("mallory", "reject"), said("carol", "reject", record="theirs", order=1), said("bob", order=2))
    (cause,) = causes(*votes, law=law)
    assert (cause.rule, cause.who) == ("blocked-by-rejection", "carol")


def test_different_reasons_are_different_causes() -> None:
    found = causes(said("carol", "reject"), said("mallory"))
    assert [(cause.rule, cause.who) for cause in found] == [
        ("blocked-by-rejection", "carol"),
        ("approver-lacks-role", "mallory"),
    ]


def test_content_that_was_not_reviewed_is_not_also_blamed_on_the_approval() -> None:
    landed = (change(PATH, None, "planted"),)
    assert causes(testimony=proposed(ADDED), landed=landed) == [
        Cause("residual-content", Status.FAIL, (PATH,), who="carol")
    ]


ODD = Action("odd.thing", "Odd", "odd", "odd.yaml")
APPROVE = Action("model.approve", "ModelVersion", "fraud/1.0", version("fraud", "1.0")[0])


def test_every_action_is_looked_at_whatever_is_found_of_those_before() -> None:
    """One that is allowed, one that no policy names, one that needs another approver."""
    law = house()
    other = policy("versions", actions=["model.approve"], approvals=[{"count": 1, "role": "admin"}])
    law.snapshot.put(other[0], standing(other))
    found = causes(replace(BOB, subjects=None), law=law, actions=(facts(law).actions[0], ODD, APPROVE))
    assert [(cause.rule, cause.paths, cause.detail) for cause in found] == [
        ("no-policy-matches", (ODD.path,), "odd.thing"),
        ("approver-lacks-role", (APPROVE.path,), "1 approval by role admin"),
    ]


def test_what_a_condition_might_not_ask_for_is_open_whatever_speaks_against_the_approval() -> None:
    law = needing(match={"condition": "true"}, approvals=[{"count": 1, "role": "admin"}])
    found = causes(said("mallory"), law=law)
    assert ("approver-lacks-role", OPEN) in [(cause.rule, cause.status) for cause in found]


def requirements(*votes: Decision, law: Law | None = None, **fields: Any) -> list[RequirementRecord]:
    return list(judge(facts(law or house(), *votes, **fields)).requirements)


POLICY = policy("models", actions=["model.*"])[0]
MET: dict[str, tuple[list[Decision], Law, Status, tuple[str, ...]]] = {
    "met": ([BOB], needing(), Status.PASS, ("bob",)),
    "unmet": ([], needing(), Status.FAIL, ()),
    "unmet, and the condition is unknown": ([], needing(match={"condition": "true"}), OPEN, ()),
    "unmet by one who may yet count": ([said("bob", withdrawn="")], needing(), OPEN, ()),
    "unmet by one who never counts": ([said("mallory")], needing(), Status.FAIL, ()),
}


@pytest.mark.parametrize(("votes", "law", "status", "counted"), MET.values(), ids=MET)
def test_a_requirement_is_listed_with_its_source_and_who_counted(
    votes: list[Decision], law: Law, status: Status, counted: tuple[str, ...]
) -> None:
    (found,) = [record for record in requirements(*votes, law=law) if record.source == POLICY and record.needed]
    met_at = BOB.at if status is Status.PASS else None
    assert found == RequirementRecord(f"model.register: {ONE}", POLICY, status, (PATH,), 1, counted, met_at)


@pytest.mark.parametrize(("spec", "within"), [({}, ""), ({"decide_within": "3d"}, "3d")])
def test_a_requirement_says_within_which_time_it_should_be_met(spec: dict[str, Any], within: str) -> None:
    """The policy's own; the built-in ones leave time."""
    (found,) = requirements(BOB, law=needing(**spec))
    assert found.decide_within == within
    grant = Action("user.update", "User", "dave", user("dave")[0], read(user("dave")), read(user("dave")))
    (built_in,) = requirements(law=needing(**spec), actions=(grant,))
    assert (built_in.source, built_in.decide_within) == ("built-in", "")


def test_files_with_the_same_outcome_share_one_requirement() -> None:
    second = Action("model.register", "Model", "aside", ASIDE, None, read(model("aside")))
    vote = replace(BOB, subjects=None)
    (found,) = requirements(vote, law=needing(), actions=(facts(house()).actions[0], second))
    assert found.paths == (PATH, ASIDE)


def test_only_a_decision_that_was_needed_and_stands_is_counted() -> None:
    """Carol's place is taken by Bob; his first word is superseded by his second."""
    votes = (said("bob"), said("bob", at="2026-01-05T10:00:00Z"), said("carol", order=1))
    verdict = judge(facts(needing(), *votes))
    counted = {(w.opinion.person, w.opinion.decision.at): (w.counted, w.roles, w.valid) for w in verdict.weighed}
    assert counted == {
        ("bob", "2026-01-05T09:00:00Z"): ((), (), ()),
        ("carol", "2026-01-05T09:00:00Z"): ((), (), (PATH,)),
        ("bob", "2026-01-05T10:00:00Z"): ((PATH,), ("approver",), (PATH,)),
    }
    assert verdict.vouching(PATH) == ("bob", "carol")
    assert verdict.contributors == ("alice",)


@pytest.mark.parametrize("backwards", [False, True])
def test_of_two_approvals_the_weaker_cover_is_told(*, backwards: bool) -> None:
    older = replace(BOB, subjects={PATH: reviewed("base", "reviewed")})
    exact = replace(CAROL, subjects={PATH: reviewed("moved", "merged")})
    votes = (replace(older, order=int(backwards)), replace(exact, order=int(not backwards)))
    landed = (change(PATH, "moved", "merged"),)
    law = needing(approvals=[{"count": 2, "role": "approver"}])
    verdict = judge(facts(law, *votes, landed=landed, merge=merging("merged")))
    assert (verdict.status, verdict.coverage) == (Status.PASS, ((PATH, "replay"),))


def test_an_approval_that_does_not_count_says_nothing_of_how_the_content_is_covered() -> None:
    stale = replace(CAROL, subjects={PATH: reviewed(None, "else")}, order=1)
    verdict = judge(facts(house(), BOB, stale))
    assert (verdict.status, verdict.coverage) == (Status.PASS, ((PATH, "identity"),))


def test_an_approval_of_the_commit_itself_covers_it_as_it_is() -> None:
    verdict = judge(facts(house(), replace(BOB, subjects=None)))
    assert (verdict.status, verdict.coverage) == (Status.PASS, ((PATH, "identity"),))


YEAR = {"limits": {"waiver_days": 365}}
ENDS: dict[str, tuple[str, str | None, Cause | None]] = {
    "after exactly that long": ("2027-01-05T12:00:00Z", LANDED, None),
    "a second later": (
        "2027-01-05T12:00:01Z",
        LANDED,
        Cause("waiver-too-long", Status.FAIL, detail=f"2027-01-05T12:00:01Z, and it landed at {LANDED}"),
    ),
    "after a landing at no known time": ("2026-02-01T00:00:00Z", None, Cause("waiver-too-long", OPEN)),
}


@pytest.mark.parametrize(("ends", "time", "expected"), ENDS.values(), ids=ENDS)
def test_a_waiver_lasts_no_longer_than_settings_allow_from_its_landing(
    ends: str, time: str | None, expected: Cause | None
) -> None:
    """Whatever stands before it in the change."""
    law = house(**YEAR)
    text = waiver("late", owner="dave", expires=ends)
    brought = Action("policy.change", "Waiver", "late", text[0], None, read(text))
    vote = replace(said("carol"), subjects=None)
    found = causes(vote, law=law, actions=(facts(law).actions[0], brought), time=time)
    told = [cause for cause in found if cause.rule == "waiver-too-long"]
    assert told == ([replace(expected, paths=(text[0],), who="late", needed="365 days")] if expected else [])


UNMET: dict[str, tuple[list[Decision], str]] = {
    "by nobody": ([], "has none"),
    "by one": ([BOB], "has 1"),
    "by one, twice": ([BOB, said("bob", at="2026-01-05T10:00:00Z")], "has 1"),
}


@pytest.mark.parametrize(("votes", "has"), UNMET.values(), ids=UNMET)
def test_an_unmet_requirement_says_what_it_has_and_what_it_needs(votes: list[Decision], has: str) -> None:
    expected = Cause("not-approved", Status.FAIL, (PATH,), detail=has, needed="2 approvals by role approver")
    assert causes(*votes, law=needing(approvals=[{"count": 2, "role": "approver"}])) == [expected]


STALE = replace(BOB, subjects={PATH: reviewed(None, "else")}, record="stale")
MISSIGNED = said("carol", kind="signature", label="bob", record="missigned")
UNTIMED = said("carol", withdrawn="", record="untimed")
GRAVITY: dict[str, tuple[list[Decision], tuple[str, str, str]]] = {
    "what may still turn out well comes first": ([STALE, UNTIMED], ("approval-dismissed", "carol", "untimed")),
    "what looks like intent comes before what happens to anybody": (
        [STALE, MISSIGNED],
        ("signer-mismatch", "carol", "missigned"),
    ),
    "what is known comes before the rest": (
        [said("mallory", record="mallory"), STALE],
        ("stale-approval", "bob", "stale"),
    ),
}


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(("votes", "expected"), GRAVITY.values(), ids=GRAVITY)
def test_one_unmet_requirement_is_one_cause_and_the_gravest(
    votes: list[Decision], expected: tuple[str, str, str], *, backwards: bool
) -> None:
    ordered = votes[::-1] if backwards else votes
    (cause,) = causes(*(replace(vote, order=place) for place, vote in enumerate(ordered)))
    assert (cause.rule, cause.who, *cause.evidence) == expected
    assert cause.needed == ONE


@pytest.mark.parametrize("backwards", [False, True])
def test_what_may_still_turn_out_well_comes_before_a_role_that_was_just_granted(*, backwards: bool) -> None:
    promoted = user("mallory", roles=["approver"])
    grant = Action("role.assign", "User", "mallory", promoted[0], read(user("mallory")), read(promoted))
    votes = (replace(UNTIMED, order=int(backwards)), said("mallory", order=int(not backwards)))
    found = causes(*votes, actions=(*facts(house()).actions, grant))
    assert [cause.rule for cause in found if PATH in cause.paths and cause.evidence] == ["approval-dismissed"]


def test_of_equally_grave_ones_the_first_is_told() -> None:
    (cause,) = causes(said("mallory", order=1), said("ghost", order=2))
    assert (cause.rule, cause.who) == ("approver-lacks-role", "mallory")


def test_what_concerns_one_person_for_several_reasons_is_one_cause_with_all_of_them() -> None:
    """Two files, two policies: Mallory lacks both roles, and each need is named once."""
    second = Action("model.register", "Model", "aside", ASIDE, None, read(model("aside")))
    third = Action("model.approve", "ModelVersion", "fraud/1.0", version("fraud", "1.0")[0])
    law = needing()
    other = policy("versions", actions=["model.approve"], approvals=[{"count": 2, "role": "admin"}])
    law.snapshot.put(other[0], standing(other))
    vote = replace(said("mallory"), subjects=None)
    actions = (facts(law).actions[0], third, second)
    (cause,) = causes(vote, law=law, actions=actions)
    assert cause.rule == "approver-lacks-role"
    assert cause.paths == (PATH, third.path, ASIDE)
    assert cause.needed == f"{ONE} and 2 approvals by role admin"
    assert cause.detail == f"{ONE}, 2 approvals by role admin"


EITHER = "either 1 approval by role admin or 1 by role operator"
CHOICES: dict[str, tuple[str, str]] = {
    "first": ("choice", f"{EITHER}; and {ONE}"),
    "last": ("so", f"{ONE}; and {EITHER}"),
}


@pytest.mark.parametrize(("name", "needed"), CHOICES.values(), ids=CHOICES)
def test_needs_are_set_apart_where_one_leaves_a_choice_and_each_is_named_once(name: str, needed: str) -> None:
    """Two policies, by path, and two files."""
    law = needing()
    choice = policy(name, actions=["model.*"], approvals=[{"any_of": [{"role": "admin"}, {"role": "operator"}]}])
    law.snapshot.put(choice[0], standing(choice))
    second = Action("model.register", "Model", "aside", ASIDE, None, read(model("aside")))
    actions = (facts(law).actions[0], second)
    (cause,) = causes(replace(said("mallory"), subjects=None), law=law, actions=actions)
    assert (cause.needed, cause.paths) == (needed, (PATH, ASIDE))


def test_a_rule_that_nobody_approved_is_named_with_the_change_that_left_it_so() -> None:
    law = house()
    law.unlawful[settings()[0]] = Unlawful(OPEN, oid("pushed"), None)
    expected = Cause("rests-on-unapproved-rule", OPEN, (PATH,), who=settings()[0], detail=oid("pushed"))
    assert causes(BOB, law=law) == [expected]


GONE = policy("gone", actions=["model.*"], match={"risk_tiers": ["medium"]})


@pytest.mark.parametrize(("tier", "rests"), [("medium", True), ("high", False)])
def test_a_policy_that_used_to_ask_for_this_risk_tier_is_a_rule_that_is_rested_on(tier: str, *, rests: bool) -> None:
    """Whoever weakened it without approval has no use of it, and a policy on other tiers is no matter."""
    law = house()
    law.unlawful[GONE[0]] = Unlawful(Status.FAIL, oid("pushed"), read(GONE))
    action = replace(facts(law).actions[0], new=read(model("fraud", risk_tier=tier)))
    found = causes(BOB, law=law, actions=(action,))
    assert [cause.who for cause in found] == ([GONE[0]] if rests else [])


def test_an_edit_that_is_minor_rests_on_the_policy_that_calls_others_material() -> None:
    """Whoever narrowed its fields without approval has no use of it."""
    law = house()
    material = policy("material", actions=["model.update"], match={"fields": ["risk_tier"]})
    law.snapshot.put(material[0], standing(material))
    law.unlawful[material[0]] = Unlawful(Status.FAIL, oid("pushed"), None)
    edit = Action("model.update_minor", "Model", "fraud", PATH, read(model("fraud", title="Old")), read(model("fraud")))
    assert [(cause.rule, cause.who) for cause in causes(BOB, law=law, actions=(edit,))] == [
        ("rests-on-unapproved-rule", material[0])
    ]


@pytest.mark.parametrize(("tier", "rests"), [("medium", True), ("high", False)])
def test_the_risk_tier_of_a_version_is_that_of_its_model(tier: str, *, rests: bool) -> None:
    law = house()
    law.unlawful[GONE[0]] = Unlawful(Status.FAIL, oid("pushed"), read(GONE))
    approved = version("fraud", "1.0", status="approved")
    action = Action("model.approve", "ModelVersion", "fraud/1.0", approved[0], None, read(approved))
    before = snapshot(model("fraud", risk_tier=tier))
    found = causes(replace(BOB, subjects=None), law=law, actions=(action,), before=before)
    assert [cause.who for cause in found] == ([GONE[0]] if rests else [])


@pytest.mark.parametrize(
    ("before", "after", "rests"), [("high", "medium", True), ("medium", "high", True), ("high", "low", False)]
)
def test_a_model_whose_risk_tier_changes_has_both_tiers(before: str, after: str, *, rests: bool) -> None:
    """A version that is approved in the same change needs what either tier asks for."""
    law = house()
    once = policy("gone", actions=["model.approve"], match={"risk_tiers": ["medium"]})
    law.unlawful[once[0]] = Unlawful(Status.FAIL, oid("pushed"), read(once))
    approved = version("fraud", "1.0", status="approved")
    old, new = (read(model("fraud", risk_tier=tier)) for tier in (before, after))
    update = Action("model.update", "Model", "fraud", PATH, old, new)
    approve = Action("model.approve", "ModelVersion", "fraud/1.0", approved[0], None, read(approved))
    stood = snapshot(model("fraud", risk_tier=before))
    found = causes(replace(BOB, subjects=None), law=law, actions=(update, approve), before=stood)
    assert [cause.who for cause in found] == ([once[0]] if rests else [])
