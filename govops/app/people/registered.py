"""Who stands in the registry of a work tree already."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from govops.app.people.draft import alike
from govops.kinds.user import User
from govops.workspace.files import read_tree, worktree_paths, worktree_reader

_FOLDERS = ("registry/users", "registry/roles")


@dataclass(frozen=True, slots=True)
class Registered:
    """``slugs`` are the names that files have, readable or not; ``by_email`` has addresses in small letters.

    ``by_name`` is keyed by :func:`alike` names; ``broken`` are paths that no one can read.
    """

    slugs: frozenset[str]
    by_email: dict[str, str]
    by_name: dict[str, str]
    roles: tuple[str, ...]
    broken: tuple[str, ...]


def registered(root: Path) -> Registered:
    """The people and roles whose files are in a work tree, committed or not; nobody where there are none."""
    tree = read_tree(worktree_paths(root, _FOLDERS), worktree_reader(root))
    users = [user for _, user in tree.snapshot.of_kind("User") if isinstance(user, User)]
    paths = [path for path in tree.snapshot.files if path.startswith("registry/users/") and path.endswith(".yaml")]
    return Registered(
        slugs=frozenset(path.rpartition("/")[2].removesuffix(".yaml") for path in paths),
        by_email={email.lower(): user.metadata.name for user in users for email in user.spec.emails},
        by_name={alike(user.spec.display_name): user.metadata.name for user in users},
        roles=tuple(sorted(tree.snapshot.names("Role"))),
        broken=tuple(sorted(set(paths) - tree.snapshot.paths_of("User"))),
    )
