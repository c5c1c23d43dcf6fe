"""Which versions stood in an environment, in order; and what that makes of a version's status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def is_rollback(stays: Sequence[str | None], version: str) -> bool:
    """Whether ``version`` had left the environment before the current one first entered it.

    ``stays`` are the versions that stood there, oldest first, the last one being current; ``None`` is a
    time without any. Going on to a version that was tried after the current one is a deployment.
    """
    current = stays[-1] if stays else None
    if current is None or current == version:
        return False
    return version in stays[: stays.index(current)]


def deployed_status(declared: str, version: str, stays: Mapping[str, Sequence[str | None]]) -> str:
    """A version's derived status: where it runs now, or that it was taken out of production.

    ``declared`` is ``ModelVersion.status``; ``stays`` maps an environment to its stays. Production is said
    before staging; a version that left production by a rollback is *rolled_back* until it is deployed again.
    """
    for environment in ("production", "staging"):
        if (stays.get(environment) or (None,))[-1] == version:
            return f"deployed_{environment}"
    production = stays.get("production") or ()
    if version in production and declared == "approved":
        last = len(production) - 1 - list(reversed(production)).index(version)
        successor = production[last + 1]
        if successor is not None and is_rollback(production[: last + 1], successor):
            return "rolled_back"
    return declared
