"""Common problems (举一反三): alike items across enterprises, reviewed, made into letters."""

from pipeline.common.gather import Common, common, rulings_on
from pipeline.common.review import review_book, verdicts_in

__all__ = ["Common", "common", "review_book", "rulings_on", "verdicts_in"]
