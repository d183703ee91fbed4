"""What chapters do with a model: a story, classic tasks, songs, forecasts."""
