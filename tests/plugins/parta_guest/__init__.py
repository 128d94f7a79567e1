"""A plugin of the tests that uses the shelf's hook and lives without the shelf."""
