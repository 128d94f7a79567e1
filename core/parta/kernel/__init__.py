"""What any application of many tenants needs and that knows nothing of schools' work."""
