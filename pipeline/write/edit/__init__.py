"""Changes to a briefing that people have edited: single letters, rows and paragraphs, no more."""
