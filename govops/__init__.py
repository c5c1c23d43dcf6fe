"""Prove from git history that every governed change was reviewed and allowed."""

__version__ = "0.1.0"
