"""From nothing to a governed repository of one's own: what `govops init` leaves, and what it never touches."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from govops.app.init.starting_policies import starting_policies
from govops.yamlio import read
from tests.support.clock import Clock
from tests.support.evidence import EvidenceBranch
from tests.support.files import model
from tests.support.git import git
from tests.support.lowest import ROOT
from tests.support.newcomer import Newcomer, Ran, write_key
from tests.support.objects import Objects, Tree
from tests.support.parts import require
from tests.support.trees import subjects

BOB = "Bob Brown <bob@example.org>"
REFUSED = 2
UNDECIDABLE = 3


@pytest.fixture
def ann(tmp_path: Path) -> Newcomer:
    """A new user with a name, an address and an SSH key, who has configured nothing else."""
    return Newcomer(tmp_path / "home")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the repository will be."""
    return tmp_path / "gov"


def init(ann: Newcomer, place: Path, *options: str) -> Ran:
    ran = ann.govops(place.parent, "init", str(place), "--key", str(ann.key), *options)
    assert ran.code == 0, ran.err
    return ran


def adopt(ann: Newcomer, place: Path, *options: str) -> None:
    """Set up, and do what the output says."""
    require("ssh-keygen", package="openssh-client")
    init(ann, place, *options)
    ann.signs_commits(place)
    ann.commits(place, "Adopt govops")


def register(place: Path, name: str = "fraud") -> None:
    path, content = model(name, owner="ann-example")
    (place / path).parent.mkdir(parents=True)
    (place / path).write_bytes(content)


# ---- the scaffold


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--example",),
        ("--no-schemas",),
        ("--second", BOB),
        ("--example", "--second", BOB),
        ("--evidence", "receipt"),
        ("--evidence", "trailer", "--merge-bot", "bot@example.org"),
        ("--branch", "release/1", "--repository", "github:acme/governance"),
    ],
    ids=" ".join,
)
def test_what_is_scaffolded_is_valid(ann: Newcomer, place: Path, options: tuple[str, ...]) -> None:
    init(ann, place, *options)
    ran = ann.govops(place, "validate")
    assert (ran.code, ran.out) == (0, "no problems\n")
    assert " 0 findings" in ran.err
    assert int(ran.err.split()[0]) >= 21


def test_nobody_stands_in_it_but_the_running_user(ann: Newcomer, place: Path) -> None:
    init(ann, place)
    assert os.listdir(place / "registry" / "users") == ["ann-example.yaml"]
    spec = spec_of(place / "registry/users/ann-example.yaml")
    assert (spec["display_name"], spec["emails"], spec["roles"]) == ("Ann Example", ["ann@example.org"], ["admin"])
    assert spec["keys"] == [" ".join(ann.key.read_text().split()[:2])]
    assert spec_of(place / "policies/govops.yaml")["single_maintainer"] is True
    assert sorted(os.listdir(place / "registry")) == ["roles", "users"]


def test_the_example_brings_the_company(ann: Newcomer, place: Path) -> None:
    init(ann, place, "--example")
    theirs = {path.relative_to(ROOT) for folder in ("registry", "policies") for path in (ROOT / folder).rglob("*.yaml")}
    mine = {path.relative_to(place) for folder in ("registry", "policies") for path in (place / folder).rglob("*.yaml")}
    assert mine - theirs == {Path("registry/users/ann-example.yaml")}
    assert theirs <= mine
    settings = spec_of(place / "policies/govops.yaml")
    assert (settings["repository"], settings["single_maintainer"]) == ("local:gov", False)


