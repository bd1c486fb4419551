"""Two costed scenarios side by side: the change, and the bridge that explains it. Comes after costed."""
