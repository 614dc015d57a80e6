"""kbstrack: the record of an apprenticeship, from published standard to portfolio."""
