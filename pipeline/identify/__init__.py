"""Identify: which rows are about the same item, and which item of the roster that is."""

from pipeline.identify.identify import Identified, identify

__all__ = ["Identified", "identify"]
