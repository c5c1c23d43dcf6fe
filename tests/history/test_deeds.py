"""What was done to a resource stays known, whoever asks and however late."""

from __future__ import annotations

from govops.history.deeds import Deed, Deeds

MODEL, OTHER = "Model/fraud", "Model/churn"


def test_deeds_are_told_by_resource_oldest_first() -> None:
    deeds = Deeds()
    deeds.add([Deed(MODEL, "model.register", "a"), Deed(OTHER, "model.register", "a")])
    assert [deed.commit for deed in deeds.of(MODEL)] == ["a"]
    deeds.add([Deed(MODEL, "model.update", "b")])
    assert [deed.commit for deed in deeds.of(MODEL)] == ["a", "b"]
    assert list(deeds.of("Model/none")) == []


def test_what_another_walk_kept_comes_first() -> None:
    deeds = Deeds([Deed(MODEL, "model.register", "a")])
    deeds.add([Deed(MODEL, "model.update", "b")])
    assert [deed.commit for deed in deeds] == ["a", "b"]
    assert [deed.commit for deed in deeds.of(MODEL)] == ["a", "b"]
    assert [deed.commit for deed in deeds.since] == ["b"]
