from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0009_forgetting'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='message',
            index=models.Index(Upper('to'), name='message_to'),
        ),
    ]
