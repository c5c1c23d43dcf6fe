"""A real history, judged as docs/how-to/judge-a-gerrit-history.md shows, against a second count of it.

The tests compare sets of commits, never only how many there are.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from govops.app.audit import audit
from govops.app.validate import validate_worktree
from govops.errors import ExitCode
from govops.finding import Report, Status
from govops.git.commits import parse_commit
from govops.git.hashing import format_named
from govops.workspace import Opened
from tests.support import vulndb, warm
from tests.support.git import git
from tests.support.parts import real_data
from tests.support.sessions import checkout, missing, run, shown
from tests.support.vulndb import KINDS, PAGE, RULES, Landing, Variant, read, unreviewed

pytestmark = pytest.mark.slow

BUNDLE = "vulndb-2021-2023.bundle"
APPROVALS = "policies/approvals/reports.yaml"
VARIANTS: tuple[Variant, ...] = get_args(Variant)
PEOPLE, TOOLS = vulndb.people(), vulndb.tools()
FIRST, SECOND, OTHER = "tatianabradley@google.com", "tatiana@golang.org", "dneil@google.com"  # two are one person's


@dataclass(frozen=True, slots=True)
class Judged:
    """The history, the second count of it, and the two audits that the page shows."""

    history: Path
    landings: list[Landing]
    broken: set[tuple[str, str]]
    reports: dict[Variant, Report]

    def audit(self, policies: Path, **options: Any) -> Report:
        """Judge it by other rules."""
        return audit(Opened(self.history, policies=str(policies), **options))

    @property
    def readable(self) -> set[str]:
        """Commits that leave or delete at least one document which can be read as its kind."""
        return {x.oid for x in self.landings if any((x.oid, path) not in self.broken for path in x.blobs)}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp("vulndb")
    history = folder / "vulndb.git"
    git(folder, "clone", "--quiet", "--bare", "--branch", "main", str(real_data(BUNDLE)), str(history))
    landings = vulndb.landings(history)
    reports = {it: audit(Opened(history, policies=str(rules(folder / it, it)))) for it in VARIANTS}
    return Judged(history, landings, set(vulndb.malformed(landings, history)), reports)


def rules(folder: Path, variant: Variant = "barred") -> Path:
    """A copy of the page's rules, for changing."""
    shutil.copytree(RULES, folder)
    if variant == "allowed":
        shutil.copytree(RULES / "committers-allowed", folder, dirs_exist_ok=True)
    return folder


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_rules_are_sound(variant: Variant, tmp_path: Path) -> None:
    """`govops validate` has nothing to say about them, warnings included."""
    checked = validate_worktree(rules(tmp_path / "rules", variant), [])
    assert checked.findings == ()
    assert checked.files == len([*RULES.glob("policies/**/*.yaml"), *RULES.glob("registry/**/*.yaml")])


def test_the_variants_differ_in_who_is_excluded() -> None:
    """And in nothing else."""
    overlay = RULES / "committers-allowed"
    assert [path.relative_to(overlay).as_posix() for path in overlay.rglob("*") if path.is_file()] == [APPROVALS]
    barred, allowed = (read(folder / APPROVALS)["spec"] for folder in (RULES, overlay))
    assert set(barred.pop("exclude")) - set(allowed.pop("exclude")) == {"committer"}
    assert barred == allowed


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_commit_is_judged_as_the_second_count_judges_it(variant: Variant, real: Judged) -> None:
    """The same commits lack a reviewer, the same files are malformed, and nothing else is found."""
    report, lacking = real.reports[variant], unreviewed(real.landings, PEOPLE, variant)
    commits = {landing.oid for landing in real.landings}
    wrong = lacking | {oid for oid, _ in real.broken}
    assert failing(report, "approver-is-contributor") == lacking
    assert {(f.commit, f.path) for f in report.findings if f.rule == "invalid-resource"} == real.broken
    assert {f.rule for f in report.findings} - {"approver-is-contributor"} == {"invalid-resource", "evidence-weak"}
    assert violating(report) == wrong
    assert {change.id for change in report.changes if change.status is Status.PASS} == commits - wrong
    counts = report.counts
    assert (counts.chain, counts.governed, counts.undecidable) == (len(commits), len(commits), 0)
    assert (counts.approved, counts.violating) == (len(commits - wrong), len(wrong))
    assert report.exit_code() is ExitCode.VIOLATION


