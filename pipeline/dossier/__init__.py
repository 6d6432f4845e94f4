"""一事一档: all that is known of one item, gathered in a folder that can be handed over."""

from pipeline.dossier.find import Item, find
from pipeline.dossier.folder import folder_of
from pipeline.dossier.gather import Dossier, gather

__all__ = ["Dossier", "Item", "find", "folder_of", "gather"]
