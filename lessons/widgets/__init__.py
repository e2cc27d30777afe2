"""How is what is true shown? One folder is one widget; `registry` finds them by folder."""
