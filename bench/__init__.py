"""Benchmarks: each prints ratios between ways of doing the same thing, measured in one run."""
