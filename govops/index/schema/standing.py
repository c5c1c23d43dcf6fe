"""Tables of how things stand at the commit that the index was made from; written anew when they differ."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index

from govops.index.schema.columns import blob, commit, count, data, flag, number, table, words

standing = table(
    "standing",
    "What the index was made from: one row.",
    count("one", "always 1", key=True),
    words("repository", "as Settings name it"),
    words("ref", "the branch"),
    commit("the commit that the index was made from"),
    blob("always NULL"),
    count("position", "where that commit stands on the branch"),
    words("evidence_ref", "the evidence branch", null=True),
    words("evidence_tip", "its commit", null=True),
    words("hosted_ref", "the branch of open proposals", null=True),
    words("hosted_tip", "its commit", null=True),
    words("built_with", "version of govops, and digest of this schema"),
    words("adoption_id", "the commit from which govops makes claims"),
    data("digests", "of what is written anew when it differs, by table"),
)

user_roles = table(
    "user_roles",
    "Who held which role, from which change on and until which.",
    words("user_name", "the User", key=True),
    words("role", "the Role", key=True),
    count("valid_from", "position of the change that gave it", key=True),
    count("valid_to", "position of the change that took it away; NULL: it is still held", null=True),
    commit("the change that gave it"),
    blob("the User's file at that change"),
    words("since", "when, as attested", null=True),
    words("until_commit_id", "the change that took it away", null=True),
    words("until", "when, as attested", null=True),
    Index("user_roles_by_role", "role", "user_name", "valid_from", "valid_to"),
    ForeignKeyConstraint(["valid_from"], ["commits.position"], deferrable=True, initially="DEFERRED"),
)

approval_requests = table(
    "approval_requests",
    "Proposals: those that are open, and those that were closed.",
    words("id", "the proposal's id: as the server gave it, or forge#number", key=True),
    commit("what landed; the reviewed head until then"),
    blob("the server's document about it"),
    words("title", "what it is about"),
    words("reason", "why it is asked for"),
    words("state", "open, merged, rejected, withdrawn or conflicted"),
    words("branch", "where the proposal stands", null=True),
    words("opener", "who opened it"),
    words("opened_at", "when", null=True),
    words("closed_at", "when it was closed", null=True),
    words("head", "the commit that is proposed", null=True),
    count("position", "of the change that it became; NULL if it did not land", null=True),
    data("paths", "what it changes"),
    data("decisions", "what was decided so far, by whom"),
    words("url", "at the forge; empty for our own"),
    words("digest", "of this row"),
    Index("approval_requests_by_state", "state", "id"),
    Index("approval_requests_by_opener", "opener", "id"),
)

receipts = table(
    "receipts",
    "What recorders signed about changes that landed.",
    words("id", "the record", key=True),
    commit("the change that it tells of: its last commit"),
    blob("the record's file on the evidence branch"),
    words("base_id", "the commit before the change", null=True),
    words("recorder", "who recorded"),
    count("sequence", "its place in the recorder's chain"),
    words("signer", "the key whose signature holds; NULL if none does", null=True),
    words("recorded_at", "when"),
    words("landed_at", "when the change landed", null=True),
    words("proposal", "forge#number; empty for a direct push"),
    flag("backfilled", "whether it was recorded long after"),
    Index("receipts_by_commit", "commit_id"),
)

incident_cases = table(
    "incident_cases",
    "Incidents as they stand, by files and signed reports together, with attested times.",
    words("name", "the incident", key=True),
    commit("the commit that the index was made from"),
    blob("its file; NULL where only a record tells of it"),
    words("title", "what happened, in a line"),
    words("status", "open, resolved or withdrawn"),
    words("severity", "the gravest that was reported and not lawfully lowered"),
    words("category", "given, or derived from the words"),
    words("category_word", "the word that it was derived from; NULL where it was given", null=True),
    words("resource", "what it happened to"),
    data("related", "what else it touches"),
    words("path", "its file", null=True),
    count("affected", "how many people or records it touched"),
    words("reported_by", "who reported it"),
    words("claimed_at", "when, as they say", null=True),
    words("reported_at", "when, as attested", null=True),
    words("responded_at", "when it was taken up, as attested", null=True),
    words("resolved_at", "when it was resolved, as attested", null=True),
    words("resolved_in", "the change that resolved it", null=True),
    count("resolution_seconds", "from report to resolution", null=True),
    data("clocks", "which authorities have to hear of it, until when, and whether they did"),
    data("targets", "which promised times were kept"),
    Index("incident_cases_by_status", "status", "name"),
    Index("incident_cases_by_severity", "severity", "name"),
    Index("incident_cases_by_category", "category", "name"),
    Index("incident_cases_by_resource", "resource", "name"),
)

controls = table(
    "controls",
    "Clauses of frameworks, and what was shown for each.",
    words("framework", "the Framework", key=True),
    words("version", "its edition", key=True),
    words("clause", "the clause", key=True),
    commit("the commit that the index was made from"),
    blob("the Framework's file"),
    words("summary", "what the clause asks"),
    words("state", "shown, failing, unverifiable, waived, not_covered, not_applicable or not_in_force"),
    words("reason", "why it does not apply, or what more would show it"),
    count("evidence", "how many pieces of evidence there are"),
    Index("controls_by_state", "state", "framework", "version", "clause"),
)

sla_measurements = table(
    "sla_measurements",
    "What was measured of promises, summed up for each window (from a service report).",
    words("sla", "the ServiceLevelAgreement", key=True),
    words("metric", "what was measured", key=True),
    words("window_start", "when the window began", key=True),
    words("part_start", "when the part of it began in which one text of the agreement was in force", key=True),
    words("window_end", "when it ended"),
    words("part_end", "when that part ended"),
    commit("the change that brought the text in force; NULL where nobody knows", null=True),
    blob("always NULL: measurements are kept elsewhere"),
    number("target", "what was promised"),
    number("lowest", "the least that it can be"),
    number("highest", "the most that it can be"),
    words("standing", "compliant, at risk, violated or unknown"),
    flag("is_complete", "whether the window has ended"),
    Index("sla_measurements_by_standing", "standing", "sla", "metric", "window_start", "part_start"),
)

compliance_reports = table(
    "compliance_reports",
    "The audit's sums at the commit that the index was made from: one row.",
    words("commit_id", "the audited tip", key=True),
    blob("always NULL"),
    words("as_of", "the instant that it is about", null=True),
    words("edition", "of the built-in rules"),
    words("evidence_mode", "receipt, signature or trailer"),
    flag("single_maintainer", "whether one person keeps the repository"),
    *(
        count(name, "changes in this bin")
        for name in ("commits", "chain", "no_claim", "evaluated", "undecidable", "governed", "approved", "waived")
    ),
    count("violating", "changes in this bin"),
    count("findings", "how many findings there are"),
    count("exit_code", "what `govops audit` ends with"),
    words("govops_version", "what audited"),
)

WHOLE = (user_roles, approval_requests, incident_cases, controls, sla_measurements, compliance_reports)
"""Tables that are compared and written as a whole."""
