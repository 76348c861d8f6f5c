"""Reading what other cities published: rows in, reasons out."""
