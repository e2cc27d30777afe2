"""What is true of a class session, whoever asks? Its phases, its votes, its report; no Django."""
