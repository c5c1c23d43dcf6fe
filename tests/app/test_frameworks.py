"""The frameworks that come with govops: complete, honest about what serves a clause, and the user's own once added."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops import yamlio
from govops.app.example import example_company
from govops.app.frameworks import Pack, add_packs, packs
from govops.app.validate import validate_worktree
from govops.errors import UsageError
from govops.kinds.framework import Framework
from tests.support.world import World

PACKS = {pack.name: pack for pack in packs()}


def ids(name: str) -> list[str]:
    return [clause.id for clause in PACKS[name].framework.spec.clauses]


def test_nist_ai_rmf_has_every_subcategory() -> None:
    """By the number of subcategories of each category, as the framework has them."""
    counts = {
        "GOVERN": (7, 3, 2, 3, 2, 2),
        "MAP": (6, 3, 5, 2, 2),
        "MEASURE": (3, 13, 3, 3),
        "MANAGE": (4, 4, 2, 3),
    }
    assert ids("nist-ai-rmf") == [
        f"{function} {category}.{number}"
        for function, categories in counts.items()
        for category, count in enumerate(categories, 1)
        for number in range(1, count + 1)
    ]


def test_iso_42001_has_every_control_of_annex_a() -> None:
    """The first control of every objective bears the number 2."""
    plain = {"A.2": 4, "A.3": 3, "A.4": 6, "A.5": 5, "A.6.1": 3, "A.6.2": 8, "A.7": 6, "A.8": 5, "A.9": 4, "A.10": 4}
    assert ids("iso-42001") == [f"{part}.{at}" for part, last in plain.items() for at in range(2, last + 1)]


def test_the_ai_act_has_the_articles_around_high_risk_systems() -> None:
    found = {clause.partition("(")[0].partition(",")[0] for clause in ids("eu-ai-act")}
    assert found == {*(f"Art. {at}" for at in (9, 10, 11, 12, 13, 14, 15, 26, 72, 73)), "Annex VIII"}


def test_sr_11_7_gives_way_to_sr_26_2_on_the_very_day() -> None:
    old, new = (PACKS[name].framework.spec for name in ("sr-11-7", "sr-26-2"))
    assert (old.superseded_by, old.in_force_until) == ("sr-26-2", new.in_force_from)


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_a_clause_that_nothing_serves_says_what_would_show_it(pack: Pack) -> None:
    for clause in pack.framework.spec.clauses:
        assert clause.rules or clause.permissions or clause.sections or clause.would_show, clause.id
        assert clause.not_applicable is None, "what applies is for each house to say"


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_a_paraphrase_is_short(pack: Pack) -> None:
    """The standards' texts are not ours to copy."""
    for clause in pack.framework.spec.clauses:
        assert len(clause.summary) <= 110, clause.id
        assert "shall" not in clause.summary.split(), clause.id


def test_all_of_them_together_are_valid_in_any_repository(tmp_path: Path) -> None:
    """Every rule, permission and section that they name exists."""
    world = World(tmp_path / "world")
    root = tmp_path / "world"
    for path, (_, oid) in world.node(world.main).tree.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(world.objects.read(oid))
    written = add_packs(root, PACKS)
    assert set(written.created) == {pack.path for pack in PACKS.values()}
    assert validate_worktree(root, []).findings == ()


def test_a_pack_brings_its_successor_along_and_overwrites_nothing(tmp_path: Path) -> None:
    assert set(add_packs(tmp_path, ["sr-11-7"]).created) == {PACKS["sr-11-7"].path, PACKS["sr-26-2"].path}
    mine = tmp_path / PACKS["sr-11-7"].path
    mine.write_text("# mine\n", encoding="utf-8")
    again = add_packs(tmp_path, ["sr-11-7"])
    assert (again.created, again.kept) == ((), (PACKS["sr-11-7"].path,))
    assert mine.read_text(encoding="utf-8") == "# mine\n"


def test_an_unknown_name_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        add_packs(tmp_path, ["nist-ai-rmf", "sr-11-8"])
    assert error.value.hint == "did you mean `sr-11-7`?"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["eu-ai-act", "nist-ai-rmf"])
def test_the_example_company_began_with_the_packs(name: str) -> None:
    """It says what does not apply and since when it measures; the clauses are the same."""
    path = f"policies/frameworks/{name}.yaml"
    loaded = yamlio.load((example_company() / path).read_bytes(), path=path).resource
    assert isinstance(loaded, Framework)
    assert [(one.id, one.summary) for one in loaded.spec.clauses] == [
        (one.id, one.summary) for one in PACKS[name].framework.spec.clauses
    ]
    assert any(one.not_applicable for one in loaded.spec.clauses)
