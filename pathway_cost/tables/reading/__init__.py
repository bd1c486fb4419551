"""Tables out of CSV, Parquet and workbooks, with every cell that cannot be told at its row.

The first wing of tables.
"""
