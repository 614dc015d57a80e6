"""The ledger: one hash chain per enrolment, to which entries are only ever added."""
