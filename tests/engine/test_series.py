"""Several sequences read as one, without putting them together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from govops.engine.series import Changes, Mapped, Series
from govops.finding import ChangeRecord, Status
from tests.support.facts import oid

PARTS: list[tuple[Sequence[int], ...]] = [(), ((),), ((1, 2, 3),), ((1,), (), (2, 3)), ((), (1, 2), [3])]
SLICES = [slice(None), slice(1, None), slice(-2, None), slice(0, 2), slice(None, None, -1), slice(5, 9)]


@pytest.mark.parametrize("parts", PARTS)
def test_a_series_is_like_all_its_parts_together(parts: tuple[Sequence[int], ...]) -> None:
    together = tuple(item for part in parts for item in part)
    series = Series(*parts)
    assert (len(series), tuple(series)) == (len(together), together)
    assert [series[at] for at in range(-len(together), len(together))] == [*together, *together]
    for where in SLICES:
        assert series[where] == together[where]
    for at in (len(together), -len(together) - 1):
        with pytest.raises(IndexError):
            series[at]


class Unending(Sequence[int]):
    """Whoever reads too far in it notices."""

    def __len__(self) -> int:
        return 1_000_000

    def __getitem__(self, at: Any) -> Any:
        raise AssertionError("it is read from its beginning")

    def __iter__(self) -> Iterator[int]:
        yield from (0, 1, 2)
        raise AssertionError("it is read too far")


def test_an_item_is_read_without_what_comes_after_it() -> None:
    assert Series((7, 8), Unending())[4] == 2


def test_a_mapped_sequence_has_items_and_slices_told_in_another_way() -> None:
    mapped = Mapped((1, 2, 3), lambda number: -number)
    assert (len(mapped), mapped[0], mapped[-1]) == (3, -1, -3)
    for where in SLICES:
        assert list(mapped[where]) == [-1, -2, -3][where]


def test_what_was_not_plainly_allowed_is_known_of_earlier_changes_and_looked_for_in_later_ones() -> None:
    fine, broken, open_ = (
        ChangeRecord(oid(name), None, (oid(name),), name, status)
        for name, status in (("fine", Status.PASS), ("broken", Status.FAIL), ("open", Status.UNVERIFIABLE))
    )
    changes = Changes((fine, broken), (broken,), (fine, open_))
    assert list(changes) == [fine, broken, fine, open_]
    assert list(changes.troubled()) == [broken, open_]
