"""Stage: what the apprentice did, and which KSBs it claims."""
