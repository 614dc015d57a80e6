"""Stage: everything of one enrolment gathered into one frozen document."""
