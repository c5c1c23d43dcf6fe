"""``govops incident``: reported at once, held, resolved by an approved change, and told with attested times."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from govops.app.proposing import propose
from govops.errors import RefusedError
from govops.kinds.incident import Incident
from govops.render.incidents import SCHEMA
from tests.support.cli import Ran, govops
from tests.support.facts import read
from tests.support.files import deployment, incident, model, policy, usecase, version
from tests.support.git import git
from tests.support.seats import Seat, Team, seats
from tests.support.world import World

SIGNED = {"evidence": {"mode": "signature", "accept": ["signature"]}}
REFUSED, USAGE = 1, 2
PATH = "registry/incidents/outage.yaml"
FOUND = (
    model("fraud"),
    *(version("fraud", number, status="approved") for number in ("1.0.0", "1.1.0")),
    deployment("production", "fraud", "1.0.0"),
    usecase("claims", models=[{"model": "fraud", "versions": ">=1.0"}], status="approved"),
    policy("incident-report", actions=["incident.report"], approvals="none", reason="It must not wait"),
    policy("incidents", actions=["incident.update", "incident.resolve"]),
)


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare repository of a company that signs."""
    world = World(tmp_path / "world", *FOUND, settings=SIGNED)
    subprocess.run(["git", "clone", "-q", "--bare", world.path, tmp_path / "shared.git"], check=True)
    return tmp_path / "shared.git"


@pytest.fixture
def team(remote: Path, tmp_path: Path) -> Team:
    """A seat for anybody."""
    return seats(remote, tmp_path)


def report(seat: Seat, *more: object, name: str = "outage", severity: str = "critical") -> Ran:
    """Report the incident at this desk."""
    key = seat.place.parent / "keys" / seat.place.name
    options = ["--severity", severity, "--resource", "Model/fraud", "--title", "Scores leak to a stranger"]
    return govops("incident", "report", name, *options, "--key", key, "--repository", seat.place, *more)


def open_branch(seat: Seat, branch: str) -> None:
    """Propose a branch that a verb made."""
    propose(seat.desk, seat.key, name=branch, revision=branch)


def told(seat: Seat, *options: object) -> list[dict[str, Any]]:
    """What ``incident list`` says at this desk."""
    seat.desk.refresh()
    refs = ("--ref", "origin/main", "--evidence-ref", "refs/remotes/origin/govops/evidence")
    ran = govops("incident", "list", "--repository", seat.place, *refs, "--output", "json", *options)
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert found["schema"] == SCHEMA
    incidents: list[dict[str, Any]] = found["incidents"]
    return incidents


@pytest.mark.slow
def test_an_incident_from_its_report_to_the_promotion_that_had_to_wait(team: Team) -> None:
    """The report holds the promotion at once; an approved resolution lets it go."""
    dave, alice, bob = team("dave"), team("alice"), team("bob")
    assert report(dave).code == 0
    alice.branch("promote", *deployment("production", "fraud", "1.1.0"))
    alice.propose()
    bob.approve()
    with pytest.raises(RefusedError, match="open-incident"):
        bob.merge("promote")
    (found,) = told(dave)
    assert (found["status"], found["path"], found["word"]) == ("open", None, "leak")
    assert (found["severity"], found["category"]) == ("critical", "security")

    open_branch(dave, "incident-outage")
    bob.merge("incident-outage")
    with pytest.raises(RefusedError, match="open-incident"):
        bob.merge("promote")

    git(dave.place / ".git", "fetch", "-q", "origin", "+refs/heads/main:refs/heads/protected")
    subprocess.run(["git", "-C", dave.place, "switch", "-q", "-C", "main", "origin/main"], check=True)
    ran = govops("incident", "resolve", "outage", "--notes", "Closed the hole", "--repository", dave.place)
    assert ran.code == 0, ran.err
    open_branch(dave, "incident-outage-resolve")
    bob.approve("incident-outage-resolve")
    bob.merge("incident-outage-resolve")
    bob.merge("promote")
    assert [case["status"] for case in told(dave)] == ["resolved"]
    assert told(dave, "--open") == []
    assert bob.verdict() == 0


def test_the_same_report_twice_is_one(team: Team) -> None:
    dave = team("dave")
    first, second = report(dave), report(dave)
    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert "was reported already" in second.out
    assert second.out.split("at ")[-1] == first.out.split("at ")[-1]
    assert len(told(dave)[0]["records"]) == 1


def test_a_report_while_the_remote_is_away_stands_here(team: Team, remote: Path) -> None:
    dave = team("dave")
    remote.rename(remote.with_suffix(".away"))
    ran = report(dave)
    assert ran.code == 0, ran.err
    assert "not pushed yet" in ran.out


def test_a_report_that_would_have_no_effect_is_refused(team: Team) -> None:
    ran = report(team("bob"))  # an approver may close incidents, and not report them
    assert ran.code == REFUSED
    assert "bob does not hold incident:report" in ran.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--resource", "Model/fruad"), "there is no Model `fruad`"),
        (("--resource", "fraud"), "is not a resource such as"),
        (("--label", "death"), "write it as key=value"),
        (("--related", "Model/fraud"), "leave it out of `related`"),
    ],
)
def test_what_could_be_no_incident_is_refused_and_leaves_nothing(
    team: Team, options: tuple[str, ...], words: str
) -> None:
    dave = team("dave")
    ran = report(dave, *options)
    assert ran.code == USAGE
    assert words in ran.err
    assert git(dave.place / ".git", "branch", "--list", "-a", "*incident*", "*evidence*") == b""


