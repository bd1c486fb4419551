"""Where patients and pounds flow: Sankeys and diagrams of a pathway. Comes after words."""
