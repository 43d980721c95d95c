"""What can go wrong: the tree of `catchwater.errors`, whose base is `streamsql.errors.Error`.

`str(error)` is the message; `code`, `place` and `hint` are the server's.
"""

from catchwater.errors import *  # noqa: F403
from catchwater.errors import __all__ as __all__
