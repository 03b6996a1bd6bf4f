"""A county that does not exist, in villages that do: office files as dirty as real ones, and the truth about them.

Every person, number, account and payment is invented. Citizen numbers have a right check character, so that they are
read like real ones, and sequence numbers from 900 upwards; one may by chance equal a real number, which means nothing.
"""

from zhucan.demo.county import Demo, generate

__all__ = ["Demo", "generate"]
