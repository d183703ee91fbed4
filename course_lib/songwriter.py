"""The command `python -m course_lib.songwriter FILE`: songs from lyrics of your own."""

from .experiments.songwriter_command import main

if __name__ == "__main__":
    raise SystemExit(main())
