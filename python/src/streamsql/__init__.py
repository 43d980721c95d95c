"""Streams of events, and tables with versions.

    import streamsql

    stream = streamsql.source.create_stream(name="MyStream")
    stream.upload({"key": "value"}, format="json")

    table = streamsql.source.create_table(name="MyTable", primary_key="id")
    table.insert({"id": "user1", "first_name": "simba"})
    table.get("user1")

    visits = streamsql.materialize_table(name="visits", query="SELECT user, COUNT(*) FROM clicks GROUP BY user",
        dependencies=["clicks"], output_columns=["user", "visits"])
    visits.get("user1")

An engine starts by itself at the first call and keeps its data in a folder. `Local(path)` chooses the folder,
`Managed(host, port)` a server that you run, `FeatureStore(apikey)` a remote one; the first that is made is the
one of the functions of the package. `streamsql.aio` has the same as coroutines. Everything is a dataset of catchwater too.
"""

from catchwater import Rows

from . import connector, errors, local, source
from .local import LocalFeatureStore, LocalFeaturestore
from .materialize import materialize_stream, materialize_table
from .store import FeatureStore, Managed, Store, default_store, use
from .stream import Stream
from .table import Table
from .uploader import Failure, Report, Uploader
from .view import MaterializedStream, MaterializedTable

Local = LocalFeatureStore

__all__ = [
    "Failure",
    "FeatureStore",
    "Local",
    "LocalFeatureStore",
    "LocalFeaturestore",
    "Managed",
    "MaterializedStream",
    "MaterializedTable",
    "Report",
    "Rows",
    "Store",
    "Stream",
    "Table",
    "Uploader",
    "connector",
    "default_store",
    "errors",
    "local",
    "materialize_stream",
    "materialize_table",
    "source",
    "use",
]
__version__ = "0.1.0"
