from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "platform_site.kernel"
    label = "kernel"
    verbose_name = "Kernel"
