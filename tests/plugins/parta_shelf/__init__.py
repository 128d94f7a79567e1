"""A plugin of the tests that uses every door: what the school's library lends."""
