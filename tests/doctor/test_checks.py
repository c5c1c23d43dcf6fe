"""Each check is silent about a healthy company, and speaks when its one thing is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from govops.doctor import CHECKS
from govops.doctor.check import Needs
from govops.doctor.circumstances import Circumstances, Clone, OwnersFile, Protection
from govops.doctor.means import means, weakness
from govops.errors import ExitCode
from govops.evidence.book import EvidenceBook, Tampering
from govops.evidence.recording import Recording
from govops.finding import Severity, Status, exit_code
from govops.forge.protocol import BranchRules
from govops.kinds.settings import Settings
from govops.kinds.user import User
from tests.doctor.sample import examined, findings, healthy, rules
from tests.evidence.sample import receipt, recorded
from tests.support.cast import RECORDER, public_line
from tests.support.facts import oid
from tests.support.files import File, policy, role, settings, user
from tests.support.snapshot import snapshot_of

ECDSA = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA=="
FAIL, WARN, OPEN = Status.FAIL, Status.WARN, Status.UNVERIFIABLE


def rsa(bits: int) -> str:
    """The public line of a new RSA key."""
    key = generate_private_key(public_exponent=65537, key_size=bits).public_key()
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")


def waiver(name: str, expires: str) -> File:
    """A waiver that ends then."""
    text = f"""\
apiVersion: govops/v1
kind: Waiver
metadata: {{name: {name}}}
spec:
  rules: [no-receipt]
  scope: {{path: "registry/**"}}
  reason: The recorder was down
  owner: alice
  expires: "{expires}"
