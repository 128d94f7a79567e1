"""Pages: the frame in which every request runs, and the core's own views."""
