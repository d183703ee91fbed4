"""Grading notebooks on this machine: each in processes of its own, with limits.

`submissions` finds and reads them; `sandbox` runs one; `watcher`, `driver` and `inside`
are the programs in its processes; `outcome` judges what came back; `reports` writes it.
"""
