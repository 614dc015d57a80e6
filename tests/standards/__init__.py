"""Standards: the values, the checks, the file that comes with kbstrack."""
