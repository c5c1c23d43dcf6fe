"""CODEOWNERS, made from approval policies, roles and people: whom a forge should ask."""

from govops.app.codeowners.text import FORGES
from govops.app.codeowners.writing import Owners, owners_at, owners_of_revision, owners_of_worktree, write_owners

__all__ = ["FORGES", "Owners", "owners_at", "owners_of_revision", "owners_of_worktree", "write_owners"]
