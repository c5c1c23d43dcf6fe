"""Service level agreements for other tools: alert rules of Prometheus, and OpenSLO documents both ways."""

from govops.app.agreements.alerting import RuleFile, alert_rules

__all__ = ["RuleFile", "alert_rules"]
