"""The bundle: a frozen issue as ZIP files, for whoever keeps or judges it; no server, no database.

`making.plan_bundle` says which files there will be and how large, `making.stream_part` writes one.
"""
