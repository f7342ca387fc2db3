from django.apps import AppConfig


class Records(AppConfig):
    name = "isotherm.records"
    label = "records"
    verbose_name = "Ledger and files"
