"""Reading: bytes become text columns per sheet, with row numbers, in limited children."""

from pipeline.limits import Limits
from pipeline.read.phone import with_calls
from pipeline.read.reading import Reading, cells, read

__all__ = ["Limits", "Reading", "cells", "read", "with_calls"]
