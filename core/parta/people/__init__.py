"""The people of a school: staff, students, guardians, and who belongs where from when to when."""
