"""argv -> Settings -> one verb. Imports lazily: textual only for the screen."""
