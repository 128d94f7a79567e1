"""What is decided about people; every function checks the right to do it."""

VIEW = "people:person:view"
EDIT = "people:person:edit"
CONTACTS = "people:contacts:view"
