"""Rules on judged changes: each turns its causes into words, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govops.decision import Cause
from govops.finding import Status
from govops.lifecycle import Misstep
from govops.rule import Scope, Unmatched
from govops.rules import RULES
from tests.rules.builders import COMMIT, PATH, findings, judged

NEED = "2 approvals by role approver"
HEAD = "f00dfeedf00dfeedf00dfeedf00dfeedf00dfeed"
SHORT = HEAD[:12]
RULE_FILE = "policies/approvals/models.yaml"
NAMED = Unmatched(PATH, ("spec", "changes", 0), "change 123456789012", "no earlier change broke a rule")
VERSION = "registry/models/fraud/versions/2.0.yaml"
MUTE = {  # told otherwise
    "emergency-change",
    "illegal-transition",
    "incident-in-dependency",
    "merge-conflict",
    "open-incident",
    "ratification-unmatched",
    "resolver-lacks-permission",
    "transient-state",
}

CASES: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "no-receipt": ({}, (COMMIT[:12], PATH, "govops record")),
    "receipts-disagree": ({"detail": "1a2b3c, 4d5e6f"}, (COMMIT[:12], "1a2b3c, 4d5e6f")),
    "receipt-mismatch": ({"detail": "record 1a2b begins at another parent"}, ("record 1a2b begins", "govops record")),
    "evidence-untrusted": ({"detail": "record 1a2b has no valid signature"}, ("record 1a2b has no", "recorders")),
    "key-compromised": ({"detail": "record 1a2b is signed with a key"}, ("record 1a2b is signed", "again")),
    "octopus-merge": ({"detail": "3 parents"}, (COMMIT[:12], "3 parents", PATH)),
    "unreadable-history": ({"detail": "object 1a2b is missing"}, (COMMIT[:12], "object 1a2b is missing", "fsck")),
    "not-approved": ({"detail": "has 1", "needed": NEED}, (PATH, NEED, "has 1", "did not contribute")),
    "emergency-unapproved": (
        {"who": "bob", "detail": "has none", "needed": f"{NEED} within 24h of the landing"},
        ("landed as an emergency", PATH, f"{NEED} within 24h", "has none", "bob approved too late"),
    ),
    "delegation-does-not-count": (
        {"who": "dave", "detail": "the delegation is from July", "needed": NEED},
        ("dave", PATH, "as a delegate", "from July", NEED),
    ),
    "no-policy-matches": ({"detail": "sla.create"}, ("sla.create", PATH, "policies/approvals/")),
    "condition-not-evaluated": ({"detail": "model.update", "needed": RULE_FILE}, ("model.update", PATH, RULE_FILE)),
    "approver-unknown": ({"who": "bob2", "detail": "no User has this account", "needed": NEED}, ("bob2", NEED)),
    "approver-not-human": ({"who": "robot", "detail": "agent", "needed": NEED}, ("robot", "it is an agent", NEED)),
    "approver-inactive": ({"who": "bob", "needed": NEED}, ("bob", "not active", NEED)),
    "approver-is-contributor": (
        {"who": "bob", "detail": "opener and author", "needed": NEED},
        ("bob", "opener and author"),
    ),
    "approver-conflicted": ({"who": "bob", "detail": "bob made it", "needed": NEED}, ("bob", "bob made it", NEED)),
    "conflicting-duties": ({"who": "bob", "detail": "bob made it", "needed": RULE_FILE}, ("bob", PATH, RULE_FILE)),
    "conflicting-roles": ({"who": "bob", "detail": "a and b", "needed": RULE_FILE}, ("bob holds a and b", RULE_FILE)),
    "too-few-holders": ({"who": "judge", "detail": "1 of 2", "needed": RULE_FILE}, ("judge", "1 of 2", RULE_FILE)),
    "too-many-removed": ({"who": "judge", "detail": "3 of 4", "needed": RULE_FILE}, ("judge", "3 of 4", "steps")),
    "last-approver-removed": ({"who": "role judge", "needed": RULE_FILE}, ("role judge", RULE_FILE, "before")),
    "approver-is-beneficiary": (
        {"who": "bob", "detail": "owner of the waiver", "needed": NEED},
        ("bob", PATH, "owner of the waiver", NEED, "gains nothing"),
    ),
    "waiver-too-long": (
        {"who": "hotfix", "detail": "2030-01-01T00:00:00Z, and it landed today", "needed": "90 days"},
        ("hotfix", "2030-01-01T00:00:00Z", "more than 90 days"),
    ),
    "approver-is-merger": ({"who": "bob", "needed": NEED}, ("bob", "merged", NEED)),
    "approver-lacks-role": ({"who": "dave", "detail": NEED, "needed": NEED}, ("dave", PATH, NEED)),
    "role-granted-in-same-change": ({"who": "mallory", "needed": NEED}, ("mallory", "this very change", NEED)),
    "signer-mismatch": ({"who": "bob", "detail": "it is signed with the key of bob"}, ("the key of bob", PATH)),
    "evidence-not-accepted": ({"who": "bob", "detail": "trailer evidence", "needed": NEED}, ("trailer evidence", NEED)),
    "evidence-spent": ({"who": "bob", "detail": HEAD, "needed": NEED}, ("bob", f"change {SHORT}", NEED)),
    "approval-after-landing": ({"who": "bob", "detail": "2026-01-05T09:00:00Z"}, ("bob", "2026-01-05T09:00:00Z")),
    "approval-dismissed": ({"who": "bob", "detail": "the forge does not tell when"}, ("bob", "does not tell when")),
    "approval-expired": ({"who": "bob", "detail": "older than 30d", "needed": NEED}, ("bob", "older than 30d", NEED)),
    "stale-approval": ({"who": "bob", "detail": HEAD, "needed": NEED}, ("bob", PATH, SHORT, NEED)),
    "context-changed": ({"who": "bob", "detail": VERSION}, ("bob", PATH, VERSION)),
    "context-unknown": ({"who": "bob", "detail": VERSION}, ("bob", PATH, VERSION)),
    "identity-needed": ({"who": "bob", "detail": PATH, "needed": NEED}, ("bob", PATH, NEED)),
    "blocked-by-rejection": ({"who": "bob"}, ("bob rejected", PATH)),
    "author-lacks-permission": (
        {"who": "dave", "needed": "permission model:deploy"},
        ("dave", "permission model:deploy"),
    ),
    "unknown-contributor": ({"who": "Bob <b@x.example>", "detail": "author"}, ("author `Bob <b@x.example>`", "users/")),
    "contributors-not-attested": ({"who": "alice"}, ("alice", PATH)),
    "residual-content": ({"who": "carol"}, ("`carol`", PATH)),
    "reviewed-change-not-landed": ({"who": "carol"}, ("`carol`", PATH)),
    "coverage-unknown": ({"detail": "several merge bases"}, (PATH, "several merge bases")),
    "rests-on-missing-object": ({"detail": RULE_FILE}, (PATH, RULE_FILE, "fsck")),
    "rests-on-unapproved-rule": ({"who": RULE_FILE, "detail": HEAD}, (PATH, RULE_FILE, SHORT)),
}


def case(rule: str, **more: object) -> Cause:
    """A cause of that rule with everything that its words need."""
    return Cause(rule, **({"paths": (PATH,), "evidence": ("1a2b",)} | CASES[rule][0] | more))  # type: ignore[arg-type]  # a table


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize("status", [Status.FAIL, Status.UNVERIFIABLE])
def test_a_cause_becomes_a_finding(rule: str, status: Status) -> None:
    """It names the person, the path and what would have sufficed, and has the status that the judge gave."""
    (finding,) = findings(rule, judged(case(rule, status=status)))
    assert (finding.rule, finding.status, finding.commit, finding.path) == (rule, status, COMMIT, PATH)
    assert finding.blob == "b" * 40
    assert finding.evidence == ("1a2b",)
    text = f"{finding.message}; {finding.hint}"
    assert [word for word in CASES[rule][1] if word not in text] == []


@pytest.mark.parametrize("rule", CASES)
def test_only_its_own_causes_speak(rule: str) -> None:
    """With the causes of all other rules, this one says nothing; with two of its own, it speaks twice."""
    others = [case(other) for other in CASES if other != rule]
    assert findings(rule, judged(*others)) == []
    assert findings(rule, judged(Cause("superseded"))) == []
    assert len(findings(rule, judged(*others, case(rule, who="x"), case(rule, who="y")))) == 2


@pytest.mark.parametrize("rule", CASES)
def test_many_paths_are_counted_and_none_is_survived(rule: str) -> None:
    """A change of 500 files has one finding and not a page of paths."""
    (finding,) = findings(rule, judged(case(rule, paths=tuple(f"registry/{i}" for i in range(500)))))
    assert len(finding.message) < 300
    (finding,) = findings(rule, judged(Cause(rule)))
    assert finding.path is None


@pytest.mark.parametrize("rule", CASES)
def test_messages_are_in_one_style(rule: str) -> None:
    """Lower case at the beginning, no full stop at the end, no control characters from names."""
    (finding,) = findings(rule, judged(case(rule, who="bob")))
    for text in (finding.message, finding.hint):
        assert text[0] == text[0].lower()
        assert not text.endswith(".")


@pytest.mark.parametrize("rule", ["unknown-contributor", "approver-unknown", "residual-content"])
def test_names_that_anyone_can_type_are_escaped(rule: str) -> None:
    """A commit's author name reaches the message as text and nothing else, and not at any length."""
    (finding,) = findings(rule, judged(case(rule, who="\x1b[31m\u202e" + "x" * 500)))
    assert finding.message.isprintable()
    assert len(finding.message) < 300


