"""People from a spreadsheet: what is wrong is said row by row; all of it is written or nothing (A11, A16).

`service` has the doors: `plan` says what a file would change, `apply` changes it; both check `RUN`.
`template` makes the spreadsheet to fill in.
"""

RUN = "people:import:run"
