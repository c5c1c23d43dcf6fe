"""CODEOWNERS asks everybody who could approve a path, and says so in a way that forges read."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.app.codeowners import owners_of_revision, owners_of_worktree
from govops.app.codeowners.areas import areas
from govops.app.codeowners.globs import is_plain, meet
from govops.app.codeowners.text import codeowners_text
from govops.app.example import example_company
from govops.decision import Law
from govops.decision.requirements import path_matches
from govops.errors import UsageError
from govops.lifecycle import ACTIONS, is_control_file
from tests.support.cast import CAST
from tests.support.cli import govops
from tests.support.files import Content, company, kind, policy, role, settings, symlink, user
from tests.support.files import File as Text
from tests.support.lowest import ROOT
from tests.support.snapshot import snapshot_of
from tests.support.world import World

LOGINS = {person.name: [{"forge": "github", "id": f"id-{person.name}", "login": person.name}] for person in CAST}


def law(*edits: Text) -> Law:
    """A company at GitHub, whose logins are the people's names."""
    there = [settings(forge={"type": "github"}), *(user(name, accounts=found) for name, found in LOGINS.items())]
    files: dict[str, Content] = company() | dict(there) | dict(edits)
    return Law(snapshot_of(files))


def lines(text: str) -> dict[str, set[str]]:
    """Pattern -> logins, in the order of the file."""
    told = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {pattern: {owner.removeprefix("@") for owner in owners} for pattern, *owners in told}


def asked(text: str, path: str, folder: Path) -> set[str]:
    """Whom a forge asks about a path: the last line counts that git itself matches with it, as GitHub's docs say."""
    found: set[str] = set()
    for pattern, owners in lines(text).items():
        (folder / "pattern").write_text(f"{pattern}\n")
        command = ["git", "-c", f"core.excludesFile={folder / 'pattern'}", "check-ignore", "--no-index", "-q", path]
        if subprocess.run(command, cwd=folder, check=False).returncode == 0:
            found = owners
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty repository to ask git in."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


ADMINS = {"carol", "erin"}
APPROVERS = {"bob", "carol"}
ASKED: dict[str, set[str]] = {
    "registry/models/fraud/model.yaml": APPROVERS,
    "registry/models/fraud/versions/1.0.yaml": APPROVERS,
    "registry/deployments/production/fraud.yaml": APPROVERS,
    "registry/use-cases/claims.yaml": APPROVERS,
    "registry/slas/uptime.yaml": APPROVERS,
    "registry/slas/uptime/violations/march.yaml": APPROVERS,
    "registry/incidents/drift.yaml": APPROVERS,
    "registry/README.md": APPROVERS,
    "registry/users/alice.yaml": ADMINS,
    "registry/roles/admin.yaml": ADMINS,
    "registry/users/README.md": ADMINS | APPROVERS,
    "policies/govops.yaml": ADMINS,
    "policies/approvals/models.yaml": ADMINS,
    ".github/CODEOWNERS": ADMINS,
    ".github/workflows/ci.yml": ADMINS,
    "policies/approvals/.gitattributes": ADMINS,
    "src/main.py": set(),
}


@pytest.mark.parametrize(("path", "people"), ASKED.items(), ids=ASKED)
def test_whoever_could_approve_is_asked_and_nobody_else(path: str, people: set[str], folder: Path) -> None:
    assert asked(codeowners_text(law(), "github"), path, folder) == people


def test_the_needs_of_a_policy_for_some_paths_stand_on_lines_of_their_own(folder: Path) -> None:
    scoped = policy(
        "fraud", actions=["model.*"], match={"paths": ["registry/models/fraud/**"]}, approvals=[{"role": "operator"}]
    )
    text = codeowners_text(law(scoped), "github")
    operators = {"alice", "dave"}
    assert asked(text, "registry/models/fraud/model.yaml", folder) == APPROVERS | operators
    assert asked(text, "registry/models/fraud/versions/1.0.yaml", folder) == APPROVERS | operators
    assert asked(text, "registry/models/churn/model.yaml", folder) == APPROVERS
    assert asked(text, "registry/models/fraud/README.md", folder) == APPROVERS


