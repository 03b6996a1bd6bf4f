"""zhucan 助残: who is entitled to what, who is not, and which fact is missing."""

__version__ = "0.1.0"
