"""What goes to the log: no request bodies, no long numbers, no values of exceptions."""

from __future__ import annotations

import logging
import re

_NUMBERS = re.compile(r"\d{7,}[\dXx]?")


class Scrub(logging.Filter):
    """Takes long digit strings out of messages, and of tracebacks everything but their last frame's place and type."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; the record is changed."""
        record.msg, record.args = _NUMBERS.sub("…", record.getMessage()), None
        if record.exc_info:
            kind, _, trace = record.exc_info
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            where = f" {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
            record.msg = f"{record.msg} [{kind.__name__ if kind else ''}{where}]"
            record.exc_info, record.exc_text = None, None
        return True
