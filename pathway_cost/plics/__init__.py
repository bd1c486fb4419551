"""What trusts record: PLICS extracts in, events and cost lines out; rules turn them into unit costs.

Its wings, the second resting on the first:

reading  extracts (XML or CSV) into events and cost lines: control totals proved, nothing that identifies a patient kept
pricing  events and cost lines into unit costs by rules, with the proof of which pounds each holds

Read first: `read_extracts` and `price_extract`, which call the rest in order.
"""