def test_two_policies_for_paths_that_meet_are_both_asked_for(folder: Path) -> None:
    one = policy(
        "one", actions=["*"], match={"paths": ["registry/models/fraud*/model.yaml"]}, approvals=[{"role": "operator"}]
    )
    two = policy("two", actions=["*"], match={"paths": ["registry/models/*-eu/**"]}, approvals=[{"role": "admin"}])
    text = codeowners_text(law(one, two), "github")
    assert asked(text, "registry/models/fraud-eu/model.yaml", folder) >= {"alice", "bob", "carol", "dave", "erin"}
    assert asked(text, "registry/models/churn/model.yaml", folder) == APPROVERS


@pytest.mark.parametrize(
    "pattern", ["registry/models/[ab]*/model.yaml", "registry/models/a b/model.yaml", "registry/models/#/*"]
)
def test_a_path_that_forges_read_differently_asks_too_many_and_nobody_too_few(pattern: str, folder: Path) -> None:
    scoped = policy("odd", actions=["model.*"], match={"paths": [pattern]}, approvals=[{"role": "operator"}])
    text = codeowners_text(law(scoped), "github")
    assert asked(text, "registry/models/abc/model.yaml", folder) == APPROVERS | {"alice", "dave"}
    assert all(is_plain(line) for line in lines(text))


def test_a_policy_for_one_environment_asks_about_that_one(folder: Path) -> None:
    only = policy(
        "production", actions=["model.*"], match={"environments": ["production"]}, approvals=[{"role": "operator"}]
    )
    text = codeowners_text(law(only), "github")
    assert asked(text, "registry/deployments/production/m.yaml", folder) >= {"alice", "dave"}
    assert asked(text, "registry/deployments/staging/m.yaml", folder) == APPROVERS


def test_a_kind_of_ones_own_is_asked_about(folder: Path) -> None:
    own = (kind("DataSheet", "data/sheets"), policy("sheets", actions=["datasheet.*"]))
    assert asked(codeowners_text(law(*own), "github"), "data/sheets/a.yaml", folder) == APPROVERS
    odd = (kind("DataSheet", "data/odd sheets"), policy("sheets", actions=["datasheet.*"]))
    text = codeowners_text(law(*odd), "github")
    assert "# /data/odd sheets/*.yaml: " in text
    assert all(is_plain(line) for line in lines(text))


def test_bots_and_people_who_left_are_not_asked() -> None:
    gone = user("bob", active=False, accounts=LOGINS["bob"])
    everybody = set().union(*lines(codeowners_text(law(gone), "github")).values())
    assert everybody == {"carol", "erin"}


def test_people_without_a_login_are_listed_in_a_comment_of_their_own() -> None:
    """GitLab takes everything after the path for an owner, so no comment stands behind one."""
    text = codeowners_text(law(user("bob", accounts=[{"forge": "gitlab", "id": "7", "login": "bob"}])), "github")
    assert "# /registry/use-cases/*.yaml: no login on github: bob" in text
    assert "/registry/use-cases/*.yaml @carol" in text.splitlines()
    assert all(line.startswith("#") or "#" not in line for line in text.splitlines())


def test_a_login_that_is_none_never_becomes_a_line() -> None:
    hostile = [{"forge": "github", "id": "7", "login": "bob\n* @mallory"}, {"forge": "github", "id": "8", "login": "*"}]
    text = codeowners_text(law(user("bob", accounts=hostile)), "github")
    assert "mallory" not in text
    assert "no login on github: bob" in text


def test_what_nobody_can_approve_is_said_and_not_left_open() -> None:
    nobody = role("approver", permissions=["audit:read"])
    text = codeowners_text(law(nobody, *(user(name, roles=["admin"]) for name in ("bob", "carol"))), "github")
    assert "# /registry/use-cases/*.yaml: nobody holds what use-cases ask for" in text
    none = policy("sheets", actions=["sla.*"])
    silent = codeowners_text(law(none), "github")
    assert "no policy allows a change" not in silent
    assert "# /data/x/*.yaml: no policy allows a change" in codeowners_text(law(kind("X", "data/x")), "github")


