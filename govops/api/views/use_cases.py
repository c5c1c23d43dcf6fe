"""Use cases."""

from __future__ import annotations

from govops.api.calls import Call
from govops.app.facades import UseCaseRegistry
from govops.app.governance import Document, Page, Submitted


def create_use_case(use_cases: UseCaseRegistry, call: Call) -> Submitted:
    """Create a use case, as a draft."""
    return use_cases.create(call.actor, call.body, key=call.key)


def list_use_cases(use_cases: UseCaseRegistry, call: Call) -> Page:
    """List the use cases."""
    return use_cases.list(call.query)


def get_use_case(use_cases: UseCaseRegistry, call: Call) -> Document:
    """Show a use case."""
    return use_cases.use_case(call["name"], as_of=call.query.as_of)


def submit_use_case(use_cases: UseCaseRegistry, call: Call) -> Submitted:
    """Say that a draft is ready to be approved."""
    return use_cases.submit(call.actor, call["name"], call.body, **call.step)


def approve_use_case(use_cases: UseCaseRegistry, call: Call) -> Submitted:
    """Approve a use case.

    The open proposal that concerns it gets the approval; where none is open, its approval is proposed, and somebody
    else has to approve that.
    """
    return use_cases.approve(call.actor, call["name"], call.body, **call.step)


def deploy_use_case(use_cases: UseCaseRegistry, call: Call) -> Submitted:
    """Put an approved use case to use."""
    return use_cases.deploy(call.actor, call["name"], call.body, **call.step)


def deprecate_use_case(use_cases: UseCaseRegistry, call: Call) -> Submitted:
    """Give a use case up."""
    return use_cases.deprecate(call.actor, call["name"], call.body, **call.step)


def measure_use_case(use_cases: UseCaseRegistry, call: Call) -> Submitted:
    """Write down how well a use case does."""
    return use_cases.metrics(call.actor, call["name"], call.body, **call.step)
