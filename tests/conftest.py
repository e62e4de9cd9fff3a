"""What all tests share: how Hypothesis searches. Where CI is set, it tries the same examples in every run."""

import os

from hypothesis import HealthCheck, settings

# A slow machine is no wrong program: no deadlines, and no complaint about slow drawing.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")  # noqa: TID251 - the tests' own setting
