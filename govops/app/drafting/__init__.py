"""From what stands and what is asked to files as they are to be: one function for each step, which does nothing."""

from __future__ import annotations

from govops.app.drafting.tip import Stood, Tip, open_tip

__all__ = ["Stood", "Tip", "open_tip"]
