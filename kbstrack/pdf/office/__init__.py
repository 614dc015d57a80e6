"""Office documents of people's evidence, turned into pages by LibreOffice where it is switched on.

`program.find_program` knows where it is; `converting.convert` has it make a PDF of one document,
shut in and within limits; `documents.Documents` does so for a portfolio and keeps what was made.
The PDF is then looked into like one that was handed in (`pdf/foreign`).
"""
