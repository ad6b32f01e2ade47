"""Backups: the whole database as one sealed file, made while tills sell, proved by restoring it.

    make_backup(Source(...), Path("2026-05-31.backup"))
    restored = restore_backup(...)          # beside, checked, then put in place

What is not in it: the master key. It is kept apart, so that a stolen backup opens nothing, and an
erased member stays erased also in old ones.
"""
