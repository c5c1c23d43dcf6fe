"""What is asked of whoever proposes and decides, and what becomes of a proposal then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.app.governance import (
    Actor,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    StaleError,
)
from govops.app.hosting import decide, open_ones, settle, submitted, waiting
from govops.errors import ExitCode, UsageError
from govops.evidence.records import Account
from tests.support.cast import FORGE
from tests.support.files import incident, model, policy, user, version
from tests.support.git import git
from tests.support.hosting import Server, actor, server

PATH = "registry/models/fraud/model.yaml"
TWO = policy("models", actions=["model.*"], approvals=[{"count": 2, "role": "approver"}])
FREE = policy("incidents", actions=["incident.report"], approvals="none", reason="Incidents must never wait")


@pytest.fixture
def here(tmp_path: Path) -> Server:
    """A served repository with a model in it, of which two people approve every change."""
    return server(tmp_path, model("fraud"), TWO, FREE)


def blob(here: Server, path: str) -> str:
    return git(here.git_dir, "rev-parse", f"main:{path}").decode().strip()


@pytest.mark.threat("I06")
def test_a_change_of_something_that_moved_meanwhile_is_refused(here: Server) -> None:
    seen = blob(here, PATH)
    here.open("alice", "aa01", model("fraud", title="New"), expected={PATH: seen})
    here.approve("bob", "aa01")
    here.approve("carol", "aa01")
    with pytest.raises(StaleError, match="by now"):
        here.open("dave", "aa02", model("fraud", title="Newer"), expected={PATH: seen})
    with pytest.raises(StaleError, match="by now"):
        here.open("dave", "aa02", model("fraud", title="Newer"), expected={PATH: None})
    with pytest.raises(StaleError, match="not there"):
        here.open("dave", "aa02", model("churn"), expected={model("churn")[0]: seen})
    assert here.open("dave", "aa02", model("fraud", title="Newer"), expected={PATH: blob(here, PATH)}).state == "open"
    assert here.verdict() is ExitCode.OK


@pytest.mark.threat("I06")
def test_two_open_proposals_never_change_the_same_file(here: Server) -> None:
    here.open("alice", "aa01", model("fraud", title="New"))
    with pytest.raises(ConflictError, match=f"proposal aa01 changes `{PATH}` already"):
        here.open("dave", "aa02", model("fraud", title="Newer"), model("churn"))
    here.reject("alice", "aa01")
    here.open("dave", "aa02", model("fraud", title="Newer"))


@pytest.mark.threat("I07")
def test_the_same_id_again_is_the_same_proposal(here: Server) -> None:
    first = here.open("alice", "aa01", model("churn"))
    again = here.open("alice", "aa01", model("churn"))
    assert (again.is_new, again.head, again.state) == (False, first.head, "open")
    with pytest.raises(ConflictError, match="somebody else"):
        here.open("dave", "aa01", model("churn"))
    here.approve("bob", "aa01")
    here.approve("carol", "aa01")
    landed = here.open("alice", "aa01", model("churn"))
    assert (landed.is_new, landed.state, landed.commit) == (False, "merged", here.ref("main"))
    assert here.log("main", "%s")[0] == "Merge proposal aa01: Change aa01"
    assert len(here.log("main", "%H")) == 2


def test_what_needs_no_approval_lands_at_once(here: Server) -> None:
    told = here.open("dave", "aa01", incident("drift"))
    assert (told.state, told.commit, told.is_recorded) == ("merged", here.ref("main"), True)
    assert here.ref("govops/proposals/aa01") == ""
    assert here.verdict() is ExitCode.OK


def test_each_approval_counts_for_the_person_who_gave_it_and_twice_is_once(here: Server) -> None:
    here.open("alice", "aa01", model("churn"))
    assert here.approve("bob", "aa01").state == "open"
    assert here.approve("bob", "aa01").state == "open"
    assert here.approve("carol", "aa01").state == "merged"
    assert here.verdict() is ExitCode.OK


def test_somebody_who_left_between_approval_and_landing_does_not_count(tmp_path: Path) -> None:
    """The gate judges by the rules at the branch as it is when the proposal lands."""
    here = server(tmp_path, model("fraud"), TWO)
    here.open("alice", "aa01", model("churn"))
    here.approve("bob", "aa01")
    here.open("erin", "aa02", user("bob", active=False))
    here.approve("carol", "aa02")
    told = here.approve("carol", "aa01")
    assert told.state == "open"
    assert told.outlook is not None
    given = {one.person: one.reasons for one in told.outlook.change.approvals}
    assert [rule for rule, _ in given["bob"]] == ["approver-inactive"]
    with pytest.raises(ForbiddenError, match="not active"):
        here.approve("bob", "aa01")
    assert settle(here.site).landed == ()
    assert here.verdict() is ExitCode.OK


def test_somebody_who_is_called_otherwise_by_now_is_the_one_who_has_the_account(tmp_path: Path) -> None:
    """Bob becomes Robert between his approval and the landing: it is Robert's, with the roles that Robert has."""
    here = server(tmp_path, model("fraud"), TWO)
    here.open("alice", "aa01", model("churn"))
    here.approve("bob", "aa01")
    path, content = user("bob")
    robert = content.replace(b'name: "bob"', b'name: "robert"').replace(b"name: bob", b"name: robert")
    assert robert != content
    here.open("erin", "aa02", (path, None), (path.replace("bob", "robert"), robert))
    here.approve("carol", "aa02")
    told = here.approve("carol", "aa01")
    assert told.state == "merged"
    assert here.verdict() is ExitCode.OK