"""
    return f"policies/waivers/{name}.yaml", text.encode()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_healthy_company_has_no_problem(check: Any) -> None:
    """And nothing to be established; advice may stand."""
    found = examined(check.id, healthy())
    assert not found.skipped
    assert {finding.status for finding in found.findings} <= {WARN}


SICK: dict[str, tuple[str, dict[str, Any], Status, str]] = {
    "cut off": (
        "incomplete-history",
        {"clone": Clone("git", cut_off="it is a shallow clone", mend="git fetch --unshallow")},
        OPEN,
        "it is a shallow clone",
    ),
    "partial": ("partial-clone", {"clone": Clone("git -C x", is_partial=True)}, FAIL, "leaves out objects"),
    "long and slow": ("missing-commit-graph", {"clone": Clone("git", commits=10_000)}, WARN, "10000 commits"),
    "no evidence": ("missing-evidence", {"evidence_ref": None}, FAIL, "no evidence branch govops/evidence"),
    "a gap": ("missing-receipts", {"recording": Recording(oid("b"), (oid("a"),))}, FAIL, "1 commit(s)"),
    "behind": ("late-receipts", {"recording": Recording(oid("b"), (), (oid("c"), oid("d")))}, FAIL, "2 commit(s)"),
    "never begun": ("late-receipts", {"recording": Recording(None, (), (oid("c"),))}, FAIL, "since the adoption"),
    "tampered with": (
        "unsound-evidence",
        {"book": EvidenceBook([], [Tampering("x", "the record was edited", oid("e"))])},
        OPEN,
        "the record was edited",
    ),
    "a broken chain": ("unsound-evidence", {"book": EvidenceBook([recorded(receipt(sequence=1))])}, OPEN, "number 0"),
    "a recorder that never signed": ("idle-recorder", {"book": EvidenceBook()}, FAIL, "never signed"),
    "no CODEOWNERS": (
        "codeowners-out-of-step",
        {"owners": OwnersFile("C", None, "x\n", is_generated=False)},
        WARN,
        "no C",
    ),
    "CODEOWNERS by hand": (
        "codeowners-out-of-step",
        {"owners": OwnersFile("C", "y\n", "x\n", is_generated=False)},
        WARN,
        "not made by",
    ),
    "old CODEOWNERS": (
        "codeowners-out-of-step",
        {"owners": OwnersFile("C", "y\n", "x\n", is_generated=True)},
        FAIL,
        "not what the rules",
    ),
    "pushes": ("open-branch", {"protected": rules(requires_proposal=False)}, FAIL, "without a proposal"),
    "force pushes": ("open-branch", {"protected": rules(blocks_force_push=False)}, FAIL, "force push"),
    "deletion": ("open-branch", {"protected": rules(blocks_deletion=False)}, FAIL, "deleted"),
    "no gate": ("gate-not-required", {"protected": rules(required_checks=("ci",))}, FAIL, "govops/gate"),
    "administrators": ("bypass-allowed", {"protected": rules(admins_may_bypass=True)}, FAIL, "administrators"),
    "evidence rewritten": (
        "open-evidence-branch",
        {"evidence": rules("govops/evidence", requires_proposal=False, blocks_force_push=False)},
        FAIL,
        "force push",
    ),
    "evidence by proposal": ("open-evidence-branch", {"evidence": rules("govops/evidence")}, FAIL, "proposals only"),
    "a silent forge": ("untold-branch-rules", {"protected": rules(admins_may_bypass=None)}, WARN, "admins may bypass"),
    "a forge that fails": ("untold-branch-rules", {"protected": Protection("main", None, "403")}, OPEN, "403"),
    "anybody's status": ("forgeable-status", {}, WARN, "may post govops/gate"),
}


@pytest.mark.parametrize(("check", "fields", "status", "words"), SICK.values(), ids=SICK)
def test_one_thing_that_is_wrong_is_one_finding(check: str, fields: dict[str, Any], status: Status, words: str) -> None:
    (finding,) = findings(check, healthy(**fields))
    assert (finding.rule, finding.status) == (check, status)
    assert words in finding.message
    assert finding.hint or status is OPEN


SOUND: dict[str, tuple[str, Circumstances]] = {
    "nothing has landed yet": ("missing-evidence", healthy(evidence_ref=None, changed=False)),
    "nobody waits for receipts": (
        "missing-evidence",
        healthy(settings(evidence={"mode": "signature"}), evidence_ref=None),
    ),
    "gaps where nobody waits for receipts": (
        "missing-receipts",
        healthy(settings(evidence={"mode": "signature"}), recording=Recording(oid("b"), (oid("a"),))),
    ),
    "no branch at all, which another check tells": (
        "late-receipts",
        healthy(evidence_ref=None, recording=Recording(None, (), (oid("c"),))),
    ),
    "a long history with a commit-graph": (
        "missing-commit-graph",
        healthy(clone=Clone("git", commits=20_000, has_commit_graph=True)),
    ),
    "one maintainer": ("too-few-approvers", healthy(settings(single_maintainer=True), user("bob", active=False))),
    "a waiver with months to go": ("ending-waiver", healthy(waiver("w", "2026-06-01T00:00:00Z"))),
    "a weak key of somebody who left": ("weak-key", healthy(user("bob", keys=[rsa(2048)], active=False))),
    "a forge that says nothing": ("open-branch", healthy(protected=Protection("main", BranchRules()))),
    "a forge that does not tell of checks": ("gate-not-required", healthy(protected=Protection("main", BranchRules()))),
    "a role that approves nothing": (
        "approver-without-evidence",
        healthy(user("mallory", roles=["auditor"], accounts=[], keys=[])),
    ),
}


@pytest.mark.parametrize(("check", "facts"), SOUND.values(), ids=SOUND)
def test_what_is_sound_is_left_alone(check: str, facts: Circumstances) -> None:
    assert findings(check, facts) == ()


# ---- the gate


def test_without_the_gate_the_forges_own_rules_have_to_do() -> None:
    weak = rules(required_checks=(), approvals=0, dismisses_stale=False)
    assert [f.subject for f in findings("gate-not-required", healthy(protected=weak))] == [
        "",
        "approvals",
        "stale approvals",
    ]
    told_in_part = rules(required_checks=None, approvals=0, dismisses_stale=False)
    assert [f.status for f in findings("gate-not-required", healthy(protected=told_in_part))] == [WARN, WARN]
    strong = rules(required_checks=(), approvals=1, dismisses_stale=True)
    assert len(findings("gate-not-required", healthy(protected=strong))) == 1


def test_where_incidents_never_wait_the_forge_need_not_ask_for_an_approval() -> None:
    free = policy("incidents", actions=["incident.report"], approvals="none", reason="They must not wait")
    weak = rules(required_checks=(), approvals=0)
    assert len(findings("gate-not-required", healthy(free, protected=weak))) == 1


def test_checks_of_branch_rules_wait_for_a_forge() -> None:
    facts = healthy(protected=None, evidence=None)
    skipped = {check.id: examined(check.id, facts).skipped for check in CHECKS if check.needs is Needs.FORGE}
    assert len(skipped) == 6
    assert set(skipped.values()) == {"no forge was asked; give --forge"}


def test_checks_of_the_history_wait_for_the_whole_of_it() -> None:
    facts = healthy(clone=Clone("git", cut_off="shallow"), book=None, recording=None)
    history = [check.id for check in CHECKS if check.needs is Needs.HISTORY]
    assert all(examined(check, facts).skipped for check in history)
    assert not examined("too-few-approvers", facts).skipped


# ---- people


@pytest.mark.parametrize(
    ("accept", "spec", "able"),
    [
        (["receipt"], {}, {"receipt"}),
        (["receipt", "signature"], {"accounts": []}, {"receipt", "signature"}),
        (["receipt", "signature"], {"accounts": [], "keys": [ECDSA]}, set()),
        (["receipt"], {"accounts": [{"forge": "github", "id": "1"}], "keys": []}, set()),
        (["receipt"], {"accounts": [{"forge": "ssh", "id": public_line("bob")[:80]}], "keys": []}, {"receipt"}),
        (["receipt", "trailer"], {"accounts": [], "keys": []}, {"trailer"}),
    ],
)
def test_what_evidence_a_person_can_give(accept: list[str], spec: dict[str, Any], able: set[str]) -> None:
    trailers = {"keys": ["Reviewed-by"], "only_review_server": True}
    there = settings(evidence={"mode": "receipt", "accept": accept, "trailers": trailers})
    snapshot = snapshot_of(dict([there, role("approver"), user("bob", **spec)]))
    who, rules_ = snapshot.find("User", "bob"), snapshot.find("Settings", "acme")
    assert isinstance(who, User)
    assert isinstance(rules_, Settings)
    assert means(who, rules_.spec) == able


def test_an_approver_without_account_and_key_is_named_with_the_remedy() -> None:
    (finding,) = findings("approver-without-evidence", healthy(user("bob", accounts=[], keys=[])))
    assert "bob holds approver" in finding.message
    assert finding.path == "registry/users/bob.yaml"
    assert finding.hint.startswith("add an account on the forge or an Ed25519 or RSA key")


def test_a_policy_that_too_few_can_satisfy_is_a_problem_and_one_without_spare_is_advice() -> None:
    two = policy("use-cases", actions=["usecase.*"], approvals=[{"count": 2, "role": "approver"}])
    three = policy("use-cases", actions=["usecase.*"], approvals=[{"count": 3, "role": "approver"}])
    (advice,) = findings("too-few-approvers", healthy(two))
    assert (advice.status, advice.path) == (WARN, "policies/approvals/use-cases.yaml")
    (problem,) = findings("too-few-approvers", healthy(three))
    assert "only bob, carol could give them" in problem.message


def test_nobody_serves_two_needs_at_once() -> None:
    both = policy(
        "use-cases", actions=["usecase.*"], approvals=[{"role": "approver"}, {"role": "admin"}, {"role": "admin"}]
    )
    found = findings("too-few-approvers", healthy(both, user("bob", active=False)))
    (problem,) = [finding for finding in found if finding.status is FAIL]
    assert problem.path == "policies/approvals/use-cases.yaml"


@pytest.mark.parametrize(("count", "told"), [(2, []), (9, [FAIL])])
def test_of_alternatives_one_that_people_can_give_is_enough(count: int, told: list[Status]) -> None:
    either = {"any_of": [{"count": 9, "role": "admin"}, {"count": count, "role": "approver"}]}
    facts = healthy(policy("use-cases", actions=["usecase.*"], approvals=[either]))
    found = [finding for finding in findings("too-few-approvers", facts) if finding.path and finding.status is FAIL]
    assert [finding.status for finding in found] == told


def test_people_who_cannot_give_the_evidence_do_not_count() -> None:
    gone = [user(name, accounts=[], keys=[]) for name in ("bob", "carol")]
    told = {f.path or f.subject for f in findings("too-few-approvers", healthy(*gone)) if f.status is FAIL}
    assert "policies/approvals/use-cases.yaml" in told
    signed = policy("use-cases", actions=["usecase.*"], evidence=["signature"])
    keyless = [user(name, keys=[]) for name in ("bob", "carol")]
    told = {f.path or f.subject for f in findings("too-few-approvers", healthy(signed, *keyless)) if f.status is FAIL}
    assert told == {"policies/approvals/use-cases.yaml"}


def test_the_built_in_rules_need_people_too() -> None:
    alone = [user("erin", active=False)]
    told = [f.subject for f in findings("too-few-approvers", healthy(*alone)) if f.subject.startswith("the built-in")]
    assert told == [
        "the built-in rule for policies and control files",
        "the built-in rule for people",
        "the built-in rule for roles",
    ]


# ---- keys and time


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (public_line("bob"), ""),
        (rsa(3072), ""),
        (rsa(2048), "is RSA of 2048 bits"),
        (ECDSA, "is of type ecdsa-sha2-nistp256, whose signatures govops does not verify"),
        ("ssh-rsa AAAAB3NzaC1yc2E=", "is RSA of 0 bits"),
        ("ssh-rsa AAAAB3NzaC1yc2H/////", "is RSA of 0 bits"),
    ],
    ids=["ed25519", "rsa 3072", "rsa 2048", "ecdsa", "rsa without a modulus", "rsa with a length beyond its end"],
)
def test_what_a_key_is_worth(line: str, wrong: str) -> None:
    assert weakness(line) == wrong


def test_weak_keys_of_people_and_recorders_are_told() -> None:
    weak = rsa(2048)
    facts = healthy(user("bob", keys=[weak]), settings(recorders=[{"name": RECORDER, "key": ECDSA}]))
    settings_key, persons_key = findings("weak-key", facts)
    assert (settings_key.path, persons_key.path) == ("policies/govops.yaml", "registry/users/bob.yaml")
    assert f" of recorder {RECORDER} is of type ecdsa-sha2-nistp256" in settings_key.message
    assert " of bob is RSA of 2048 bits" in persons_key.message


@pytest.mark.parametrize(
    ("expires", "as_of", "status"),
    [
        ("2026-02-28T23:59:59Z", "2026-03-01T00:00:00Z", FAIL),
        ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", FAIL),
        ("2026-03-01T00:00:01Z", "2026-03-01T00:00:00Z", WARN),
        ("2026-03-31T00:00:00Z", "2026-03-01T00:00:00Z", WARN),
        ("2026-03-31T00:00:00Z", None, OPEN),
    ],
)
def test_when_a_waiver_ends_is_told_by_the_given_clock(expires: str, as_of: str | None, status: Status) -> None:
    (finding,) = findings("ending-waiver", healthy(waiver("w", expires), as_of=as_of))
    assert (finding.status, finding.path) == (status, "policies/waivers/w.yaml")


def test_a_recorder_that_another_one_replaced_is_told_with_both_times() -> None:
    both = settings(recorders=[{"name": name, "key": public_line(name)} for name in (RECORDER, "successor")])
    book = EvidenceBook(
        [
            recorded(receipt(), RECORDER),
            recorded(receipt(recorder="successor", recorded_at="2026-02-01T00:00:00Z"), "successor"),
        ]
    )
    (finding,) = findings("idle-recorder", healthy(both, book=book))
    assert finding.status is WARN
    assert finding.message == (
        f"recorder {RECORDER} last signed at 2026-01-05T10:00:00Z, and another one since, at 2026-02-01T00:00:00Z"
    )


def test_a_finding_bears_the_severity_of_its_check() -> None:
    """So that `--fail-on` can be told beforehand what it lets pass; advice never counts below `info`."""
    facts = healthy(recording=Recording(oid("b"), (), (oid("c"),)))
    (finding,) = findings("late-receipts", facts)
    assert finding.severity is Severity.LOW
    assert exit_code((finding,), Severity.MEDIUM) is ExitCode.OK
    (advice,) = findings("forgeable-status", facts)
    assert (exit_code((advice,)), exit_code((advice,), Severity.INFO)) == (ExitCode.OK, ExitCode.VIOLATION)
