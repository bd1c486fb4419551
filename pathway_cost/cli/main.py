"""The command `pathway-cost`: groups, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import gc
import io
import platform
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from pathway_cost.cli.clean_command import clean
from pathway_cost.cli.cohort_command import cohort
from pathway_cost.cli.compare_command import compare
from pathway_cost.cli.library_commands import new, pathways
from pathway_cost.cli.plics_commands import plics
from pathway_cost.cli.price_commands import national, unit_costs
from pathway_cost.cli.run_commands import check, run
from pathway_cost.cli.schema_command import schema
from pathway_cost.cli.shared import say
from pathway_cost.cli.signals import INTERRUPTED, Stopped, stoppable
from pathway_cost.cli.verify_command import verify
from pathway_cost.errors import PathwayCostError
from pathway_cost.version import __version__

GOOD, OUR_BUG, USAGE = 0, 1, 2
RARELY = 100_000  # objects made between two searches for those that nobody needs: nearly all of a run's are needed to its end


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="pathway-cost")
def cli() -> None:
    """Cost whole pathways of care, patient by patient, and compare models of care.

    \b
    Example:
      pathway-cost run examples/elective_knee/study.yaml --out out/
    """


for _command in (run, check, verify, compare, new, pathways, plics, unit_costs, national, cohort, schema, clean):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; exit 0 good, 1 our bug, 2 input or usage, 128 and the signal's number when one stopped it.

    The process is taken to be the command's own.
    """
    gc.set_threshold(RARELY)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without £ or → stops no command
    code = _exit_code(arguments)
    gc.freeze()  # the process ends here, so that nothing is searched once more
    sys.exit(code)


def _exit_code(arguments: Sequence[str] | None) -> int:
    try:
        result = stoppable(lambda: cli.main(args=arguments, prog_name="pathway-cost", standalone_mode=False))
    except (Stopped, click.exceptions.Abort) as stopped:
        say("Stopped.", err=True)
        return stopped.code if isinstance(stopped, Stopped) else INTERRUPTED
    except click.ClickException as error:
        say(_usage_message(error), err=True)
        return USAGE
    except PathwayCostError as error:
        say(str(error), err=True)
        return USAGE
    except OSError as error:
        say(_file_message(error), err=True)
        return USAGE
    except Exception as error:  # noqa: BLE001 - the last line of defence: never a traceback
        say(_bug_report(error), err=True)
        return OUR_BUG
    return result if isinstance(result, int) else GOOD


def _usage_message(error: click.ClickException) -> str:
    """What click says of a command that cannot be understood."""
    said = io.StringIO()
    error.show(said)
    return said.getvalue().removesuffix("\n")


def _file_message(error: OSError) -> str:
    """What the operating system refused, and on which file."""
    name = f"{error.filename}: " if error.filename else ""
    return f"{name}{error.strerror or type(error).__name__}"


def _bug_report(error: Exception) -> str:
    """What to send us: where our code failed; never the message, which may hold data."""
    frames = [
        f"    {Path(frame.filename).stem}.{frame.name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "pathway_cost" in frame.filename
    ]
    return "\n".join(
        [
            "This is our fault, not yours: pathway-cost met something it did not expect.",
            "Nothing was written. Please open an issue with these lines (they hold no data of yours):",
            f"    pathway-cost {__version__}, Python {platform.python_version()}, {platform.system()}",
            f"    {type(error).__name__} at",
            *frames,
        ]
    )
