"""How the service is put together: settings, Celery application, addresses."""
