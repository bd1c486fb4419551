"""Runs a study as the command does, with so many threads in the database: `run_study.py STUDY OUT N [OPTION …]`."""

from __future__ import annotations

import sys

import duckdb

from pathway_cost.cli import main


def with_threads(count: int) -> None:
    """Every connection from here on."""
    connect = duckdb.connect

    def connected(*given, **named):
        connection = connect(*given, **named)
        connection.execute(f"SET threads = {count}")
        return connection

    duckdb.connect = connected


if __name__ == "__main__":
    study, out, count, *options = sys.argv[1:]
    with_threads(int(count))
    main.main(["run", study, "--out", out, *options])
