"""Reading: bytes become text columns per sheet, with row numbers, in limited children."""

from pipeline.limits import Limits
from pipeline.read.phone import with_calls
from pipeline.read.reading import Page, Reading, cells, pages, read

__all__ = ["Limits", "Page", "Reading", "cells", "pages", "read", "with_calls"]
