"""Which fields an action touches, by the names that people write."""

from __future__ import annotations

import pytest

from govops.lifecycle import Action, changed_fields
from tests.support.facts import read
from tests.support.files import File, deployment, model


def action(old: File | None, new: File | None) -> Action:
    first, second = [read(side) if side else None for side in (old, new)]
    return Action("some.action", "Kind", "name", "path", first, second)


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        (model("fraud"), model("fraud", risk_tier="high"), ("risk_tier",)),
        (model("fraud"), model("fraud", title="Another", risk_tier="low"), ("title", "risk_tier")),
        (model("fraud"), model("fraud"), ()),
        (None, model("fraud"), None),
        (model("fraud"), None, None),
        (model("fraud"), deployment("staging", "fraud", "1.0"), None),
    ],
)
def test_fields_are_named_in_the_order_of_the_kind(
    old: File | None, new: File | None, fields: tuple[str, ...] | None
) -> None:
    assert changed_fields(action(old, new)) == fields
