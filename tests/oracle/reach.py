"""Which stories of the corpus the second judge can hear."""

from __future__ import annotations

OUT_OF_REACH = {
    "commit-in-a-year-that-is-none": "nobody reads a malformed commit",
    "commit-in-an-odd-time-zone": "nobody reads a malformed commit",
    "verifier-named-by-the-repository": "there is no repository to plant a program in",
}


def is_in_reach(name: str) -> bool:
    """Whether both judges can hear the story of that name."""
    return name not in OUT_OF_REACH
