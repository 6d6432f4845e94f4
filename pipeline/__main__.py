"""``python -m pipeline`` is ``taizhang``."""

from pipeline.cli import main

main()
