"""The one reader of tables: rows, numbers, times, and hints that were tried."""
