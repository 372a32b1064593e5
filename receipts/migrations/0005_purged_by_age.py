from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('receipts', '0004_purged'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(condition=models.Q(('purged_at__isnull', True)), fields=['issued_at'], name='receipt_remembered'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(condition=models.Q(('pdf_key__gt', ''), ('purged_at__isnull', False)), fields=['purged_at'], name='receipt_file_left'),
        ),
    ]