def test_every_change_rule_has_a_case() -> None:
    """No rule is registered without a test that shows its words."""
    assert {rule.id for rule in RULES if rule.scope is Scope.CHANGE} == {*CASES, *MUTE}


def test_of_a_clean_change_no_rule_has_anything_to_say() -> None:
    """So the engine need not ask them, which is true of nearly every change of a well-kept repository."""
    clean = judged()
    assert clean.is_clean
    assert [found for rule in RULES if rule.scope is Scope.CHANGE for found in rule.check(clean)] == []
    misstep = Misstep(PATH, ("spec",), "steps back", "go on")
    assert not any(one.is_clean for one in (judged(case("not-approved")), judged(missteps=[misstep])))
    assert not judged(transient=[PATH]).is_clean
    assert not judged(unmatched=[NAMED]).is_clean


def test_a_condition_whose_policy_is_unknown_names_none() -> None:
    """The judge may only know that some policy's condition was in the way."""
    (finding,) = findings("condition-not-evaluated", judged(case("condition-not-evaluated", needed="default deny")))
    assert "default deny" not in finding.message


@pytest.mark.threat("D05", rule="contributors-not-attested")
def test_a_receipt_that_names_nobody_is_said_to() -> None:
    """Without contributors in the receipt nobody is excluded, so nobody is cleared."""
    (finding,) = findings(
        "contributors-not-attested", judged(Cause("contributors-not-attested", detail="it names nobody"))
    )
    assert "it names nobody" in finding.message


