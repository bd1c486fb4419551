"""What patients do: expected visits, ways and quantities, in closed form or followed through time.

Comes after values.
"""
