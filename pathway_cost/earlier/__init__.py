"""WHAT WAS RUN BEFORE: folders of results read again, and why the figures of two of them differ."""
