"""The program for torchrun: `-m course_lib.together FILE`, run by a chapter."""

from .experiments.together import dies_at, main, train

__all__ = ["dies_at", "main", "train"]

if __name__ == "__main__":
    main()
