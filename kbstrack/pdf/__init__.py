"""Portfolio to PDF bytes; the only user of WeasyPrint."""
