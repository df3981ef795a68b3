"""How a stored program is shown: the static view of its pages, on the phone and at the desk."""

from developers.rendering.assets import image_response
from developers.rendering.page import Urls
from developers.rendering.program import ProgramPage, program_page
from developers.rendering.skin import skin_response

__all__ = ["ProgramPage", "Urls", "image_response", "program_page", "skin_response"]
