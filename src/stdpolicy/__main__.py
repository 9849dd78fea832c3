"""Run the command line as ``python -m stdpolicy``."""

import sys

from stdpolicy.cli import main

sys.exit(main())
