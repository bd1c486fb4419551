"""Who: the patients of a study as a checked table, and as segments of like patients. Comes after reading."""
