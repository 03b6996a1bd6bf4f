"""Tables of ``registry``; other apps use its queries and operations."""

from zhucan.registry.models.certificates import Certificate
from zhucan.registry.models.facts import Coverage, Fact, FactEnding
from zhucan.registry.models.households import Household, HouseholdMember, Organisation
from zhucan.registry.models.persons import Account, Contact, Person, PersonPlace, SearchKey
from zhucan.registry.models.receipts import BankReturn, Receipt

__all__ = [
    "Account", "BankReturn", "Certificate", "Contact", "Coverage", "Fact", "FactEnding", "Household", "HouseholdMember",
    "Organisation", "Person", "PersonPlace", "Receipt", "SearchKey",
]  # fmt: skip
