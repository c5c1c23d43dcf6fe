"""Opening repositories of every shape, hostile ones too, and naming commits in them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from govops.errors import UndecidableError, UsageError
from govops.git import CleanRoom
from govops.history import Step
from tests.git.loose import Loose, git

Steps = Callable[[Path], list[Step]]


@pytest.fixture
def three(loose: Loose) -> tuple[Loose, list[str]]:
    """A line of three commits on main."""
    made = [loose.commit({b"a": b"1"})]
    made.append(loose.commit({b"a": b"2"}, made[-1]))
    made.append(loose.commit({b"a": b"3"}, made[-1]))
    loose.ref(made[-1])
    return loose, made


def everything(path: Path) -> object:
    with CleanRoom.open(path) as room:
        chain = room.chain(room.resolve("HEAD"))
        return (
            list(room.steps(chain, settings_path="x")),
            room.tree(chain.tip),
            room.head(),
            room.ref("refs/heads/main"),
        )


def test_a_repository_is_found_by_work_tree_git_directory_and_pointer_file(tmp_path: Path) -> None:
    repo = Loose(tmp_path / "work", bare=False)
    repo.ref(repo.commit({b"a": b"1"}))
    pointer = tmp_path / "pointer"
    pointer.mkdir()
    (pointer / ".git").write_text(f"gitdir: {repo.git_dir}\n")
    truth = everything(repo.path)
    for path in (repo.git_dir, pointer, pointer / ".git"):
        assert everything(path) == truth


@pytest.mark.threat("B03")
def test_a_bare_repository_in_a_work_tree_is_never_discovered(tmp_path: Path) -> None:
    repo = Loose(tmp_path / "work", bare=False)
    repo.ref(repo.commit({b"a": b"1"}))
    planted = Loose(repo.path / "models")
    planted.ref(planted.commit({b"evil": b"1"}))
    (planted.path / "deeper").mkdir()
    for inside in (planted.path, planted.path / "deeper", planted.path / "refs"):
        with CleanRoom.open(inside, discover=True) as room:
            assert room.resolve("HEAD") == repo.git("rev-parse", "HEAD").decode().strip()
    with pytest.raises(UsageError, match="not a git repository"):
        CleanRoom.open(planted.path / "deeper")
    with CleanRoom.open(planted.path) as room:
        assert room.resolve("HEAD") == planted.git("rev-parse", "HEAD").decode().strip()


@pytest.mark.parametrize(
    ("name", "content"),
    [(".git", "gitdir: nowhere\n"), (".git", "nonsense"), (".git", ""), (".git", "gitdir: \n"), ("file", "x")],
)
def test_what_leads_to_no_repository_is_a_usage_error(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    for path in (tmp_path, tmp_path / name, tmp_path / "absent"):
        with pytest.raises(UsageError):
            CleanRoom.open(path)


@pytest.mark.parametrize("name", ["a:b", 'q"uo"te', '"', "#hash", "back\\slash", "new\nline", "sp ace", "\udcff", ":"])
def test_the_path_may_hold_any_character(tmp_path: Path, steps_of: Steps, name: str) -> None:
    repo = Loose(tmp_path / name)
    tip = repo.commit({b"a": b"1"})
    repo.ref(tip)
    assert [step.commit.oid for step in steps_of(repo.path)] == [tip]


def test_a_linked_work_tree_has_a_head_of_its_own(three: tuple[Loose, list[str]], tmp_path: Path) -> None:
    repo, made = three
    linked = tmp_path / "linked"
    repo.git("worktree", "add", "-q", "-b", "other", str(linked), made[0])
    with CleanRoom.open(linked) as room:
        assert room.head() == "refs/heads/other"
        assert room.resolve("HEAD") == made[0]
        assert room.resolve("main") == made[2]
    with CleanRoom.open(linked / ".git") as room:
        assert room.resolve("HEAD~0") == made[0]


def test_objects_that_are_borrowed_from_another_repository_are_found(
    three: tuple[Loose, list[str]], tmp_path: Path
) -> None:
    repo, _ = three
    git(tmp_path, "clone", "-q", "--bare", "--shared", str(repo.path), "borrower.git")
    assert everything(tmp_path / "borrower.git") == everything(repo.path)


@pytest.mark.threat("B27")
@pytest.mark.parametrize("content", ["{objects}\n", "/proc\n", "../objects\n"])
def test_borrowing_in_circles_ends(three: tuple[Loose, list[str]], content: str) -> None:
    repo, _ = three
    truth = everything(repo.path)
    alternates = repo.git_dir / "objects" / "info" / "alternates"
    alternates.parent.mkdir(exist_ok=True)
    alternates.write_text(content.format(objects=repo.git_dir / "objects"))
    assert everything(repo.path) == truth


@pytest.mark.threat("B27")
def test_borrowing_from_nowhere_is_undecidable(three: tuple[Loose, list[str]]) -> None:
    alternates = three[0].git_dir / "objects" / "info" / "alternates"
    alternates.parent.mkdir(exist_ok=True)
    alternates.write_text("/nowhere\n")
    with pytest.raises(UndecidableError, match="/nowhere does not exist"):
        everything(three[0].path)


HOSTILE = {
    "GIT_DIR": "/nowhere",
    "GIT_WORK_TREE": "/nowhere",
    "GIT_INDEX_FILE": "/nowhere",
    "GIT_OBJECT_DIRECTORY": "/nowhere",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES": "/nowhere",
    "GIT_COMMON_DIR": "/nowhere",
    "GIT_NAMESPACE": "elsewhere",
    "GIT_REPLACE_REF_BASE": "refs/heads/",
    "GIT_SHALLOW_FILE": "{canary}",
    "GIT_EXTERNAL_DIFF": "touch {canary}",
    "GIT_PAGER": "touch {canary}",
    "GIT_SSH_COMMAND": "touch {canary}",
    "GIT_EXEC_PATH": "/nowhere",
    "GIT_TRACE": "{canary}",
    "GIT_CONFIG": "/nowhere",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_PARAMETERS": "'core.fsmonitor=touch {canary}'",
    "GIT_LITERAL_PATHSPECS": "0",
    "GIT_DEFAULT_HASH": "sha256",
    "LD_DEBUG_OUTPUT": "{canary}",
}


@pytest.mark.threat("B05")
def test_the_callers_environment_changes_nothing(
    three: tuple[Loose, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = everything(three[0].path)
    canary = tmp_path / "canary"
    for name, value in HOSTILE.items():
        with monkeypatch.context() as patch:
            patch.setenv(name, value.format(canary=canary))
            patch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
            patch.setenv("GIT_CONFIG_VALUE_0", f"touch {canary}")
            assert everything(three[0].path) == truth, name
            assert not canary.exists(), name


@pytest.mark.threat("B05", "B01")
def test_a_git_in_the_current_directory_is_not_run(
    three: tuple[Loose, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = tmp_path / "here" / "git"
    planted.parent.mkdir()
    planted.write_text(f"#!/bin/sh\ntouch {tmp_path}/canary\n")
    planted.chmod(0o755)
    monkeypatch.chdir(planted.parent)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", os.environ["PATH"]]))
    everything(three[0].path)
    assert not (tmp_path / "canary").exists()


@pytest.mark.threat("B01", "B02")
def test_the_audited_configuration_and_hooks_are_never_obeyed(three: tuple[Loose, list[str]], tmp_path: Path) -> None:
    repo, _ = three
    truth = everything(repo.path)
    run = f"touch {tmp_path}/canary"
    for key in ("core.fsmonitor", "core.pager", "diff.external", "core.sshCommand", "alias.cat-file", "alias.rev-list"):
        repo.git("config", key, run if not key.startswith("alias") else f"!{run}")
    (repo.git_dir / "more").write_text(f"[core]\n\tfsmonitor = {run}\n")
    repo.git("config", "include.path", str(repo.git_dir / "more"))
    hooks = repo.git_dir / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("reference-transaction", "post-checkout", "post-index-change"):
        (hooks / name).write_text(f"#!/bin/sh\n{run}\n")
        (hooks / name).chmod(0o755)
    assert everything(repo.path) == truth
    assert not (tmp_path / "canary").exists()


@pytest.mark.threat("B06")
@pytest.mark.parametrize("packed", [False, True])
def test_replace_refs_are_ignored_and_noted(three: tuple[Loose, list[str]], *, packed: bool) -> None:
    repo, made = three
    truth = everything(repo.path)
    decoy = repo.commit({b"a": b"1"}, made[0])
    repo.git("replace", made[1], decoy)
    if packed:
        repo.git("pack-refs", "--all")
    assert repo.git("diff", "--name-only", f"{made[1]}~1", made[1]) == b""
    assert everything(repo.path) == truth
    with CleanRoom.open(repo.path) as room:
        assert room.notes == ("refs/replace is present and ignored",)
        assert room.ref(f"refs/replace/{made[1]}") is None
        assert room.ref("refs/heads/main") == made[2]


@pytest.mark.threat("B07")
def test_grafts_are_ignored_and_noted(three: tuple[Loose, list[str]]) -> None:
    repo, made = three
    truth = everything(repo.path)
    (repo.git_dir / "info").mkdir(exist_ok=True)
    (repo.git_dir / "info" / "grafts").write_text(f"{made[2]} {made[0]}\n")
    assert len(repo.git("rev-list", "HEAD").split()) == 2
    assert everything(repo.path) == truth
    with CleanRoom.open(repo.path) as room:
        assert room.notes == ("info/grafts is present and ignored",)


@pytest.mark.threat("B12")
def test_a_forged_commit_graph_is_not_read(three: tuple[Loose, list[str]]) -> None:
    repo, _ = three
    truth = everything(repo.path)
    repo.git("repack", "-adq", "--write-midx")
    repo.git("commit-graph", "write", "--reachable")
    for file in (repo.git_dir / "objects/info/commit-graph", repo.git_dir / "objects/pack/multi-pack-index"):
        file.chmod(0o600)
        file.write_bytes(file.read_bytes()[:8] + b"\0" * 2000)
    assert everything(repo.path) == truth


@pytest.mark.threat("B17", "B18")
def test_names_never_become_options(
    three: tuple[Loose, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, made = three
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    names = ["--output=x", "-x", "--all", "--exec=touch x", "$(touch x)", "`touch x`", "a;touch x", "-"]
    for name in names:
        repo.ref(made[1], f"refs/heads/{name}")
    files = {b":(top)": b"1", b"-rf.yaml": b"1", b"--output=x": b"1"}
    tip = repo.commit(files, made[2])
    repo.ref(tip, "refs/heads/files")
    before = sorted({*before, *tmp_path.rglob("*")})
    with CleanRoom.open(repo.path) as room:
        for name in names:
            assert room.ref(f"refs/heads/{name}") in (made[1], None)
            if " " not in name:
                assert room.resolve(f"refs/heads/{name}") == made[1]
        assert room.resolve("--output=x") == made[1]
        for hostile in (
            "--help",
            "--exec-path",
            "@{-1}",
            "@{u}",
            ":/change",
            "HEAD:a",
            "HEAD^{/x}",
            "main..files",
            "--",
            "",
        ):
            with pytest.raises(UsageError):
                room.resolve(hostile)
        last = list(room.steps(room.chain(tip), settings_path="x"))[-1]
        assert {change.path for change in last.diffs or ()} == {":(top)", "-rf.yaml", "--output=x", "a"}
        assert set(room.tree(tip)) == {":(top)", "-rf.yaml", "--output=x"}
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("bad", ["main\n", "ma\0in", "\n", "no-such-branch", "0" * 8, "main~99", "main^2", "x" * 5000])
def test_what_names_no_commit_is_a_usage_error(three: tuple[Loose, list[str]], bad: str) -> None:
    with CleanRoom.open(three[0].path) as room, pytest.raises(UsageError) as caught:
        room.resolve(bad)
    assert len(caught.value.message) < 200


def test_commits_are_named_in_every_usual_way(three: tuple[Loose, list[str]]) -> None:
    repo, made = three
    repo.git("tag", "light", made[0])
    repo.git("tag", "-a", "-m", "x", "heavy", made[1])
    repo.git("tag", "-a", "-m", "x", "heavier", "heavy")
    repo.git("update-ref", "refs/remotes/origin/main", made[2])
    repo.git("pack-refs", "--all")
    names = {"main": 2, "HEAD": 2, "light": 0, "heavy": 1, "heavier": 1, "origin/main": 2, "main~2": 0, "heavy^": 0}
    with CleanRoom.open(repo.path) as room:
        for name, place in names.items():
            assert room.resolve(name) == made[place], name
        assert room.resolve(made[1]) == made[1]
        assert room.resolve(made[1][:12]) == made[1]
        assert room.ref("main") is None
        assert room.ref("refs/heads/main") == made[2]
        with pytest.raises(UsageError, match="names no commit"):
            room.resolve(f"{made[0]}^{{tree}}")
        with pytest.raises(UsageError) as caught:
            room.resolve("mian")
        assert caught.value.hint == "did you mean 'main'?"
        with pytest.raises(UndecidableError, match="missing from the repository"):
            room.resolve("1" * 40)


def test_a_repository_without_commits_says_so(loose: Loose) -> None:
    with CleanRoom.open(loose.path) as room:
        assert room.head() == "refs/heads/main"
        with pytest.raises(UsageError, match="no commits yet"):
            room.resolve("HEAD")


def test_a_detached_head_is_no_branch(three: tuple[Loose, list[str]]) -> None:
    repo, made = three
    (repo.git_dir / "HEAD").write_text(f"{made[1]}\n")
    with CleanRoom.open(repo.path) as room:
        assert room.head() is None
        assert room.resolve("HEAD") == made[1]


@pytest.mark.threat("B26")
def test_a_branch_that_moves_while_it_is_read_stays_where_it_was(three: tuple[Loose, list[str]]) -> None:
    repo, made = three
    with CleanRoom.open(repo.path) as room:
        repo.ref(made[0])
        assert room.resolve("main") == made[2]


def test_links_among_the_refs_are_not_followed(three: tuple[Loose, list[str]], tmp_path: Path) -> None:
    repo, made = three
    (tmp_path / "outside").write_text(f"{made[0]}\n")
    (repo.git_dir / "refs" / "heads" / "linked").symlink_to(tmp_path / "outside")
    (repo.git_dir / "refs" / "loop").symlink_to(repo.git_dir / "refs")
    with CleanRoom.open(repo.path) as room:
        assert room.ref("refs/heads/linked") is None
        assert room.notes == ("symbolic links among the refs are present and ignored",)


def test_a_broken_ref_is_noted(three: tuple[Loose, list[str]]) -> None:
    three[0].ref("", "refs/heads/govops/evidence")
    with CleanRoom.open(three[0].path) as room:
        assert room.ref("refs/heads/govops/evidence") is None
        assert room.notes == ("'refs/heads/govops/evidence' is broken and ignored",)


def test_a_ref_to_nothing_is_not_an_absent_ref(three: tuple[Loose, list[str]]) -> None:
    three[0].ref("1" * 40, "refs/heads/govops/evidence")
    with CleanRoom.open(three[0].path) as room:
        assert room.ref("refs/heads/govops/evidence") == "1" * 40
        with pytest.raises(UndecidableError, match="missing from the repository"):
            room.chain("1" * 40)


def test_packed_refs_that_cannot_be_read_are_undecidable(three: tuple[Loose, list[str]]) -> None:
    (three[0].git_dir / "packed-refs").write_text("nonsense\n")
    with pytest.raises(UndecidableError, match="git cannot read the refs"):
        CleanRoom.open(three[0].path)


@pytest.mark.threat("B21")
@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("extensions.refStorage", "reftable", "ref storage 'reftable'"),
        ("extensions.refStorage", "future", "ref storage 'future'"),
        ("extensions.objectFormat", "sha512", "object format 'sha512'"),
        ("extensions.unheardOf", "true", "repository extension 'extensions.unheardof'"),
    ],
)
def test_a_format_that_is_not_understood_is_undecidable(loose: Loose, key: str, value: str, said: str) -> None:
    if value == "reftable" and b"ref-format" in git(loose.path, "init", "-h", ok=(0, 129), errors=True):
        pytest.skip("this git understands reftable")
    git(loose.path, "config", "--file", str(loose.git_dir / "config"), key, value)
    with pytest.raises(UndecidableError, match=said):
        CleanRoom.open(loose.path)


def test_a_configuration_that_is_no_configuration_is_a_usage_error(loose: Loose) -> None:
    (loose.git_dir / "config").write_text("[[[\n")
    with pytest.raises(UsageError, match="cannot read"):
        CleanRoom.open(loose.path)


def test_ancestry_is_a_question_about_two_ids(three: tuple[Loose, list[str]]) -> None:
    repo, made = three
    orphan = repo.commit({b"z": b"1"})
    with CleanRoom.open(repo.path) as room:
        assert room.is_ancestor(made[0], made[2])
        assert room.is_ancestor(made[1], made[1])
        assert not room.is_ancestor(made[2], made[0])
        assert not room.is_ancestor(orphan, made[2])
        with pytest.raises(UndecidableError):
            room.is_ancestor("1" * 40, made[0])


def test_nothing_is_left_of_the_clean_room_and_nothing_is_written_to_the_repository(
    three: tuple[Loose, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, _ = three
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    before = {file: file.stat().st_mtime_ns for file in repo.path.rglob("*")}
    everything(repo.path)
    assert list((tmp_path / "tmp").iterdir()) == []
    assert {file: file.stat().st_mtime_ns for file in repo.path.rglob("*")} == before
