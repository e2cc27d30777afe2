"""What can be asked of the experiments from a command line?"""
