"""Many repositories are audited by one set of policies, and whatever becomes of one is told in its row."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from govops.app.audit import audit
from govops.app.fleet import AskedFleet, audit_fleet
from govops.app.schemas import all_schemas
from govops.errors import ExitCode
from govops.finding import Severity
from govops.fleet import Fleet, State
from govops.render import render
from govops.render.fleet import FORMATS, stream_fleet
from govops.workspace import Opened
from tests.support.cli import Ran, govops
from tests.support.files import company, model, settings, yaml_text
from tests.support.git import git
from tests.support.trees import flat
from tests.support.world import World

pytestmark = pytest.mark.slow
PASSING, FAILING = "passing", "failing"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Central policies with their people, two members in order but for one push, and three that are no use."""
    home = tmp_path_factory.mktemp("fleet")
    World(home / "central")
    for name in (PASSING, FAILING):
        world = World(home / name, adopt=False)
        world.commit_raw(("README.md", b"A team\n"), author="carol", message="Begin")
        world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
        if name == FAILING:
            world.clock.pass_by(days=40)
            world.push("mallory", model("spam"))
    git(home / PASSING / ".git", "clone", "-q", "--depth=1", f"file://{home}/{PASSING}", str(home / "shallow"))
    (home / "plain").mkdir()
    (home / "broken/.git").mkdir(parents=True)
    (home / "broken/.git/HEAD").write_bytes(b"\x00\xff")
    return home


def config(home: Path, *members: Mapping[str, Any], **rest: Any) -> Path:
    """A configuration with these members; a plain name is a member at the path of that name."""
    path = home / "fleet.yaml"
    path.write_bytes(yaml_text({"members": list(members), **rest}))
    return path


def at(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "path": name} for name in names]


CENTRAL: dict[str, Any] = {"policies": {"path": "central", "revision": "main"}}
ALL = at(PASSING, "plain", "shallow", FAILING, "broken", "lost")


def run(home: Path, *members: Mapping[str, Any], output: Path | None = None, jobs: int = 2, **rest: Any) -> Fleet:
    asked = {name: rest.pop(name) for name in ("as_of", "fail_on") if name in rest}
    return audit_fleet(AskedFleet(config(home, *members, **CENTRAL | rest), jobs, output, **asked))


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def told(home: Path, output: Path) -> Fleet:
    """All members, audited once."""
    return run(home, *ALL, output=output, stale_after="30d")


def states(fleet: Fleet) -> dict[str, tuple[State, int]]:
    return {member.name: (member.state, int(member.exit_code)) for member in fleet.members}


def test_every_member_has_its_row_whatever_became_of_the_others(told: Fleet) -> None:
    """In the order of the configuration; the highest code is that of all."""
    assert states(told) == {
        PASSING: (State.PASS, 0),
        "plain": (State.NOT_AUDITED, 3),
        "shallow": (State.NOT_AUDITED, 3),
        FAILING: (State.FAIL, 1),
        "broken": (State.NOT_AUDITED, 3),
        "lost": (State.NOT_AUDITED, 3),
    }
    assert list(states(told)) == [member["name"] for member in ALL]
    assert told.exit_code is ExitCode.UNDECIDABLE
    assert sum(count for _, count in told.tally()) == len(ALL)
    assert all(bool(member.why) is (member.state is State.NOT_AUDITED) for member in told.members)


def test_the_reports_are_those_of_single_audits(home: Path, told: Fleet, output: Path) -> None:
    """By the central policies of one commit, and the people who stand beside them."""
    commit = git(home / "central/.git", "rev-parse", "main").decode().strip()
    assert told.policies == f"central@{commit}"
    assert sorted(path.name for path in (output / "members").iterdir()) == [f"{FAILING}.json", f"{PASSING}.json"]
    assert sorted(path.name for path in output.iterdir()) == ["fleet.json", "members"]
    alone = audit(Opened(home / FAILING, policies=f"{home}/central@{commit}"))
    assert (output / "members" / f"{FAILING}.json").read_text(encoding="utf-8") == render(alone, "json")
    row = next(member for member in told.members if member.name == FAILING)
    assert (row.counts, row.tip, row.latest) == (alone.counts, alone.provenance.tip, alone.provenance.latest)
    assert (row.violations, row.report) == (1, f"members/{FAILING}.json")


