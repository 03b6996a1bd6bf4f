"""What happened to whom: the sample county's truth, written down before any file is.

A story fixes the facts that matter, what the payroll and the bank did, and the finding each policy must end with. The
generator draws people for it; it never computes a finding, so that it can judge the code that does.
"""

from __future__ import annotations

from dataclasses import dataclass

LIVING, NURSING = "living-allowance", "nursing-allowance"

CHILD, VERY_OLD, GROWN, ANYBODY = (6, 15), (81, 94), (16, 92), (5, 92)
SEVERE, MILD = (1, 2), (3, 4)
MENTAL, ORDINARY = (6,), (1, 2, 3, 4, 4, 4, 4, 5)
"""Categories drawn with equal chance; four of eight ordinary holders are physically disabled."""


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of life.

    ``share`` is persons in a thousand (at least one person). ``hardship``: "", in_force, not_covered, stopped,
    starts_later, margin. ``event`` names the list the person stands on, or what is odd about the certificate.
    ``paid_living`` and ``paid_nursing``: none, zero, paid, resent, back_pay, failed, twice, two_townships, wrong.
    """

    name: str
    share: float
    living: str = "none"
    nursing: str = "none"
    ages: tuple[int, int] = ANYBODY
    levels: tuple[int, ...] = MILD
    categories: tuple[int, ...] = ORDINARY
    care: str = ""
    hardship: str = ""
    event: str = ""
    paid_living: str = "none"
    paid_nursing: str = "none"


def _paid_living(name: str, share: float, finding: str, paid: str = "paid", event: str = "") -> Story:
    """A 低保 member with a mild disability, paid the living allowance."""
    return Story(name, share, living=finding, ages=GROWN, hardship="in_force", event=event, paid_living=paid)


def _paid_nursing(name: str, share: float, finding: str, paid: str = "paid", event: str = "") -> Story:
    """Somebody severely disabled in need of care and not poor, paid the nursing allowance."""
    return Story(name, share, nursing=finding, ages=GROWN, levels=SEVERE, care="是", event=event, paid_nursing=paid)


STORIES: tuple[Story, ...] = (
    # Nothing due, nothing paid.
    Story("plain", 430, care="否"),
    Story("severe_without_care_need", 60, levels=SEVERE, care="否"),
    Story("low_income_margin", 14, hardship="margin"),
    Story("dead_and_not_paid", 8, event="deceased", hardship="in_force"),
    Story("child_without_support", 2, ages=CHILD, event="unsupported_child"),
    # Due and paid.
    _paid_living("living", 120, "ok"),
    _paid_nursing("nursing", 105, "ok"),
    Story(
        "both", 60, "ok", "ok", levels=SEVERE, care="是", hardship="in_force", paid_living="paid", paid_nursing="paid"
    ),
    Story("mental", 40, nursing="ok", levels=MILD, categories=MENTAL, paid_nursing="paid"),
    Story(
        "multiple_with_mental",
        10,
        nursing="ok",
        levels=(3,),
        categories=(7,),
        event="mental_component",
        paid_nursing="paid",
    ),
    _paid_living("living_back_pay", 4, "ok", "back_pay"),
    _paid_living("living_sent_again", 3, "ok", "resent"),
    _paid_living("living_died_after_the_day", 2, "ok", event="died_later"),
    _paid_living("living_death_withdrawn", 1, "ok", event="death_withdrawn"),
    _paid_living("living_moved_inside", 2, "ok", event="moved_inside"),
    _paid_living("living_expiring", 16, "ok", event="expiring"),
    _paid_nursing("nursing_expiring", 14, "ok", event="expiring"),
    _paid_nursing("nursing_work_injury_ended", 1, "ok", event="work_injury_ended"),
    Story(
        "elderly_small_sum",
        4,
        nursing="ok",
        ages=VERY_OLD,
        levels=SEVERE,
        care="是",
        event="elderly_low",
        paid_nursing="paid",
    ),
    Story(
        "care_need_from_elderly_list",
        4,
        nursing="ok",
        ages=VERY_OLD,
        levels=SEVERE,
        event="elderly_care",
        paid_nursing="paid",
    ),
    # Due and not arrived.
    _paid_living("living_missed", 15, "missed", "none"),
    _paid_living("living_sum_of_nothing", 2, "missed", "zero"),
    _paid_nursing("nursing_missed", 22, "missed", "none"),
    Story("both_missed", 4, "missed", "missed", levels=SEVERE, care="是", hardship="in_force"),
    _paid_living("living_returned", 3, "bank_failed", "failed"),
    _paid_nursing("nursing_returned", 3, "bank_failed", "failed"),
    # Due, and paid wrongly.
    _paid_living("living_twice", 1, "duplicate_same", "twice"),
    _paid_living("living_two_townships", 1.5, "duplicate_two", "two_townships"),
    _paid_living("living_wrong_sum", 2, "wrong_amount", "wrong"),
    _paid_nursing("nursing_twice", 1, "duplicate_same", "twice"),
    _paid_nursing("nursing_two_townships", 1.5, "duplicate_two", "two_townships"),
    _paid_nursing("nursing_wrong_sum", 2.5, "wrong_amount", "wrong"),
    # Not due, and paid.
    _paid_living("living_deceased", 3, "wrong_deceased", event="deceased"),
    _paid_living("living_moved_out", 1.5, "wrong_moved_out", event="moved_out"),
    _paid_living("living_extreme_poverty", 1.5, "wrong_extreme_poverty", event="extreme_poverty"),
    _paid_living("living_work_injury", 1, "wrong_work_injury", event="work_injury"),
    _paid_living("living_certificate_expired", 4, "wrong_cert_expired", event="expired"),
    Story("living_orphan", 1, "wrong_orphan", ages=CHILD, hardship="in_force", event="orphan", paid_living="paid"),
    Story("living_never_poor", 3, "wrong_not_minimum_living", paid_living="paid"),
    Story("living_poverty_over", 2, "wrong_not_minimum_living", hardship="stopped", paid_living="paid"),
    Story("living_not_yet_covered", 1, "wrong_not_minimum_living", hardship="starts_later", paid_living="paid"),
    Story("living_household_member_only", 1, "wrong_not_minimum_living", hardship="not_covered", paid_living="paid"),
    Story("living_margin_paid", 1, "wrong_not_minimum_living", hardship="margin", paid_living="paid"),
    _paid_nursing("nursing_deceased", 3, "wrong_deceased", event="deceased"),
    _paid_nursing("nursing_moved_out", 1.5, "wrong_moved_out", event="moved_out"),
    _paid_nursing("nursing_extreme_poverty", 2, "wrong_extreme_poverty", event="extreme_poverty"),
    _paid_nursing("nursing_work_injury", 1, "wrong_work_injury", event="work_injury"),
    _paid_nursing("nursing_certificate_expired", 5, "wrong_cert_expired", event="expired"),
    Story("nursing_level", 4, nursing="wrong_level", levels=MILD, care="是", paid_nursing="paid"),
    Story("nursing_no_care", 2, nursing="wrong_no_care", levels=SEVERE, care="否", paid_nursing="paid"),
    Story(
        "nursing_elderly",
        2,
        nursing="wrong_elderly",
        ages=VERY_OLD,
        levels=SEVERE,
        care="是",
        event="elderly_high",
        paid_nursing="paid",
    ),
    # Open: a fact nobody recorded.
    Story("care_need_open", 12, nursing="unknown_not_receiving", levels=SEVERE),
    Story("care_need_open_paid", 26, nursing="unknown_receiving", levels=SEVERE, paid_nursing="paid"),
    Story(
        "care_need_open_poor",
        5,
        "ok",
        "unknown_not_receiving",
        levels=SEVERE,
        care="待评估",
        hardship="in_force",
        paid_living="paid",
    ),
    Story(
        "certificate_without_dates", 3, "unknown_receiving", hardship="in_force", event="no_dates", paid_living="paid"
    ),
    Story("components_open", 2, nursing="unknown_not_receiving", levels=(3,), categories=(7,), event="no_components"),
)
