"""Rules in force x change x evidence -> verdict."""

from govops.decision.beneficiaries import beneficiaries
from govops.decision.candidates import Candidates, roles_wanted, who_could
from govops.decision.conditions import conditions
from govops.decision.duties import Conflict
from govops.decision.judge import judge
from govops.decision.law import SETTINGS_PATH, Law, RuleInForce, Unlawful, is_rule_file
from govops.decision.people import is_late, proposal_key
from govops.decision.requirements import as_minor
from govops.decision.verdict import Cause, ChangeFacts, Objection, Opinion, Verdict, Weighed

__all__ = [
    "SETTINGS_PATH",
    "Candidates",
    "Cause",
    "Conflict",
    "ChangeFacts",
    "Law",
    "Objection",
    "Opinion",
    "RuleInForce",
    "Unlawful",
    "Verdict",
    "Weighed",
    "as_minor",
    "beneficiaries",
    "conditions",
    "is_late",
    "is_rule_file",
    "judge",
    "proposal_key",
    "roles_wanted",
    "who_could",
]
