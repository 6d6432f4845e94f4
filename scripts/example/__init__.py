"""The fictional example: facts as tables, and the forms in which clerks hand them in."""
