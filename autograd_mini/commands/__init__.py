"""With this one can find what stands behind `autograd-mini`: a module for each command.

Start from `train`, `check`, `draw` and `predict`; each has `add_parser`, which says what the
command takes, and `run`. How they are put together is in `autograd_mini.command_line`.
"""
