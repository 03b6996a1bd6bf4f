"""What the officer holds afterwards: workbooks, village sheets, an accessible page, a table for machines."""

from zhucan.match.outputs.place import OutputError
from zhucan.match.outputs.write import Progress, write_outputs

__all__ = ["OutputError", "Progress", "write_outputs"]
