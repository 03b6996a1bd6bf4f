"""Of what a source said only the withdrawal may be set, once."""

from django.db import migrations

from zhucan.base.append_only import AppendOnly

WITHDRAWAL = ("withdrawn_at", "withdrawn_by_id")


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        AppendOnly("registry_fact", may_set=WITHDRAWAL),
        AppendOnly("registry_factending", may_set=WITHDRAWAL),
        AppendOnly("registry_coverage", may_set=WITHDRAWAL),
        AppendOnly("registry_receipt", may_set=WITHDRAWAL, may_reseal=("payee_sealed",)),
        AppendOnly("registry_bankreturn", may_set=WITHDRAWAL),
    ]
