"""The JSON API under `/api/v1`: its frame, and the core's own resources."""
