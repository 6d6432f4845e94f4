"""Settle: texts become typed values, enterprises, keys and states; doubts become findings."""

from pipeline.settle.settle import Settled, settle

__all__ = ["Settled", "settle"]
