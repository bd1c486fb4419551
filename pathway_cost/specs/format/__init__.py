"""The files people write, as frozen models, and what can be said of one value by itself. The first wing of specs."""
