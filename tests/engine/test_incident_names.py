"""What an incident is about, and which agreements promise something of it."""

from __future__ import annotations

import pytest

from govops.engine.incident_names import meant, model_of, targets
from tests.support.facts import snapshot
from tests.support.files import model, sla


def test_an_agreement_that_is_named_stands_for_what_it_is_about_too() -> None:
    stands = snapshot(sla("fast"), model("fraud"))
    named = ("ServiceLevelAgreement/fast", "Model/churn", "ServiceLevelAgreement/gone", "Model/fraud")
    assert meant(named[:1], stands) == ("ServiceLevelAgreement/fast", "Model/fraud")
    assert meant(named, stands) == named


ABOUT: dict[str, tuple[str, str, bool]] = {
    "the same model": ("Model/fraud", "Model/fraud", True),
    "another model": ("Model/fraud", "Model/churn", False),
    "a version of the model": ("Model/fraud", "ModelVersion/fraud/1.0.0", True),
    "a deployment of the model": ("Model/fraud", "Deployment/production/fraud", True),
    "one of another model": ("Model/fraud", "ModelVersion/churn/1.0.0", False),
    "the model of the version": ("ModelVersion/fraud/1.0.0", "Model/fraud", True),
    "the model of the deployment": ("Deployment/production/fraud", "Model/fraud", True),
    "the same version": ("ModelVersion/fraud/1.0.0", "ModelVersion/fraud/1.0.0", True),
    "another version": ("ModelVersion/fraud/1.0.0", "ModelVersion/fraud/2.0.0", False),
    "a version, of its deployment": ("Deployment/production/fraud", "ModelVersion/fraud/1.0.0", False),
    "another environment": ("Deployment/production/fraud", "Deployment/staging/fraud", False),
    "the same use case": ("UseCase/claims", "UseCase/claims", True),
    "another use case": ("UseCase/claims", "UseCase/letters", False),
    "a use case called like the model": ("Model/fraud", "UseCase/fraud", False),
    "the agreement itself": ("UseCase/claims", "ServiceLevelAgreement/fast", True),
    "another agreement about the same": ("Model/fraud", "ServiceLevelAgreement/slow", True),
    "another agreement": ("UseCase/claims", "ServiceLevelAgreement/slow", False),
}


@pytest.mark.parametrize(("agreed", "named", "promised"), ABOUT.values(), ids=ABOUT)
def test_an_agreement_promises_something_of_what_it_is_about(agreed: str, named: str, *, promised: bool) -> None:
    stands = snapshot(sla("fast", resource=agreed, incident_response_minutes=30), sla("slow"))
    assert list(targets(["UseCase/other", named], stands)) == ([("fast", 30, None)] if promised else [])


def test_agreements_are_told_by_name_and_those_that_promise_nothing_left_out() -> None:
    both = {"incident_response_minutes": 30, "incident_resolution_minutes": 60}
    agreements = sla("b", **both), sla("a", incident_resolution_minutes=60), sla("c")
    assert list(targets(["Model/fraud"], snapshot(*agreements))) == [("a", None, 60), ("b", 30, 60)]


@pytest.mark.parametrize(
    ("resource", "of"),
    [
        ("Model/fraud", "fraud"),
        ("ModelVersion/fraud/1.0.0", "fraud"),
        ("Deployment/production/fraud", "fraud"),
        ("Deployment/fraud", "fraud"),
        ("UseCase/fraud", None),
    ],
)
def test_models_their_versions_and_deployments_are_of_a_model(resource: str, of: str | None) -> None:
    assert model_of(resource) == of
