"""What each route does: one call of a component. The docstrings are what OpenAPI and the reference say."""
