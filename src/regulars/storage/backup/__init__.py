"""Backups: the whole database as one sealed file, made while tills sell, proved by restoring it.

    make_backup(url, Path("2026-05-31.backup"), key, now=now)
    restored = restore_backup(file, key, target)    # beside, checked, then put in place

What is not in it: the master key. It is kept apart, so that a stolen backup opens nothing. Who was
erased since is still in it, until the key that sealed it was changed and its old copies destroyed.
"""
