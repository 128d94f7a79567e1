"""The core's own pages, a module each part of the navigation."""
