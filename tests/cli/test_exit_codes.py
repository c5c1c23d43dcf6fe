"""The exit code is the verdict: whatever happens, one of five, and never 0 unless everything was looked at."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode, GovopsError, LimitError, UndecidableError, UsageError
from govops.finding import Counts, Finding
from govops.git import CleanRoom
from govops.render import render
from tests.support.audit import verdict
from tests.support.cli import Ran, govops
from tests.support.command import govops as installed
from tests.support.files import File, delete, model, policy, settings
from tests.support.git import git
from tests.support.world import World


def approved(path: Path) -> World:
    """One good change."""
    world = World(path)
    world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    return world


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> World:
    return approved(tmp_path_factory.mktemp("clean"))


def aside(folder: Path, *files: File) -> Path:
    """Files in a folder of their own."""
    for name, content in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


# ---- any number of findings


@pytest.mark.threat("A01")
@pytest.mark.parametrize("number", [1, 255, 256, 257])
def test_so_many_violations_are_exit_1(tmp_path: Path, number: int) -> None:
    """The operating system keeps one byte of what `sys.exit` is given, so 256 findings must not become 0."""
    for place in range(number):
        aside(tmp_path, (f"registry/models/m{place}/model.yaml", b"[]\n"))
    ran = installed("validate", "--repository", tmp_path, "--output", "json", cwd=tmp_path)
    assert ran.returncode == ExitCode.VIOLATION
    assert len(json.loads(ran.stdout)["findings"]) == number


@pytest.mark.threat("A01")
@pytest.mark.parametrize("number", [1, 256, pytest.param(65_536, marks=pytest.mark.slow)])
def test_a_report_of_so_many_violations_is_exit_1(clean: World, tmp_path: Path, number: int) -> None:
    found = tuple(Finding("not-approved", "nobody approved it", subject=str(place)) for place in range(number))
    saved = tmp_path / "report.json"
    saved.write_text(render(replace(verdict(clean), findings=found), "json"), encoding="utf-8")
    again = tmp_path / "again.json"
    assert installed("report", saved, "--output", f"json:{again}", cwd=tmp_path).returncode == ExitCode.VIOLATION
    assert again.read_bytes() == saved.read_bytes()


# ---- a fault is never taken for a verdict


STAGES = {  # where each part of an audit can be made to fail: (module, name in it)
    "opening the repository": ("govops.workspace.opening", "settings_at"),
    "reading the evidence": ("govops.workspace.opening", "read_evidence"),
    "walking the chain": ("govops.app.audit", "run"),
    "grouping steps": ("govops.engine.audit", "attribute"),
    "gathering testimony": ("govops.engine.audit", "gather"),
    "judging": ("govops.engine.audit", "judge"),
    "summing up": ("govops.engine.ending", "summarise"),
    "rendering": ("govops.render", "stream"),
    "rendering, half-way": ("govops.render.markdown.ledger", "_line"),
    "writing": ("govops.app.writing", "write_whole"),
}
FAULTS: dict[str, Exception] = {
    "a bug": RuntimeError("boom"),
    "a value that is not there": KeyError("boom"),
    "too deep": RecursionError("boom"),
    "no memory": MemoryError("boom"),
    "a disk": OSError(5, "boom"),
    "a message of two lines": ValueError("boom\n\x1b[31mboom"),
}


def failing(monkeypatch: pytest.MonkeyPatch, stage: str, fault: BaseException) -> None:
    def fail(*arguments: Any, **options: Any) -> None:
        raise fault

    module, name = STAGES[stage]
    monkeypatch.setattr(import_module(module), name, fail)


def with_old_report(world: World, path: Path, *options: object) -> Ran:
    """An audit that would replace an old report."""
    path.write_text("the old report\n", encoding="utf-8")
    return govops(*options, "audit", world.path, "--output", f"markdown:{path}")


@pytest.mark.threat("A02")
@pytest.mark.parametrize("stage", STAGES)
def test_a_fault_in_any_stage_is_exit_4_with_one_line_and_the_old_report(
    clean: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    failing(monkeypatch, stage, RuntimeError("boom"))
    ran = with_old_report(clean, tmp_path / "report.md")
    assert ran.code == ExitCode.INTERNAL
    assert ran.err == "error: internal error: RuntimeError: boom\nhint: run it with --debug\n"
    assert ran.out == ""
    assert (tmp_path / "report.md").read_text() == "the old report\n"
    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]


@pytest.mark.threat("A02")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_whatever_the_fault_it_is_exit_4_and_its_cause_is_one_line(
    clean: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    failing(monkeypatch, "judging", fault)
    ran = with_old_report(clean, tmp_path / "report.md")
    assert ran.code == ExitCode.INTERNAL
    assert "boom" in ran.err
    assert ran.err.count("\n") == 2
    assert "\x1b" not in ran.err


@pytest.mark.threat("A02")
def test_the_traceback_is_shown_where_it_is_asked_for_and_nowhere_else(
    clean: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, "judging", RuntimeError("boom"))
    assert "Traceback" not in with_old_report(clean, tmp_path / "report.md").err
    asked = with_old_report(clean, tmp_path / "report.md", "--debug")
    assert asked.code == ExitCode.INTERNAL
    assert "Traceback" in asked.err


@pytest.mark.threat("A03")
def test_an_interrupt_is_exit_4_and_leaves_the_old_report(
    clean: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, "judging", KeyboardInterrupt())
    ran = with_old_report(clean, tmp_path / "report.md")
    assert ran.code == ExitCode.INTERNAL
    assert "interrupted" in ran.err
    assert (tmp_path / "report.md").read_text() == "the old report\n"


@pytest.mark.threat("A03")
def test_an_interrupt_that_a_library_swallows_is_still_one(
    clean: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a pattern of Pydantic is tried: no match, it says, and a record that stands there is none."""
    module, name = STAGES["judging"]
    judge = getattr(import_module(module), name)

    def swallow(*arguments: Any, **options: Any) -> Any:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return judge(*arguments, **options)

    monkeypatch.setattr(import_module(module), name, swallow)
    ran = with_old_report(clean, tmp_path / "report.md")
    assert ran.code == ExitCode.INTERNAL
    assert "error: interrupted\n" in ran.err
    assert (tmp_path / "report.md").read_text() == "the old report\n"


