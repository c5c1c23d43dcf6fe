"""The steps of the gates, run for real: which proposals are judged, from where, and what a failure leaves."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from tests.ci.recipes import Runner, gitlab, step, written
from tests.support.parts import require

OTHER = "f" * 40
KILLED = "kill -9 $$"
UNDECIDED = {"usage": ("exit 2", 2), "undecidable": ("exit 3", 3), "a limit": ("exit 4", 4), "killed": (KILLED, 137)}


class Forge:
    """A clone of the protected branch, as the runner has it, and a proposal that lies at the remote only."""

    def __init__(self, folder: Path) -> None:
        for program in ("bash", "git", "timeout"):
            require(program)
        self.remote = folder / "remote.git"
        work = folder / "work"
        _git(folder, "init", "-q", "--bare", "-b", "main", str(self.remote))
        _git(self.remote, "config", "uploadpack.allowAnySHA1InWant", "true")
        _git(folder, "init", "-q", "-b", "main", str(work))
        self.base = _commit(work, "policies/rule.yaml", "strict")
        _git(work, "push", "-q", str(self.remote), "main")
        self.head = _commit(work, "policies/rule.yaml", "lax")
        for ref in ("refs/pull/7/head", "refs/merge-requests/7/head"):
            _git(work, "push", "-q", str(self.remote), f"HEAD:{ref}")
        _git(folder, "clone", "-q", str(self.remote), str(folder / "checkout"))
        self.runner = Runner(folder / "runner", folder / "checkout")
        self.runner.program(self.runner.bin / "gh", f'cat "{self.runner.temp}/answer.json" 2>/dev/null || true')
        self.runner.program(self.runner.bin / "curl", "")
        self.govops("exit 0")

    def govops(self, script: str) -> None:
        """What the judging program does."""
        self.runner.program(self.runner.temp / "govops/bin/govops", script)

    def judge(self, numbers: str = "7", head: str = "") -> subprocess.CompletedProcess[str]:
        """The step that judges one head."""
        values = {"github.token": "token", "matrix.head": head or self.head, "matrix.numbers": numbers}
        return self.runner.run(step(_job("judge"), "Judge"), values)


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return Forge(tmp_path)


# ---- which proposals


def pull(number: int, head: str) -> dict[str, Any]:
    return {"number": number, "head": {"sha": head, "ref": "$(touch x)", "repo": None}, "title": "`touch x`"}


def listed(forge: Forge, pages: list[list[dict[str, Any]]], woken: str = "") -> list[dict[str, str]]:
    (forge.runner.temp / "answer.json").write_text(json.dumps(pages), encoding="utf-8")
    values = {"github.token": "token", "github.event.workflow_run.head_sha": woken}
    done = forge.runner.run(step(_job("list"), "Ask for them"), values)
    assert done.returncode == 0, done.stderr
    (line,) = (forge.runner.temp / "output").read_text(encoding="utf-8").splitlines()
    found: list[dict[str, str]] = json.loads(line.removeprefix("heads="))
    return found


@pytest.mark.threat("H02")
def test_a_woken_gate_asks_the_forge_which_proposal_has_that_head(forge: Forge) -> None:
    """The waking run could say anything; its commit id is compared with what the API says of open proposals."""
    pages = [[pull(7, forge.head), pull(8, OTHER)], [pull(9, "e" * 40)]]
    assert listed(forge, pages, woken=forge.head) == [{"head": forge.head, "numbers": "7"}]
    assert forge.runner.calls("gh") == [
        "api --method GET --paginate --slurp repos/acme/governance/pulls"
        " -f state=open -f base=main -f sort=updated -f direction=desc -f per_page=100"
    ]


def test_a_push_or_the_clock_has_every_open_proposal_judged_again(forge: Forge) -> None:
    pages = [[pull(9, forge.head), pull(8, OTHER)], [pull(7, "e" * 40)]]
    assert [one["numbers"] for one in listed(forge, pages)] == ["9", "8", "7"]


def test_a_head_that_nobody_proposes_any_more_is_not_judged(forge: Forge) -> None:
    assert listed(forge, [[pull(7, OTHER)]], woken=forge.head) == []


@pytest.mark.threat("H11")
def test_a_head_that_is_no_commit_id_goes_nowhere(forge: Forge) -> None:
    """What becomes part of a matrix is small hex digits and numbers."""
    assert listed(forge, [[pull(7, '"],"x":["'), pull(8, OTHER)]]) == [{"head": OTHER, "numbers": "8"}]


def test_a_matrix_gets_the_latest_and_no_more_than_it_can_hold(forge: Forge) -> None:
    """The others are woken by their own events, and judged again as they become the latest."""
    found = listed(forge, [[pull(number, f"{number:040x}") for number in range(1, 301)]])
    assert [one["numbers"] for one in found] == [str(number) for number in range(1, 257)]


# ---- the verdict


@pytest.mark.threat("H02", "H05")
def test_the_base_is_the_protected_branch_and_the_head_is_read_as_objects(forge: Forge) -> None:
    """Of the proposal's files none is ever checked out; its commit is there for govops to read."""
    forge.govops(f"git cat-file -e {forge.head}")
    done = forge.judge()
    assert done.returncode == 0, done.stderr
    assert forge.runner.calls("govops") == [
        f"gate --forge github --proposal 7 --base origin/main --head {forge.head} --publish --output text"
    ]
    assert (forge.runner.workspace / "policies/rule.yaml").read_text() == "strict"
    assert _git(forge.runner.workspace, "rev-parse", "HEAD") == forge.base
    assert forge.runner.calls("gh") == []


