"""Tests about the code itself: sizes, words, names and layers."""
