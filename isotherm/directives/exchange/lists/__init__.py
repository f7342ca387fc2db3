"""
A list of tasks that an office keeps already (.xlsx, .csv) is brought into a registered document.

1. `sheets.py`: the file as rows, looked at for secrecy marks first.
2. `heads.py`: its head row, what each column holds, and a mark by which the same head is known again.
3. `rows.py`, `days.py`: each row as a task, with what is wrong in it, where, and how to mend it.
4. `places.py`: where in the document's text the row's work stands.
5. `plan.py`: which rows can be brought in, which are there already, which a person must place.

`docs/decisions/0010-lists-anchor-to-the-text.md` says why a row needs a place in the text.
"""