@pytest.mark.parametrize("code", [0, 1])
def test_a_verdict_is_left_to_the_status(forge: Forge, code: int) -> None:
    """Not yet allowed is no failure of the run that found it."""
    forge.govops(f"exit {code}")
    assert forge.judge().returncode == 0
    assert forge.runner.calls("gh") == []


@pytest.mark.threat("H10")
@pytest.mark.parametrize(("script", "code"), UNDECIDED.values(), ids=UNDECIDED)
def test_no_verdict_blocks_the_proposal_and_fails_the_run(forge: Forge, script: str, code: int) -> None:
    """A success of an earlier run must not stand when this one was killed or met a limit."""
    forge.govops(script)
    assert forge.judge().returncode == code
    (call,) = forge.runner.calls("gh")
    assert call.startswith(f"api --silent repos/acme/governance/statuses/{forge.head} -f state=error")
    assert "-f context=govops/gate" in call
    assert f"exit code {code}" in call


@pytest.mark.threat("H10")
def test_a_judgement_that_takes_for_ever_is_ended(forge: Forge) -> None:
    """The recipe's own limit, here with a `timeout` that lets a second pass for ten minutes."""
    real = require("timeout")
    forge.runner.program(forge.runner.bin / "timeout", f'shift; exec {real} 1 "$@"')
    forge.govops("exec sleep 9")
    assert forge.judge().returncode == 124
    assert "exit code 124" in forge.runner.calls("gh")[0]
    assert sorted(call.split()[0] for call in forge.runner.calls("timeout")) == ["300", "600"]


@pytest.mark.threat("H12")
def test_a_proposal_that_cannot_be_fetched_has_no_verdict(forge: Forge) -> None:
    _git(forge.remote, "update-ref", "-d", "refs/pull/7/head")
    assert forge.judge().returncode == 128
    assert forge.runner.calls("govops") == []
    assert "-f state=error" in forge.runner.calls("gh")[0]


def test_two_proposals_of_one_commit_are_both_refused(forge: Forge) -> None:
    """A status belongs to the commit: the approval of one would let the other pass."""
    assert forge.judge("7 8").returncode == 0
    assert forge.runner.calls("govops") == []
    assert "pull requests 7 8 have the same commit" in forge.runner.calls("gh")[0]


def test_a_status_that_cannot_be_posted_fails_the_run(forge: Forge) -> None:
    forge.govops("exit 3")
    forge.runner.program(forge.runner.bin / "gh", "exit 1")
    assert forge.judge().returncode != 0


def test_the_token_is_on_no_disk_and_in_no_argument(forge: Forge) -> None:
    """Git asks for it when the remote does."""
    assert forge.judge().returncode == 0
    asked = "printf 'protocol=https\\nhost=x\\n\\n' | git credential fill"
    told = forge.runner.script(asked, {"GITHUB_TOKEN": "s3cret", "GIT_TERMINAL_PROMPT": "0"})
    assert "password=s3cret" in told.stdout
    assert "s3cret" not in (forge.runner.workspace / ".git/config").read_text(encoding="utf-8")


# ---- the merge queue


QUEUE = {"passes": ("exit 0", 0), "not allowed": ("exit 1", 1), **UNDECIDED}


@pytest.mark.threat("H02", "H10")
@pytest.mark.parametrize(("script", "code"), QUEUE.values(), ids=QUEUE)
def test_in_a_merge_queue_the_group_is_judged_against_the_branch(forge: Forge, script: str, code: int) -> None:
    forge.govops(script)
    values = {"github.token": "token", "github.event.merge_group.head_sha": forge.head}
    assert forge.runner.run(step(_job("queue"), "Judge each commit of the group"), values).returncode == code
    assert forge.runner.calls("govops") == [
        f"gate --queue --forge github --base origin/main --head {forge.head} --publish --output text"
    ]
    assert bool(forge.runner.calls("gh")) is (code > 1)


