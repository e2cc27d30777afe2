"""What has this learner done? Kept without an account, forgotten on request."""
