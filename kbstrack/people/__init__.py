"""Stage: who exists, who is enrolled on what, and who stands beside them."""
