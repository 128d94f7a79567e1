"""What is decided about lessons, marks and attendance; every function checks the right to do it."""

WRITE_MARKS = "journal:marks:write"
WRITE_ABSENCES = "journal:absences:write"
VIEW = "journal:journal:view"
VIEW_ALL = "journal:journal:view_all"
DIARY = "journal:diary:view"
EDIT_LISTS = "journal:lists:edit"
