"""What all operations share: errors, words for a terminal, times, the settings in force."""
