"""Stage: how much of the standard is met, and why."""
