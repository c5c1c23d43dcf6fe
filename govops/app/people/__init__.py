"""People as drafts: who could stand in the registry, before anybody said that they should."""
