"""The questions that are asked before a visit, and what patients answer to them."""