RAISED: dict[str, tuple[GovopsError, ExitCode]] = {
    "what the caller gave": (UsageError("boom", hint="mend it"), ExitCode.USAGE),
    "what the repository lacks": (UndecidableError("boom", hint="mend it"), ExitCode.UNDECIDABLE),
    "a limit": (LimitError("boom", hint="mend it"), ExitCode.INTERNAL),
    "anything else": (GovopsError("boom", hint="mend it"), ExitCode.INTERNAL),
}


@pytest.mark.parametrize(("error", "code"), RAISED.values(), ids=RAISED)
def test_an_error_on_purpose_has_its_own_code_and_says_what_to_do(
    clean: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: GovopsError, code: ExitCode
) -> None:
    failing(monkeypatch, "judging", error)
    ran = with_old_report(clean, tmp_path / "report.md")
    assert (ran.code, ran.err) == (code, "error: boom\nhint: mend it\n")


# ---- nothing is left out


@pytest.mark.threat("A04")
@pytest.mark.parametrize("place", [0, 1])
def test_a_walker_that_drops_a_commit_is_exit_4(
    clean: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    whole = CleanRoom.steps

    def dropping(self: CleanRoom, *arguments: Any, **options: Any) -> Any:
        steps = list(whole(self, *arguments, **options))
        return iter(steps[:place] + steps[place + 1 :]) if options["settings_path"] else iter(steps)

    monkeypatch.setattr(CleanRoom, "steps", dropping)
    ran = with_old_report(clean, tmp_path / "report.md")
    assert ran.code == ExitCode.INTERNAL
    assert "of the chain" in ran.err or "the chain has another commit" in ran.err
    assert (tmp_path / "report.md").read_text() == "the old report\n"


@pytest.mark.threat("A04")
def test_sums_that_do_not_hold_are_exit_4_and_no_report(
    clean: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = replace(verdict(clean), counts=Counts(commits=2, chain=2, no_claim=1))
    monkeypatch.setattr("govops.app.audit.run", lambda rules, facts: lost)
    ran = with_old_report(clean, tmp_path / "report.md")
    assert (ran.code, ran.out) == (ExitCode.INTERNAL, "")
    assert "sums do not hold" in ran.err
    assert (tmp_path / "report.md").read_text() == "the old report\n"


# ---- nothing to judge is no pass


@pytest.mark.threat("A05")
@pytest.mark.parametrize("edits", [(), (model("fraud"),), (policy("models", actions=["model.*"]),)])
def test_a_history_without_settings_is_exit_2_and_names_the_remedy(tmp_path: Path, edits: tuple[File, ...]) -> None:
    world = World(tmp_path / "bare", adopt=False)
    world.push("alice", ("README.md", b"Hello\n"), *edits, record=False)
    ran = with_old_report(world, tmp_path / "report.md")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "no policies/govops.yaml" in ran.err
    assert "govops init" in ran.err
    assert (tmp_path / "report.md").read_text() == "the old report\n"


@pytest.mark.threat("A05")
def test_policies_that_say_nothing_let_nothing_pass(tmp_path: Path) -> None:
    world = World(tmp_path)
    gone = [path for path in world.tree() if path.startswith("policies/approvals/")]
    world.propose("erin", "Forget all policies", delete(*gone)).approve("carol").merge("squash")
    world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    ran = govops("audit", world.path)
    assert ran.code == ExitCode.VIOLATION
    assert "no-policy-matches" in ran.out


@pytest.mark.threat("A05")
def test_no_governed_change_is_said_and_may_be_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.push("alice", ("src/train.py", b"pass\n"), record=False)
    said = govops("audit", world.path)
    assert said.code == ExitCode.OK
    assert "governed 0 = 0 approved" in said.out
    assert "No governed change was found" in said.out
    refused = govops("audit", world.path, "--require-governed")
    assert refused.code == ExitCode.UNDECIDABLE
    assert "--require-governed" in refused.err


@pytest.mark.threat("A05")
def test_a_governed_change_satisfies_whoever_requires_one(clean: World) -> None:
    assert govops("audit", clean.path, "--require-governed").code == ExitCode.OK


# ---- what is unknown stays unknown


@pytest.fixture
def unknown(tmp_path: Path) -> World:
    """One good change, and one that nobody recorded."""
    world = approved(tmp_path)
    world.push("alice", model("churn"), record=False)
    return world


@pytest.mark.threat("A10")
@pytest.mark.parametrize("options", [(), ("--fail-on", "critical"), ("--quiet",), ("--as-of", "now")])
def test_what_cannot_be_established_is_exit_3_whatever_else_is_asked(unknown: World, options: tuple[str, ...]) -> None:
    assert govops("audit", unknown.path, *options).code == ExitCode.UNDECIDABLE


@pytest.mark.threat("A10")
def test_looking_past_it_takes_an_option_that_says_so_and_still_counts(unknown: World) -> None:
    ran = govops("audit", unknown.path, "--allow-undecidable", "--output", "json")
    assert ran.code == ExitCode.OK
    assert ran.err == "warning: 1 finding(s) and 1 change(s) could not be established; --allow-undecidable hides that\n"
    report = json.loads(ran.out)
    assert (report["counts"]["undecidable"], report["counts"]["approved"]) == (1, 1)
    assert [finding["status"] for finding in report["findings"]] == ["unverifiable"]


@pytest.mark.threat("A10", "C17", rule="record-tampered")
def test_what_belongs_to_no_change_is_counted_as_hidden_too(tmp_path: Path) -> None:
    world = approved(tmp_path)
    path = world.evidence.paths[0]
    whole = world.objects.read(world.evidence.tree[path][1])
    world.evidence.write({path: None})
    world.evidence.write({path: whole})
    assert govops("audit", world.path).code == ExitCode.UNDECIDABLE
    ran = govops("audit", world.path, "--allow-undecidable")
    assert "1 finding(s) and 0 change(s) could not be established" in ran.err


@pytest.mark.threat("A10")
def test_it_hides_no_violation_and_no_fault(unknown: World, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown.push("alice", model("debt"))
    assert govops("audit", unknown.path, "--allow-undecidable").code == ExitCode.VIOLATION
    failing(monkeypatch, "judging", RuntimeError("boom"))
    assert govops("audit", unknown.path, "--allow-undecidable").code == ExitCode.INTERNAL


@pytest.mark.threat("A10")
def test_it_says_nothing_where_there_is_nothing_to_hide(clean: World) -> None:
    ran = govops("audit", clean.path, "--allow-undecidable")
    assert (ran.code, ran.err) == (ExitCode.OK, "")


# ---- what the caller supplies


@pytest.mark.threat("C26", "D07")
@pytest.mark.parametrize(
    "file",
    [
        settings(colour="red"),
        policy("models", actions=["model.*"], approvals=[{"count": 1, "role": "aprover"}]),
    ],
    ids=["a field that does not exist", "a role that nobody defined"],
)
def test_rules_from_outside_that_contradict_themselves_are_exit_2(clean: World, tmp_path: Path, file: File) -> None:
    """The same fault found in history would be a finding."""
    ran = govops("audit", clean.path, "--policies", aside(tmp_path / "central", settings(), file))
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert file[0] in ran.err


CALLS: dict[str, Callable[[World], tuple[object, ...]]] = {
    "an unknown command": lambda world: ("adit",),
    "an unknown option": lambda world: ("audit", world.path, "--sinc"),
    "an unknown format": lambda world: ("audit", world.path, "--output", "pdf"),
    "no repository": lambda world: ("audit", world.path / "nowhere"),
    "an unknown branch": lambda world: ("audit", world.path, "--ref", "develop"),
    "an unknown commit": lambda world: ("audit", world.path, "--from", "fffffff"),
    "a commit of another line": lambda world: ("audit", world.path, "--from", world.changes[0].head),
    "no instant": lambda world: ("audit", world.path, "--as-of", "soon"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_what_the_caller_got_wrong_is_exit_2_and_no_report(
    clean: World, call: Callable[[World], tuple[object, ...]]
) -> None:
    ran = govops(*call(clean))
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert ran.err
    assert git(clean.git_dir, "fsck", "--strict") == b""
