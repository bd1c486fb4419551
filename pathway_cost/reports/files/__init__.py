"""What a run leaves on disk: the folder written whole or not at all, and two such folders compared. Comes after page and workbook."""
