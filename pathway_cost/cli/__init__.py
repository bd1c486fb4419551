"""The command `pathway-cost`: words typed in a terminal become calls of `costing`, and faults become messages.

No wings; one small file a group of commands, `*_command.py` or `*_commands.py`. click lives here, and nowhere else.

Read first: `main.py` (which commands there are, exit codes), then `run_commands.py`.
"""
