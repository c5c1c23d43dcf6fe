"""What govops costs, measured against git's own floor on generated repositories: ``make bench``.

Nothing here is a test, and no figure is ever asserted: machines differ, ratios of one run hardly do.
"""
