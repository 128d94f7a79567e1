"""Parta: the open platform that runs a school's record."""
