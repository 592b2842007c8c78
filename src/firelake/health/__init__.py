"""How a lake is: report, verification and contract drift."""
