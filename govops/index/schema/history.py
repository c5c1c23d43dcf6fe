"""Tables of what happened: every row belongs to one change, and stays as it is unless the change is judged anew."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, Table
from sqlalchemy.schema import SchemaItem

from govops.index.schema.columns import blob, commit, count, data, flag, table, words


def _of_change(name: str, comment: str, *items: SchemaItem) -> Table:
    return table(
        name,
        comment,
        count("position", "where the change stands on the branch", key=True),
        count("number", "counts the rows of one change, from 0", key=True),
        commit("the change: its last commit"),
        *items,
        ForeignKeyConstraint(["position"], ["commits.position"], ondelete="CASCADE"),
    )


commits = table(
    "commits",
    "Every step of the protected branch, oldest first.",
    count("position", "0 for the root, one more for each step", key=True),
    commit("the commit"),
    blob("always NULL: a commit is no file"),
    words("change_id", "the change that it is part of: that one's last commit; empty before the adoption"),
    words("subject", "first line of the message"),
    words("author", "name and address, as the commit claims them"),
    words("committer", "name and address, as the commit claims them"),
    words("claimed_time", "the committer's date in UTC, as the commit claims it"),
    words("time", "latest attested time up to here: by this, instants are found", null=True),
    words("attested", "what a receipt tells of this very change", null=True),
    words("digest", "of all that the index holds of what happened here; empty where nothing did"),
    Index("commits_by_id", "commit_id", unique=True),
    Index("commits_by_change", "change_id"),
    Index("commits_by_time", "time", "position"),
)

changes = table(
    "changes",
    "Every governed change, and how it was judged.",
    count("position", "where its last commit stands on the branch", key=True),
    commit("the change: its last commit"),
    blob("always NULL: a change is no file"),
    words("parent_id", "the commit before it", null=True),
    data("commits", "all commits that it consists of"),
    words("subject", "title of the proposal, or first line of the message"),
    words("status", "pass, warn, fail, unverifiable or waived"),
    words("time", "when it landed, as attested", null=True),
    words("claimed_time", "the committer's date in UTC, as the commit claims it"),
    words("proposal", "forge#number; empty for a direct push"),
    words("method", "how it landed: merge, squash, rebase, direct push …"),
    words("opener", "who opened the proposal"),
    words("merger", "who landed it"),
    data("contributors", "names of those who made it"),
    words("evidence", "which record tells of it"),
    words("opened", "when the proposal was opened, as attested", null=True),
    words("level", "highest risk tier or impact of what it concerns"),
    data("labels", "such as emergency"),
    words("remediated_by", "a later change that put everything back; empty if none did"),
    data("requirements", "what it took, and who counted"),
    data("coverage", "(path, how what landed relates to what was reviewed)"),
    Index("changes_by_id", "commit_id", unique=True),
    Index("changes_by_status", "status", "position"),
    Index("changes_by_proposal", "proposal"),
    Index("changes_by_opener", "opener", "position"),
    ForeignKeyConstraint(["position"], ["commits.position"], ondelete="CASCADE"),
)

audit_events = _of_change(
    "audit_events",
    "What was done: one row for each action of each change.",
    blob("what the action left in the file; NULL where it went"),
    words("action", "such as model.register"),
    words("resource", "Kind/name"),
    words("kind", "the resource's kind"),
    words("name", "the resource's name"),
    words("path", "the file"),
    words("summary", "in words"),
    words("status", "how the change was judged"),
    words("time", "when the change landed, as attested", null=True),
    data("people", "those who made the change"),
    Index("audit_events_by_resource", "resource", "position", "number"),
    Index("audit_events_by_action", "action", "position", "number"),
    Index("audit_events_by_kind", "kind", "position", "number"),
    Index("audit_events_by_path", "path", "position", "number"),
    Index("audit_events_by_name", "name", "position", "number"),
)

approvals = _of_change(
    "approvals",
    "Every approval and rejection that was given, counted or not.",
    blob("always NULL: a decision covers several files"),
    words("proposal", "forge#number; empty for a direct push"),
    words("person", "the User, or the account where it is nobody's"),
    words("account", "the address by which they were known"),
    words("decision", "approve, reject or dismiss"),
    words("at", "when it was given", null=True),
    words("evidence", "signature, receipt or trailer"),
    words("record", "id of the record that tells of it"),
    words("head", "the commit that was reviewed", null=True),
    data("roles", "in which it counted"),
    data("counted", "paths for which it counted"),
    data("reasons", "(rule, words) of each disqualification"),
    flag("weak", "whether somebody else could have written it"),
    Index("approvals_by_person", "person", "position", "number"),
    Index("approvals_by_decision", "decision", "position", "number"),
    Index("approvals_by_proposal", "proposal", "position", "number"),
)


def _decisions(name: str, comment: str, *what: SchemaItem) -> Table:
    return _of_change(
        name,
        comment,
        blob("the file as it was decided about; NULL where it went"),
        *what,
        words("action", "the action that was decided"),
        words("status", "how the change was judged"),
        words("approver", "one whose approval counted; empty where nobody's did"),
        words("decided_at", "when they approved", null=True),
        words("time", "when the change landed, as attested", null=True),
        Index(f"{name}_by_action", "action", "position", "number"),
    )


approval_history = _decisions(
    "approval_history",
    "Who approved which step of a model version: one row for each step and approver.",
    words("model", "the model"),
    words("version", "the version"),
    Index("approval_history_by_model", "model", "version", "position", "number"),
)

usecase_approvals = _decisions(
    "usecase_approvals",
    "Who approved which step of a use case: one row for each step and approver.",
    words("use_case", "the use case"),
    Index("usecase_approvals_by_use_case", "use_case", "position", "number"),
)

usecase_deployments = _of_change(
    "usecase_deployments",
    "When use cases were put to use and taken out of it.",
    blob("the use case's file; NULL where it went"),
    words("use_case", "the use case"),
    words("action", "usecase.deploy, usecase.deprecate …"),
    words("status", "how the change was judged"),
    words("time", "when the change landed, as attested", null=True),
    data("people", "those who made the change"),
    Index("usecase_deployments_by_use_case", "use_case", "position", "number"),
)

deployment_history = _of_change(
    "deployment_history",
    "What ran where: one row whenever another version was put there, or none.",
    blob("the Deployment's file; NULL where it went"),
    words("environment", "staging or production"),
    words("model", "the model"),
    words("version", "what runs from here on; empty for nothing"),
    words("what", "in words: from which version, and whether it goes back"),
    words("reason", "why, for a rollback"),
    words("time", "when it landed, as attested", null=True),
    data("people", "those who made the change"),
    Index("deployment_history_by_model", "model", "environment", "position", "number"),
    Index("deployment_history_by_environment", "environment", "position", "number"),
)

findings = table(
    "findings",
    "Everything that was found, waived or not.",
    count("position", "where the commit stands on the branch; -1 for what is about no commit of it", key=True),
    count("number", "counts those of one commit, from 0", key=True),
    commit("the commit that it is about; NULL: the history as a whole", null=True),
    blob(),
    words("fingerprint", "stays the same when lines move"),
    words("rule", "id of the rule"),
    words("status", "fail, warn, unverifiable, error or waived"),
    words("severity", "info, low, medium, high or critical"),
    words("message", "what is wrong"),
    words("hint", "what to do"),
    words("path", "the file", null=True),
    count("line", "from 1", null=True),
    count("column_number", "from 1, in characters", null=True),
    words("subject", "what it is about"),
    words("waived", "path of what accepts it; empty if nothing does"),
    data("evidence", "records"),
    Index("findings_by_rule", "rule", "position", "number"),
    Index("findings_by_status", "status", "position", "number"),
    Index("findings_by_fingerprint", "fingerprint"),
    Index("findings_by_path", "path", "position", "number"),
    Index("findings_by_severity", "severity", "position", "number"),
)
