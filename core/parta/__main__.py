"""`python -m parta`: the `parta` command by this interpreter, as the supervisor starts its children."""

from parta.cli import main

if __name__ == "__main__":
    main(prog_name="parta")
