"""How a lake is: arrival of events, report, verification and contract drift."""
