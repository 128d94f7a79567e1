"""Benchmarks: they print figures beside a floor measured in the same run, and never assert on time."""
