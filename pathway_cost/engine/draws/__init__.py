"""Uncertain parameters: their tables of draws, and every scenario costed at each row. Comes after pounds."""
