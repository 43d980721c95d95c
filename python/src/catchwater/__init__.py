"""Push rows into datasets that keep their history, and read them back.

    import catchwater

    gps = catchwater.Dataset("gps")          # of the engine of this folder, which starts by itself
    gps.ingest([{"t": "2020-01-01T00:00:00Z", "long": -123.12, "lat": 49.28}])
    gps.tail()

`connect` chooses another folder, or a server; `catchwater.aio` has the same as coroutines. The streams and tables of `streamsql` are datasets too.
"""

from .client import Client, connect
from .dataset import Dataset, Push
from .engine import Engine
from .errors import Error
from .protocol import Retries
from .rows import Rows

__all__ = ["Client", "Dataset", "Engine", "Error", "Push", "Retries", "Rows", "connect"]
__version__ = "0.1.0"
