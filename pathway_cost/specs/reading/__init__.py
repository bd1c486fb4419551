"""YAML text becomes the models of `format`, every fault at its line. Comes after format."""
