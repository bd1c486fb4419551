"""One scenario costed: its total, the cuts that sum to it, and what a patient costs. The first wing of results."""
