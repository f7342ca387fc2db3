"""Merge, split, transfer, rename, dissolve, abolish, found: drafted, checked, signed by two, carried out on its day."""
