"""A plugin of the tests that requires the shelf and has no tables."""
