"""The races are run on the services' own bench."""

from tests.services.conftest import bench

__all__ = ["bench"]
