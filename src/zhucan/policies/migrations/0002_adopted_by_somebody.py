from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="ratesproposal", name="adopted_by_a_second_person"),
        migrations.AddConstraint(
            model_name="ratesproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("adopted_at", None),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="adopted_by_a_second_person",
            ),
        ),
    ]