# ---- GitLab


class _Api(BaseHTTPRequestHandler):
    """Two pages of open merge requests, for whoever has the token."""

    asked: ClassVar[list[tuple[str, str | None]]] = []
    pages: ClassVar[dict[str, list[dict[str, Any]]]] = {}

    def do_GET(self) -> None:
        """Answer one page and name the next."""
        self.asked.append((self.path, self.headers["PRIVATE-TOKEN"]))
        page = self.path.rpartition("=")[2]
        body = json.dumps(self.pages[page]).encode()
        self.send_response(200)
        self.send_header("X-Next-Page", "2" if page == "1" else "")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def test_on_gitlab_all_pages_of_open_requests_are_read(forge: Forge) -> None:
    """Grouped by commit, as a status belongs to one; what is no commit id is left out."""
    _Api.pages = {
        "1": [{"iid": 7, "sha": forge.head}, {"iid": 8, "sha": None}, {"iid": 9, "sha": OTHER}],
        "2": [{"iid": 10, "sha": OTHER}, {"iid": 11, "sha": "$(touch x)"}],
    }
    _Api.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Api) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        job = {**_gitlab_job(forge), "CI_API_V4_URL": f"http://127.0.0.1:{server.server_address[1]}"}
        done = forge.runner.script(gitlab()["govops-gate"]["script"][-2], job)
        server.shutdown()
    assert done.returncode == 0, done.stderr
    assert (forge.runner.temp / "open").read_text() == f"{forge.head} 7\n{OTHER} 9 10\n"
    wanted = "/projects/5/merge_requests?state=opened&target_branch=main&per_page=100&page="
    assert _Api.asked == [(f"{wanted}1", "token"), (f"{wanted}2", "token")]


def on_gitlab(forge: Forge, open_ones: str) -> subprocess.CompletedProcess[str]:
    """The last part of the job, which judges what the first one listed."""
    (forge.runner.temp / "open").write_text(open_ones, encoding="utf-8")
    return forge.runner.script(gitlab()["govops-gate"]["script"][-1], _gitlab_job(forge))


def _gitlab_job(forge: Forge) -> Mapping[str, str]:
    return {
        "venv": str(forge.runner.temp),
        "govops": str(forge.runner.temp / "govops/bin/govops"),
        "GITLAB_TOKEN": "token",
        "CI_API_V4_URL": "https://forge.example.org/api/v4",
        "CI_PROJECT_ID": "5",
        "CI_COMMIT_BRANCH": "main",
        "CI_JOB_URL": "https://forge.example.org/jobs/1",
    }


@pytest.mark.threat("H02")
def test_on_gitlab_every_open_request_is_judged_from_the_branch(forge: Forge) -> None:
    forge.govops("exit 1")
    done = on_gitlab(forge, f"{forge.head} 7\n")
    assert done.returncode == 0, done.stderr
    assert forge.runner.calls("govops") == [
        f"gate --forge gitlab --proposal 7 --base origin/main --head {forge.head} --publish --output text"
    ]
    assert forge.runner.calls("curl") == []
    assert (forge.runner.workspace / "policies/rule.yaml").read_text() == "strict"


@pytest.mark.threat("H10")
@pytest.mark.parametrize(("script", "code"), UNDECIDED.values(), ids=UNDECIDED)
def test_on_gitlab_one_that_cannot_be_judged_blocks_itself_and_no_other(forge: Forge, script: str, code: int) -> None:
    forge.govops(f"[ $5 = 8 ] && exit 0; {script}")
    _git(forge.remote, "update-ref", "refs/merge-requests/8/head", forge.base)
    done = on_gitlab(forge, f"{forge.head} 7\n{forge.base} 8\n{OTHER} 9 10\n")
    assert done.returncode == code
    assert [call.split()[4] for call in forge.runner.calls("govops")] == ["7", "8"]
    posted = [call.rpartition("/")[2] for call in forge.runner.calls("curl")]
    assert posted == [forge.head, OTHER]
    assert all("--data state=failed --data name=govops/gate" in call for call in forge.runner.calls("curl"))


def _job(name: str) -> Any:
    return written()["gate"]["jobs"][name]


def _commit(work: Path, path: str, text: str) -> str:
    file = work / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    _git(work, "add", "-A")
    _git(work, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", text)
    return _git(work, "rev-parse", "HEAD")


def _git(place: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=place, capture_output=True, check=True, timeout=60, encoding="utf-8")
    return done.stdout.strip()
