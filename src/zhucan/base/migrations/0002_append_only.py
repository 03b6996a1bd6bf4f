"""Nothing may change or delete an audit event or a link of the chain."""

from django.db import migrations

from zhucan.base.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]

    operations = [AppendOnly("base_auditevent"), AppendOnly("base_auditlink")]
