"""The gates a week passes before a student meets it: right answers paid, wrong ones noticed, nothing hidden leaks."""
