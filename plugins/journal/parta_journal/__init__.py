"""The class journal and the diary."""
