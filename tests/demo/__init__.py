"""The demo cohort: a possible story, files that open, the same bytes everywhere."""
