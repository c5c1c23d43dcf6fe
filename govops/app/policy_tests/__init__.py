"""Policies under test: cases that stand beside them, tried by the judge of real changes."""

from govops.app.policy_tests.running import run

__all__ = ["run"]
