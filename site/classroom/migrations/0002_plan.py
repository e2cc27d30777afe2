from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('classroom', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='classsession',
            name='plan',
            field=models.JSONField(default=dict),
        ),
    ]