@pytest.mark.parametrize("variant", VARIANTS)
def test_nobody_counts_who_made_the_change_whatever_the_address(variant: Variant, real: Judged) -> None:
    """Approval by approval; where the address is another one, the report names the one that gives it away."""
    own = own_approvals(real, variant)
    against = {
        (change.id, approval.account.removeprefix("email:")): dict(approval.reasons)["approver-is-contributor"]
        for change in real.reports[variant].changes
        for approval in change.approvals
        if "approver-is-contributor" in dict(approval.reasons)
    }
    assert against.keys() == own.keys()
    second = through_another_address(own)
    assert second, "there are such approvals"
    assert [key for key, same in second.items() if not any(f"`{made}`" in against[key] for made in same)] == []


def test_the_table_of_the_page_is_the_second_count(real: Judged) -> None:
    """What the two runs have in common and what parts them."""
    given = [own_approvals(real, variant) for variant in VARIANTS]
    makers = " | ".join(f"{len(own)}, in {len({oid for oid, _ in own})} changes" for own in given)
    others = " | ".join(str(len(through_another_address(own))) for own in given)
    lacking = " | ".join(str(len(unreviewed(real.landings, PEOPLE, variant))) for variant in VARIANTS)
    page = PAGE.read_text(encoding="utf-8")
    assert f"(`approver-is-contributor`) | {lacking} |" in page
    assert f"by somebody who made the change | {makers} |" in page
    assert f"under another address than they made it with | {others} |" in page


def test_a_self_review_through_a_second_address_is_found(real: Judged) -> None:
    """Nobody sees it who takes each address for a person."""
    by_address = unreviewed(real.landings, {address: address for address in PEOPLE}, "barred")
    by_person = unreviewed(real.landings, PEOPLE, "barred")
    assert by_address < by_person
    assert by_person - by_address <= failing(real.reports["barred"], "approver-is-contributor")


def test_no_trailer_is_lost(real: Judged) -> None:
    """ADR 0007 reads trailers stricter than git; of this history both read the same, commit by commit."""
    data = vulndb.objects(real.history, "commit")
    read = {x.oid: parse_commit(x.oid, data[x.oid], form=format_named("sha1")) for x in real.landings}
    assert {oid: list(commit.trailers()) for oid, commit in read.items()} == vulndb.trailers(real.history, "main")
    given = {c.id: [a.account.removeprefix("email:") for a in c.approvals] for c in real.reports["barred"].changes}
    assert given == {landing.oid: list(landing.reviewers) for landing in real.landings}


def test_strangers_approve_nothing(real: Judged) -> None:
    """Gerrit lets anybody vote; whoever is no User is named and does not count."""
    approvals = [approval for change in real.reports["allowed"].changes for approval in change.approvals]
    unknown = {a.account.removeprefix("email:") for a in approvals if "approver-unknown" in dict(a.reasons)}
    assert unknown == {address for landing in real.landings for address in landing.reviewers} - PEOPLE.keys() != set()
    assert not [a for a in approvals if a.counted and a.account.removeprefix("email:") in unknown]


