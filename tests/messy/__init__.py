"""Messy ledgers made from clean truth, and a judge of what the program reads in them.

``truth`` makes the items, ``draft`` holds a workbook in the making, each kind of mess is a small
function (``dates``, ``amounts``, ``choices``, ``texts``, ``owners``, ``heads``, ``rows``,
``printed``, ``books``), ``writers`` writes the file, ``make`` combines them from a seed, ``judge``
compares what was read with what a careful person would read. Nothing here uses the program's
reading: it would share its blind spots.
"""
