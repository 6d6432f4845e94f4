"""Compare: this period's rows with the roster before, for what should make a coordinator ask."""

from pipeline.compare.compare import compare
from pipeline.compare.marks import unmended, with_marks

__all__ = ["compare", "unmended", "with_marks"]
