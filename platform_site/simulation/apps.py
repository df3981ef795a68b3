from django.apps import AppConfig


class SimulationConfig(AppConfig):
    name = "platform_site.simulation"
    label = "simulation"
    verbose_name = "Simulated world"
