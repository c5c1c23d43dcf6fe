"""The pages under ``/governance/``: made on the server, read-only, without scripts, cookies or anybody else's host."""

from __future__ import annotations

from govops.api.pages.registration import register_governance_pages

__all__ = ["register_governance_pages"]
