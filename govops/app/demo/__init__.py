"""The demo: one year of the example company, told as a git repository with evidence and planted violations."""

from govops.app.demo.repository import DemoRepository, Landed, build, expected_findings
from govops.app.demo.story import STORY

__all__ = ["STORY", "DemoRepository", "Landed", "build", "expected_findings"]
