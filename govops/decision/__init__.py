"""Rules in force x change x evidence -> verdict."""

from govops.decision.beneficiaries import beneficiaries
from govops.decision.candidates import Candidates, roles_wanted, who_could
from govops.decision.conditions import conditions
from govops.decision.duties import Conflict
from govops.decision.hinges import Open, hinges, settled
from govops.decision.judge import judge
from govops.decision.law import SETTINGS_PATH, Law, RuleInForce, Unlawful, is_rule_file
from govops.decision.people import is_late, proposal_key
from govops.decision.requirements import as_minor, risk_tiers
from govops.decision.verdict import Cause, ChangeFacts, Objection, Opinion, Verdict, Weighed

__all__ = [
    "SETTINGS_PATH",
    "Candidates",
    "Cause",
    "Conflict",
    "ChangeFacts",
    "Law",
    "Objection",
    "Open",
    "Opinion",
    "RuleInForce",
    "Unlawful",
    "Verdict",
    "Weighed",
    "as_minor",
    "beneficiaries",
    "conditions",
    "hinges",
    "is_late",
    "is_rule_file",
    "judge",
    "proposal_key",
    "risk_tiers",
    "roles_wanted",
    "settled",
    "who_could",
]
