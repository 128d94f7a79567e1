"""Builds a believable Russian school, through the same services and hooks as everything else."""
