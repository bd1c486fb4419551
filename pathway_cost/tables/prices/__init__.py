"""At what price: sets of unit costs, national schedules and indices, resolved to one price a key.

Comes after reading.
"""
