"""What may leave: which cells a message shows, which figures are hidden, which signs are dropped, what a stopped run leaves.

Comes before all but names, percents, terms and the version.
"""
