"""The pages of PDFs that people hand in as evidence, made fit to be pages of a portfolio.

`reading.read_pages` has a process of its own look at a file and leaves its pages as a small PDF;
`sheets` (beside this package) says how large each is printed and in what words; WeasyPrint draws
`placing.placeholder` in its place, and `placing.put_pages` puts the page there.
"""