def test_the_same_rules_give_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the order of files, whether they are read from disk or from a commit."""
    world = World(
        tmp_path / "world",
        dict([settings(forge={"type": "github"})]),
        dict(user(n, accounts=a) for n, a in LOGINS.items()),
    )
    folder = tmp_path / "files"
    for path, (_, oid) in sorted(world.tree().items(), reverse=True):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(world.objects.read(oid))
    text = owners_of_worktree(folder, None).text
    assert text == owners_of_revision(world.path, "main", None).text == codeowners_text(law(), "github")
    assert text.startswith("# Generated by `govops codeowners`")
    assert max(len(line) for line in text.splitlines()) < 200


def test_too_large_a_file_is_refused() -> None:
    """GitHub would ignore it without a word."""
    crowd = [
        user(
            f"p{number}",
            roles=["approver"],
            emails=[],
            keys=[],
            accounts=[{"forge": "github", "id": str(number), "login": f"{'x' * 90}{number}"}],
        )
        for number in range(2_000)
    ]
    with pytest.raises(UsageError, match="more than 3000000 bytes"):
        codeowners_text(law(*crowd), "github")


# ---- the tables that it rests on


def test_every_action_of_the_reference_belongs_to_an_area() -> None:
    """docs/reference/actions.md is written by hand, and so is the table here."""
    page = (ROOT / "docs/reference/actions.md").read_text(encoding="utf-8")
    table = page.partition("## Actions of built-in kinds")[2].partition("\n## ")[0]
    others = {"policy.change": "Policy", "control.change": "ControlFile", "docs.change": "Document"}
    told: dict[str, set[str]] = {}
    for action, kinds in re.findall(r"^\| `([a-z_.]+)` \| ([^|]+) \|", table, re.MULTILINE):
        for name in [others[action]] if action in others else kinds.split(", "):
            told.setdefault(name, set()).add(action)
    assert told == {name: set(actions) for name, actions in ACTIONS.items()}


def test_every_control_file_has_a_line_and_every_line_a_control_file() -> None:
    patterns = [area.pattern for area in areas(law()) if area.kind == "ControlFile"]
    samples = [f"{pattern.removeprefix('/')}{'x' if pattern.endswith('/') else ''}" for pattern in patterns]
    assert [path for path in samples if not is_control_file(path)] == []
    source = (ROOT / "govops/lifecycle/control.py").read_text(encoding="utf-8")
    named = set(re.findall(r'"([.\w/-]*[A-Za-z/])"', source)) - {"/"}
    assert named == {pattern.removeprefix("/") for pattern in patterns}


SEGMENTS = st.sampled_from(["a", "b", "ab", "a.yaml", "b.yaml"])
PATTERNS = st.lists(st.sampled_from(["a", "b", "*", "**", "a*", "*b", "*.yaml", "a.yaml", "?"]), min_size=1, max_size=4)
GLOBS = st.lists(st.sampled_from(["a", "b", "*"]), max_size=2).map(lambda parts: [*parts, "*.yaml"])


@given(PATTERNS, GLOBS)
def test_where_two_patterns_meet_is_never_less_than_what_both_match(pattern: list[str], glob: list[str]) -> None:
    found = meet("/".join(pattern), "/".join(glob))
    for parts in product(["a", "b", "ab", "a.yaml", "b.yaml"], repeat=len(glob)):
        path = "/".join(parts)
        both = path_matches(path, "/".join(pattern)) and path_matches(path, "/".join(glob))
        if both:
            assert any(path_matches(path, place) for place in found)
        if found == ("/".join(glob),) and path_matches(path, "/".join(glob)) and "?" not in pattern:
            assert both or any("*" in part for part in pattern)


def test_many_stars_take_no_time() -> None:
    assert meet("/".join(["**", "*"] * 100), "registry/models/*/model.yaml") == ()
    assert meet("/".join(["**"] * 200), "registry/models/*/model.yaml") == ("registry/models/*/model.yaml",)


# ---- the command


def worktree(path: Path, *edits: Text) -> Path:
    """The company's files on disk."""
    files: Mapping[str, Content] = company() | dict(settings_ for settings_ in [settings(forge={"type": "github"})])
    files = {**files, **dict(user(name, accounts=found) for name, found in LOGINS.items()), **dict(edits)}
    for name, content in files.items():
        assert isinstance(content, bytes)
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def test_the_file_is_written_checked_and_found_out_of_step(tmp_path: Path) -> None:
    root = worktree(tmp_path)
    missing = govops("codeowners", "--check", "--repository", root)
    assert (missing.code, missing.out.startswith("--- .github/CODEOWNERS\n")) == (1, True)
    assert govops("codeowners", "--output", "--repository", root).err == "wrote .github/CODEOWNERS\n"
    current = govops("codeowners", "--check", "--repository", root)
    assert (current.code, current.out) == (0, "")
    worktree(root, user("dave", accounts=LOGINS["dave"], roles=["approver"]))
    stale = govops("codeowners", "--check", "--repository", root)
    assert stale.code == 1
    assert "-/registry/use-cases/*.yaml @bob @carol" in stale.out.splitlines()
    assert "+/registry/use-cases/*.yaml @bob @carol @dave" in stale.out.splitlines()
    printed = govops("codeowners", "--repository", root)
    govops("codeowners", "--output", "--repository", root)
    assert (root / ".github/CODEOWNERS").read_text() == printed.out
    beside = tmp_path / "beside"
    govops("codeowners", "--repository", root, "--output", beside)
    assert beside.read_text() == printed.out


