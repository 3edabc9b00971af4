"""The interactive app: one page on this machine, two policies side by side, runs in the background.

The server process loads Shiny, YAML and pydantic only; worlds are lived in a process of their own (`engine.py`), and
comparisons in another (`jobs.py`), so that the page answers while they work.
"""
