"""`workbook.xlsx`: one file a group of sheets. Comes after words."""
