"""The demo: the story is complete, the repository is sound, and every run makes the same bytes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from govops.app.demo import STORY, DemoRepository, Landed, build, expected_findings
from govops.evidence.records import Envelope, Receipt, signed_bytes
from govops.evidence.signature import same_key, signer
from govops.kinds import Resource, kind_at
from govops.kinds.user import User
from govops.yamlio import load
from tests.support.git import git

EXAMPLE = Path(__file__).parents[2]
SHIPPED = sorted(
    path.relative_to(EXAMPLE).as_posix()
    for root in ("registry", "policies")
    for path in (EXAMPLE / root).rglob("*")
    if path.is_file()
)
PLANTED = Counter(
    {
        "approver-is-contributor": 2,
        "approver-not-human": 1,
        "approver-conflicted": 1,
        "blocked-by-rejection": 2,
        "illegal-transition": 1,
        "no-receipt": 1,
        "not-approved": 1,
        "residual-content": 2,
        "role-granted-in-same-change": 1,
        "stale-approval": 1,
        "unknown-contributor": 1,
    }
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoRepository:
    return build(tmp_path_factory.mktemp("demo") / "company", EXAMPLE)


def repository(demo: DemoRepository) -> Path:
    return demo.directory / ".git"


def receipts(demo: DemoRepository) -> list[tuple[Receipt, str | None]]:
    """Every receipt with its signature, read through git, in the order of recording."""
    listing = git(repository(demo), "ls-tree", "-r", "--name-only", demo.evidence_tip).decode().split()
    envelopes = [
        Envelope.model_validate_json(git(repository(demo), "show", f"{demo.evidence_tip}:{path}")) for path in listing
    ]
    found = [(item.payload, item.signature) for item in envelopes if isinstance(item.payload, Receipt)]
    return sorted(found, key=lambda item: item[0].recorded_at)


@pytest.fixture(scope="module")
def recorded(demo: DemoRepository) -> list[tuple[Receipt, str | None]]:
    return receipts(demo)


def test_git_finds_no_fault(demo: DemoRepository) -> None:
    """`git fsck --strict` accepts every object that was made without git."""
    assert git(repository(demo), "fsck", "--strict", "--full", "--no-dangling") == b""


def test_two_builds_are_the_same(demo: DemoRepository, tmp_path: Path) -> None:
    """Neither the directory nor the moment leaves a trace in a commit id."""
    again = build(tmp_path / "elsewhere", EXAMPLE)
    assert (again.tip, again.evidence_tip) == (demo.tip, demo.evidence_tip)
    assert again.landed == demo.landed


def test_every_change_is_on_the_first_parent_chain(demo: DemoRepository) -> None:
    chain = git(repository(demo), "rev-list", "--first-parent", "--reverse", "refs/heads/main").decode().split()
    assert chain == [commit for landed in demo.landed for commit in landed.commits]
    assert len(demo.landed) >= 60


MEASURED = [f"measurements/{name}.csv" for name in ("claims-triage", "fraud-screen", "letters-intake")]


def test_the_year_ends_with_the_shipped_company(demo: DemoRepository) -> None:
    """No violation leaves a trace: the last tree is what ships, a README and the measurements."""
    listing = git(repository(demo), "ls-tree", "-r", "--name-only", "refs/heads/main").decode().split()
    assert sorted(listing) == sorted([*SHIPPED, "README.md", *MEASURED])
    for path in SHIPPED:
        assert git(repository(demo), "show", f"refs/heads/main:{path}") == (EXAMPLE / path).read_bytes()


def test_the_working_tree_is_checked_out(demo: DemoRepository) -> None:
    """Somebody who opens the folder sees the company."""
    for path in ("README.md", *SHIPPED):
        assert (demo.directory / path).is_file()
    assert git(repository(demo), "symbolic-ref", "HEAD") == b"refs/heads/main\n"
    assert git(repository(demo), "diff-index", "--cached", "--name-only", "HEAD") == b""


def test_every_way_of_landing_occurs() -> None:
    assert {change.landing for change in STORY} == {"merge", "squash", "rebase", "push"}


def test_many_people_take_part(demo: DemoRepository) -> None:
    """At least eight people open proposals, others only approve, and a bot tries to."""
    users = [load((EXAMPLE / path).read_bytes(), path=path).resource for path in SHIPPED if "/users/" in path]
    people = {user.metadata.name: user.spec.type for user in users if isinstance(user, User)}
    assert len([kind for kind in people.values() if kind == "human"]) >= 8
    assert "bot" in people.values()
    assert len({landed.change.by for landed in demo.landed}) >= 8


def test_each_violation_is_planted_once(demo: DemoRepository) -> None:
    """Each in a change and at a path of its own; two of them are seen by the same rule in different ways."""
    expected = expected_findings(demo)
    assert Counter(rule for rule, _, _ in expected) == PLANTED
    assert len({commit for _, commit, _ in expected}) == len({path for _, _, path in expected}) == len(expected)


def test_a_planted_path_changes_in_its_change(demo: DemoRepository) -> None:
    for landed in demo.landed:
        if landed.change.expect is not None:
            assert landed.base is not None
            changed = git(repository(demo), "diff", "--name-only", landed.base, landed.tip).decode().split()
            assert landed.change.expect.path in changed


def test_every_odd_change_says_why(demo: DemoRepository) -> None:
    assert all(landed.change.why for landed in demo.landed if landed.change.expect or not landed.change.recorded)


def test_one_receipt_for_every_recorded_change(
    demo: DemoRepository, recorded: list[tuple[Receipt, str | None]]
) -> None:
    """In the order of landing, with the base and tip that the chain has."""
    wanted = [(landed.base, landed.tip) for landed in demo.landed if landed.change.recorded]
    assert [(receipt.base, receipt.tip) for receipt, _ in recorded] == wanted
    unrecorded = [landed for landed in demo.landed if not landed.change.recorded]
    assert len([landed for landed in unrecorded if landed.change.expect]) == 1


def test_receipts_are_signed_by_the_recorder_of_the_settings_before_them(
    demo: DemoRepository, recorded: list[tuple[Receipt, str | None]]
) -> None:
    """The key is rotated once, and the receipt of the rotation itself bears the old signature."""
    for receipt, signature in recorded:
        settings = git(repository(demo), "show", f"{receipt.base}:policies/govops.yaml").decode()
        assert f"  repository: {receipt.repository}\n" in settings
        names = re.findall(r"- name: (\S+)\n\s+key: (.+)\n", settings)
        key = signer(signed_bytes(receipt), signature or "")
        assert key is not None
        assert [name for name, line in names if same_key(line, key)] == [receipt.recorder]
    assert len({receipt.recorder for receipt, _ in recorded}) == 2


def test_attested_time_never_runs_backwards(recorded: list[tuple[Receipt, str | None]]) -> None:
    times = [receipt.landed_at or "" for receipt, _ in recorded]
    assert times == sorted(times)
    for receipt, _ in recorded:
        if receipt.proposal is not None:
            late = [review for review in receipt.proposal.reviews if review.at >= (receipt.landed_at or "")]
            assert bool(late) == (receipt.proposal.title == "Back to motor pricing 3.2.0"), (
                "an emergency, and only that"
            )


def test_reviewed_content_is_kept(demo: DemoRepository, recorded: list[tuple[Receipt, str | None]]) -> None:
    """Every proposal's head stays reachable, as forges keep it, so a replay can be computed."""
    for receipt, _ in recorded:
        if receipt.proposal is not None:
            kept = git(repository(demo), "rev-parse", f"refs/pull/{receipt.proposal.id}/head").decode().strip()
            assert kept == receipt.proposal.head


def test_every_state_of_every_file_is_valid(demo: DemoRepository) -> None:
    """The violations are of people and process: no file of the story is ever broken."""
    seen: set[tuple[str, str]] = set()
    for landed in demo.landed:
        for path, oid in governed_blobs(demo, landed):
            if (path, oid) not in seen:
                seen.add((path, oid))
                reading = load(git(repository(demo), "cat-file", "blob", oid), path=path)
                assert not reading.findings, (landed.change.title, reading.findings)
                assert isinstance(reading.resource, Resource)


def governed_blobs(demo: DemoRepository, landed: Landed) -> list[tuple[str, str]]:
    """(path, blob id) of every file of a kind that a change leaves behind."""
    if landed.base is None:
        return []
    raw = git(repository(demo), "diff-tree", "-r", "--no-renames", landed.base, landed.tip).decode().splitlines()
    rows = [(path, fields.split()[3]) for fields, path in (line.split("\t") for line in raw)]
    return [(path, oid) for path, oid in rows if kind_at(path) is not None and set(oid) != {"0"}]
