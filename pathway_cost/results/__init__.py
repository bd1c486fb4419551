"""What it means: one scenario costed, two compared, the bridge between them, and the frames of a run.

`costed` one scenario and its cuts · `reaching` patients who reach a setting · `patients` expected cost a patient ·
`comparison` two scenarios · `bridge`, `bridge_lines`, `bridge_changes` why a figure changed · `rounding` for print ·
`tables` the frames and `assemble` their making · `record` how the run was made · `run_result` what a run hands over.
Numbers, never files.
"""