def test_an_account_is_whoever_has_it_by_the_rules_in_force(here: Server) -> None:
    """Neither a name without its account nor an account without its name opens or decides anything."""
    here.open("alice", "aa01", model("churn"))
    for somebody in (
        Actor("bob", Account(forge=FORGE, id="id-mallory")),
        Actor("bob", Account(forge="elsewhere", id="id-bob")),
        Actor("nobody", Account(forge=FORGE, id="id-bob")),
    ):
        with pytest.raises(ForbiddenError, match="no User has your account"):
            decide(here.site, somebody, "aa01", decision="approve")


@pytest.mark.threat("I03")
def test_a_second_account_of_the_opener_is_still_the_opener(here: Server) -> None:
    here.open("carol", "aa01", model("churn"))
    with pytest.raises(ForbiddenError, match="approver-is-contributor"):
        decide(here.site, actor("carol", 1), "aa01", decision="approve")


def test_a_rejection_that_counts_closes_a_proposal_for_good(here: Server) -> None:
    here.open("alice", "aa01", model("churn"))
    with pytest.raises(ForbiddenError, match="a rejection by mallory would not count"):
        here.reject("mallory", "aa01")
    told = here.reject("bob", "aa01", note="No")
    assert (told.state, told.outlook, told.commit) == ("rejected", None, None)
    assert here.ref("govops/proposals/aa01") == ""
    git(here.git_dir, "cat-file", "-e", told.head)
    git(here.git_dir, "gc", "--quiet", "--prune=now")
    git(here.git_dir, "cat-file", "-e", told.head)
    with pytest.raises(ConflictError, match="rejected already"):
        here.approve("carol", "aa01")
    assert here.open("alice", "aa01", model("churn")).state == "rejected"
    assert open_ones(here.site) == ()


def test_the_opener_withdraws_by_rejecting(here: Server) -> None:
    here.open("alice", "aa01", model("churn"))
    assert here.reject("alice", "aa01").state == "withdrawn"
    assert submitted(here.site, "aa01").state == "withdrawn"


def test_a_decision_is_about_the_head_that_its_person_saw(here: Server) -> None:
    told = here.open("alice", "aa01", model("churn"))
    with pytest.raises(StaleError, match="not at"):
        here.approve("bob", "aa01", head="0" * 40)
    assert here.approve("bob", "aa01", head=told.head).state == "open"
    assert open_ones(here.site)[0].decisions[0].head == told.head


@pytest.mark.parametrize(
    ("id_", "draft", "files", "message"),
    [
        ("aa01", {"title": "Two\nlines"}, [model("churn")], "a title is one line"),
        ("aa01", {"title": "Fine\n\nReviewed-by: Bob <bob@acme.example>"}, [model("churn")], "a title is one line"),
        ("aa01", {"reason": "\x1b[2J"}, [model("churn")], "a reason is text"),
        ("../main", {}, [model("churn")], "cannot be the id"),
        ("aa01", {}, [("README.md", b"x")], "no governed path"),
        ("aa01", {}, [("registry/../.git/config", b"x")], "no governed path"),
        ("aa01", {}, [("registry/models/.GIT/hooks/update", b"x")], "no governed path"),
    ],
)
def test_what_cannot_be_proposed(here: Server, id_: str, draft: dict[str, Any], files: list[Any], message: str) -> None:
    before = here.refs()
    with pytest.raises(UsageError, match=message):
        here.open("alice", id_, *files, **draft)
    assert here.refs() == before