def test_every_file_finds_its_schema(ann: Newcomer, place: Path) -> None:
    """The line for editors names a file that is there, in the user's own repository."""
    init(ann, place, "--example")
    files = [path for folder in ("registry", "policies") for path in sorted((place / folder).rglob("*.yaml"))]
    for path in files:
        line = path.read_text(encoding="utf-8").splitlines()[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(.*)", line)
        assert found, path
        assert (path.parent / found[1]).resolve().is_file(), path
    assert len(files) > 90


def test_without_schemas_none_are_written(ann: Newcomer, place: Path) -> None:
    assert "git add policies registry\n" in init(ann, place, "--no-schemas").out
    assert not (place / "schemas").exists()


def test_every_action_is_possible_in_a_new_repository() -> None:
    """What no policy matches is denied, so the starting ones match all that govops knows."""
    page = (ROOT / "docs/reference/actions.md").read_text(encoding="utf-8")
    actions = set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", page, re.MULTILINE))
    patterns = [pattern for _, spec in starting_policies() for pattern in spec["match"]["actions"]]
    assert len(actions) > 35
    assert {action for action in actions if not any(fnmatchcase(action, pattern) for pattern in patterns)} == set()


# ---- the first audit, and the changes after it


def test_the_first_audit_has_nothing_to_judge(ann: Newcomer, place: Path) -> None:
    adopt(ann, place)
    ran = ann.govops(place, "audit")
    assert ran.code == 0
    assert "governed 0 = 0 approved + 0 waived + 0 violating + 0 undecidable" in ran.out
    assert "one person keeps it" in ran.out


def test_a_change_that_the_maintainer_signs_is_allowed(ann: Newcomer, place: Path) -> None:
    adopt(ann, place)
    register(place)
    ann.commits(place, "Register fraud")
    ran = ann.govops(place, "audit")
    assert "governed 1 = 1 approved" in ran.out
    assert ran.code == 0


def test_a_change_that_nobody_signs_is_not_allowed(ann: Newcomer, place: Path) -> None:
    adopt(ann, place)
    register(place)
    ann.commits(place, "Register fraud", "--no-gpg-sign")
    ran = ann.govops(place, "audit")
    assert "not-approved" in ran.out
    assert "governed 1 = 0 approved + 0 waived + 1 violating + 0 undecidable" in ran.out
    assert ran.code == UNDECIDABLE  # it is established that nobody approved, and not who made it


def test_a_change_that_a_stranger_signs_is_not_allowed(ann: Newcomer, place: Path, tmp_path: Path) -> None:
    """The name on the commit is the maintainer's; the key is not."""
    adopt(ann, place)
    register(place)
    ann.git(place, "config", "user.signingkey", str(write_key(tmp_path / "stranger", "mallory")))
    ann.commits(place, "Register fraud")
    ran = ann.govops(place, "audit")
    assert "governed 1 = 0 approved + 0 waived + 1 violating + 0 undecidable" in ran.out
    assert ran.code == UNDECIDABLE


def test_policies_and_people_can_be_changed_by_the_maintainer(ann: Newcomer, place: Path) -> None:
    """Nothing in a new repository is locked for ever."""
    adopt(ann, place)
    for path in ("policies/govops.yaml", "registry/users/ann-example.yaml", "registry/roles/analyst.yaml"):
        with (place / path).open("a", encoding="utf-8") as file:
            file.write("# read on\n")
    (place / ".gitattributes").write_text("*.yaml text\n", encoding="utf-8")
    ann.commits(place, "Change the rules")
    ran = ann.govops(place, "audit")
    assert "governed 1 = 1 approved" in ran.out
    assert ran.code == 0


@pytest.mark.parametrize(("approver", "code"), [("bob", 0), ("ann", 1), (None, 1)])
def test_with_a_second_admin_it_takes_the_second(
    ann: Newcomer, place: Path, tmp_path: Path, approver: str | None, code: int
) -> None:
    """The maker's own signature is not enough, neither on the commit nor on an approval."""
    key = write_key(tmp_path / "bob", "bob")
    adopt(ann, place, "--second", BOB, "--second-key", str(key))
    base = ann.git(place, "rev-parse", "HEAD")
    register(place)
    head = ann.commits(place, "Register fraud")
    if approver is not None:
        approve(place, base, head, approver)
    ran = ann.govops(place, "audit")
    assert ran.code == code, ran.out
    assert ("governed 1 = 1 approved" in ran.out) is (code == 0)
    assert "one person keeps it" not in ran.out


# ---- who is who


def test_on_a_terminal_the_second_admin_is_asked_for(ann: Newcomer, place: Path) -> None:
    ours, theirs = os.openpty()
    os.write(ours, f"{BOB}\n".encode())
    command = [sys.executable, "-m", "govops", "init", str(place), "--key", str(ann.key)]
    done = subprocess.run(
        command, env=ann.environment(), stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, check=True, timeout=60
    )
    os.close(theirs)
    assert "A second admin" in os.read(ours, 1000).decode()
    os.close(ours)
    assert "the line of Bob Brown's SSH .pub file under `keys`" in done.stdout.decode()
    assert spec_of(place / "registry/users/bob-brown.yaml")["roles"] == ["admin"]
    assert spec_of(place / "policies/govops.yaml")["single_maintainer"] is False


@pytest.mark.parametrize("form", ["the public file", "the private file", "the key itself"])
def test_the_key_is_found_where_git_has_it(ann: Newcomer, place: Path, form: str) -> None:
    values = {
        "the public file": "~/.ssh/id_ed25519.pub",
        "the private file": "~/.ssh/id_ed25519",
        "the key itself": f"key::{ann.key.read_text().strip()}",
    }
    ann.git(ann.home, "config", "--global", "gpg.format", "ssh")
    ann.git(ann.home, "config", "--global", "user.signingkey", values[form])
    ran = ann.govops(place.parent, "init", str(place))
    assert ran.code == 0, ran.err
    assert spec_of(place / "registry/users/ann-example.yaml")["keys"] == [" ".join(ann.key.read_text().split()[:2])]
    assert "git config commit.gpgsign true" in ran.out
    assert "git config gpg.format" not in ran.out


def test_another_name_and_address_are_taken_and_git_is_told(ann: Newcomer, place: Path) -> None:
    ran = init(ann, place, "--name", "Søren Ångström", "--email", "s@example.org")
    assert spec_of(place / "registry/users/soren-angstrom.yaml")["emails"] == ["s@example.org"]
    assert "git config user.name 'Søren Ångström'" in ran.out
    assert "git config user.email s@example.org" in ran.out


NOBODY = {
    "no name": ("[user]\n\temail = a@example.org\n", (), "git does not know your name"),
    "no address": ("[user]\n\tname = Ann\n", (), "git does not know your e-mail address"),
    "a hostile name": ('[user]\n\tname = "A\u202enn"\n\temail = a@example.org\n', (), "'A\\u{202e}nn' is not a name"),
    "no address at all": ("[user]\n\tname = Ann\n\temail = ann\n", (), "'ann' is not an e-mail address"),
    "broken configuration": ("[user\n", (), "git does not run"),
    "the same person twice": (None, ("--second", "Bob <ANN@example.org>"), "Bob has the address or key of Ann Example"),
    "a second without an address": (None, ("--second", "Bob"), "there is no e-mail address"),
    "two answers": (None, ("--second", BOB, "--single-maintainer"), "exclude each other"),
    "a key of nobody": (None, ("--second-key", "bob.pub"), "--second-key is for --second"),
    "a bot without trailers": (None, ("--merge-bot", "b@x.org"), "--merge-bot is for --evidence trailer"),
    "trailers that anyone can type": (None, ("--evidence", "trailer"), "anyone can type a trailer"),
    "a branch that git refuses": (None, ("--branch", "a..b"), "`a..b` is not a branch name"),
}


@pytest.mark.parametrize(("config", "options", "message"), NOBODY.values(), ids=NOBODY)
def test_what_cannot_be_used_is_refused_before_anything_is_written(
    ann: Newcomer, place: Path, config: str | None, options: tuple[str, ...], message: str
) -> None:
    if config is not None:
        (ann.home / ".gitconfig").write_text(config, encoding="utf-8")
    ran = ann.govops(place.parent, "init", str(place), "--key", str(ann.key), *options)
    assert ran.code == REFUSED
    assert message in ran.err
    assert not place.exists()


def test_a_machine_without_git_is_told_so(ann: Newcomer, place: Path) -> None:
    command = [sys.executable, "-m", "govops", "init", str(place), "--key", str(ann.key)]
    done = subprocess.run(command, env=ann.environment() | {"PATH": ""}, capture_output=True, check=False, timeout=60)
    assert (done.returncode, place.exists()) == (REFUSED, False)
    assert done.stderr.decode().startswith("error: git was not found\n")


def test_without_a_key_the_way_to_one_is_shown(ann: Newcomer, place: Path) -> None:
    """In a repository of one, nothing could ever be approved without it."""
    ran = ann.govops(place.parent, "init", str(place))
    assert (ran.code, place.exists()) == (REFUSED, False)
    assert "add --key ~/.ssh/id_ed25519.pub" in ran.err
    ann.key.unlink()
    assert "ssh-keygen -t ed25519" in ann.govops(place.parent, "init", str(place)).err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nx\n", "is a private key"),
        ("no key\n", "is not a key type of OpenSSH"),
        ("", "no SSH public key"),
        (
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA==\n",
            "signatures by ecdsa-sha2-nistp256 keys cannot be verified",
        ),
    ],
)
def test_a_file_that_holds_no_usable_public_key_is_refused(
    ann: Newcomer, place: Path, tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "key"
    file.write_text(text, encoding="utf-8")
    ran = ann.govops(tmp_path, "init", str(place), "--key", str(file))
    assert (ran.code, place.exists()) == (REFUSED, False)
    assert message in ran.err


# ---- what is there stays there


def test_no_file_is_overwritten(ann: Newcomer, place: Path) -> None:
    kept = place / "registry/roles/admin.yaml"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine\n", encoding="utf-8")
    ran = init(ann, place)
    assert kept.read_text(encoding="utf-8") == "mine\n"
    assert "Left alone, because these were there:\n  registry/roles/admin.yaml\n" in ran.out
    assert (place / "registry/roles/analyst.yaml").is_file()


def test_a_repository_that_is_set_up_is_left_alone(ann: Newcomer, place: Path) -> None:
    init(ann, place)
    before = state(place)
    ran = ann.govops(place, "init", "--key", str(ann.key), "--example")
    assert ran.code == REFUSED
    assert "policies/govops.yaml is there already" in ran.err
    assert state(place) == before


def test_an_own_user_file_is_left_alone_and_named(ann: Newcomer, place: Path) -> None:
    """`govops user import` may have been there first; then the role is still missing."""
    users = place / "registry/users"
    users.mkdir(parents=True)
    text = "apiVersion: govops/v1\nkind: User\nmetadata:\n  name: ann\nspec:\n"
    text += "  display_name: Ann E.\n  type: human\n  emails: [Ann@Example.org]\n"
    (users / "ann.yaml").write_text(text, encoding="utf-8")
    ran = init(ann, place)
    assert os.listdir(users) == ["ann.yaml"]
    assert "registry/users/ann.yaml: it was there, so see that it has admin under `roles`" in ran.out


def test_a_repository_with_history_keeps_it(ann: Newcomer, place: Path) -> None:
    place.mkdir()
    ann.git(place, "init", "-q", "-b", "trunk")
    (place / "train.py").write_text("pass\n", encoding="utf-8")
    head = ann.commits(place, "Train")
    ran = init(ann, place)
    assert "in the repository that was there" in ran.out
    assert ann.git(place, "rev-parse", "HEAD") == head
    assert spec_of(place / "policies/govops.yaml")["protected_branch"] == "trunk"


def test_main_is_protected_where_another_branch_is_checked_out(ann: Newcomer, place: Path) -> None:
    place.mkdir()
    ann.git(place, "init", "-q", "-b", "main")
    ann.git(place, "commit", "-q", "--allow-empty", "-m", "Begin")
    ann.git(place, "switch", "-q", "-c", "adopt-govops")
    init(ann, place)
    assert spec_of(place / "policies/govops.yaml")["protected_branch"] == "main"


def test_a_new_repository_begins_with_the_protected_branch_and_no_commit(ann: Newcomer, place: Path) -> None:
    init(ann, place, "--branch", "trunk")
    assert git(place / ".git", "symbolic-ref", "HEAD") == b"refs/heads/trunk\n"
    assert git(place / ".git", "for-each-ref") == b""


@pytest.mark.parametrize("kind", ["below a work tree", "bare", "registry is a link", "policies is a file"])
def test_places_where_nothing_can_stand_are_refused(ann: Newcomer, place: Path, tmp_path: Path, kind: str) -> None:
    place.mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    ann.git(place, "init", "-q", *(["--bare"] if kind == "bare" else []))
    target = place / "docs" if kind == "below a work tree" else place
    if kind == "registry is a link":
        (place / "registry").symlink_to(outside)
    if kind == "policies is a file":
        (place / "policies").write_text("mine\n", encoding="utf-8")
    before = state(place)
    ran = ann.govops(tmp_path, "init", str(target), "--key", str(ann.key))
    assert ran.code == REFUSED
    assert (state(place), os.listdir(outside)) == (before, [])


# ---- how it is done


def spec_of(path: Path) -> dict[str, object]:
    value = read(path.read_bytes()).value
    assert isinstance(value, dict)
    spec: dict[str, object] = value["spec"]
    return spec


def state(place: Path) -> dict[str, bytes | None]:
    """Every path below a folder, with the content of files."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(place.rglob("*"))}


def tree_at(place: Path, commit: str) -> Tree:
    listing = git(place / ".git", "ls-tree", "-r", "-z", "--end-of-options", commit).decode().split("\0")[:-1]
    entries = (line.split("\t") for line in listing)
    return {path: (about.split(" ")[0], about.split(" ")[2]) for about, path in entries}


def approve(place: Path, base: str, head: str, who: str) -> None:
    """A signed approval of everything between two commits, on the evidence branch."""
    objects = Objects(place / ".git")
    branch = EvidenceBranch(objects, Clock(), "refs/heads/govops/evidence")
    facts = {
        "repository": "local:gov",
        "branch": "main",
        "person": {"ann": "ann-example", "bob": "bob-brown"}[who],
        "decision": "approve",
        "role": "admin",
        "reason": "",
        "at": "2026-03-01T09:00:00Z",
        "merge_base": base,
        "head": head,
        "subjects": subjects(tree_at(place, base), tree_at(place, head)),
        "context": (),
    }
    branch.approval(facts, signer=who, author=f"{who} <{who}@example.org>")
