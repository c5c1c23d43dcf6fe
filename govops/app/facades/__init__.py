"""The registries of a governed repository as classes of a library: each question and each step is a method.

Nobody needs HTTP for them. A read returns a :class:`Page` or a :class:`Document` of the index; a write makes a
proposal, which the gate judges like any other, and returns a :class:`Submitted`.
"""

from __future__ import annotations

from govops.app.facades.access import AccessControl
from govops.app.facades.compliance import ComplianceReporter
from govops.app.facades.models import ModelRegistry
from govops.app.facades.slas import SLAManager
from govops.app.facades.use_cases import UseCaseRegistry

__all__ = ["AccessControl", "ComplianceReporter", "ModelRegistry", "SLAManager", "UseCaseRegistry"]