def test_the_page_tells_what_happens(tmp_path: Path) -> None:
    """Its commands print what it shows, totals and all."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/data").symlink_to(real_data(BUNDLE).parent)
    session = list(shown(PAGE.read_text(encoding="utf-8")))
    assert len(session) > 4
    work = checkout(tmp_path, warm.folder() / "govops")
    done = run(session, tmp_path, work=work, path=[warm.folder()])
    for want, (code, printed) in zip(session, done, strict=True):
        assert code == want.code, f"$ {want.command}\nended with {code}, not {want.code}:\n{printed}"
        assert missing(want.output, printed) is None, f"$ {want.command}\nprinted:\n{printed}"


def test_the_report_says_which_repository_and_by_which_rules(real: Judged) -> None:
    """Outside rules are in no commit of this history, so each of their files stands in the report with its id."""
    told = real.reports["barred"].provenance
    files = [*RULES.glob("policies/**/*.yaml"), *RULES.glob("registry/**/*.yaml")]
    ids = [git(real.history, "hash-object", str(path)).decode().strip() for path in files]
    assert sorted(told.policies) == sorted(
        zip((path.relative_to(RULES).as_posix() for path in files), ids, strict=True)
    )
    assert told.repository == read(RULES / "policies/govops.yaml")["spec"]["repository"]


def test_two_people_with_one_address_each_are_two_people(real: Judged, tmp_path: Path) -> None:
    """The second address made a person of its own: what was a self-review is an approval."""
    policies = rules(tmp_path / "rules")
    taken = take(policies, SECOND)
    alone = read(taken) | {"metadata": {"name": "somebody-else"}}
    alone["spec"]["emails"] = [SECOND]
    write(taken.with_name("somebody-else.yaml"), alone)
    report, lacking = real.audit(policies), unreviewed(real.landings, {**PEOPLE, SECOND: "somebody-else"}, "barred")
    assert failing(report, "approver-is-contributor") == lacking
    assert lacking < failing(real.reports["barred"], "approver-is-contributor")


@pytest.mark.parametrize(("address", "variant"), [(SECOND, "barred"), (OTHER, "allowed")])
def test_an_address_that_nobody_has_approves_nothing(
    address: str, variant: Variant, real: Judged, tmp_path: Path
) -> None:
    """Its approvals do not count, and what was made under it has an unknown contributor."""
    policies = rules(tmp_path / "rules", variant)
    take(policies, address)
    report = real.audit(policies)
    people = {known: name for known, name in PEOPLE.items() if known != address}
    unknown = {x.oid for x in real.landings if address in (x.author, x.committer)} & real.readable
    lacking = unreviewed(real.landings, people, variant) & real.readable
    assert failing(report, "unknown-contributor") == unknown
    assert failing(report, "approver-unknown", "approver-is-contributor") == lacking
    assert violating(report) == unknown | lacking | {oid for oid, _ in real.broken}
    assert unknown - violating(real.reports[variant])
    assert lacking - violating(real.reports[variant])


def test_what_no_kind_claims_is_not_governed(real: Judged, tmp_path: Path) -> None:
    """Without the kind of excluded reports, commits that touch nothing else are outside of the audit."""
    policies = rules(tmp_path / "rules")
    (policies / KINDS["data/excluded"]).unlink()
    report = real.audit(policies)
    inside = {x.oid for x in real.landings if any(path.startswith("data/reports/") for path in x.blobs)}
    assert {change.id for change in report.changes} == inside
    assert (report.counts.chain, report.counts.governed) == (len(real.landings), len(inside))


def test_trailers_of_other_committers_do_not_count(real: Judged, tmp_path: Path) -> None:
    """Where a bot, and not the server, makes trailers credible, only those of its commits are accepted."""
    policies = rules(tmp_path / "rules")
    settings = read(policies / "policies/govops.yaml")
    settings["spec"]["evidence"]["trailers"] = {"keys": ["Reviewed-by"], "committers": sorted(TOOLS)}
    write(policies / "policies/govops.yaml", settings)
    by_bot = {landing.oid for landing in real.landings if landing.committer in TOOLS}
    fine = by_bot - unreviewed(real.landings, PEOPLE, "barred") - {oid for oid, _ in real.broken}
    assert {change.id for change in real.audit(policies).changes if change.status is Status.PASS} == fine
    assert 0 < len(fine) < len(real.landings)


# A small difference in one commit that FIRST made and OTHER reviewed.


def reviewed_by(address: str) -> Callable[[bytes], bytes]:
    return lambda data: re.sub(rb"(Reviewed-by: .*)<.*>", rb"\1<" + address.encode() + b">", data)


def made_by(header: str, address: str) -> Callable[[bytes], bytes]:
    return lambda data: re.sub(rf"(?m)^({header} .*)<.*>".encode(), rb"\1<" + address.encode() + b">", data, count=1)


def with_prose(data: bytes) -> bytes:
    return data.replace(
        b"\nReviewed-by:", b"\nas agreed in the meeting\nSigned-off-by: N <n@example.org>\nReviewed-by:"
    )


STORIES: dict[str, tuple[Callable[[bytes], bytes], set[str]]] = {
    "as it is": (lambda data: data, set()),
    "without the trailer": (lambda data: re.sub(rb"Reviewed-by:.*\n", b"", data), {"not-approved"}),
    "reviewed by its author": (reviewed_by(FIRST), {"approver-is-contributor"}),
    "reviewed by its author's second address": (reviewed_by(SECOND), {"approver-is-contributor"}),
    "reviewed by a stranger": (reviewed_by("stranger@example.org"), {"approver-unknown"}),
    "reviewed by the tool": (reviewed_by(min(TOOLS)), {"approver-unknown"}),
    "prose among the trailers": (with_prose, {"not-approved"}),
    "written by the reviewer": (made_by("author", OTHER), {"approver-is-contributor"}),
    "written by a stranger": (made_by("author", "stranger@example.org"), {"unknown-contributor"}),
    "committed by a stranger": (made_by("committer", "stranger@example.org"), {"unknown-contributor"}),
    "committed by the tool": (made_by("committer", min(TOOLS)), set()),
}


@pytest.mark.parametrize(("change", "found"), STORIES.values(), ids=STORIES)
def test_a_small_difference_is_another_verdict(
    change: Callable[[bytes], bytes], found: set[str], real: Judged, tmp_path: Path
) -> None:
    """Each word of the trailer and of the headers counts."""
    assert objections(real, change, tmp_path) == found


@pytest.mark.parametrize(("variant", "found"), [("barred", {"approver-is-contributor"}), ("allowed", set[str]())])
def test_the_variants_part_where_the_reviewer_committed(
    variant: Variant, found: set[str], real: Judged, tmp_path: Path
) -> None:
    """Whoever submits or rebases in Gerrit becomes the committer."""
    assert objections(real, made_by("committer", OTHER), tmp_path, variant) == found


def test_git_would_take_trailers_among_prose(real: Judged, tmp_path: Path) -> None:
    """So the story with prose is one that git and govops read differently."""
    oid = rewritten(real, with_prose, tmp_path)
    assert "reviewed-by" in dict(vulndb.trailers(real.history, oid)[oid])


def objections(real: Judged, change: Callable[[bytes], bytes], folder: Path, variant: Variant = "barred") -> set[str]:
    """The rules that object to the changed commit as the tip of a history."""
    oid = rewritten(real, change, folder)
    report = real.audit(rules(folder / "rules", variant), to=oid, first=f"{oid}^")
    assert [judged.id for judged in report.changes] == [oid]
    return {finding.rule for finding in report.findings if finding.status is Status.FAIL}


def rewritten(real: Judged, change: Callable[[bytes], bytes], folder: Path) -> str:
    """The first commit that FIRST made alone and only OTHER reviewed, changed and stored, on what stood before it."""
    plain = next(x for x in real.landings if {x.author, x.committer} == {FIRST} and x.reviewers == (OTHER,))
    whoever = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    before = git(real.history, *whoever, "commit-tree", "-m", "All before it", f"{plain.oid}^^{{tree}}").strip()
    data = re.sub(rb"(?m)^parent .*", b"parent " + before, git(real.history, "cat-file", "commit", plain.oid))
    (folder / "commit").write_bytes(change(data))
    return git(real.history, "hash-object", "-t", "commit", "-w", str(folder / "commit")).decode().strip()


def own_approvals(real: Judged, variant: Variant) -> dict[tuple[str, str], set[str]]:
    """(commit, address) of approvals by those who made the change -> the addresses under which they made it."""
    found = {}
    for landing in real.landings:
        for address in landing.reviewers:
            same = {made for made in landing.makers(variant) if PEOPLE[made] == PEOPLE.get(address)}
            if same:
                found[landing.oid, address] = same
    return found


def through_another_address(own: dict[tuple[str, str], set[str]]) -> dict[tuple[str, str], set[str]]:
    return {key: same for key, same in own.items() if key[1] not in same}


def failing(report: Report, *names: str) -> set[str]:
    """Commits in which one of these rules was broken."""
    return {f.commit or "" for f in report.findings if f.rule in names and f.status is Status.FAIL}


def violating(report: Report) -> set[str]:
    return {change.id for change in report.changes if change.status is Status.FAIL}


def take(policies: Path, address: str) -> Path:
    """Take the address away from whoever has it, and the User file with the last one; where that stood."""
    for path in sorted((policies / "registry/users").iterdir()):
        user = read(path)
        if address in user["spec"]["emails"]:
            user["spec"]["emails"].remove(address)
            write(path, user)
            if not user["spec"]["emails"]:
                path.unlink()
            return path
    raise AssertionError(f"nobody has {address}")


def write(path: Path, document: Any) -> None:
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
