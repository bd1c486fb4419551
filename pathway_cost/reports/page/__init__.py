"""`report.html`: one file a section. Comes after words, flows and charts."""
