from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('classroom', '0002_plan'),
    ]

    operations = [
        migrations.AddField(
            model_name='participant',
            name='by_hand',
            field=models.BooleanField(default=False),
        ),
    ]
