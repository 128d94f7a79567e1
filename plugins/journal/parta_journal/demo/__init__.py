"""What the journal adds to the demonstration school."""
