"""Stage: submissions, decisions and sign-offs, only ever added."""