def test_nothing_to_change_is_a_conflict(here: Server) -> None:
    with pytest.raises(ConflictError, match="would change nothing"):
        here.open("alice", "aa01", model("fraud"))
    with pytest.raises(ConflictError, match="would change nothing"):
        here.open("alice", "aa01", (model("churn")[0], None))


def test_a_reason_never_becomes_a_trailer(tmp_path: Path) -> None:
    """Whatever is typed stands above the server's own last paragraph, and the merge carries the title alone."""
    trailers = {"keys": ["Reviewed-by"], "only_review_server": True}
    evidence = {"mode": "receipt", "accept": ["receipt", "trailer"], "trailers": trailers}
    here = server(tmp_path, settings={"evidence": evidence})
    told = here.open("alice", "aa01", model("churn"), reason="Because\n\nReviewed-by: Bob Brown <bob@acme.example>")
    assert told.state == "open"
    assert here.approve("carol", "aa01").state == "merged"
    assert "Reviewed-by" not in git(here.git_dir, "log", "-1", "--format=%B", "main").decode()


def test_nothing_is_known_of_an_id_that_nobody_used(here: Server) -> None:
    with pytest.raises(NotFoundError, match="no proposal"):
        submitted(here.site, "aa09")
    with pytest.raises(NotFoundError, match="no proposal"):
        here.approve("bob", "aa09")


@pytest.mark.parametrize("way", ["reject", "settle", "approve"])
def test_what_can_no_longer_be_merged_is_closed(here: Server, way: str) -> None:
    """Somebody pushes another change of the same line meanwhile."""
    here.open("alice", "aa01", model("fraud", title="New"))
    here.push(model("fraud", title="Pushed"))
    ways: dict[str, Any] = {
        "settle": lambda: settle(here.site),
        "approve": lambda: here.approve("bob", "aa01"),
        "reject": lambda: here.reject("bob", "aa01"),
    }
    ways[way]()
    assert submitted(here.site, "aa01").state == "conflicted"
    assert here.open("alice", "aa02", model("fraud", title="Newest")).state == "open"


@pytest.mark.threat("C47", rule="context-changed")
def test_what_refers_to_something_that_changed_since_has_to_be_proposed_again(tmp_path: Path) -> None:
    """The approver would see the model as it was when it was proposed; nobody can approve that any more."""
    here = server(tmp_path, model("fraud"))
    here.open("alice", "aa01", version("fraud", "1.0.0"))
    here.open("alice", "aa02", model("fraud", title="New"))
    here.approve("bob", "aa02")
    with pytest.raises(ForbiddenError, match="context-changed") as told:
        here.approve("bob", "aa01")
    assert "propose it again" in told.value.hint
    here.reject("alice", "aa01")
    here.open("alice", "aa03", version("fraud", "1.0.0"))
    assert here.approve("bob", "aa03").state == "merged"
    assert here.verdict() is ExitCode.OK


def test_what_passes_by_new_rules_lands_when_the_server_looks_again(here: Server) -> None:
    """Nothing is judged again as long as nothing moves; as soon as something does, all of it is."""
    here.open("alice", "aa01", model("churn"))
    here.approve("bob", "aa01")
    assert settle(here.site) == settle(here.site)
    here.push(policy("models", actions=["model.*"]))
    assert settle(here.site).landed == ("aa01",)
    assert settle(here.site).landed == ()


def test_each_proposal_that_waits_is_judged_as_if_it_were_the_only_one(here: Server) -> None:
    here.open("alice", "aa01", model("churn"))
    here.open("alice", "aa02", version("churn", "1.0.0"))
    first, second = waiting(here.site, 9)
    assert (first.id, second.id) == ("aa01", "aa02")
    assert second.outlook is not None
    assert "dangling-reference" in {finding.rule for finding in second.outlook.findings}
    assert [told.id for told in waiting(here.site, 1)] == ["aa01"]
