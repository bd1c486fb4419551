"""The tables of a run, numbers only, and the record of how it was made. Comes after costed, compared and chance."""
