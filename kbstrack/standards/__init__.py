"""Stage 1: published standards as checked, frozen values, read from YAML under review."""
