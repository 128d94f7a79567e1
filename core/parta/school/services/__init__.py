"""What is decided about the school itself; every function checks the right to do it."""

VIEW = "school:structure:view"
EDIT = "school:structure:edit"
