from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("study", "0003_times_that_can_be_brought_along"),
    ]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="drafts",
            field=models.JSONField(default=dict),
        ),
    ]
