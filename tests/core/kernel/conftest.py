"""`tiny`, the application and worker of the tests with real processes, can be imported here and there."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))
