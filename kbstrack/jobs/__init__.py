"""Work that takes longer than a page may: asked for in a row, done by a worker, seen to its end."""
