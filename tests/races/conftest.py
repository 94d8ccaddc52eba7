"""The races are run on the services' own bench, and on a clinic that is served over HTTP."""

from tests.services.conftest import bench
from tests.web.conftest import portal

__all__ = ["bench", "portal"]
