from django.apps import AppConfig


class Jobs(AppConfig):
    name = "isotherm.doors.jobs"
    label = "jobs"
    verbose_name = "Background work"