def test_an_illegal_step_is_found_at_its_field() -> None:
    """Line and column of the field in the new content, and the steps that are allowed."""
    misstep = Misstep(PATH, ("spec", "status"), "it cannot go there", "it may go elsewhere")
    (finding,) = findings("illegal-transition", judged(missteps=[misstep]))
    assert (finding.commit, finding.path, finding.line, finding.column) == (COMMIT, PATH, 3, 7)
    assert (finding.message, finding.hint) == ("it cannot go there", "it may go elsewhere")
    assert findings("illegal-transition", judged()) == []


def test_an_illegal_step_of_a_file_that_is_gone_has_no_place() -> None:
    """Without content there is no line."""
    misstep = Misstep("registry/elsewhere.yaml", ("spec", "status"), "x", "y")
    (finding,) = findings("illegal-transition", judged(missteps=[misstep]))
    assert (finding.blob, finding.line, finding.column) == (None, None, None)


def test_a_finding_knows_all_the_paths_that_it_is_about() -> None:
    """What excuses it has to cover them all."""
    (finding,) = findings("not-approved", judged(case("not-approved", paths=(PATH, RULE_FILE))))
    assert (finding.path, finding.others, finding.paths) == (PATH, (RULE_FILE,), (PATH, RULE_FILE))
    (finding,) = findings("transient-state", judged(transient=[RULE_FILE, PATH]))
    assert finding.paths == (RULE_FILE, PATH)


def test_a_waiver_whose_landing_nobody_dates_is_told_so() -> None:
    (finding,) = findings("waiver-too-long", judged(Cause("waiver-too-long", Status.UNVERIFIABLE, (PATH,), "hotfix")))
    assert "nobody attests when waiver hotfix landed" in finding.message
    assert finding.status is Status.UNVERIFIABLE


@pytest.mark.threat("C40", rule="ratification-unmatched")
def test_each_name_that_nothing_answers_to_is_a_warning_where_it_stands() -> None:
    (finding,) = findings("ratification-unmatched", judged(unmatched=[NAMED]))
    assert (finding.status, finding.path, finding.line, finding.column) == (Status.WARN, PATH, 3, 7)
    assert finding.message == "nothing is accepted of change 123456789012: no earlier change broke a rule"
    assert findings("ratification-unmatched", judged()) == []


@pytest.mark.threat("C14", rule="transient-state")
def test_what_came_and_went_is_one_warning() -> None:
    """One finding for the change, however many paths."""
    (finding,) = findings("transient-state", judged(transient=[RULE_FILE, PATH, VERSION]))
    assert finding.status is Status.WARN
    assert f"{RULE_FILE} and 2 more" in finding.message
    assert findings("transient-state", judged()) == []


def test_of_a_change_that_may_land_as_an_emergency_the_gate_says_so() -> None:
    """It has not landed, so nobody is late."""
    cause = case("emergency-unapproved", who="")
    ahead = judged(cause)
    (finding,) = findings("emergency-unapproved", replace(ahead, facts=replace(ahead.facts, is_ahead=True)))
    assert finding.message == f"{PATH} may land as an emergency, and must then be approved: {cause.needed}"


@pytest.mark.threat("C41", rule="emergency-change")
def test_an_emergency_that_was_approved_is_a_warning() -> None:
    """Whoever approved it afterwards is named, and the policy that let it."""
    cause = Cause("emergency-change", Status.WARN, (PATH,), who="bob", detail=RULE_FILE)
    (finding,) = findings("emergency-change", judged(cause))
    assert finding.status is Status.WARN
    assert finding.message == f"{PATH} landed as an emergency and was approved afterwards, by bob"
    assert RULE_FILE in finding.hint


def test_each_path_that_cannot_be_merged_is_a_finding() -> None:
    """Only proposals have conflicts; what landed was merged somehow."""
    found = findings("merge-conflict", judged(conflicts=[PATH, VERSION]))
    assert [(finding.path, finding.commit) for finding in found] == [(PATH, COMMIT), (VERSION, COMMIT)]
    assert not judged(conflicts=[PATH]).is_clean
    assert findings("merge-conflict", judged()) == []
