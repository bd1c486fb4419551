"""How it reads: strings are born here.

`folder` the only writer of files · `csv_text`, `run_json` tables and record as bytes · `workbook` and `workbook_*` the
sheets, `check_sheet` pounds again in live formulas · `page` and `page_*` the HTML page · `flow`, `sankey_*`,
`sankey`, `pathway_picture` the pathway drawn · `charts` bars and waterfall · `shown` figures rounded to sum ·
`story`, `names`, `words` what things are called · `markup` text made safe · `terminal` stdout · `diagram` Mermaid text.
"""
