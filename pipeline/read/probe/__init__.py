"""What a file shows beside its values: what is hidden, crossed out, commented on, or a picture.

calamine tells none of it. Each kind of file that can tell is looked through once, streaming, and
gives a ``Probe`` for each sheet: ``workbook`` for .xlsx, ``ods``, ``biff8`` for .xls, ``biff12``
for .xlsb.
"""
