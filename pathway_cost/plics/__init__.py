"""What trusts record: extracts in, events and cost lines out; rules turn them into unit costs."""
