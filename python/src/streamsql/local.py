"""The local store and tables in memory, under all the names they had."""

from .local_table import Column, LocalTable
from .store import LocalFeatureStore

FeatureStore = LocalFeatureStore
LocalFeaturestore = LocalFeatureStore
Table = LocalTable

__all__ = ["Column", "FeatureStore", "LocalFeatureStore", "LocalFeaturestore", "LocalTable", "Table"]
