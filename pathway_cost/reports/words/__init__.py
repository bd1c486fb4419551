"""Names, figures and sentences as they read on paper. The first wing of reports."""
