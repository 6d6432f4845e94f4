"""Handover (交接): what a successor needs, from the workspace and its store."""

from pipeline.handover.gather import Handover, handover
from pipeline.handover.paper import paper_of, record_of

__all__ = ["Handover", "handover", "paper_of", "record_of"]
