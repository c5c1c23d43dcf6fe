"""Policies are tried by cases that stand beside them: each gets the verdict that the same real change would get."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.app.policy_tests import run
from tests.support.files import (
    case,
    conflict,
    delegation,
    deployment,
    duty,
    kind,
    model,
    policy,
    rule,
    segregation,
    settings,
    usecase,
    user,
    version,
)
from tests.support.policy_tests import APPROVE, UPDATE, differing, spec, tried

# ---- who counts


def test_a_case_gets_the_verdict_of_a_change_with_these_approvals(tmp_path: Path) -> None:
    found = tried(
        tmp_path,
        case("an approver is enough", "pass", "bob", counted=["bob"], rules=[]),
        case("nobody", "fail", rules=["not-approved"], counted=[]),
        case("the author", "fail", "alice", rules=["approver-is-contributor"]),
        case("somebody without the role", "fail", "dave", rules=["approver-lacks-role"]),
        case("a robot", "fail", "robo", rules=["approver-not-human"]),
        case("a second approver is not needed", "pass", "bob", "carol"),
        case("both of two roles", "pass", "bob", "dave", counted=["bob"]),
        case("a rejection", "fail", "bob", approvals=[{"person": "carol", "decision": "reject"}]),
        case("a signature", "pass", approvals=[{"person": "bob", "evidence": "signature"}]),
        case(
            "a trailer", "fail", approvals=[{"person": "bob", "evidence": "trailer"}], rules=["evidence-not-accepted"]
        ),
    )
    assert differing(found) == {}


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        ({"contributors": ["bob"]}, "approver-is-contributor"),
        ({"committers": ["bob"]}, "approver-is-contributor"),
        ({"pushers": ["bob"]}, "approver-is-contributor"),
        ({"author": "bob"}, "approver-is-contributor"),
        ({"merger": "bob"}, "approver-is-merger"),
    ],
)
def test_whoever_took_part_is_excluded_as_the_policy_says(tmp_path: Path, part: dict[str, Any], rule: str) -> None:
    apart = policy(
        "models",
        actions=["model.*"],
        exclude=["opener", "author", "committer", "co-author", "pusher", "merger"],
    )
    found = tried(
        tmp_path,
        case("excluded", "fail", "bob", rules=[rule], change=APPROVE | part),
        case("somebody else", "pass", "carol", change=APPROVE | part),
        given=(apart,),
    )
    assert differing(found) == {}


def test_who_is_inactive_or_unknown_does_not_count(tmp_path: Path) -> None:
    found = tried(
        tmp_path,
        case("gone", "fail", "bob", rules=["approver-inactive"]),
        case("a stranger", "fail", "zoe", rules=["approver-unknown"]),
        case("made by a stranger", "fail", "carol", rules=["unknown-contributor"], change=APPROVE | {"author": "zoe"}),
        given=(user("bob", active=False),),
    )
    assert differing(found) == {}


def test_people_need_no_accounts_and_no_keys_for_a_test(tmp_path: Path) -> None:
    bare = [user(name, accounts=[], keys=[], emails=[]) for name in ("alice", "bob")]
    assert differing(tried(tmp_path, case("bob approves", "pass", "bob"), given=tuple(bare))) == {}


# ---- what was reviewed, and when


def test_what_the_reviewer_saw_decides(tmp_path: Path) -> None:
    exact = policy("models", actions=["model.update"], coverage="identity")
    stale = [{"person": "bob", "reviewed": "other"}]
    merged = [{"person": "bob", "reviewed": "merged"}]
    found = tried(
        tmp_path,
        case("something else", "fail", approvals=stale, rules=["stale-approval"]),
        case("the same on an older base", "pass", approvals=merged),
        case("the same, exactly", "fail", approvals=merged, rules=["identity-needed"], change=UPDATE),
        case("exactly that", "pass", "bob", change=UPDATE),
        given=(exact, policy("others", actions=["model.approve"]), model("fraud"), version("fraud", "1.0")),
    )
    assert differing(found) == {}


def test_time_is_that_of_the_case(tmp_path: Path) -> None:
    landing = APPROVE | {"at": "2026-03-01T00:00:00Z"}
    old = [{"person": "bob", "at": "2026-01-01T00:00:00Z"}]
    late = [{"person": "bob", "at": "2026-03-01T00:00:01Z"}]
    fresh = [{"person": "bob", "at": "2026-02-28T00:00:00Z"}]
    found = tried(
        tmp_path,
        case("fresh", "pass", approvals=fresh, change=landing),
        case("as it lands", "pass", "bob", change=landing),
        case("too old", "fail", approvals=old, change=landing, rules=["approval-expired"]),
        case("too late", "fail", approvals=late, change=landing, rules=["approval-after-landing"]),
        case(
            "nobody tells when", "unverifiable", "bob", change=APPROVE | {"at": "unknown"}, rules=["approval-expired"]
        ),
        given=(policy("models", actions=["model.*"], max_age="30d"),),
    )
    assert differing(found) == {}


def test_without_a_time_the_policies_are_in_force_that_will_be(tmp_path: Path) -> None:
    """The last date that a policy names is when a change lands that does not say."""
    later = policy(
        "later", actions=["model.*"], effective_from="2027-01-01T00:00:00Z", approvals=[{"count": 2, "role": "admin"}]
    )
    over = policy("over", actions=["model.*"], until="2026-06-01T00:00:00Z", approvals=[{"role": "auditor"}])
    before = APPROVE | {"at": "2026-12-31T23:59:59Z"}
    unknown = APPROVE | {"at": "unknown"}
    found = tried(
        tmp_path,
        case("from then on", "fail", "bob"),
        case("with both admins", "pass", "bob", "carol", "erin"),
        case("before", "pass", "bob", change=before),
        case("nobody tells when", "unverifiable", "bob", change=unknown),
        given=(later, over),
    )
    assert differing(found) == {}


def test_a_delegate_counts_while_the_delegation_lasts(tmp_path: Path) -> None:
    lent = delegation("holiday", "bob", "dave", ["approver"])
    found = tried(
        tmp_path,
        case("in the year", "pass", "dave", change=APPROVE | {"at": "2026-06-01T00:00:00Z"}, counted=["dave"]),
        case("after it", "fail", "dave", rules=["delegation-does-not-count"]),
        case("who knows", "unverifiable", "dave", change=APPROVE | {"at": "unknown"}),
        given=(lent,),
    )
    assert differing(found) == {}


def test_an_emergency_may_be_approved_afterwards(tmp_path: Path) -> None:
    urgent = {"within": "24h", "author": {"role": "operator"}, "reason": "The model harms people"}
    landing = APPROVE | {"at": "2026-03-01T00:00:00Z"}
    soon, late = ([{"person": "bob", "at": f"2026-03-0{day}T12:00:00Z"}] for day in (1, 2))
    found = tried(
        tmp_path,
        case("within the day", "pass", approvals=soon, change=landing, rules=["emergency-change"]),
        case("a warning may be left out", "pass", approvals=soon, change=landing, rules=[]),
        case("later", "fail", approvals=late, change=landing, rules=["emergency-unapproved"]),
        given=(policy("models", actions=["model.*"], emergency=urgent),),
    )
    assert differing(found) == {}


# ---- what is changed


def test_policies_select_by_what_the_case_says(tmp_path: Path) -> None:
    admins = [{"count": 1, "role": "admin"}]
    high = policy("models", actions=["model.*"], match={"risk_tiers": ["high"]}, approvals=admins)
    low = policy("low", actions=["model.*"], match={"risk_tiers": ["low", "medium"]})
    critical = policy("use-cases", actions=["usecase.*"], match={"impacts": ["critical"]}, approvals=admins)
    small = policy("small", actions=["usecase.*"], match={"impacts": ["low"]})
    labelled = policy("labels", actions=["incident.*", "sla.*", "model.*"], match={"labels": {"team": "claims"}})
    use = {"action": "usecase.approve", "resource": "UseCase/claims", "author": "alice"}
    deploy = {"action": "model.deploy_production", "resource": "Deployment/production/fraud", "author": "alice"}
    found = tried(
        tmp_path,
        case("high", "pass", "erin", change=UPDATE | {"risk_tier": "high"}),
        case("low", "fail", "erin", change=UPDATE | {"risk_tier": "low"}),
        case("as it stands", "pass", "bob", change=UPDATE),
        case("of a version's model", "pass", "erin", change=APPROVE | {"risk_tier": "high"}),
        case("of a deployment's model", "fail", "erin", change=deploy | {"risk_tier": "low"}),
        case(
            "of a model that nobody knows", "pass", "erin", change=UPDATE | {"resource": "Model/x", "risk_tier": "high"}
        ),
        case("critical", "pass", "erin", change=use | {"impact": "critical"}),
        case("low impact", "pass", "bob", change=use | {"impact": "low"}),
        case("another impact", "fail", "bob", "erin", change=use | {"impact": "high"}, rules=["no-policy-matches"]),
        case("labelled", "pass", "erin", "bob", change=UPDATE | {"risk_tier": "high", "labels": {"team": "claims"}}),
        case("labelled, by one", "fail", "erin", change=UPDATE | {"risk_tier": "high", "labels": {"team": "claims"}}),
        case("as it stands, again", "pass", "bob", change=UPDATE),
        given=(high, low, critical, small, labelled, model("fraud", risk_tier="medium"), version("fraud", "1.0")),
    )
    assert differing(found) == {}


def test_fields_are_judged_by_real_documents(tmp_path: Path) -> None:
    owner = policy("models", actions=["model.*"], match={"fields": ["owner"]})
    minor = policy("minor", actions=["*.update_minor"], approvals=[{"permission": "model:register"}])
    edit: dict[str, Any] = {"resource": "Model/fraud", "author": "alice"}
    found = tried(
        tmp_path,
        case("the owner", "fail", "dave", change=edit | {"new": spec(model("fraud", owner="bob"))}),
        case("the owner, approved", "pass", "bob", change=edit | {"new": spec(model("fraud", owner="bob"))}),
        case("the purpose", "pass", "dave", change=edit | {"new": spec(model("fraud", purpose="X"))}),
        case(
            "both documents",
            "pass",
            "dave",
            change=edit | {"old": spec(model("fraud", title="Y")), "new": spec(model("fraud"))},
        ),
        case("by name", "pass", "bob", change=UPDATE),
        case("by name, without the approver", "fail", "dave", change=UPDATE),
        case("by its other name", "pass", "dave", change=UPDATE | {"action": "model.update_minor"}),
        given=(owner, minor, model("fraud")),
    )
    assert differing(found) == {}


def test_documents_mean_actions_as_those_of_a_change_do(tmp_path: Path) -> None:
    registered, approved = (spec(version("fraud", "1.0", status=status)) for status in ("registered", "approved"))
    of = {"resource": "ModelVersion/fraud/1.0", "author": "alice"}
    runs: dict[str, Any] = {"resource": "Deployment/production/fraud", "author": "alice"}
    back = spec(deployment("production", "fraud", "1.0", rollback={"reason": "It drifts"}))
    found = tried(
        tmp_path,
        case("new", "pass", "bob", change=of | {"new": registered, "action": "model.register"}),
        case("a step", "pass", "bob", change=of | {"old": registered, "new": approved, "action": "model.approve"}),
        case("no such step", "fail", "bob", change=of | {"new": approved}, rules=["illegal-transition"]),
        case("gone", "pass", "bob", change=of | {"old": registered, "new": "none", "action": "model.delete"}),
        case(
            "back",
            "pass",
            "bob",
            change=runs
            | {"old": spec(deployment("production", "fraud", "2.0")), "new": back, "action": "model.rollback"},
        ),
        case("another action", "pass", "bob", change=of | {"new": registered, "action": "model.reject"}),
    )
    assert differing(found) == {
        "another action": ("expected the documents to mean model.reject, and they mean model.register",)
    }


def test_one_change_may_do_several_things(tmp_path: Path) -> None:
    two = UPDATE | {"also": [{"action": "usecase.update", "resource": "UseCase/claims", "impact": "low"}]}
    admins = policy("use-cases", actions=["usecase.*"], approvals=[{"role": "admin"}])
    found = tried(
        tmp_path,
        case("one for each", "pass", "bob", "erin", change=two),
        case("one", "fail", "bob", change=two, rules=["not-approved"]),
        given=(admins, model("fraud"), usecase("claims")),
    )
    assert differing(found) == {
        "one": ("expected not-approved to report, and it does not", "expected no approver-lacks-role, and it reports")
    }


def test_a_role_that_the_change_grants_counts_for_nothing_in_it(tmp_path: Path) -> None:
    grant = {"resource": "User/dave", "author": "alice", "new": spec(user("dave", roles=["admin"]))}
    found = tried(
        tmp_path,
        case("by dave", "fail", "dave", change=grant, rules=["role-granted-in-same-change"]),
        case("by an admin", "pass", "erin", change=grant),
        case("dave afterwards", "fail", "dave", rules=["approver-lacks-role"]),
        given=(policy("people", actions=["user.*", "role.*"], approvals=[{"role": "admin"}]),),
    )
    assert differing(found) == {}


def test_files_that_are_no_resources_are_named_by_path(tmp_path: Path) -> None:
    attributes = {"action": "control.change", "path": ".gitattributes", "author": "alice"}
    notes = {"action": "docs.change", "path": "registry/README.md", "author": "alice"}
    found = tried(
        tmp_path,
        case("an admin", "pass", "erin", change=attributes),
        case("an approver", "fail", "bob", change=attributes),
        case("a document", "pass", "bob", change=notes),
    )
    assert differing(found) == {}


def test_kinds_of_ones_own_are_tried_by_documents_and_by_name(tmp_path: Path) -> None:
    cards = kind("Card", "cards", state="status", transitions=[{"from": None, "to": "draft", "action": "card.draft"}])
    draft: dict[str, Any] = {"resource": "Card/a", "author": "alice"}
    admins = policy("cards", actions=["card.draft"], approvals=[{"role": "admin"}])
    found = tried(
        tmp_path,
        case("by documents", "pass", "erin", change=draft | {"new": {"status": "draft"}, "action": "card.draft"}),
        case("by name", "fail", "bob", change=draft | {"action": "card.draft"}),
        case("not of its kind", "pass", "erin", change=draft | {"new": {"status": ["draft"]}}),
        given=(cards, admins),
    )
    (broken,) = differing(found).values()
    assert found[2].outcome == "broken"
    assert "the document of Card/a is wrong: status" in broken[0]


def test_duties_over_a_lifetime_are_tried_with_what_was_done_before(tmp_path: Path) -> None:
    apart = segregation(lifecycle=[conflict(duty("contribute", "model.register"), duty("approve", "model.approve"))])
    built = {"action": "model.register", "resource": "ModelVersion/fraud/0.9", "contributors": ["bob"]}
    found = tried(
        tmp_path,
        case(
            "bob built another version",
            "fail",
            "bob",
            change=APPROVE | {"before": [built]},
            rules=["approver-conflicted"],
        ),
        case("carol did not", "pass", "carol", change=APPROVE | {"before": [built]}),
        case("nobody did", "pass", "bob"),
        given=(apart,),
    )
    assert differing(found) == {}


def test_a_policy_may_ask_since_when_a_role_is_held(tmp_path: Path) -> None:
    """In a test everybody holds what they hold for ever."""
    found = tried(
        tmp_path, case("bob", "pass", "bob"), given=(policy("models", actions=["model.*"], held_since_base=True),)
    )
    assert differing(found) == {}


def test_conditions_are_asked_of_documents_and_open_without_them(tmp_path: Path) -> None:
    dropped = "old.spec.risk_tier == 'high' && new.spec.risk_tier != 'high'"
    drop = policy("drop", actions=["model.update"], match={"condition": dropped}, approvals=[{"role": "admin"}])
    edit = {"resource": "Model/fraud", "author": "alice", "old": spec(model("fraud", risk_tier="high"))}
    found = tried(
        tmp_path,
        case("dropped", "fail", "bob", change=edit | {"new": spec(model("fraud", risk_tier="low"))}),
        case(
            "dropped, with an admin",
            "pass",
            "bob",
            "erin",
            change=edit | {"new": spec(model("fraud", risk_tier="low"))},
        ),
        case("not dropped", "pass", "bob", change=edit | {"new": spec(model("fraud", risk_tier="high", title="X"))}),
        case("who knows", "unverifiable", "bob", change=UPDATE),
        case("who knows, and enough in any case", "pass", "bob", "erin", change=UPDATE),
        given=(drop,),
    )
    assert differing(found) == {}


def test_rules_of_ones_own_are_tried_by_documents(tmp_path: Path) -> None:
    owned = rule("owned", "resource.spec.owner != 'mallory'")
    alone = rule("alone", "Model.all().size() < 2", kinds=(), scope="snapshot")
    new = {"resource": "Model/new", "author": "alice"}
    found = tried(
        tmp_path,
        case(
            "kept",
            "pass",
            "bob",
            change={"resource": "Model/fraud", "author": "alice", "new": spec(model("fraud", title="X"))},
            rules=[],
        ),
        case(
            "not kept",
            "fail",
            "bob",
            change=new | {"new": spec(model("new", owner="mallory"))},
            rules=["owned", "alone"],
        ),
        case("one too many", "fail", "bob", change=new | {"new": spec(model("new"))}, rules=["alone"]),
        case(
            "kept again",
            "pass",
            "bob",
            change={"resource": "Model/fraud", "author": "alice", "new": spec(model("fraud", title="Y"))},
        ),
        given=(owned, alone, rule("unused", "true"), model("fraud")),
    )
    assert differing(found) == {}
    untried = {path.rpartition("/")[2] for path in run(tmp_path).untried}
    assert "unused.yaml" in untried
    assert "owned.yaml" not in untried


def test_documents_of_a_kind_of_ones_own_stand_before_and_after(tmp_path: Path) -> None:
    cards = kind("Card", "cards", state="status", transitions=[{"from": "a", "to": "b", "action": "card.step"}])
    admins = policy("cards", actions=["card.step"], approvals=[{"role": "admin"}])
    card, back = {"resource": "Card/one", "author": "alice"}, ["illegal-transition", "no-policy-matches"]
    found = tried(
        tmp_path,
        case("a step", "pass", "erin", change=card | {"old": {"status": "a"}, "new": {"status": "b"}}),
        case("back", "fail", "erin", change=card | {"old": {"status": "b"}, "new": {"status": "a"}}, rules=back),
        given=(cards, admins),
    )
    assert differing(found) == {}


def test_trailers_count_where_settings_accept_them(tmp_path: Path) -> None:
    accepted = {
        "mode": "trailer",
        "accept": ["trailer"],
        "trailers": {"keys": ["Reviewed-by"], "committers": ["bot@acme.example"]},
    }
    found = tried(tmp_path, case("bob", "pass", "bob"), given=(settings(evidence=accepted),))
    assert differing(found) == {}
    assert found[0].change is not None
    assert found[0].change.approvals[0].evidence == "trailer"
