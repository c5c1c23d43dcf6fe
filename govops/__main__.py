"""``python -m govops``."""

from __future__ import annotations

from govops.cli import main

if __name__ == "__main__":
    main()
