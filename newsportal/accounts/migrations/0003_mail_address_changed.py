"""Mails that an account has another address now.

Lock: none, for the choices of a field are in no table.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_authenticator_apps_sealed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='accountmail',
            name='kind',
            field=models.CharField(choices=[('invitation', 'invitation'), ('reset', 'forgotten password'), ('password_changed', 'password changed'), ('address_changed', 'mail address changed'), ('factors_changed', 'second factor changed')], max_length=20),
        ),
    ]
