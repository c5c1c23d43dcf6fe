"""The test world: companies whose histories are told, written as real git objects."""