def test_the_file_says_what_the_report_says(team: Team) -> None:
    dave = team("dave")
    ran = report(dave, "--affected", 3, "--related", "UseCase/claims", "--label", "eu-ai-act=death")
    text = git(dave.place / ".git", "show", f"incident-outage:{PATH}")
    assert text.decode() in ran.err + ran.out
    found = _read(text)
    assert found.spec.named == ("Model/fraud", "UseCase/claims")
    assert (found.spec.affected_count, found.spec.reported.by) == (3, "dave")
    assert found.metadata.labels == {"eu-ai-act": "death"}


# ---- answering, correcting, closing


@pytest.fixture
def here(tmp_path: Path) -> World:
    """An incident that stands, somebody whom git knows, and a comment in its file."""
    path, text = incident("outage")
    world = World(tmp_path / "world", *FOUND, (path, text.replace(b"spec:", b"spec: # seen on Monday")))
    for key, value in (("user.name", "Dave"), ("user.email", "dave@acme.example")):
        git(world.git_dir, "config", key, value)
    return world


def change(world: World, verb: str, *options: object) -> Ran:
    """``govops incident VERB outage``."""
    return govops("incident", verb, "outage", *options, "--repository", world.path)


def branch_of(world: World, verb: str) -> Incident:
    """The incident as a verb's branch has it."""
    return _read(git(world.git_dir, "show", f"incident-outage-{verb}:{PATH}"))


def _read(text: bytes) -> Incident:
    found = read((PATH, text))
    assert isinstance(found, Incident)
    return found


def test_an_answer_names_whoever_gives_it_and_leaves_every_other_line(here: World) -> None:
    ran = change(here, "update", "--respond", "--affected", 40)
    assert ran.code == 0, ran.err
    found = branch_of(here, "update").spec
    assert found.responded is not None
    assert (found.responded.by, found.affected_count) == ("dave", 40)
    diff = git(here.git_dir, "diff", "--numstat", here.main, "incident-outage-update").decode()
    assert diff.split()[:2] == ["4", "1"]
    assert b"# seen on Monday" in git(here.git_dir, "show", f"incident-outage-update:{PATH}")


def test_a_notification_is_entered_beside_those_that_there_are(here: World) -> None:
    options = ("--notify", "eu-ai-act/serious-incident:final", "--authority", "Market surveillance", "--reference", "7")
    assert change(here, "update", *options).code == 0
    (found,) = branch_of(here, "update").spec.notifications
    assert (found.clock, found.stage, found.reference) == ("eu-ai-act/serious-incident", "final", "7")


def test_a_resolution_says_who_and_what(here: World) -> None:
    assert change(here, "resolve", "--notes", "Restarted", "--by", "bob").code == 0
    found = branch_of(here, "resolve").spec.resolution
    assert found is not None
    assert (found.by, found.notes) == ("bob", "Restarted")


REFUSALS = {
    "nothing to change": (("update",), "nothing would change"),
    "nobody of that name": (("resolve", "--notes", "x", "--by", "nobody"), "there is no User `nobody`"),
    "a clock without an authority": (("update", "--notify", "eu-ai-act/serious-incident"), "belong together"),
    "a stage that there is not": (("update", "--notify", "a/b:second", "--authority", "x"), '"second" is not one of'),
}


@pytest.mark.parametrize(("words", "said"), REFUSALS.values(), ids=REFUSALS)
def test_what_makes_no_sense_is_refused(here: World, words: tuple[str, ...], said: str) -> None:
    ran = change(here, *words)
    assert ran.code == USAGE
    assert said in ran.err


def test_an_incident_that_does_not_stand_cannot_be_changed(here: World) -> None:
    ran = govops("incident", "resolve", "other", "--notes", "x", "--repository", here.path)
    assert ran.code == USAGE
    assert "there is no registry/incidents/other.yaml" in ran.err


# ---- the list


def test_the_list_says_how_each_one_stands(here: World) -> None:
    here.report_incident("dave", "leak", title="Scores leak", resource="UseCase/claims")
    ran = govops("incident", "list", "--repository", here.path)
    assert ran.out.splitlines() == [
        "leak: open, critical, security (derived: leak), on UseCase/claims",
        "    Scores leak",
        f"    reported {_at(here)} by dave",
        f"    no file yet: record {here.evidence.paths[-1].rpartition('/')[2][:12]}",
        "outage: open, warning, performance, on Model/fraud",
        "    Incident outage",
        "    reported at a time nobody attested by dave",
        f"    {PATH}",
        "2 incidents, as of no instant: nobody attests a time",
    ]


def _at(world: World) -> str:
    path = world.evidence.paths[-1]
    payload = json.loads(git(world.git_dir, "show", f"govops/evidence:{path}"))["payload"]
    return str(payload["at"])


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--open",), ["leak", "outage"]),
        (("--severity", "warning"), ["outage"]),
        (("--category", "security"), ["leak"]),
        (("--resource", "UseCase/claims"), ["leak"]),
    ],
)
def test_the_list_can_be_narrowed(here: World, options: tuple[str, ...], names: list[str]) -> None:
    here.report_incident("dave", "leak", title="Scores leak", resource="UseCase/claims")
    ran = govops("incident", "list", "--repository", here.path, "--output", "json", *options)
    assert [one["name"] for one in json.loads(ran.out)["incidents"]] == names


def test_words_of_the_companys_own_decide_first(tmp_path: Path) -> None:
    """Settings replace the list, and a category that is given is never derived."""
    own = [{"category": "safety", "words": ["stranger", "scores leak"]}]
    text = incident("leak", category=None, title="Scores leak", description="To a stranger")
    world = World(tmp_path / "world", *FOUND, text, settings={"incident_words": own})
    ran = govops("incident", "list", "--repository", world.path)
    assert "safety (derived: scores leak)" in ran.out
