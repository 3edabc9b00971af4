"""The report: one self-contained HTML file that opens from disk, with no network and no script."""

from __future__ import annotations

from analysis.report.writer import render_report, write_report

__all__ = ["render_report", "write_report"]
