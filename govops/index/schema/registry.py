"""Tables of what stands: what the files say, and since and until which change."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, Table

from govops.index.schema.columns import blob, commit, count, data, flag, lasting, number, table, words

resources = table(
    "resources",
    "Every governed file as it ever stood. A row ends when content or derived status become others.",
    words("path", "the file", key=True),
    count("valid_from", "position of the change that made it so", key=True),
    count("valid_to", "position of the change that ended it; NULL: it still stands", null=True),
    commit("the change that made it so"),
    blob("the file's content in git"),
    words("mode", "as git writes it: 100644"),
    words("kind", "empty for control files"),
    words("name", "empty for control files"),
    words("title", "what people call it"),
    words("status", "the derived status; unreadable; or empty"),
    data("document", "the file as JSON; NULL where it is unreadable or no resource", null=True),
    Index("resources_by_kind", "kind", "name", "path", "valid_from", "valid_to"),
    Index("resources_by_status", "status", "kind", "name", "path"),
    Index("resources_by_time", "valid_from"),
    ForeignKeyConstraint(["valid_from"], ["commits.position"], ondelete="CASCADE"),
)

models = lasting(
    "models",
    "Models.",
    words("name", "the model"),
    words("title", "the name that people use"),
    words("owner", "the User who answers for it"),
    words("risk_tier", "low, medium, high or critical"),
    words("status", "the furthest state of any of its versions"),
    indexes=(("name",), ("owner", "name"), ("risk_tier", "name"), ("status", "name")),
)

model_versions = lasting(
    "model_versions",
    "Versions of models.",
    words("model", "the model"),
    words("version", "the version"),
    words("status", "registered … deployed_production, rolled_back: derived"),
    words("declared", "the status that the file says"),
    words("description", "what is new in it"),
    words("source_repository", "where the training code is"),
    words("source_commit", "the commit that was used"),
    words("data_digest", "digest of the training data"),
    words("artifact_uri", "where the artifact is"),
    words("artifact_digest", "its SHA-256"),
    count("artifact_bytes", "its size"),
    *(number(name, "as measured in evaluation") for name in ("accuracy", "precision", "recall", "f1", "error_rate")),
    number("latency_ms", "milliseconds for one answer"),
    number("throughput_qps", "answers per second"),
    indexes=(("model", "version"), ("status", "model", "version"), ("artifact_digest",)),
)

deployments = lasting(
    "deployments",
    "What runs where.",
    words("environment", "staging or production"),
    words("model", "the model"),
    words("version", "the version that runs"),
    words("deployment_id", "the deployment system's id"),
    words("rollback_reason", "why an earlier version runs again; empty if it does not"),
    indexes=(("environment", "model"), ("model", "environment")),
)

use_cases = lasting(
    "use_cases",
    "Use cases.",
    words("name", "the use case"),
    words("title", "the name that people use"),
    words("owner", "the User who answers for it"),
    words("impact", "low, medium, high or critical"),
    words("status", "draft … archived"),
    indexes=(("name",), ("owner", "name"), ("impact", "name"), ("status", "name")),
)

usecase_models = lasting(
    "usecase_models",
    "Which models a use case may use.",
    count("number", "as in the file, from 0", key=True),
    words("use_case", "the use case"),
    words("model", "the model"),
    words("versions", "the approved range"),
    indexes=(("use_case",), ("model",)),
)

users = lasting(
    "users",
    "People, bots and agents.",
    words("name", "the User"),
    words("display_name", "the name that people use"),
    words("type", "human, bot or agent"),
    flag("active", "whether they still act"),
    indexes=(("name",), ("type", "name")),
)

roles = lasting(
    "roles", "Roles.", words("name", "the Role"), words("description", "what it is for"), indexes=(("name",),)
)

role_permissions = lasting(
    "role_permissions",
    "What holders of a role may do.",
    words("permission", "noun:verb, or *", key=True),
    words("role", "the Role"),
    indexes=(("role",), ("permission",)),
)

sla_targets = lasting(
    "sla_targets",
    "What agreements promise.",
    words("metric", "what is measured", key=True),
    words("sla", "the ServiceLevelAgreement"),
    words("resource", "what the promise is about"),
    number("target", "at most so much; for availability at least"),
    words("window_kind", "rolling or calendar"),
    words("window", "days, or month, week, day"),
    indexes=(("sla",), ("resource",)),
)

slas = lasting(
    "slas",
    "Agreements.",
    words("name", "the ServiceLevelAgreement"),
    words("resource", "what it is about"),
    count("incident_response_minutes", "promised time to the first answer", null=True),
    count("incident_resolution_minutes", "promised time to the end of an incident", null=True),
    indexes=(("name",), ("resource", "name")),
)

sla_violations = lasting(
    "sla_violations",
    "Recorded violations.",
    words("id", "the violation"),
    words("sla", "the ServiceLevelAgreement"),
    words("metric", "the promise that was not kept"),
    words("window_start", "when the window began"),
    words("window_end", "when it ended"),
    number("target", "what was promised"),
    number("actual", "what was measured"),
    words("status", "acknowledged or not acknowledged"),
    words("acknowledged_by", "who took note", null=True),
    words("acknowledged_at", "when, as they say", null=True),
    words("notes", "what they say", null=True),
    indexes=(("sla", "id"), ("status", "sla", "id"), ("metric", "sla", "id")),
)

incidents = lasting(
    "incidents",
    "Incidents as their files say. For reports that no file tells of yet, and attested times, see incident_cases.",
    words("name", "the incident"),
    words("title", "what happened, in a line"),
    words("category", "as given; empty where it is derived", null=False),
    words("severity", "info, warning, error or critical"),
    words("status", "open or resolved"),
    words("resource", "what it happened to"),
    data("related", "what else it touches"),
    count("affected", "how many people or records it touched"),
    words("reported_by", "who reported it"),
    words("reported_at", "when, as they say"),
    words("resolved_by", "who ended it", null=True),
    words("resolved_at", "when, as they say", null=True),
    words("notes", "how it ended", null=True),
    indexes=(("name",), ("status", "name"), ("severity", "name"), ("resource", "name"), ("category", "name")),
)

escalation_rules = lasting(
    "escalation_rules",
    "Who is told of open violations and incidents.",
    words("name", "the EscalationRule"),
    data("kinds", "SlaViolation, Incident or both"),
    data("severities", "only incidents of these; none: of all"),
    data("steps", "after how many minutes, whom"),
    indexes=(("name",),),
)

waivers = lasting(
    "waivers",
    "Exceptions: Waivers with an end, and Ratifications of what landed wrongly.",
    words("kind", "Waiver or Ratification"),
    words("name", "the exception"),
    words("reason", "why"),
    words("owner", "the User who answers for a waiver; empty for a ratification"),
    words("expires", "when a waiver ends", null=True),
    data("rules", "what is waived"),
    data("scope", "what it is waived for, or which changes and findings are accepted"),
    indexes=(("name",),),
)

LASTING: dict[str, tuple[Table, ...]] = {
    "Model": (models,),
    "ModelVersion": (model_versions,),
    "Deployment": (deployments,),
    "UseCase": (use_cases, usecase_models),
    "User": (users,),
    "Role": (roles, role_permissions),
    "ServiceLevelAgreement": (slas, sla_targets),
    "SlaViolation": (sla_violations,),
    "Incident": (incidents,),
    "EscalationRule": (escalation_rules,),
    "Waiver": (waivers,),
    "Ratification": (waivers,),
}
"""Kind -> the tables that tell of its files, beside ``resources``."""
