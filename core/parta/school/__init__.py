"""The school itself: its profile, years and terms, subjects, classes, study groups and courses."""
