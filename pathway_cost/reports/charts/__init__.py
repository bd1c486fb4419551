"""Bars, fans, tornados and curves as SVG drawings. Comes after words."""
