"""GitHub's REST API: the few calls that govops needs. docs/how-to/use-a-forge.md lists them with their rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from govops.errors import UsageError
from govops.evidence.records import Account
from govops.forge.answers import read, read_all
from govops.forge.github_answers import (
    NAME,
    Activity,
    Actor,
    Comment,
    Dismissal,
    PullCommit,
    PullRequest,
    Review,
    User,
    proposal_of,
    reviews_of,
)
from govops.forge.github_rules import ruleset, standing, strictest
from govops.forge.http import Session
from govops.forge.protocol import (
    BranchRules,
    ForgeProposal,
    IncompleteEvidenceError,
    NoProposalError,
    Opened,
    Request,
    StatusState,
)
from govops.history import Oid
from govops.http import Patience, RefusedError, segment

API = "https://api.github.com"

_ACCEPT = "application/vnd.github+json, application/json;q=0.5"
_MOST_COMMITS = 250  # that the list of a pull request's commits ever has
_ACTIVITY_PAGES = 20  # of the branch that is asked about, newest first; a push further back is not told
_PUSHES = frozenset({"push", "force_push", "branch_creation"})
_LONGEST_DESCRIPTION = 140  # of a commit status


class GitHub:
    """One repository, ``owner/name``. ``token`` may be None: reading a public repository takes none."""

    name = NAME

    def __init__(
        self, repository: str, *, token: str | None, base: str = API, patience: Patience | None = None
    ) -> None:
        headers = {
            "Accept": "application/vnd.github+json, application/json;q=0.5",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._session = Session(base, headers, patience=patience)
        self._pushed: dict[str, dict[Oid, tuple[Account | None, str | None]]] = {}  # read once, when first asked for
        self._owner = repository.partition("/")[0]
        self._repo = f"repos/{'/'.join(segment(part) for part in repository.split('/'))}"

    def proposal(self, number: str) -> ForgeProposal:
        """A pull request with everything that belongs to it."""
        found = self._session.find(f"{self._repo}/pulls/{_checked(number)}")
        if found is None:
            raise NoProposalError(f"there is no pull request {number}", hint="or the token may not see the repository")
        pull = read(PullRequest, found)
        timeline = self._timeline(number)
        reviews = read_all(Review, self._session.items(f"{self._repo}/pulls/{number}/reviews", key=_id))
        told = {event["id"] for event in timeline if event["event"] == "reviewed" and "id" in event}
        if not told <= {review.id for review in reviews}:
            raise IncompleteEvidenceError(f"reviews of pull request {number} are missing: its timeline tells more")
        dismissals = read_all(Dismissal, (event for event in timeline if event["event"] == "review_dismissed"))
        commits = self._commits(pull)
        return proposal_of(pull, commits, reviews_of(reviews, dismissals), self._pushers(pull, commits, timeline))

    def proposals_of(self, commit: Oid) -> tuple[str, ...]:
        """Pull requests that contain or landed the commit; those that were closed without landing are left out."""
        found = self._session.items(f"{self._repo}/commits/{segment(commit)}/pulls", key=_id)
        pulls = read_all(PullRequest, found)
        return tuple(str(number) for number in sorted(p.number for p in pulls if p.is_merged or p.state == "open"))

    def pusher(self, commit: Oid, branch: str) -> tuple[Account | None, str | None]:
        """By the branch's activity list, as far back as it is read; whoever merged counts as who pushed."""
        if branch not in self._pushed:
            newest_last = reversed(list(self._activity(branch)))
            self._pushed[branch] = {p.after: (p.actor.account if p.actor else None, p.timestamp) for p in newest_last}
        return self._pushed[branch].get(commit, (None, None))

    def branch_rules(self, branch: str) -> BranchRules:
        """Classic protection and rulesets together; classic protection is told to administrators only."""
        where = segment(branch)
        classic = self._session.tell(f"{self._repo}/branches/{where}/protection")
        rules = self._session.items(f"{self._repo}/rules/branches/{where}")
        return strictest(standing(classic), ruleset(rules))

    def comment(self, number: str, *, marker: str, body: str) -> None:
        """Write or edit the one comment that begins with the marker and is this token's own."""
        where = f"{self._repo}/issues/{_checked(number)}/comments"
        comments = read_all(Comment, self._session.items(where, key=_id))
        mine = self._myself()
        for comment in comments:
            if comment.body.startswith(marker) and _is_own(comment, mine):
                self._session.send("PATCH", f"{self._repo}/issues/comments/{comment.id}", {"body": body})
                return
        self._session.send("POST", where, {"body": body})

    def set_status(self, commit: Oid, *, state: StatusState, context: str, description: str, url: str = "") -> None:
        """Post a commit status; the description is cut to the 140 characters that GitHub takes."""
        body = {"state": state, "context": context, "description": description[:_LONGEST_DESCRIPTION]}
        self._session.send("POST", f"{self._repo}/statuses/{segment(commit)}", {**body, **_linked(url)})

    def open(self, request: Request) -> Opened:
        """Open a pull request, if none is open of this branch."""
        found = self._session.items(
            f"{self._repo}/pulls", key=_id, head=f"{self._owner}:{request.branch}", base=request.target, state="open"
        )
        pulls = [pull for pull in read_all(PullRequest, found) if _joins(pull, request)]
        if not pulls:
            body = {"title": request.title, "head": request.branch, "base": request.target, "body": request.body}
            pulls = [read(PullRequest, self._session.send("POST", f"{self._repo}/pulls", body))]
        return Opened(str(pulls[0].number), pulls[0].html_url)

    # ---- how it is done

    def _timeline(self, number: str) -> list[Mapping[str, Any]]:
        """The events that matter here. Others may come twice, or have no id."""
        found = self._session.items(f"{self._repo}/issues/{number}/timeline", key=_event)
        return [event for event in found if _event(event)]

    def _commits(self, pull: PullRequest) -> tuple[PullCommit, ...]:
        """Every commit. The list ends at 250 whatever there is; comparing the two ends tells them all."""
        if pull.commits <= _MOST_COMMITS:
            found = self._session.items(f"{self._repo}/pulls/{pull.number}/commits", key=_sha)
        else:
            found = self._compared(pull)
        if len(found) != pull.commits:
            raise IncompleteEvidenceError(
                f"pull request {pull.number} has {pull.commits} commits, and GitHub lists {len(found)}",
                hint="run it again later; govops does not judge a proposal by part of it",
            )
        return read_all(PullCommit, found)

    def _compared(self, pull: PullRequest) -> list[Any]:
        where = f"{self._repo}/compare/{segment(pull.base.sha)}...{segment(pull.head.sha)}"
        found: list[Any] = []
        for page in range(1, pull.commits // 100 + 2):
            answer = self._session.get(where, page=page, per_page=100)
            commits = answer.get("commits") if isinstance(answer, dict) else None
            if not isinstance(commits, list) or answer.get("total_commits") != pull.commits:
                raise IncompleteEvidenceError(f"GitHub does not tell all commits of pull request {pull.number}")
            found += commits
        if len({_sha(commit) for commit in found}) != len(found):
            raise IncompleteEvidenceError(f"GitHub tells a commit of pull request {pull.number} twice")
        return found

    def _pushers(
        self, pull: PullRequest, commits: tuple[PullCommit, ...], timeline: list[Mapping[str, Any]]
    ) -> tuple[Account, ...]:
        """Who pushed one of the commits to the head branch, or forced a push; of a fork only the latter is told."""
        forced = read_all(Actor, (event for event in timeline if event["event"] == "head_ref_force_pushed"))
        found = [event.actor.account for event in forced if event.actor]
        if not pull.from_fork:
            own = {commit.sha for commit in commits}
            found += [push.actor.account for push in self._activity(pull.head.ref) if push.actor and push.after in own]
        return tuple({account.id: account for account in found}.values())

    def _activity(self, branch: str) -> Iterator[Activity]:
        """Pushes to a branch, newest first; none where the token may not see them."""
        where = f"{self._repo}/activity"
        try:
            pages = self._session.pages(where, ref=f"refs/heads/{branch}")
            for _, (page, _) in zip(range(_ACTIVITY_PAGES), pages, strict=False):
                yield from read_all(Activity, page)
        except RefusedError:
            return

    def _myself(self) -> int | None:
        """Whose token it is; None for an app's installation, which may not ask."""
        try:
            return read(User, self._session.get("user")).id
        except RefusedError:
            return None


def _joins(pull: PullRequest, request: Request) -> bool:
    branches = (pull.head.ref, pull.base.ref)
    return pull.state == "open" and branches == (request.branch, request.target) and not pull.from_fork


def _is_own(comment: Comment, mine: int | None) -> bool:
    """By account id. An installation's comments are those of a bot: nobody can type as one."""
    if comment.user is None:
        return False
    return comment.user.id == mine if mine is not None else comment.user.type == "Bot"


def _checked(number: str) -> str:
    if not (number.isascii() and number.isdigit()):
        raise UsageError(f"{number[:40]!a} is no number of a pull request", hint="such as 17")
    return number


def _linked(url: str) -> dict[str, str]:
    return {"target_url": url} if url else {}


def _id(item: Any) -> Any:
    return item.get("id") if isinstance(item, dict) else None


def _sha(item: Any) -> Any:
    return item.get("sha") if isinstance(item, dict) else None


def _event(item: Any) -> tuple[str, Any] | None:
    """What an event of the timeline is known by, None where it does not matter."""
    if not isinstance(item, dict):
        return None
    kind = item.get("event")
    return (kind, item.get("id")) if kind in ("reviewed", "review_dismissed", "head_ref_force_pushed") else None
