"""How large the generated repositories are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["trailer", "receipt"]


@dataclass(frozen=True, slots=True)
class Size:
    """``resources`` stand at the tip, about; ``commits`` are all that the tip reaches, those of merged branches too."""

    name: str
    resources: int
    commits: int
    mode: Mode = "trailer"

    @property
    def people(self) -> int:
        """How many Users there are from the beginning."""
        return max(30, self.resources // 40)


SIZES = (
    Size("small", 1_000, 2_000),
    Size("receipts", 1_000, 2_000, "receipt"),
    Size("middle", 10_000, 20_000),
    Size("middle-receipts", 10_000, 20_000, "receipt"),
    Size("long", 10_000, 200_000),
    Size("large", 50_000, 200_000),
)
USUAL = ("small", "receipts", "middle")
