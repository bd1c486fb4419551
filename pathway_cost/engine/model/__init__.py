"""What is costed: the pathway as a graph of integers, who lives under which scenarios, over which time.

The first wing of the engine.
"""
