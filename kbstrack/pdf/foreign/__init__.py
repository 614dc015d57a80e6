"""The pages of PDFs that people hand in as evidence, made fit to be pages of a portfolio."""
