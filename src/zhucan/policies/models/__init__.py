"""Tables of ``policies``; other apps use its queries and operations."""

from zhucan.policies.models.adopted import AdoptedPolicy, RatesProposal
from zhucan.policies.models.surprises import Surprise
from zhucan.policies.models.verdicts import Matching, Verdict

__all__ = ["AdoptedPolicy", "Matching", "RatesProposal", "Surprise", "Verdict"]
