"""`python -m pathway_cost`: the same command."""

from pathway_cost.cli.main import main

if __name__ == "__main__":
    main()
