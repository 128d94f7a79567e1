"""What is decided about accounts; every function checks the right to do it."""

VIEW = "accounts:user:view"
EDIT = "accounts:user:edit"
APPOINT = "accounts:administrator:appoint"
ISSUE = "accounts:code:issue"
