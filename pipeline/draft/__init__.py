"""Drafting: a sample workbook becomes a profile for a person to review."""

from pipeline.draft.draft import draft
from pipeline.draft.plan import Draft
from pipeline.draft.toml import written

__all__ = ["Draft", "draft", "written"]
