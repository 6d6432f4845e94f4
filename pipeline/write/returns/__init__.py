"""The return: what an enterprise gets back, in its own workbook, and nothing of others.

``annotated`` patches an .xlsx or .xlsm part by part, ``fault_sheet`` stands in where that can't be,
``chat_text`` goes with either. All of a run's are made by ``pipeline.write.returns.write``, which
stands apart: what it needs would only hold up the children that annotate.
"""

from pipeline.write.returns.fault import Fault, Heading, Quoted, faults_of
from pipeline.write.returns.package import NotAnnotatedError
from pipeline.write.returns.patch import annotated
from pipeline.write.returns.sheet import fault_sheet
from pipeline.write.returns.text import chat_text

__all__ = [
    "Fault",
    "Heading",
    "NotAnnotatedError",
    "Quoted",
    "annotated",
    "chat_text",
    "fault_sheet",
    "faults_of",
]
