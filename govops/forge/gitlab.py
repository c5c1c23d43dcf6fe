"""GitLab's REST API: the few calls that govops needs. docs/how-to/use-a-forge.md lists them with their rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Any

from govops.errors import UsageError
from govops.evidence.records import Account
from govops.forge.answers import contributors, read, read_all
from govops.forge.gitlab_answers import (
    NAME,
    STATES,
    ApprovalRule,
    Approvals,
    ApprovalSettings,
    Event,
    MergeCommit,
    MergeRequest,
    Note,
    ProtectedBranch,
    User,
    Version,
    reviews_of,
)
from govops.forge.http import Session
from govops.forge.protocol import (
    BranchRules,
    ForgeProposal,
    ForgeReview,
    IncompleteEvidenceError,
    NoProposalError,
    Opened,
    Request,
    StatusState,
)
from govops.history import Oid
from govops.http import Patience, RefusedError, segment

API = "https://gitlab.com/api/v4"

_EVENT_PAGES = 20  # newest first; a push further back is not told
_STATES = {"pending": "pending", "success": "success", "failure": "failed", "error": "failed"}
_GHOST = Account(forge=NAME, id="ghost", login="ghost")  # the author of what a deleted account left


class GitLab:
    """One project, ``group/project`` or its number. ``token`` is the header and its value, None for none."""

    name = NAME

    def __init__(
        self, project: str, *, token: tuple[str, str] | None, base: str = API, patience: Patience | None = None
    ) -> None:
        self._session = Session(
            base, {"Accept": "application/json", **dict([token] if token else [])}, patience=patience
        )
        self._project = f"projects/{segment(project)}"
        self._pushed: dict[str, dict[Oid | None, Event]] = {}  # read once, when first asked for
        self._people: dict[int, Account] = {}

    def proposal(self, number: str) -> ForgeProposal:
        """A merge request with everything that belongs to it."""
        where = f"{self._project}/merge_requests/{_checked(number)}"
        found = self._session.find(where)
        if found is None:
            raise NoProposalError(f"there is no merge request {number}", hint="or the token may not see the project")
        request = read(MergeRequest, found)
        commits = read_all(MergeCommit, self._session.items(f"{where}/commits", key=_id))
        commit, method = request.landed
        if request.sha is None or not commits:
            raise IncompleteEvidenceError(f"GitLab does not tell the commits of merge request {number}")
        return ForgeProposal(
            forge=NAME,
            id=str(request.iid),
            title=request.title,
            state=STATES[request.state],
            opener=self._account(request.author),
            opened_at=request.created_at,
            target=request.target_branch,
            head=request.sha,
            merged_at=request.merged_at,
            merger=self._account(request.merge_user or request.merged_by) if commit else None,
            merge_commit=commit,
            method=method,
            contributors=contributors((one.made for one in commits), self._pushers(request, commits)),
            reviews=self._reviews(where),
            from_fork=request.source_project_id != request.target_project_id,
            url=request.web_url,
        )

    def proposals_of(self, commit: Oid) -> tuple[str, ...]:
        """Merge requests that contain or landed the commit; those that were closed without landing are left out."""
        found = self._session.items(f"{self._project}/repository/commits/{segment(commit)}/merge_requests", key=_id)
        requests = read_all(MergeRequest, found)
        return tuple(str(iid) for iid in sorted(one.iid for one in requests if one.state != "closed"))

    def pusher(self, commit: Oid, branch: str) -> tuple[Account | None, str | None]:
        """By the project's events, as far back as they are read."""
        if branch not in self._pushed:
            newest_last = reversed(list(self._pushes(branch)))
            self._pushed[branch] = {e.push_data.commit_to: e for e in newest_last if e.push_data}
        event = self._pushed[branch].get(commit)
        if event is None:
            return None, None
        return (self._account(event.author) if event.author else None), event.created_at

    def branch_rules(self, branch: str) -> BranchRules:
        """Protection by any name or wildcard that fits; where several fit, GitLab lets the most permissive decide."""
        try:
            found = read_all(ProtectedBranch, self._session.items(f"{self._project}/protected_branches"))
        except RefusedError:
            return BranchRules()
        fitting = [one for one in found if fnmatchcase(branch, one.name.replace("[", "[[]").replace("?", "[?]"))]
        pushers = [level.access_level for one in fitting for level in one.push_access_levels]
        approvals, dismisses = self._approval_rules([one.name for one in fitting])
        return BranchRules(
            requires_proposal=bool(fitting) and all(level == 0 for level in pushers),
            approvals=approvals,
            dismisses_stale=dismisses,
            blocks_force_push=bool(fitting) and not any(one.allow_force_push for one in fitting),
            blocks_deletion=bool(fitting),
        )

    def comment(self, number: str, *, marker: str, body: str) -> None:
        """Write or edit the one note that begins with the marker and is this token's own."""
        where = f"{self._project}/merge_requests/{_checked(number)}/notes"
        notes = read_all(Note, self._session.items(where, key=_id))
        mine = read(User, self._session.get("user")).id
        for note in notes:
            if note.body.startswith(marker) and not note.system and note.author and note.author.id == mine:
                self._session.send("PUT", f"{where}/{note.id}", {"body": body})
                return
        self._session.send("POST", where, {"body": body})

    def set_status(self, commit: Oid, *, state: StatusState, context: str, description: str, url: str = "") -> None:
        """Post a commit status; one that it has already is no error."""
        body = {"state": _STATES[state], "name": context, "description": description[:255]}
        if url:
            body["target_url"] = url
        self._session.send("POST", f"{self._project}/statuses/{segment(commit)}", body, fine="Cannot transition status")

    def open(self, request: Request) -> Opened:
        """Open a merge request, if none is open of this branch; its branch goes when it is merged."""
        where = f"{self._project}/merge_requests"
        ends = {"source_branch": request.branch, "target_branch": request.target}
        query: dict[str, Any] = {**ends, "state": "opened"}
        found = read_all(MergeRequest, self._session.items(where, key=_id, **query))
        requests = [one for one in found if one.source_project_id == one.target_project_id]
        if not requests:
            body = {**ends, "title": request.title, "description": request.body, "remove_source_branch": True}
            requests = [read(MergeRequest, self._session.send("POST", where, body))]
        return Opened(str(requests[0].iid), requests[0].web_url)

    # ---- how it is done

    def _reviews(self, where: str) -> tuple[ForgeReview, ...]:
        versions = read_all(Version, self._session.items(f"{where}/versions", key=_id))
        notes = read_all(Note, self._session.items(f"{where}/notes", key=_id, sort="asc", order_by="created_at"))
        approvals = read(Approvals, self._session.get(f"{where}/approvals")).approved_by
        people = [note.author for note in notes if note.system] + [approval.user for approval in approvals]
        accounts = {user.id: self._account(user) for user in people if user}
        return reviews_of(approvals, notes, versions, accounts)

    def _pushers(self, request: MergeRequest, commits: Iterable[MergeCommit]) -> tuple[Account, ...]:
        """Who pushed one of the commits to the source branch; of a fork it is not told."""
        if request.source_project_id != request.target_project_id:
            return ()
        own = {commit.id for commit in commits}
        pushes = self._pushes(request.source_branch, until=request.merged_at)
        found = [push.author for push in pushes if push.author and push.push_data and push.push_data.commit_to in own]
        return tuple({user.id: self._account(user) for user in found}.values())

    def _pushes(self, branch: str, *, until: str | None = None) -> Iterator[Event]:
        """Pushes to a branch, newest first; none where the token may not see them."""
        query = {"action": "pushed"}
        if until:
            query["before"] = str(date.fromisoformat(until[:10]) + timedelta(days=2))
        pages = self._session.pages(f"{self._project}/events", **query)
        try:
            for _, (page, _) in zip(range(_EVENT_PAGES), pages, strict=False):
                for event in read_all(Event, page):
                    if event.push_data and event.push_data.ref == branch and event.push_data.ref_type == "branch":
                        yield event
        except RefusedError:
            return

    def _account(self, user: User | None) -> Account:
        """Somebody's account. Whether it is a bot's takes one more call for each."""
        if user is None:
            return _GHOST
        if user.id not in self._people:
            answer = self._session.tell(f"users/{user.id}")
            bot = read(User, answer.value).bot if answer.status == 200 else None
            kind: Any = "unknown" if bot is None else "bot" if bot else "human"
            self._people[user.id] = Account(forge=NAME, id=str(user.id), login=user.username, type=kind)
        return self._people[user.id]

    def _approval_rules(self, names: list[str]) -> tuple[int | None, bool | None]:
        """How many approvals the project's rules ask for, and whether a push takes them back; paid versions only."""
        settings, rules = (self._session.tell(f"{self._project}/{what}") for what in ("approvals", "approval_rules"))
        if settings.status != 200 or rules.status != 200 or not isinstance(rules.value, list):
            return None, None
        counts = [rule.approvals_required for rule in read_all(ApprovalRule, rules.value) if rule.covers(names)]
        return max(counts, default=0), read(ApprovalSettings, settings.value).reset_approvals_on_push


def _checked(number: str) -> str:
    if not (number.isascii() and number.isdigit()):
        raise UsageError(f"{number[:40]!a} is no number of a merge request", hint="such as 17")
    return number


def _id(item: Any) -> Any:
    return item.get("id") if isinstance(item, dict) else None