def test_the_summary_is_the_same_from_everywhere_and_however_many_run_at_once(
    home: Path, told: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also into another folder. No path of the machine stands in it."""
    monkeypatch.chdir(tmp_path)
    again = run(home, *ALL, jobs=1, output=Path("out"), stale_after="30d")
    texts = ["".join(stream_fleet(told, name)) for name in FORMATS]
    assert ["".join(stream_fleet(again, name)) for name in FORMATS] == texts
    assert not any(str(home) in text for text in texts)


def test_the_summary_is_of_the_published_shape(told: Fleet, output: Path) -> None:
    written = (output / "fleet.json").read_text(encoding="utf-8")
    assert written == "".join(stream_fleet(told, "json"))
    jsonschema.validate(json.loads(written), json.loads(all_schemas()["fleet-v1.schema.json"]))
    assert json.loads(written)["exit_code"] == 3


def test_who_has_been_silent_for_long_is_stale(home: Path) -> None:
    """As of the latest time that any member attests, or the instant given; it changes no exit code."""
    members = at(PASSING, FAILING, "lost")
    by_default = run(home, *members, stale_after="30d")
    assert [member.is_stale for member in by_default.members] == [True, False, False]
    assert by_default.as_of == by_default.members[1].latest
    assert states(by_default)[PASSING] == (State.PASS, 0)
    later = run(home, *members, stale_after="30d", as_of="2027-01-01T00:00:00Z")
    assert [member.is_stale for member in later.members] == [True, True, False]
    assert not any(member.is_stale for member in run(home, *members).members)


def test_without_central_policies_each_is_judged_by_its_own(home: Path) -> None:
    """The one that has some; who never had any cannot be judged."""
    path = config(home, *at("central", PASSING))
    fleet = audit_fleet(AskedFleet(path, 2))
    assert states(fleet) == {"central": (State.PASS, 0), PASSING: (State.NOT_AUDITED, 3)}
    assert fleet.policies is None
    assert "no policies/govops.yaml anywhere" in fleet.members[1].why


def test_a_member_may_be_audited_otherwise_than_the_rest(home: Path) -> None:
    """Its own option before the default one."""
    members = [{"name": "one", "path": FAILING}, {"name": "other", "path": FAILING, "ref": "main~1"}]
    fleet = run(home, *members, defaults={"ref": "main", "timeout": "5m"})
    assert [member.state for member in fleet.members] == [State.FAIL, State.PASS]
    assert states(run(home, *members, fail_on=Severity.CRITICAL))["one"] == (State.PASS, 0)


def test_a_report_of_last_time_does_not_stay_for_a_member_that_has_none(home: Path, tmp_path: Path) -> None:
    """Nobody takes an old report for the new one."""
    run(home, {"name": "team", "path": PASSING}, output=tmp_path)
    assert (tmp_path / "members/team.json").exists()
    run(home, {"name": "team", "path": "lost"}, output=tmp_path)
    assert not (tmp_path / "members/team.json").exists()


def test_policies_of_a_folder_are_taken_as_they_are(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    for name, content in (company() | flat([settings()])).items():
        if isinstance(content, bytes):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    fleet = run(home, *at(PASSING), policies={"path": str(folder)})
    assert (fleet.policies, fleet.exit_code) == ("folder", ExitCode.OK)


def refused(home: Path, text: str, *options: object) -> Ran:
    (home / "fleet.yaml").write_text(text, encoding="utf-8")
    return govops("fleet", "audit", "--config", home / "fleet.yaml", *options)


MEMBER = "members:\n  - name: team\n    path: passing\n"
REFUSED = {
    "nothing": ("", "fleet.yaml:1:1"),
    "no member": ("members: []\n", "fleet.yaml:1:1: members: the list is empty"),
    "an unknown field": (f"{MEMBER}    pth: x\n", "fleet.yaml:4:5: members[0].pth"),
    "a name that is a path": (MEMBER.replace("team", "../team"), "fleet.yaml:2:11: members[0].name"),
    "one name twice": (f"{MEMBER}  - name: team\n    path: failing\n", "two members are called `team`"),
    "a number as time": (f"stale_after: 30\n{MEMBER}", "fleet.yaml:1:14: stale_after: 30 is a number, not text"),
    "an alias": (f"a: &a 1\n{MEMBER}", "fleet.yaml:1:4"),
    "policies that are not there": (f"policies: {{path: nowhere}}\n{MEMBER}", "nowhere"),
    "a revision that is not there": (f"policies: {{path: central, revision: v9}}\n{MEMBER}", "v9"),
    "policies without any": (f"policies: {{path: plain}}\n{MEMBER}", "no policies/ there"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_in_the_configuration_is_exit_2(home: Path, tmp_path: Path, text: str, words: str) -> None:
    """With the place in the file; then nobody is audited."""
    ran = refused(home, text, "--output", tmp_path / "out")
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert not (tmp_path / "out").exists()


def test_the_configuration_has_a_schema_for_editors() -> None:
    """The one that hints name."""
    schema = json.loads(all_schemas()["FleetConfig.schema.json"])
    jsonschema.validate({"members": [{"name": "team", "path": "../team"}]}, schema)
    with pytest.raises(jsonschema.ValidationError, match="pth"):
        jsonschema.validate({"members": [{"name": "team", "path": "../team", "pth": "x"}]}, schema)


def test_a_configuration_that_is_not_there_is_exit_2(tmp_path: Path) -> None:
    ran = govops("fleet", "audit", "--config", tmp_path / "none.yaml")
    assert ran.code == 2
    assert "none.yaml: No such file" in ran.err


def test_no_report_is_written_into_a_member(home: Path) -> None:
    """An audit changes nothing in what it audits."""
    ran = refused(home, MEMBER, "--output", home / PASSING / ".git/reports")
    assert ran.code == 2
    assert "lies in the member" in ran.err
    assert not (home / PASSING / ".git/reports").exists()


def test_words_from_outside_command_no_terminal(home: Path) -> None:
    """A path is shown, and obeyed by nobody."""
    path = "##[error]::stop|`x`"
    fleet = run(home, {"name": "odd", "path": path})
    text, page, _ = ("".join(stream_fleet(fleet, name)) for name in FORMATS)
    assert "##[error]" not in text
    assert "|`x`" not in page
    assert path in fleet.members[0].path


def test_the_command_line_does_the_same(home: Path, tmp_path: Path) -> None:
    """A real process, from another directory."""
    path = config(home, *at(PASSING, FAILING), **CENTRAL, stale_after="30d")
    command = [sys.executable, "-m", "govops", "fleet", "audit", "--config", str(path), "--format", "markdown"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "1 of 2 members passes; 1 with violations; 1 stale" in ran.stdout
    assert ran.stdout == "".join(stream_fleet(run(home, *at(PASSING, FAILING), stale_after="30d"), "markdown"))
