"""How it reads: the frames of a run become a page, a workbook and tables on disk. Strings are born here.

`words` names and rounds, `flows` draws the pathway, `charts` the figures; `page` and `workbook` put them together; `files`
alone writes.

Read first: `folder.py` (everything a run leaves), then `page.py` or `workbook.py`.
"""