def test_a_file_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    root = worktree(tmp_path, ("CODEOWNERS", b"* @everybody\n"))
    ran = govops("codeowners", "--output", "--repository", root)
    assert (ran.code, "CODEOWNERS was not written by govops" in ran.err) == (2, True)
    assert (root / "CODEOWNERS").read_bytes() == b"* @everybody\n"


def test_the_file_that_counts_is_the_one_that_the_forge_reads(tmp_path: Path) -> None:
    """GitLab looks at the top first, so a file in `.gitlab/` would be written for nobody."""
    root = worktree(tmp_path)
    govops("codeowners", "--output", "--forge", "gitlab", "--repository", root)
    (root / "CODEOWNERS").write_text("* @everybody\n")
    assert govops("codeowners", "--check", "--forge", "gitlab", "--repository", root).code == 1


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    root = worktree(tmp_path / "root")
    (tmp_path / "outside").mkdir()
    (root / ".github").symlink_to(tmp_path / "outside")
    ran = govops("codeowners", "--output", "--repository", root)
    assert (ran.code, "is a symbolic link" in ran.err) == (2, True)
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_link_in_the_place_of_the_file_is_not_read(tmp_path: Path) -> None:
    path, (_, target) = symlink(".github/CODEOWNERS", bytes(tmp_path / "secret"))
    (tmp_path / "secret").write_text("token\n")
    root = worktree(tmp_path / "root")
    (root / path).parent.mkdir()
    (root / path).symlink_to(target.decode())
    ran = govops("codeowners", "--check", "--repository", root)
    assert (ran.code, "token" in ran.out) == (1, False)


def test_rules_with_faults_are_not_guessed_at(tmp_path: Path) -> None:
    root = worktree(tmp_path, ("policies/approvals/models.yaml", b"kind: ApprovalPolicy\n"))
    ran = govops("codeowners", "--repository", root)
    assert (ran.code, "policies/approvals/models.yaml" in ran.err) == (2, True)


def test_a_forge_that_reads_no_such_file_is_said_to_be_one(tmp_path: Path) -> None:
    root = worktree(tmp_path, settings())
    ran = govops("codeowners", "--repository", root)
    assert (ran.code, "--forge" in ran.err) == (2, True)


def test_the_example_company_can_be_asked() -> None:
    """Its forge is a local one, so everybody is without a login."""
    owners = owners_of_worktree(example_company(), "github")
    assert lines(owners.text) == {}
    assert "no login on github: henrik-dahl, ines-carvalho" in owners.text


def test_alternatives_and_minor_edits_are_asked_of_everybody_who_could_approve_them() -> None:
    either = {"any_of": [{"role": "analyst"}, [{"role": "operator"}, {"role": "admin"}]]}
    rules = law(policy("small", actions=["model.update_minor"], approvals=[{"role": "approver"}, either]))
    assert {"alice", "bob", "carol", "dave", "erin"} <= lines(codeowners_text(rules, "github"))[
        "/registry/models/*/model.yaml"
    ]
