"""With this one can write ``python -m autograd_mini`` in place of ``autograd-mini``.

What the command does lives in `autograd_mini.command_line`.
"""

import sys

from autograd_mini.command_line import main

if __name__ == "__main__":
    sys.exit(main())
