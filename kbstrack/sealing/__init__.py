"""What makes an issue of a portfolio checkable: no database, no server, no network."""
