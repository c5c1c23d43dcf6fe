"""Who could approve what: asked of the rules as they stand, answered by the judge, and honest where nobody can tell."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from govops.answer import Barred, Permission
from govops.app.gate import Pretence, outlook
from govops.app.who_can import who_can
from govops.errors import ExitCode, UsageError
from govops.finding import Status
from govops.workspace import Asked
from tests.support.files import (
    company,
    conflict,
    delegation,
    delete,
    deployment,
    duty,
    incident,
    kind,
    model,
    policy,
    segregation,
    usecase,
    user,
    version,
)
from tests.support.world import World

STANDING = (model("fraud"), version("fraud", "1.0"), deployment("production", "fraud", "1.0"), usecase("claims"))
AT = "2026-06-01T00:00:00Z"


def ask(
    world: World, action: str, resource: str, *, author: str = "", at: str | None = None, **asked: Any
) -> Permission:
    """The answer at the tip, or at ``base``."""
    return who_can(Asked(world.path, AT, **asked), action, resource, author=author, at=at)


def who(found: Permission) -> dict[str, tuple[str, ...]]:
    """Source -> who could give an approval."""
    return {one.source.rpartition("/")[2].removesuffix(".yaml"): one.could for one in found.requirements}


def barred(people: tuple[Barred, ...]) -> dict[str, str]:
    """Person -> why not, the first reason's rule."""
    return {one.person: one.reasons[0].partition(":")[0] for one in people}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A company with a model that runs."""
    return World(tmp_path / "world", *STANDING)


# ---- people


def test_holders_of_the_role_could_and_the_author_and_robots_could_not(world: World) -> None:
    found = ask(world, "model.approve", "ModelVersion/fraud/1.0", author="bob")
    (needed,) = found.requirements
    assert (needed.text, needed.source) == ("1 approval by role approver", "policies/approvals/models.yaml")
    assert needed.could == ("carol",)
    assert barred(needed.barred) == {"bob": "approver-is-contributor", "robo": "approver-not-human"}
    assert (needed.outcome, needed.hinges, needed.doubtful) == ("enough", (), ())
    assert found.authors == ("bob",)
    assert found.exit_code == ExitCode.OK


def test_who_left_and_who_has_no_way_to_approve_are_named(tmp_path: Path) -> None:
    there = (user("bob", active=False), user("carol", accounts=[], keys=[]))
    world = World(tmp_path / "world", *STANDING, *there)
    found = ask(world, "model.approve", "ModelVersion/fraud/1.0")
    reasons = {one.person: one.reasons for one in found.requirements[0].barred}
    assert reasons == {
        "bob": ("approver-inactive",),
        "carol": ("has no account, key or address for receipt or signature evidence",),
        "robo": ("approver-not-human: bot",),
    }
    assert found.requirements[0].outcome == "too few"
    assert found.exit_code == ExitCode.VIOLATION


def test_too_few_is_a_no(tmp_path: Path) -> None:
    two = policy("models", actions=["model.*"], approvals=[{"count": 2, "role": "approver"}])
    world = World(tmp_path / "world", *STANDING, two)
    assert ask(world, "model.approve", "ModelVersion/fraud/1.0").exit_code == ExitCode.OK
    found = ask(world, "model.approve", "ModelVersion/fraud/1.0", author="carol")
    assert who(found) == {"models": ("bob",)}
    assert found.requirements[0].outcome == "too few"
    assert found.exit_code == ExitCode.VIOLATION


def test_one_person_does_not_serve_two_needs(tmp_path: Path) -> None:
    """Carol holds both roles, and erin is the other admin: with bob gone there are two people for two seats."""
    both = policy("models", actions=["model.*"], approvals=[{"role": "approver"}, {"role": "admin"}])
    world = World(tmp_path / "world", *STANDING, both, user("bob", active=False))
    assert ask(world, "model.approve", "ModelVersion/fraud/1.0").exit_code == ExitCode.OK
    assert ask(world, "model.approve", "ModelVersion/fraud/1.0", author="erin").exit_code == ExitCode.VIOLATION


def test_who_may_author_is_told(tmp_path: Path) -> None:
    narrow = policy("models", actions=["model.*"], author={"permission": "model:deploy", "users": ["robo"]})
    world = World(tmp_path / "world", *STANDING, narrow, user("dave", active=False))
    found = ask(world, "model.deploy_production", "Deployment/production/fraud")
    assert found.authors == ("alice", "carol", "erin", "robo")
    refused = ask(world, "model.deploy_production", "Deployment/production/fraud", author="bob")
    assert refused.authors == ()
    assert barred(refused.barred) == {"bob": "author-lacks-permission"}
    assert refused.exit_code == ExitCode.VIOLATION
    assert ask(world, "incident.report", "Incident/x").authors is None


def test_what_people_did_before_bars_them(tmp_path: Path) -> None:
    apart = segregation(lifecycle=[conflict(duty("contribute", "model.register"), duty("approve", "model.approve"))])
    world = World(tmp_path / "world", model("fraud"), apart)
    world.propose("bob", "Build", version("fraud", "1.0")).approve("carol").merge("squash")
    found = ask(world, "model.approve", "ModelVersion/fraud/1.0")
    assert who(found) == {"models": ("carol",)}
    assert barred(found.requirements[0].barred)["bob"] == "approver-conflicted"
    assert found.is_audited
    assert who(ask(world, "model.approve", "ModelVersion/fraud/1.0", base="HEAD", at=AT)) == {"models": ("carol",)}


def test_who_approved_before_may_not_author_where_that_is_kept_apart(tmp_path: Path) -> None:
    apart = segregation(lifecycle=[conflict(duty("approve", "model.register"), duty("contribute", "model.approve"))])
    world = World(tmp_path / "world", model("fraud"), apart)
    world.propose("alice", "Build", version("fraud", "1.0")).approve("bob").merge("squash")
    found = ask(world, "model.approve", "ModelVersion/fraud/1.0", author="bob")
    assert found.authors == ()
    assert barred(found.barred) == {"bob": "conflicting-duties"}
    assert found.exit_code == ExitCode.VIOLATION


def test_a_delegate_could_while_the_delegation_lasts(tmp_path: Path) -> None:
    lent = delegation("holiday", "bob", "dave", ["approver"])
    world = World(tmp_path / "world", *STANDING, lent)
    during = ask(world, "model.approve", "ModelVersion/fraud/1.0", at=AT)
    assert who(during) == {"models": ("bob", "carol", "dave")}
    later = ask(world, "model.approve", "ModelVersion/fraud/1.0", at="2027-06-01T00:00:00Z")
    assert barred(later.requirements[0].barred)["dave"] == "delegation-does-not-count"
    whenever = ask(world, "model.approve", "ModelVersion/fraud/1.0")
    assert barred(whenever.requirements[0].doubtful) == {"dave": "delegation-does-not-count"}
    assert whenever.exit_code == ExitCode.OK  # bob and carol are enough whatever dave is


# ---- what applies


def test_what_no_policy_allows_nobody_can(tmp_path: Path) -> None:
    world = World(tmp_path / "world", *STANDING, delete("policies/approvals/use-cases.yaml"))
    found = ask(world, "usecase.submit", "UseCase/claims")
    assert found.requirements == ()
    assert found.exit_code == ExitCode.VIOLATION


def test_the_built_in_requirement_is_one(world: World) -> None:
    found = ask(world, "user.update", "User/bob")
    assert who(found) == {"built-in": ("carol", "erin")}
    assert who(ask(world, "control.change", ".gitattributes")) == {"built-in": ("carol", "erin")}
    assert who(ask(world, "policy.change", "policies/approvals/new.yaml")) == {"built-in": ("carol", "erin")}
    assert who(ask(world, "docs.change", "registry/README.md")) == {"documents": ("bob", "carol")}


def test_no_approval_needed_is_a_yes(tmp_path: Path) -> None:
    free = policy("incidents", actions=["incident.report"], approvals="none", reason="It cannot wait")
    world = World(tmp_path / "world", *STANDING, free)
    found = ask(world, "incident.report", "Incident/drift")
    assert [one.text for one in found.requirements] == ["no approval"]
    assert found.exit_code == ExitCode.OK


def test_policies_select_by_what_stands(tmp_path: Path) -> None:
    high, low = (
        policy(tier, actions=["model.*"], match={"risk_tiers": [tier]}, approvals=[{"role": name}])
        for tier, name in (("high", "admin"), ("medium", "approver"))
    )
    world = World(tmp_path / "world", *STANDING, delete("policies/approvals/models.yaml"), high, low)
    assert who(ask(world, "model.approve", "ModelVersion/fraud/1.0")) == {"medium": ("bob", "carol")}
    assert who(ask(world, "model.deploy_production", "Deployment/production/fraud")) == {"medium": ("bob", "carol")}
    moved = ask(world, "model.update", "Model/fraud")
    assert {one.source.rpartition("/")[2]: one.hinges for one in moved.requirements} == {
        "medium.yaml": (),
        "high.yaml": ("if the risk tier is high",),
    }
    assert moved.exit_code == ExitCode.OK  # there are enough people for both
    fresh = ask(world, "model.register", "Model/new")
    assert [one.hinges for one in fresh.requirements] == [
        ("if the risk tier is high",),
        ("if the risk tier is medium",),
    ]
    assert fresh.exit_code == ExitCode.UNDECIDABLE  # it may be low, which no policy allows
    unknown = ask(world, "model.register", "ModelVersion/new/1.0")
    assert [one.hinges for one in unknown.requirements] == [
        ("if the risk tier is high",),
        ("if the risk tier is medium",),
    ]


def test_impacts_and_labels_are_open_where_nothing_stands(tmp_path: Path) -> None:
    critical = policy("critical", actions=["usecase.*"], match={"impacts": ["critical"]}, approvals=[{"role": "admin"}])
    labelled = policy("labels", actions=["incident.*"], match={"labels": {"team": "claims"}})
    world = World(tmp_path / "world", *STANDING, critical, labelled, incident("drift"))
    assert who(ask(world, "usecase.submit", "UseCase/claims")) == {"use-cases": ("bob", "carol")}
    fresh = ask(world, "usecase.create", "UseCase/new")
    assert {one.source.rpartition("/")[2]: one.hinges for one in fresh.requirements} == {
        "critical.yaml": ("if the impact is critical",),
        "use-cases.yaml": (),
    }
    assert fresh.exit_code == ExitCode.OK
    hinges = [one.hinges for one in ask(world, "incident.report", "Incident/new").requirements]
    assert hinges == [(), ("if the labels are team: claims",)]
    assert len(ask(world, "incident.resolve", "Incident/drift").requirements) == 1


def test_conditions_and_fields_are_named_and_decide_nothing(tmp_path: Path) -> None:
    odd = policy("odd", actions=["model.update"], match={"condition": "true"}, approvals=[{"role": "auditor"}])
    owner = policy("models", actions=["model.*"], match={"fields": ["owner"]})
    world = World(tmp_path / "world", *STANDING, odd, owner)
    found = ask(world, "model.update", "Model/fraud")
    assert {one.source.rpartition("/")[2]: one.hinges for one in found.requirements} == {
        "models.yaml": ("if it changes owner (it is model.update_minor else, if no other policy speaks)",),
        "odd.yaml": ("if this holds: true",),
    }
    assert found.requirements[1].outcome == "too few"
    assert found.exit_code == ExitCode.UNDECIDABLE
    assert ask(world, "model.approve", "ModelVersion/fraud/1.0").exit_code == ExitCode.OK


def test_dates_are_open_without_an_instant(tmp_path: Path) -> None:
    later = policy(
        "later", actions=["model.*"], effective_from="2026-07-01T00:00:00Z", approvals=[{"count": 3, "role": "admin"}]
    )
    over = policy("over", actions=["model.*"], until="2026-05-01T00:00:00Z", approvals=[{"role": "admin"}])
    world = World(tmp_path / "world", *STANDING, later, over)
    whenever = ask(world, "model.approve", "ModelVersion/fraud/1.0")
    assert {one.source.rpartition("/")[2]: one.hinges for one in whenever.requirements} == {
        "later.yaml": ("from 2026-07-01T00:00:00Z on",),
        "models.yaml": (),
        "over.yaml": ("until 2026-05-01T00:00:00Z",),
    }
    assert whenever.exit_code == ExitCode.UNDECIDABLE
    assert set(who(ask(world, "model.approve", "ModelVersion/fraud/1.0", at=AT))) == {"models"}
    assert ask(world, "model.approve", "ModelVersion/fraud/1.0", at="2026-07-01T00:00:00Z").exit_code == (
        ExitCode.VIOLATION
    )


def test_what_else_an_approval_needs_is_told(tmp_path: Path) -> None:
    strict = policy(
        "models",
        actions=["model.*"],
        max_age="14d",
        evidence=["signature"],
        coverage="identity",
        held_since_base=True,
        exclude=["opener", "author", "co-author", "merger"],
        emergency={"within": "24h", "author": {"role": "operator"}, "reason": "Harm"},
    )
    world = World(tmp_path / "world", *STANDING, strict, user("bob", keys=[]))
    (needed,) = ask(world, "model.approve", "ModelVersion/fraud/1.0").requirements
    assert needed.terms == (
        "given at most 14d before it lands",
        "proven by signature",
        "of exactly what lands",
        "by somebody who held the role when the work began",
        "not by whoever merges it",
        "or, in an emergency, within 24h after it landed",
    )
    assert needed.could == ("carol",)
    assert {one.person: one.reasons for one in needed.barred}["bob"] == (
        "has no account, key or address for signature evidence",
    )


def test_kinds_of_ones_own_are_known(tmp_path: Path) -> None:
    cards = kind("Card", "cards", state="status", transitions=[{"from": None, "to": "draft", "action": "card.draft"}])
    rule = policy("cards", actions=["card.*"], approvals=[{"role": "admin"}])
    world = World(tmp_path / "world", *STANDING, cards, rule, ("cards/a.yaml", b'status: "draft"\n'))
    assert who(ask(world, "card.draft", "card/b")) == {"cards": ("carol", "erin")}
    assert who(ask(world, "card.update", "cards/a.yaml")) == {"cards": ("carol", "erin")}
    with pytest.raises(UsageError, match="there is no Card named 'aa'") as caught:
        ask(world, "card.update", "Card/aa")
    assert caught.value.hint == "did you mean 'Card/a'?"


# ---- which rules


def test_the_rules_are_those_of_the_revision(world: World) -> None:
    before = world.main
    world.propose("alice", "Dave approves", user("dave", roles=["approver"])).approve("carol").merge("squash")
    assert who(ask(world, "model.approve", "ModelVersion/fraud/1.0")) == {"models": ("bob", "carol", "dave")}
    assert who(ask(world, "model.approve", "ModelVersion/fraud/1.0", base=before)) == {"models": ("bob", "carol")}
    with pytest.raises(UsageError, match="is not on the protected branch"):
        ask(world, "model.approve", "ModelVersion/fraud/1.0", base=world.propose("alice", "X", model("fraud")).head)


def test_rules_that_have_not_landed_can_be_asked(world: World, tmp_path: Path) -> None:
    files = {**company(), **dict([policy("models", actions=["model.*"], approvals=[{"role": "admin"}])])}
    for path, content in files.items():
        assert isinstance(content, bytes)
        (tmp_path / "draft" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "draft" / path).write_bytes(content)
    found = ask(world, "model.approve", "ModelVersion/fraud/1.0", policies=str(tmp_path / "draft"))
    assert who(found) == {"models": ("carol", "erin")}


def test_a_policy_that_cannot_be_read_leaves_it_open(world: World) -> None:
    """Its last valid content counts, and that is for an audit to find out."""
    world.commit_raw(("policies/approvals/models.yaml", b"kind: [\n"), author="carol")
    found = ask(world, "model.approve", "ModelVersion/fraud/1.0")
    assert found.exit_code == ExitCode.UNDECIDABLE
    assert found.unknown[0].startswith("policies/approvals/models.yaml cannot be read")
    audited = ask(world, "model.approve", "ModelVersion/fraud/1.0", audited=True)
    assert who(audited) == {"models": ("bob", "carol")}


def test_a_rule_that_landed_unapproved_is_said_to_be_one(world: World) -> None:
    weaker = policy("models", actions=["model.*"], approvals=[{"role": "analyst"}])
    world.push("mallory", weaker)
    assert ask(world, "model.approve", "ModelVersion/fraud/1.0").exit_code == ExitCode.OK
    found = ask(world, "model.approve", "ModelVersion/fraud/1.0", audited=True)
    assert found.exit_code == ExitCode.UNDECIDABLE
    assert "did not land by an approved change" in found.unknown[0]


# ---- what cannot be asked


@pytest.mark.parametrize(
    ("action", "resource", "message", "hint"),
    [
        (
            "model.aprove",
            "ModelVersion/fraud/1.0",
            "'model.aprove' is nothing that is done to a ModelVersion",
            "did you mean 'model.approve'?",
        ),
        (
            "model.deploy_staging",
            "Deployment/production/fraud",
            "nothing that is done to a Deployment in production",
            "did you mean 'model.deploy_production'?",
        ),
        (
            "xyz",
            "Role/admin",
            "'xyz' is nothing that is done to a Role",
            "one of: permission.change, role.create, role.delete, role.update, role.update_minor",
        ),
        (
            "model.approve",
            "ModelVersion/frod/1.0",
            "there is no ModelVersion named 'frod/1.0'",
            "did you mean 'ModelVersion/fraud/1.0'?",
        ),
        ("model.update", "Modle/fraud", "there is no kind 'Modle'", "did you mean 'Model'?"),
        ("model.update", "Model", "'Model' names no resource", "write KIND/NAME"),
        (
            "model.update",
            "Model/Fraud",
            "'Model/Fraud' is no name of a Model",
            "it stands at registry/models/{name}/model.yaml",
        ),
        (
            "model.deploy_production",
            "Deployment/qa/fraud",
            "'Deployment/qa/fraud' is no name of a Deployment",
            "it stands at",
        ),
        ("model.approve", "ModelVersion/fraud", "is no name of a ModelVersion", "it stands at registry/models/"),
        ("policy.change", "policies/nowhere/x.yaml", "is neither a resource nor a governed file", ""),
    ],
)
def test_names_that_mean_nothing_are_refused_with_the_nearest(
    world: World, action: str, resource: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        ask(world, action, resource)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_an_author_whom_nobody_knows_is_refused(world: World) -> None:
    with pytest.raises(UsageError, match="there is no User 'alise'") as caught:
        ask(world, "model.approve", "ModelVersion/fraud/1.0", author="alise")
    assert caught.value.hint == "did you mean 'alice'?"


# ---- it is what the gate says

POLICIES = (
    policy(
        "models", actions=["model.*"], approvals=[{"any_of": [{"role": "admin"}, {"count": 2, "role": "approver"}]}]
    ),
    policy("people", actions=["user.*", "role.*"], approvals=[{"permission": "user:manage"}]),
)


@pytest.mark.parametrize("author", ["alice", "carol"])
@pytest.mark.parametrize(
    ("action", "resource", "edit"),
    [
        ("model.approve", "ModelVersion/fraud/1.0", version("fraud", "1.0", status="approved")),
        ("user.update", "User/dave", user("dave", display_name="D")),
        ("usecase.submit", "UseCase/claims", usecase("claims", status="submitted")),
    ],
)
def test_whoever_could_is_whoever_the_gate_counts(
    tmp_path: Path, author: str, action: str, resource: str, edit: Any
) -> None:
    """For each person and requirement: named here exactly if their approval meets nothing but want of others there."""
    world = World(tmp_path / "world", *STANDING, *POLICIES)
    found = ask(world, action, resource, author=author)
    change = world.propose(author, "Edit", edit)
    world.propose_signed(author, change)
    for name, needed in product(("alice", "bob", "carol", "dave", "erin", "mallory"), found.requirements):
        told = outlook(Asked(world.path, AT, head=change.head), pretence=Pretence(approve=(name,)))
        given = next(one for one in told.change.approvals if one.person == name)
        serves = [
            one
            for one in told.change.requirements
            if one.source == needed.source and (one.status is Status.PASS or name in one.counted)
        ]
        refusals = {rule for rule, _ in given.reasons}
        assert (name in needed.could) is (bool(serves) or not refusals), (name, needed.source, given)
